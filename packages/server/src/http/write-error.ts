import type { IncomingMessage, ServerResponse } from 'node:http'
import { NO_STORE } from '../front-doors/no-store.ts'
import type { WireError } from '../front-doors/wire-error.ts'

/** A caller that is still sending gets this much more read, so that it sees the answer instead of a reset connection. */
const LINGER = { milliseconds: 1000, bytes: 16 * 1024 * 1024 } as const

/** Writes an error straight to the socket's answer, past the router: there may be none yet. Does nothing if an answer has begun. */
export function writeError(req: IncomingMessage, res: ServerResponse, { status, headers, body }: WireError): void {
  if (res.headersSent || res.destroyed) return
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body)
  res.writeHead(status, {
    ...NO_STORE,
    ...(text === '' ? {} : { 'content-type': 'application/json' }),
    ...headers,
    'content-length': Buffer.byteLength(text),
    ...(status === 413 ? { connection: 'close' } : {}),
  })
  if (status !== 413 || req.complete) return void res.end(text)
  res.write(text)
  linger(req, () => res.end())
}

/** A connection that is closed while bytes are unread is reset, and the reset may overtake the answer (RFC 9112, section 9.6). */
function linger(req: IncomingMessage, close: () => void): void {
  let read = 0
  const timer = setTimeout(finish, LINGER.milliseconds)
  function finish(): void {
    clearTimeout(timer)
    req.removeListener('data', count)
    close()
  }
  function count(chunk: Buffer): void {
    read += chunk.length
    if (read > LINGER.bytes) finish()
  }
  req.on('data', count).once('end', finish).once('close', finish)
}
