/** The Node server around an app: limits of time and size on the socket, answers to what is no HTTP, and an orderly end. */
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, Server as TlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { App } from './app.ts'
import { type Connections, createConnections } from './connections.ts'
import { asksToUpgrade, createRequestLines, hasMalformedLine } from './request-lines.ts'
import { answerUnreadable, endWith } from './unreadable-requests.ts'

export interface HttpServerOptions {
  readonly app: Pick<App, 'handle' | 'newRequestId' | 'refuseHead'>
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
  /** Without a byte in either direction while an answer is due: a caller that does not read. */
  stalledMs: 30_000,
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
  server.timeout = limits.stalledMs
  // Who has said that it sends no more is still answered (RFC 9112, section 9.6, closes one direction at a time). Node has this switch in all
  // releases that we support, and neither documents nor types it.
  Object.assign(server, { httpAllowHalfOpen: true })
  server.maxRequestsPerSocket = 10_000
  // All headers are seen: their number is bounded by their size, and Node would drop those beyond its count without a word.
  server.maxHeadersCount = 0
  server.maxConnections = limits.maxConnections
  server.on('drop', onDropped)
  const silent = trackSilent(server)
  const connections = createConnections((req, res) => app.handle(req, res))
  const lines = createRequestLines()
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    noteAddress(socket)
    lines.watch(socket)
  })
  const take = (req: IncomingMessage, res: ServerResponse) => {
    silent.note(req.socket)
    lines.pass(req)
    if (hasMalformedLine(req) || asksToUpgrade(req)) res.shouldKeepAlive = false
    connections.take(req, res)
  }
  // An expectation that we do not know is passed over, as RFC 9110, section 10.1.1 allows; Node alone would answer 417.
  server.on('request', take).on('checkExpectation', take)
  server.on('clientError', (error, socket) => answerUnreadable(error, socket, { app, connections, lines }))
  server.on('connect', (_req, socket) => {
    if (connections.stateOf(socket) === 'idle') endWith(socket, 405, app.newRequestId(), { headers: { allow: '' } })
    else connections.end(socket)
  })

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => {
          server.removeListener('error', reject)
          resolve((server.address() as AddressInfo).port)
        })
      }),
    stop: () => stop(server, { connections, silent }, limits),
  }
}

/** Node forgets whose a connection was when it has gone, unless somebody has asked before; and limits count by addresses. */
function noteAddress(socket: Socket): void {
  if (socket.remoteAddress === undefined) socket.destroy()
}

/** Connections without a request so far. Node takes them for busy. */
function trackSilent(server: Server): { end(which: (socket: Socket) => boolean): void; note(socket: Socket): void } {
  const silent = new Set<Socket>()
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  return {
    note: (socket) => void silent.delete(socket),
    end(which) {
      for (const socket of silent) if (which(socket)) socket.destroy()
    },
  }
}

interface Tracked {
  readonly connections: Connections
  readonly silent: ReturnType<typeof trackSilent>
}

function stop(server: Server, { connections, silent }: Tracked, limits: typeof LIMITS): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) return resolve()
    const timers = [
      setTimeout(() => silent.end(() => true), limits.firstRequestMs),
      setTimeout(() => server.closeAllConnections(), limits.stopDeadlineMs),
    ]
    connections.endAll()
    server.close(() => {
      for (const timer of timers) clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
    silent.end((socket) => socket.bytesRead === 0)
  })
}
