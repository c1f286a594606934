/** Requests whose end can be seen in two places. In each stands a second one, which must never be carried out. */

export const SMUGGLED = 'PATCH /smuggled HTTP/1.1\r\nHost: tokens.example\r\nX-Rest: x\r\n\r\n'

const LENGTH = SMUGGLED.length
const HEX = LENGTH.toString(16)
const CHUNKED = 'Transfer-Encoding: chunked'
/** The second request as a chunk, and as what comes after the last one. */
const IN_A_CHUNK = `${HEX}\r\n${SMUGGLED}\r\n0\r\n\r\n`
const AFTER_THE_LAST = `0\r\n\r\n${SMUGGLED}`

export interface AmbiguousRequest {
  readonly title: string
  readonly method: string
  readonly version: string
  readonly headers: readonly string[]
  readonly body: string
  /** By the rule there are two requests here, and whoever obeys it carries out both. */
  readonly areTwo?: true
}

function ambiguous(title: string, headers: readonly string[], body: string, method = 'POST', version = '1.1'): AmbiguousRequest {
  return { title, method, version, headers, body }
}

const lengthOf = (text: string) => `Content-Length: ${text.length}`

export const SMUGGLING_SET: readonly AmbiguousRequest[] = [
  ambiguous('CL.TE', [lengthOf(AFTER_THE_LAST), CHUNKED], AFTER_THE_LAST),
  ambiguous('CL.TE in the other order', [CHUNKED, lengthOf(AFTER_THE_LAST)], AFTER_THE_LAST),
  ambiguous('TE.CL', [`Content-Length: ${HEX.length + 2}`, CHUNKED], IN_A_CHUNK),
  ambiguous('TE.CL of nothing', ['Content-Length: 0', CHUNKED], IN_A_CHUNK),
  ambiguous('TE.TE, chunked and identity', [CHUNKED, 'Transfer-Encoding: identity'], AFTER_THE_LAST),
  ambiguous('TE.TE, chunked twice', [CHUNKED, CHUNKED, lengthOf(AFTER_THE_LAST)], AFTER_THE_LAST),
  ambiguous('TE.TE in one line', ['Transfer-Encoding: chunked, identity'], AFTER_THE_LAST),
  ambiguous('TE.TE by a tabulator', ['Transfer-Encoding:\x0bchunked', lengthOf(AFTER_THE_LAST)], AFTER_THE_LAST),
  ambiguous('Transfer-Encoding: xchunked', ['Transfer-Encoding: xchunked', lengthOf(AFTER_THE_LAST)], AFTER_THE_LAST),
  ambiguous('chunks that end in a bare LF', [CHUNKED], `${HEX}\n${SMUGGLED}\n0\n\n`),
  ambiguous('a bare LF in a chunk extension', [CHUNKED], `2;\nxx\r\n${(LENGTH + 5).toString(16)}\r\n0\r\n\r\n${SMUGGLED}\r\n0\r\n\r\n`),
  ambiguous('a chunk extension of 20 kB', [CHUNKED], `${HEX};${'e'.repeat(20_000)}\r\n${SMUGGLED}\r\n0\r\n\r\n`),
  ambiguous('a chunk size beyond 64 bits', [CHUNKED], `10000000000000000\r\n${SMUGGLED}\r\n0\r\n\r\n`),
  ambiguous('two lengths', ['Content-Length: 0', `Content-Length: ${LENGTH}`], SMUGGLED),
  ambiguous('two lengths in the other order', [`Content-Length: ${LENGTH}`, 'Content-Length: 0'], SMUGGLED),
  ambiguous('two lengths in one line', [`Content-Length: 0, ${LENGTH}`], SMUGGLED),
  ambiguous('a length with a sign', [`Content-Length: +${LENGTH}`], SMUGGLED),
  ambiguous('a length in hexadecimal', [`Content-Length: 0x${HEX}`], SMUGGLED),
  ambiguous('GET with a body', [`Content-Length: ${LENGTH}`], SMUGGLED, 'GET'),
  ambiguous('GET with chunks', [CHUNKED], IN_A_CHUNK, 'GET'),
  ambiguous('HTTP/1.0 with chunks', [CHUNKED, 'Connection: keep-alive'], IN_A_CHUNK, 'POST', '1.0'),
  ambiguous('a blank before the colon of a length', [`Content-Length : ${LENGTH}`], SMUGGLED),
  ambiguous('a blank before the colon of a coding', ['Transfer-Encoding : chunked', lengthOf(AFTER_THE_LAST)], AFTER_THE_LAST),
  ambiguous('a folded coding', ['Transfer-Encoding:\r\n chunked', lengthOf(AFTER_THE_LAST)], AFTER_THE_LAST),
  // A fold is a blank (RFC 9112, section 5.2), so the first request has no body.
  { ...ambiguous('a length in a fold', [`X-Fold: a\r\n Content-Length: ${LENGTH}`], SMUGGLED), areTwo: true },
  ambiguous('a length after a bare LF', [`X-Line: a\nContent-Length: ${LENGTH}`], SMUGGLED),
  ambiguous('a length after a bare CR', [`X-Line: a\rContent-Length: ${LENGTH}`], SMUGGLED),
  ambiguous('a NUL in a header', ['X-Nul: a\0b', `Content-Length: ${LENGTH}`], SMUGGLED),
  ambiguous('a length that is named as one of the connection', ['Connection: Content-Length', `Content-Length: ${LENGTH}`], SMUGGLED),
  ambiguous('a length that waits to be asked for', ['Expect: 100-continue', `Content-Length: ${LENGTH}`], SMUGGLED),
]

export function bytesOf({ method, version, headers, body }: AmbiguousRequest, path: string): string {
  return `${method} ${path} HTTP/${version}\r\nHost: tokens.example\r\nContent-Type: application/json\r\n${headers.join('\r\n')}\r\n\r\n${body}`
}
