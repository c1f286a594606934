import { connect } from 'node:net'

/** An answer as it came over the socket. */
export interface RawAnswer {
  readonly statusLine: string
  readonly status: number
  /** By name in lower case; a header that came twice has its values joined with ", ". */
  readonly headers: ReadonlyMap<string, string>
  /** The head as it stood on the wire. */
  readonly head: string
  readonly body: string
}

const DEADLINE_MS = 15_000

/**
 * Sends bytes as they are on a connection of their own and reads one answer.
 * @throws Error if the connection ends or 15 s pass before a whole answer
 */
export function sendRaw(port: number, bytes: string | Buffer, host = '127.0.0.1'): Promise<RawAnswer> {
  const isHead = Buffer.from(bytes).toString('latin1', 0, 5) === 'HEAD '
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, host, () => socket.write(bytes))
    const deadline = setTimeout(() => socket.destroy(new Error('no whole answer in time')), DEADLINE_MS)
    const finish = (isOver: boolean) => {
      const answer = parseAnswer(Buffer.concat(chunks), { isHead, isOver })
      if (answer !== undefined) {
        resolve(answer)
        socket.destroy()
      }
    }
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      finish(false)
    })
    socket.on('end', () => finish(true))
    socket.on('error', reject)
    socket.on('close', () => {
      clearTimeout(deadline)
      reject(new Error(`the connection ended without a whole answer: ${Buffer.concat(chunks).toString('latin1')}`))
    })
  })
}

/** @returns undefined while the answer is not whole */
export function parseAnswer(
  bytes: Buffer,
  { isHead, isOver }: { readonly isHead: boolean; readonly isOver: boolean },
): RawAnswer | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = bytes.toString('latin1', 0, headEnd)
  const [statusLine = '', ...lines] = head.split('\r\n')
  const status = Number(statusLine.split(' ')[1])
  if (status === 100) return parseAnswer(bytes.subarray(headEnd + 4), { isHead, isOver })
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const before = headers.get(name)
    headers.set(name, (before === undefined ? '' : `${before}, `) + line.slice(colon + 1).trim())
  }
  const rest = bytes.subarray(headEnd + 4)
  const body = isHead || status === 204 || status === 304 ? Buffer.alloc(0) : readBody(rest, headers, isOver)
  return body && { statusLine, status, headers, head, body: body.toString('utf8') }
}

/** RFC 9112, section 6.3. */
function readBody(rest: Buffer, headers: ReadonlyMap<string, string>, isOver: boolean): Buffer | undefined {
  if (headers.get('transfer-encoding') === 'chunked') return readChunks(rest)
  const length = headers.get('content-length')
  if (length === undefined) return isOver ? rest : undefined
  return rest.length >= Number(length) ? rest.subarray(0, Number(length)) : undefined
}

function readChunks(rest: Buffer): Buffer | undefined {
  const chunks: Buffer[] = []
  for (let start = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', start)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(rest.toString('latin1', start, lineEnd), 16)
    const end = lineEnd + 2 + size
    if (rest.length < end + 2) return undefined
    if (size === 0) return Buffer.concat(chunks)
    chunks.push(rest.subarray(lineEnd + 2, end))
    start = end + 2
  }
}
