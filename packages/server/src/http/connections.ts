/**
 * What is under way on each connection. Requests that come in one go (pipelining, RFC 9112, section 9.3.2) are begun one after the other:
 * one connection does not cost more than one request at a time, nothing is done for a caller that has gone, and no answer overtakes
 * another.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** So many may wait behind one another. What comes after them is not begun: the last of them is the last of its connection. */
const MAX_WAITING = 100

interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
}

interface Connection {
  current: Exchange | undefined
  waiting: Exchange[]
  /** The request of the newest answer: its body may still be arriving. */
  answered: IncomingMessage | undefined
  /** What comes after this is not read any more. */
  isEnding: boolean
  /** What came behind the last that may wait was dropped. */
  isFull: boolean
}

export interface Connections {
  take(req: IncomingMessage, res: ServerResponse): void
  /** What a socket is in the middle of when its bytes stop making sense. */
  stateOf(socket: Duplex): 'idle' | 'reading' | 'working' | 'answering' | 'over'
  /** The request whose body is being read. */
  currentOf(socket: Duplex): IncomingMessage | undefined
  /** The last of what is under way on this connection is its last answer. */
  end(socket: Duplex): void
  /** From now on every answer is the last of its connection. */
  endAll(): void
}

/** @param begin does the work of a request */
export function createConnections(begin: (req: IncomingMessage, res: ServerResponse) => void): Connections {
  const connections = new Map<Duplex, Connection>()
  let isStopping = false

  function of(socket: Duplex): Connection {
    const found = connections.get(socket)
    if (found !== undefined) return found
    const made: Connection = { current: undefined, waiting: [], answered: undefined, isEnding: false, isFull: false }
    connections.set(socket, made)
    socket.once('close', () => {
      made.waiting = []
      connections.delete(socket)
    })
    return made
  }

  function beginOn(connection: Connection, exchange: Exchange): void {
    const { req, res } = exchange
    const { socket } = req
    connection.current = exchange
    if (isStopping || (connection.isEnding && connection.waiting.length === 0)) res.shouldKeepAlive = false
    res.once('close', () => {
      connection.current = undefined
      connection.answered = req
      const next = socket.destroyed ? undefined : connection.waiting.shift()
      if (next !== undefined) beginOn(connection, next)
    })
    begin(req, res)
  }

  return {
    take(req, res) {
      const connection = of(req.socket)
      if (connection.current === undefined) return beginOn(connection, { req, res })
      if (connection.waiting.length < MAX_WAITING && !connection.isFull) return void connection.waiting.push({ req, res })
      connection.isFull = true
      connection.isEnding = true
      req.socket.pause()
    },
    stateOf(socket) {
      const { current, answered, isEnding } = of(socket)
      if (isEnding) return 'over'
      if (current === undefined) return answered === undefined || answered.complete ? 'idle' : 'over'
      if (current.res.headersSent) return 'answering'
      return current.req.complete ? 'working' : 'reading'
    },
    currentOf: (socket) => connections.get(socket)?.current?.req,
    end(socket) {
      const connection = of(socket)
      connection.isEnding = true
      const { current, waiting } = connection
      if (current !== undefined && waiting.length === 0 && !current.res.headersSent) current.res.shouldKeepAlive = false
    },
    endAll() {
      isStopping = true
      for (const { current } of connections.values()) if (current?.res.headersSent === false) current.res.shouldKeepAlive = false
    },
  }
}
