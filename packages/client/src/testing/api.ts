/** An API on a socket of its own, which takes only what a test allows: what other libraries call with a connection's token. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ApiCall {
  readonly method: string | undefined
  readonly authorization: string | undefined
  readonly apikey: string | undefined
  readonly body: string
}

export interface Api {
  readonly url: string
  readonly calls: ApiCall[]
  /** From now on. */
  setTakes(takes: (authorization: string) => boolean): void
  stop(): void
}

/** `/away` sends to the address that its query names, with the status that it names or 302. */
export async function openApi({ host = '127.0.0.1', port = 0 } = {}): Promise<Api> {
  const calls: ApiCall[] = []
  let takes: (authorization: string) => boolean = () => true
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { authorization, apikey } = request.headers
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    calls.push({ method: request.method, authorization, apikey: apikey?.toString(), body: Buffer.concat(chunks).toString() })
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api.example')
    if (pathname === '/away')
      response.writeHead(Number(searchParams.get('status') ?? 302), { location: searchParams.get('to') ?? '' }).end()
    else if (takes(authorization ?? '')) response.writeHead(200, { 'content-type': 'application/json' }).end('["taken"]')
    else response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"Unauthenticated."}')
  }
  const server = createServer((request, response) => void answer(request, response)).listen(port, host)
  await once(server, 'listening')
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    calls,
    setTakes(next) {
      takes = next
    },
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
