import { X509Certificate } from 'node:crypto'
import { createServer } from 'node:net'
import type { Finding } from '../../cli/finding.ts'
import { type Config, publicUrlOf, type Tls } from '../../config/config.ts'
import type { EpochMs } from '../../domain/time.ts'

const ANSWER_WITHIN_MS = 5000
const RENEW_BEFORE_MS = 14 * 86_400_000

interface Circumstances {
  /** Whether a server is at work on the store. */
  readonly isRunning: boolean
  readonly at: EpochMs
}

/** Where the server listens, and where callers look for it. */
export async function examinePlaces(config: Config, circumstances: Circumstances): Promise<readonly Finding[]> {
  const { host, port, metricsPort, tls } = config
  const { isRunning, at } = circumstances
  return [
    ...(await examinePort('port', host, port, isRunning)),
    ...(metricsPort === undefined ? [] : await examinePort('metrics port', '127.0.0.1', metricsPort, isRunning)),
    ...(tls === undefined ? [] : [describeCertificate(config, tls, at)]),
    await examinePublicUrl(config, isRunning),
  ]
}

/** Takes the address for a moment, where no server of ours has it. */
async function examinePort(check: string, host: string, port: number, isRunning: boolean): Promise<readonly Finding[]> {
  const of = `${host}:${port}`
  if (port === 0) return [{ check, of, found: 'Any free port is taken.' }]
  const code = await whyItCannotBeTaken(host, port)
  const wrong = (found: string, remedy: string): Finding[] => [{ check, of, found, remedy, exit: 'configuration' }]
  switch (code) {
    case undefined:
      if (!isRunning) return [{ check, of, found: 'It is free.' }]
      return [
        { check, of, found: 'A server is at work, and does not listen here.', remedy: 'Look whether it was started with other settings.' },
      ]
    case 'EADDRINUSE':
      if (isRunning) return [{ check, of, found: 'It is in use, as it should be: a server is at work.' }]
      return wrong('Another program has it.', `Stop that program (ss -ltnp 'sport = :${port}' names it), or set another port.`)
    case 'EACCES':
      return wrong(
        'This user may not listen there.',
        'Take a port from 1024 on, or allow it: setcap cap_net_bind_service, or a socket of systemd.',
      )
    case 'EADDRNOTAVAIL':
      return wrong('This machine does not have that address.', 'Correct RINGKEY_HOST.')
    default:
      return wrong(`Nobody can listen there (${code}).`, 'Correct RINGKEY_HOST and RINGKEY_PORT.')
  }
}

function whyItCannotBeTaken(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown error'))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}

function describeCertificate(config: Config, { certFile, certificatePem }: Tls, at: EpochMs): Finding {
  const about = { check: 'certificate', of: certFile }
  const certificate = new X509Certificate(certificatePem)
  const until = Date.parse(certificate.validTo)
  const { hostname } = publicUrlOf(config, config.port)
  const wrong = (found: string, remedy: string): Finding => ({ ...about, found, remedy, exit: 'configuration' })
  if (until < at) return wrong(`It has run out (${new Date(until).toISOString()}).`, 'Renew it, and start the server again.')
  if (Date.parse(certificate.validFrom) > at) return wrong('It is not good yet.', 'Look at the clock, and at the certificate.')
  const name = hostname.replace(/^\[(.*)\]$/, '$1')
  if (certificate.checkHost(name) === undefined && certificate.checkIP(name) === undefined) {
    return wrong(`It is not for ${name}.`, 'Get one for the host of RINGKEY_PUBLIC_URL.')
  }
  const found = `It is for ${name}, and good until ${new Date(until).toISOString()}.`
  return until - at < RENEW_BEFORE_MS ? { ...about, found, remedy: 'Renew it, and start the server again.' } : { ...about, found }
}

async function examinePublicUrl(config: Config, isRunning: boolean): Promise<Finding> {
  const url = publicUrlOf(config, config.port)
  const about = { check: 'public address', of: url.origin }
  if (config.publicUrl === undefined && config.port === 0) return { ...about, found: 'It is known when a server listens.' }
  if (!isRunning) {
    return { ...about, found: 'No server is at work that could answer there.', remedy: 'Look again while it runs.' }
  }
  const found = await ask(new URL('/livez', url))
  if (found === 200) return { ...about, found: 'It is answered there.' }
  const remedy = 'Look at the name, the firewall and the proxy before the server; callers use this address.'
  return {
    ...about,
    found: typeof found === 'number' ? `It answers ${found} to /livez.` : `Nobody answers there (${found}).`,
    remedy,
    exit: 'networkOrTime',
  }
}

/** @returns the status, or why there is none */
async function ask(url: URL): Promise<number | string> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    await answer.body?.cancel()
    return answer.status
  } catch (error) {
    const { name, cause } = error instanceof Error ? error : new Error()
    if (name === 'TimeoutError') return `nothing within ${ANSWER_WITHIN_MS / 1000} s`
    return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
  }
}
