/** An API behind a gateway that asks `/verify`, and the calls of the shared matrix. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { findFreePort } from '../process/launch.ts'
import { type Answer, type Asked, ask } from './ask.ts'
import type { Gateway, GatewayStage } from './programs.ts'
import { type Certificate, pathOfShipped, readShipped } from './shipped-file.ts'

export interface TestApi {
  readonly port: number
  /** The headers of every request that has come through, by name in lower case. */
  readonly reached: readonly Readonly<Record<string, string | readonly string[] | undefined>>[]
  close(): Promise<void>
}

/** It believes every header, as an API behind a gateway does. */
export async function openTestApi(): Promise<TestApi> {
  const reached: TestApi['reached'][number][] = []
  const server = createServer((request, response) => {
    reached.push(request.headers)
    response.end('the API')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    reached,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

interface Surroundings {
  readonly stage: GatewayStage
  readonly certificate: Certificate
  readonly tokensPort: number
  readonly apiPort: number
}

export interface ProtectedApi {
  call(path: string, token?: string, ...headers: string[]): Promise<Answer>
  ask(asked: Omit<Asked, 'port' | 'host' | 'ca'>): Promise<Answer>
}

/** Starts a gateway on the file that is shipped for it. @param change for a configuration that must not do */
export async function protectApi(
  gateway: Gateway,
  { stage, certificate, tokensPort, apiPort }: Surroundings,
  change: (shipped: string) => string = (shipped) => shipped,
): Promise<ProtectedApi> {
  const port = Number(await findFreePort())
  const shipped =
    gateway === 'nginx'
      ? readShipped('nginx/protected-api.conf', {
          'listen 443': `listen 127.0.0.1:${port}`,
          '127.0.0.1:8080': `127.0.0.1:${tokensPort}`,
          '127.0.0.1:3000': `127.0.0.1:${apiPort}`,
          '/etc/ssl/api/cert.pem': certificate.certFile,
          '/etc/ssl/api/key.pem': certificate.keyFile,
          '/var/log/nginx/api.log': '/dev/null',
          '/var/log/nginx/api-error.log': 'stderr',
        })
      : readShipped('haproxy/protected-api.cfg', {
          'bind :443': `bind 127.0.0.1:${port}`,
          '127.0.0.1:8406': `127.0.0.1:${await findFreePort()}`,
          '127.0.0.1:8080': `127.0.0.1:${tokensPort}`,
          '127.0.0.1:3000': `127.0.0.1:${apiPort}`,
          '/etc/ssl/api/both.pem': certificate.bothFile,
          '/etc/haproxy/ringkey-verify.lua': pathOfShipped('haproxy/ringkey-verify.lua'),
        })
  await stage.start(gateway, change(shipped), port)
  const asking: ProtectedApi['ask'] = (asked) => ask({ port, host: 'api.example', ca: certificate.pem, ...asked })
  return {
    ask: asking,
    call: (path, token, ...headers) =>
      asking({ path, headers: [...(token === undefined ? [] : ['Authorization', `Bearer ${token}`]), ...headers] }),
  }
}
