/** The Node server around an app: limits of time and size on the socket, answers to what is no HTTP, and an orderly end. */
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import { createServer as createTlsServer, Server as TlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { App } from './app.ts'

export interface HttpServerOptions {
  readonly app: Pick<App, 'handle' | 'newRequestId'>
  /** PEM. undefined: plain http */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer } | undefined
  readonly limits?: Partial<typeof LIMITS>
  /** A connection was closed as it came, because there are too many. */
  readonly onDropped?: () => void
}

export interface HttpServer {
  /** @returns the port, which is another one than asked for where 0 was asked */
  listen(port: number, host: string): Promise<number>
  /** Takes no new connection, lets requests under way finish, then closes; what is not finished in ten seconds is cut off. */
  stop(): Promise<void>
}

const LIMITS = {
  maxConnections: 10_000,
  headersTimeoutMs: 10_000,
  /** For the whole request, its body too. */
  requestTimeoutMs: 20_000,
  /** Longer than the 60 s for which load balancers keep a connection, so that they close it and not we, under a request. */
  keepAliveTimeoutMs: 65_000,
  stopDeadlineMs: 10_000,
  /** At a stop: how long a first request may still take to arrive. */
  firstRequestMs: 1000,
}

export function createHttpServer({ app, tls, limits: given, onDropped = () => {} }: HttpServerOptions): HttpServer {
  const limits = { ...LIMITS, ...given }
  const options = {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: 1000,
    maxHeaderSize: 16 * 1024,
    insecureHTTPParser: false,
    // The app refuses a request without a host itself, in the shape of its path.
    requireHostHeader: false,
    noDelay: true,
  }
  const server: Server = tls === undefined ? createPlainServer(options) : createTlsServer({ ...options, ...tls, minVersion: 'TLSv1.2' })
  server.maxRequestsPerSocket = 10_000
  // All headers are seen: their number is bounded by their size, and Node would drop those beyond its count without a word.
  server.maxHeadersCount = 0
  server.maxConnections = limits.maxConnections
  server.on('drop', onDropped)
  const underWay = trackAnswers(server, app)
  server.on('clientError', (error, socket) => answerUnreadable(error, socket, app.newRequestId(), underWay.has(socket)))
  server.on('connect', (_req, socket) => endWith(socket, 405, app.newRequestId(), 'Allow: \r\n'))

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => {
          server.removeListener('error', reject)
          resolve((server.address() as AddressInfo).port)
        })
      }),
    stop: () => stop(server, underWay, limits),
  }
}

/** Hands requests to the app, and knows which sockets are owed an answer. */
function trackAnswers(server: Server, app: Pick<App, 'handle'>) {
  const answers = new Map<Duplex, ServerResponse>()
  /** Connections without a request so far. Node takes them for busy. */
  const silent = new Set<Socket>()
  let isStopping = false
  const watch = (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  }
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', watch)
  const take = (req: IncomingMessage, res: ServerResponse) => {
    const { socket } = req
    silent.delete(socket)
    answers.set(socket, res)
    res.once('close', () => {
      if (answers.get(socket) === res) answers.delete(socket)
    })
    if (isStopping) res.shouldKeepAlive = false
    app.handle(req, res)
  }
  // An expectation that we do not know is passed over, as RFC 9110, section 10.1.1 allows; Node alone would answer 417.
  server.on('request', take).on('checkExpectation', take)
  return {
    /** Whether bytes of an answer may be on this socket already. */
    has: (socket: Duplex) => answers.get(socket)?.headersSent === true,
    /** From now on every answer is the last of its connection. */
    endConnections() {
      isStopping = true
      for (const res of answers.values()) if (!res.headersSent) res.shouldKeepAlive = false
    },
    endSilent(which: (socket: Socket) => boolean) {
      for (const socket of silent) if (which(socket)) socket.destroy()
    },
  }
}

function stop(server: Server, underWay: ReturnType<typeof trackAnswers>, limits: typeof LIMITS): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) return resolve()
    const timers = [
      setTimeout(() => underWay.endSilent(() => true), limits.firstRequestMs),
      setTimeout(() => server.closeAllConnections(), limits.stopDeadlineMs),
    ]
    underWay.endConnections()
    server.close(() => {
      for (const timer of timers) clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
    underWay.endSilent((socket) => socket.bytesRead === 0)
  })
}

const STATUS_OF_ERROR: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
}

/** Nothing of the error is told: it is the caller's bytes, or our parser's words. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex, requestId: string, answerBegun: boolean): void {
  if (error.code === 'ECONNRESET' || !socket.writable || answerBegun) return void socket.destroy()
  endWith(socket, STATUS_OF_ERROR[error.code ?? ''] ?? 400, requestId)
}

/** What comes in after a last answer is read and dropped for so long, so that no reset overtakes the answer (RFC 9112, section 9.6). */
const LINGER_MS = 1000

function endWith(socket: Duplex, status: number, requestId: string, header = ''): void {
  const reason = STATUS_CODES[status] ?? ''
  const body = JSON.stringify({ error: reason.toLowerCase().replaceAll(' ', '_'), message: 'The request cannot be answered.', requestId })
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n` +
      `Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nX-Request-Id: ${requestId}\r\n${header}\r\n${body}`,
  )
  // After a timeout the parser is whole, and would take the rest of a late request for a good one.
  const timer = setTimeout(() => socket.destroy(), status === 408 ? 0 : LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
}
