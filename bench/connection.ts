/**
 * One keep-alive connection, one request at a time. Only what the two servers of a comparison answer is understood: HTTP/1.1 with
 * `Content-Length`. A whole HTTP client would cost the machine more than what it measures.
 */
import { once } from 'node:events'
import { connect } from 'node:net'

export interface Answer {
  readonly status: number
  readonly body: string
}

export interface Connection {
  /** @param request the whole text of it */
  ask(request: string): Promise<Answer>
  close(): void
}

interface Asker {
  readonly resolve: (answer: Answer) => void
  readonly reject: (reason: Error) => void
}

export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  let asker: Asker | undefined
  let received = ''

  function settle(act: (asker: Asker) => void): void {
    const settled = asker
    asker = undefined
    if (settled !== undefined) act(settled)
  }

  socket.setEncoding('latin1') // one character a byte, so that lengths agree
  socket.on('data', (chunk: string) => {
    received += chunk
    const answer = readAnswer(received)
    if (answer === undefined) return
    received = ''
    settle(({ resolve }) => resolve(answer))
  })
  socket.on('error', (error) => settle(({ reject }) => reject(error)))
  socket.on('close', () => settle(({ reject }) => reject(new Error('the server has closed the connection'))))

  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        asker = { resolve, reject }
        socket.write(request, 'latin1')
      }),
    close: () => void socket.destroy(),
  }
}

/** @returns undefined as long as something is missing */
function readAnswer(text: string): Answer | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [, length] = /^content-length: (\d+)\r$/im.exec(text.slice(0, end + 1)) ?? []
  if (length === undefined) throw new Error(`an answer without a length: ${text.slice(0, end)}`)
  const body = text.slice(end + 4)
  if (body.length < Number(length)) return undefined
  return { status: Number(text.slice(9, 12)), body }
}

/** The text of a request. */
export function writeRequest(path: string, headers: Readonly<Record<string, string>>, body = ''): string {
  const all = { host: '127.0.0.1', ...headers, 'content-length': String(body.length) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}
