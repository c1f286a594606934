/** Serves pages as they are on a loopback port, and remembers what it was sent. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Page } from '../../packages/server/src/pages/page.ts'
import { STYLE_SHEET } from '../../packages/server/src/pages/style-sheet.ts'

export interface SentForm {
  readonly path: string
  readonly fields: Readonly<Record<string, string>>
  readonly headers: IncomingMessage['headers']
}

export interface PageServer {
  /** Without a trailing slash. */
  readonly address: string
  readonly sentForms: SentForm[]
  close(): Promise<void>
}

/** @param pageAt what is at a path, whatever its query; undefined: nothing */
export async function servePages(pageAt: (path: string) => Page | undefined): Promise<PageServer> {
  const sentForms: SentForm[] = []
  const server = createServer(async (req, res) => {
    const path = (req.url ?? '').replace(/\?.*$/, '')
    if (req.method === 'POST') {
      sentForms.push({ path, fields: Object.fromEntries(new URLSearchParams(await text(req))), headers: req.headers })
      res.writeHead(200, { 'content-type': 'text/plain' }).end('received')
    } else if (path === STYLE_SHEET.path) res.writeHead(200, STYLE_SHEET.headers).end(STYLE_SHEET.content)
    else {
      const page = pageAt(path)
      res.writeHead(page === undefined ? 404 : 200, page?.headers).end(page?.html)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sentForms,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
