import { connect } from 'node:net'
import { parseAnswer, type RawAnswer } from '../../vectors/raw-socket.ts'

const DEADLINE_MS = 20_000

/**
 * Sends bytes that may be no request at all, and says that there will be no more.
 * @returns the first answer; undefined if the server closed the connection without one, as it may with half a request
 * @throws Error if the server keeps the connection for twenty seconds
 */
export function sendAnything(port: number, bytes: Buffer): Promise<RawAnswer | undefined> {
  // Empty lines before a request are passed over (RFC 9112, section 2.2).
  const isHead = /^[\r\n]*HEAD /.test(bytes.toString('latin1'))
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    const deadline = setTimeout(() => {
      socket.destroy()
      reject(new Error(`the server has kept the connection for ${DEADLINE_MS} ms`))
    }, DEADLINE_MS)
    const finish = (isOver: boolean) => {
      const answer = parseAnswer(Buffer.concat(chunks), { isHead, isOver })
      if (answer === undefined && !isOver) return
      clearTimeout(deadline)
      resolve(answer)
      socket.destroy()
    }
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      finish(false)
    })
    socket.on('end', () => finish(true))
    // A reset is the server's word for: I read no further. What has come until then counts.
    socket.on('error', () => finish(true))
    socket.on('close', () => finish(true))
  })
}
