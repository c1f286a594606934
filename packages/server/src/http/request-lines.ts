/**
 * The first line of each request as it was written. Node's parser passes over blanks between its parts and takes the versions of other
 * protocols for some of HTTP's, and says neither: what is in front of us may read such a line in another way. So the bytes are looked at
 * before the parser gets them, and the place where a request begins follows from the framing of the one before, as the parser has read it.
 */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** RFC 9112, section 3: one blank each, and nothing else. What may stand in a target is for others to say. */
const REQUEST_LINE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [^\s]+ HTTP\/\d\.\d\r\n$/
const PARTS = /^([A-Za-z-]+) +(\S+) /

const NOTHING = Buffer.alloc(0)

interface Reading {
  /** From the beginning of what is expected; it is let go as it is passed. */
  held: Buffer
  /** So much of a body is still to come. */
  skipped: number
  /** `nothing`: what follows belongs to no request of ours. */
  next: 'head' | 'chunk' | 'trailer' | 'nothing'
}

/** What is known of a request whose head cannot be read, as far as it came. */
export interface BrokenHead {
  readonly method: string
  readonly target: string
  readonly host: string | undefined
}

export interface RequestLines {
  watch(socket: Socket): void
  /** Passes on to the request behind this one. To be called for each, while the parser tells of it. */
  pass(req: IncomingMessage): void
  /** undefined: its first line is not whole, or is none */
  brokenHeadOf(socket: Duplex): BrokenHead | undefined
}

const malformed = new WeakSet<IncomingMessage>()

/** Whether a request came with a first line that says more or less than its three parts. */
export function hasMalformedLine(req: IncomingMessage): boolean {
  return malformed.has(req)
}

/**
 * Whether what follows a request may be meant for another protocol (RFC 9110, section 7.8). We know none and answer it as any other; but Node's
 * parser drops what came along with it, so the answer is the last of its connection.
 */
export function asksToUpgrade({ headers }: IncomingMessage): boolean {
  return headers.upgrade !== undefined
}

export function createRequestLines(): RequestLines {
  const readings = new WeakMap<Duplex, Reading>()
  return {
    watch(socket) {
      const reading: Reading = { held: NOTHING, skipped: 0, next: 'head' }
      readings.set(socket, reading)
      // Before the parser, whose listener is there already.
      socket.prependListener('data', (bytes: Buffer) => {
        if (reading.next === 'nothing') return
        reading.held = reading.held.length === 0 ? bytes : Buffer.concat([reading.held, bytes])
        passBody(reading)
      })
    },
    pass(req) {
      const reading = readings.get(req.socket)
      if (reading === undefined) return
      const lineEnd = reading.held.indexOf('\n') + 1
      const end = reading.held.indexOf('\r\n\r\n', lineEnd - 2)
      if (lineEnd === 0 || end < 0 || !REQUEST_LINE.test(reading.held.toString('latin1', 0, lineEnd))) malformed.add(req)
      reading.held = end < 0 ? NOTHING : reading.held.subarray(end + 4)
      reading.skipped = Number(req.headers['content-length'] ?? 0)
      if (req.headers['transfer-encoding'] !== undefined) reading.next = 'chunk'
      if (asksToUpgrade(req)) Object.assign(reading, { held: NOTHING, next: 'nothing' })
      else passBody(reading)
    },
    brokenHeadOf(socket) {
      const { held = NOTHING, next } = readings.get(socket) ?? {}
      const head = held.toString('latin1')
      const [, method, target] = PARTS.exec(head.slice(0, head.indexOf('\r\n') + 1)) ?? []
      if (next !== 'head' || method === undefined || target === undefined) return undefined
      return { method, target, host: /\r\nhost:[ \t]*(\S+)[ \t]*\r\n/i.exec(head)?.[1] }
    },
  }
}

/** Empty lines before a request are passed over (RFC 9112, section 2.2). */
function blanksBefore(held: Buffer): number {
  let blanks = 0
  while (held[blanks] === 0x0d || held[blanks] === 0x0a) blanks += 1
  return blanks
}

/** Lets go of what belongs to a body, whose framing the parser refuses itself where it is wrong (RFC 9112, section 7.1). */
function passBody(reading: Reading): void {
  for (;;) {
    const passed = Math.min(reading.skipped, reading.held.length)
    reading.held = reading.held.subarray(passed)
    reading.skipped -= passed
    if (reading.skipped > 0) break
    if (reading.next === 'head') {
      reading.held = reading.held.subarray(blanksBefore(reading.held))
      break
    }
    const lineEnd = reading.held.indexOf('\n') + 1
    if (lineEnd === 0) break
    const line = reading.held.toString('latin1', 0, lineEnd)
    reading.held = reading.held.subarray(lineEnd)
    if (reading.next === 'trailer') reading.next = line === '\r\n' ? 'head' : 'trailer'
    else {
      const size = Number.parseInt(line, 16)
      if (size === 0) reading.next = 'trailer'
      else reading.skipped = size + 2
    }
  }
  if (reading.held.length === 0) reading.held = NOTHING // else the whole block in which it was read stays in memory
}
