/** Another site on a loopback port: an application that people come back to, or one that means no good. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ListeningSite {
  readonly port: number
  /** Every request that came, in order. */
  readonly requests: readonly { readonly url: string; readonly headers: IncomingHttpHeaders }[]
  /** What is answered at a path from now on, whatever the query. */
  show(path: string, html: string): void
  close(): Promise<void>
}

export async function openSite(): Promise<ListeningSite> {
  const pages = new Map<string, string>()
  const requests: { url: string; headers: IncomingHttpHeaders }[] = []
  const server = createServer(({ url = '', headers }, res) => {
    requests.push({ url, headers })
    const html = pages.get(url.replace(/\?.*$/, ''))
    res.writeHead(html === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' }).end(html)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    show: (path, html) => void pages.set(path, html),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
