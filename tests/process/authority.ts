/** Certificates that are made for one run. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate authority, and a certificate of it for this machine and other names. @returns the authority's, and what has a server use the other */
export function makeAuthority(
  folder: string,
  others: readonly string[] = [],
): { readonly file: string; readonly variables: Readonly<Record<string, string>> } {
  const inFolder = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' })
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const usage = ['-addext', 'keyUsage=critical,keyCertSign']
  const authority = ['-keyout', inFolder('authority.key'), '-out', inFolder('authority.pem')]
  openssl('req', '-x509', '-days', '1', '-subj', '/CN=Authority of one run', ...usage, ...curve, ...authority)
  openssl('req', '-new', '-subj', '/CN=localhost', ...curve, '-keyout', inFolder('key.pem'), '-out', inFolder('request.pem'))
  const names = ['DNS:localhost', 'IP:127.0.0.1', ...others.map((name) => `DNS:${name}`)]
  writeFileSync(inFolder('extensions'), `subjectAltName=${names.join(',')}\n`)
  const signer = ['-CA', inFolder('authority.pem'), '-CAkey', inFolder('authority.key'), '-CAcreateserial']
  const result = ['-days', '1', '-extfile', inFolder('extensions'), '-out', inFolder('certificate.pem')]
  openssl('x509', '-req', '-in', inFolder('request.pem'), ...signer, ...result)
  const variables = { RINGKEY_TLS_CERT_FILE: inFolder('certificate.pem'), RINGKEY_TLS_KEY_FILE: inFolder('key.pem') }
  return { file: inFolder('authority.pem'), variables }
}
