/** What is answered where the bytes of a connection are no request that can be read, or stop coming. */

import type { IncomingMessage } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { RequestRefused } from '../front-doors/request-refused.ts'
import type { WireError } from '../front-doors/wire-error.ts'
import type { App } from './app.ts'
import type { Connections } from './connections.ts'
import type { BrokenHead, RequestLines } from './request-lines.ts'

interface Unreadable {
  readonly app: Pick<App, 'newRequestId' | 'refuseHead'>
  readonly connections: Connections
  readonly lines: RequestLines
}

interface Told {
  readonly headers?: WireError['headers']
  readonly body?: WireError['body']
  readonly isBodiless?: boolean
}

const STATUS_OF_ERROR: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
}

/**
 * Nothing of the error is told: it is the caller's bytes, or our parser's words. Where a request is under way its own answer is the
 * last: what is sent after it must not be taken for the answer of another.
 */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex, { app, connections, lines }: Unreadable): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const status = STATUS_OF_ERROR[error.code ?? ''] ?? 400
  switch (connections.stateOf(socket)) {
    case 'idle':
      refuseHead(app, socket, status, lines.brokenHeadOf(socket))
      break
    case 'reading':
      if (status === 408) {
        const { method = '', url = '', headers } = connections.currentOf(socket) ?? {}
        refuseHead(app, socket, status, { method, target: url, host: headers?.host })
        break
      }
      connections.end(socket)
      refuseBody(connections.currentOf(socket), status)
      break
    case 'working':
      connections.end(socket)
      break
    case 'answering':
    case 'over':
      socket.destroy()
  }
}

/** A body that breaks off in nonsense is refused by whoever reads it, now or later, in the shape of its path. Who does not read it has no use for it. */
function refuseBody(req: IncomingMessage | undefined, status: number): void {
  const refused = new RequestRefused(status === 413 ? 'content_too_large' : 'bad_request')
  if (req === undefined) return
  if (req.listenerCount('error') > 0) return void req.emit('error', refused)
  const tell = (event: string | symbol) => {
    if (event !== 'error') return
    req.removeListener('newListener', tell)
    process.nextTick(() => req.emit('error', refused))
  }
  req.on('newListener', tell)
}

/** In the shape of the door whose path it is, where the first line has come. That it is too long or too late, its status says. */
async function refuseHead(app: Unreadable['app'], socket: Duplex, status: number, head: BrokenHead | undefined): Promise<void> {
  const requestId = app.newRequestId()
  const told = head && (await app.refuseHead(head, requestId))
  if (!socket.writable) return void socket.destroy()
  if (told === undefined) return endWith(socket, status, requestId)
  endWith(socket, status === 400 ? told.status : status, requestId, {
    ...(told.headers === undefined ? {} : { headers: told.headers }),
    body: told.body ?? '',
    isBodiless: head?.method === 'HEAD',
  })
}

/** What comes in after a last answer is read and dropped for so long, so that no reset overtakes the answer (RFC 9112, section 9.6). */
const LINGER_MS = 1000

/** @param told in place of what is said plainly */
export function endWith(socket: Duplex, status: number, requestId: string, { headers, body, isBodiless = false }: Told = {}): void {
  const reason = STATUS_CODES[status] ?? ''
  const plain = { error: reason.toLowerCase().replaceAll(' ', '_'), message: 'The request cannot be answered.', requestId }
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? plain)
  const lines = Object.entries({
    ...(text === '' ? {} : { 'content-type': 'application/json' }),
    'cache-control': 'no-store',
    ...headers,
    connection: 'close',
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${isBodiless ? '' : text}`)
  // After a timeout the parser is whole, and would take the rest of a late request for a good one.
  const timer = setTimeout(() => socket.destroy(), status === 408 ? 0 : LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
}
