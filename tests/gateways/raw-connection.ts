/** A connection by TLS on which bytes go out as they are, and everything that comes back is kept. */
import { once } from 'node:events'
import { connect } from 'node:tls'

export interface RawConnection {
  send(bytes: string): void
  /** Statuses of the answers so far, interim ones left out. */
  statuses(): readonly number[]
  received(): string
  /** Resolves when so many answers have begun, or the connection is closed. */
  untilAnswered(count: number): Promise<void>
  /** Says that nothing more comes, and waits until the other side has closed too. */
  finish(): Promise<void>
}

const STATUS_LINE = /HTTP\/1\.[01] ([2-5]\d\d) /g
const DEADLINE_MS = 30_000

export async function openRaw(port: number, ca: string): Promise<RawConnection> {
  const socket = connect({ host: '127.0.0.1', port, ca, servername: 'tokens.example' })
  let received = ''
  const waiting = new Set<() => void>()
  const tell = () => {
    for (const look of waiting) look()
  }
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk
    tell()
  })
  socket.setTimeout(DEADLINE_MS, () => socket.destroy())
  socket.on('error', () => {}) // a front end may reset what it refuses
  let isClosed = false
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      isClosed = true
      tell()
      resolve()
    })
  })
  await Promise.race([once(socket, 'secureConnect'), closed])
  const statuses = () => [...received.matchAll(STATUS_LINE)].map(([, status]) => Number(status))
  return {
    send: (bytes) => void socket.write(bytes, 'latin1'),
    statuses,
    received: () => received,
    untilAnswered: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (!isClosed && statuses().length < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    async finish() {
      socket.end()
      await closed
    },
  }
}
