/** Byte mutations of requests, drawn by fast-check so that a failure shrinks to few of them. */
import fc from 'fast-check'

/** What breaks parsers: separators, quotes, nulls, escapes, half of a character, numbers beyond their type. */
const SPLINTERS: readonly string[] = [
  '\0',
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  '\t',
  ' ',
  ':',
  ';',
  ',',
  '.',
  '..',
  '/',
  '//',
  '\\',
  '%',
  '%00',
  '%0d%0a',
  '%ff',
  '%2e%2e%2f',
  '&',
  '=',
  '?',
  '#',
  '+',
  '"',
  "'",
  '\\u0000',
  '\\ud800',
  '{',
  '}',
  '[',
  ']',
  'null',
  'true',
  '-1',
  '0',
  '1e400',
  '99999999999999999999',
  '__proto__',
  'constructor',
  'é',
  'ﬀ',
  '\u202e',
  '😀',
  '\xff',
  '\xc0\xaf',
  'Bearer ',
  'eyJ',
  'Transfer-Encoding: chunked\r\n',
  'Content-Length: 0\r\n',
  'Host: localhost\r\n',
  'Authorization: x\r\n',
]

export type Mutation =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'delete'; readonly at: number; readonly length: number }
  | { readonly kind: 'double'; readonly at: number; readonly length: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'blow_up'; readonly at: number; readonly length: number }

/** A place, as a part of a million of the request's length. */
const place = fc.nat({ max: 1_000_000 })

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat({ max: 7 }) }),
  fc.record({ kind: fc.constant('insert' as const), at: place, text: fc.constantFrom(...SPLINTERS) }),
  fc.record({ kind: fc.constant('insert' as const), at: place, text: fc.string({ unit: 'binary', maxLength: 8 }) }),
  fc.record({ kind: fc.constant('delete' as const), at: place, length: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('double' as const), at: place, length: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({ kind: fc.constant('blow_up' as const), at: place, length: fc.constantFrom(100, 5000, 20_000, 70_000) }),
)

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(mutation, { minLength: 1, maxLength: 4 })

export function mutate(request: Buffer, edits: readonly Mutation[]): Buffer {
  return edits.reduce(apply, request)
}

function apply(bytes: Buffer, edit: Mutation): Buffer {
  const at = Math.floor((edit.at / 1_000_001) * bytes.length)
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
  switch (edit.kind) {
    case 'flip': {
      const flipped = Buffer.from(bytes)
      if (flipped.length > 0) flipped[at] = (flipped[at] ?? 0) ^ (1 << edit.bit)
      return flipped
    }
    case 'insert':
      return Buffer.concat([before, Buffer.from(edit.text, 'utf8'), after])
    case 'delete':
      return Buffer.concat([before, after.subarray(edit.length)])
    case 'double':
      return Buffer.concat([before, after.subarray(0, edit.length), after])
    case 'cut':
      return Buffer.from(before)
    case 'blow_up':
      return Buffer.concat([before, Buffer.alloc(edit.length, 'a'), after])
  }
}
