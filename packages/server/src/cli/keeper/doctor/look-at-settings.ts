/** What this machine's variables do to calls: the proxy that they go through, and whose certificates are trusted. */
import { X509Certificate } from 'node:crypto'
import { RingkeyError } from '@ringkey/client'
import { proxyFor } from '@ringkey/client/node-fetch'
import type { Finding } from '../../finding.ts'
import { sentenceOf } from '../explain-error.ts'
import type { KeeperDeps, Variables } from '../keeper-deps.ts'

/** Any address will do that no exception covers. */
const ANYWHERE = new URL('https://ringkey.invalid/')

/** The proxy's name alone: its address may hold a password. */
export function lookAtProxy(variables: Variables): Finding {
  const check = 'proxy'
  try {
    const proxy = proxyFor(ANYWHERE, { ...variables, no_proxy: undefined, NO_PROXY: undefined })
    const exceptions = variables.no_proxy || variables.NO_PROXY || ''
    if (proxy !== undefined) {
      return { check, found: `Calls go through ${proxy.host}${exceptions === '' ? '' : `, but to ${exceptions}`}.` }
    }
  } catch (error) {
    if (!(error instanceof RingkeyError)) throw error
    return { check, found: 'The proxy of the variables cannot be used.', remedy: sentenceOf(error), exit: 'configuration' }
  }
  if (variables.http_proxy || variables.HTTP_PROXY) {
    return {
      check,
      found: 'Calls go directly: HTTP_PROXY is not for https.',
      remedy: 'If they have to go through it, set HTTPS_PROXY too.',
    }
  }
  return { check, found: 'Calls go directly; no proxy is set.' }
}

/** Node says nothing, or little, of a file that it cannot use. */
export function lookAtAuthorities(variables: Variables, { readFile, now }: Pick<KeeperDeps, 'readFile' | 'now'>): readonly Finding[] {
  const findings: Finding[] = []
  if (variables.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    findings.push({
      check: 'certificates',
      of: 'NODE_TLS_REJECT_UNAUTHORIZED',
      found: 'No certificate is checked: passwords and tokens go to whoever answers.',
      remedy: 'Unset it, and name your own authority in NODE_EXTRA_CA_CERTS.',
      exit: 'configuration',
    })
  }
  const file = variables.NODE_EXTRA_CA_CERTS
  if (file !== undefined && file !== '') findings.push(lookAtAuthority(file, readFile(file), now()))
  return findings
}

function lookAtAuthority(file: string, read: ReturnType<KeeperDeps['readFile']>, at: number): Finding {
  const about = { check: 'certificates', of: file }
  const wrong = (found: string, remedy: string): Finding => ({ ...about, found, remedy, exit: 'configuration' })
  if (!read.ok) return wrong('NODE_EXTRA_CA_CERTS names a file that cannot be read.', 'Correct its name, or unset the variable.')
  const certificates = read.text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  const parsed = certificates.map(parseCertificate)
  if (parsed.length === 0 || parsed.includes(undefined)) {
    return wrong('NODE_EXTRA_CA_CERTS names a file that is not certificates in PEM.', 'Put the authority’s certificate there, in PEM.')
  }
  const ended = parsed.filter((certificate) => Date.parse(certificate?.validTo ?? '') < at).length
  if (ended === parsed.length)
    return wrong('NODE_EXTRA_CA_CERTS names no certificate that has not run out.', 'Get the authority’s new one.')
  if (ended > 0) {
    const found = `${ended} of its ${parsed.length} certificates have run out; the others are trusted, beside those of Node.`
    return { ...about, found, remedy: 'If the server’s authority is among them, get its new one.' }
  }
  return { ...about, found: 'Its authorities are trusted, beside those of Node.' }
}

function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined // OpenSSL's words help nobody
  }
}
