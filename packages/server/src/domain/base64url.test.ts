import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64Url } from './base64url.ts'

describe('decodeBase64Url', () => {
  it('reads what Node writes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase64Url(Buffer.from(bytes).toString('base64url'))).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it.each([
    ['padding', 'Zg=='],
    ['the other alphabet', '+/8'],
    ['a blank', 'Zm 9v'],
    ['a line break at its end', 'Zm9v\n'],
    ['unused bits that are not zero', 'Zh'],
    ['a character too many', 'Zm9vZ'],
    ['one character', 'A'],
    ['a letter of another script', 'Zm9ѵ'],
    ['NUL', 'Zm9v\u0000'],
  ])('refuses a text with %s', (_what, text) => {
    expect(decodeBase64Url(text)).toBeUndefined()
  })

  it('accepts one spelling of a sequence of bytes at most', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ABCabc019-_=+/ '), maxLength: 12 }), (text) => {
        const bytes = decodeBase64Url(text)
        if (bytes !== undefined) expect(bytes.toString('base64url')).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })
})
