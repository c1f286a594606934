/** A served house behind a front end on the file that is shipped for it. */
import { join } from 'node:path'
import { findFreePort } from '../process/launch.ts'
import { type Answer, type Asked, ask } from './ask.ts'
import type { Gateway, GatewayStage, Running } from './programs.ts'
import { type Certificate, readShipped } from './shipped-file.ts'

interface Surroundings {
  readonly stage: GatewayStage
  readonly certificate: Certificate
  readonly tokensPort: number
}

export interface ReverseProxy extends Pick<Running, 'output' | 'end'> {
  /** Where it ends TLS. */
  readonly port: number
  /** Files that it logs to. */
  readonly logs: readonly string[]
  ask(asked: Omit<Asked, 'port' | 'host' | 'ca'>): Promise<Answer>
  /** On the port without TLS. */
  askInClear(asked: Omit<Asked, 'port' | 'host' | 'ca'>): Promise<Answer>
}

/** @param change for a configuration that must not do */
export async function proxyServer(
  gateway: Gateway,
  { stage, certificate, tokensPort }: Surroundings,
  change: (shipped: string) => string = (shipped) => shipped,
): Promise<ReverseProxy> {
  const [port, clearPort, folder] = [Number(await findFreePort()), Number(await findFreePort()), stage.newFolder()]
  const logs = gateway === 'nginx' ? [join(folder, 'access.log'), join(folder, 'error.log')] : []
  const shipped =
    gateway === 'nginx'
      ? readShipped('nginx/ringkey.conf', {
          'listen 443': `listen 127.0.0.1:${port}`,
          'listen 80': `listen 127.0.0.1:${clearPort}`,
          '127.0.0.1:8080': `127.0.0.1:${tokensPort}`,
          '/etc/ssl/ringkey/cert.pem': certificate.certFile,
          '/etc/ssl/ringkey/key.pem': certificate.keyFile,
          '/var/log/nginx/ringkey.log': join(folder, 'access.log'),
          '/var/log/nginx/ringkey-error.log': join(folder, 'error.log'),
        })
      : `global\n  log stdout format raw local0\n${readShipped('haproxy/ringkey.cfg', {
          'bind :443': `bind 127.0.0.1:${port}`,
          'bind :80': `bind 127.0.0.1:${clearPort}`,
          '127.0.0.1:8080': `127.0.0.1:${tokensPort}`,
          '/etc/ssl/ringkey/both.pem': certificate.bothFile,
        })}`
  const running = await stage.start(gateway, change(shipped), port)
  const host = 'tokens.example'
  return {
    ...running,
    port,
    logs,
    ask: (asked) => ask({ port, host, ca: certificate.pem, ...asked }),
    askInClear: (asked) => ask({ port: clearPort, host, ca: undefined, ...asked }),
  }
}
