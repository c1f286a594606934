import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase62, encodeBase62 } from './base62.ts'

const LARGEST = 62n ** 16n - 1n

describe('base62', () => {
  it('reads back every number of 16 characters', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: LARGEST }), (value) => {
        const text = encodeBase62(value, 16)
        expect(text).toMatch(/^[0-9A-Za-z]{16}$/)
        expect(decodeBase62(text)).toBe(value)
      }),
    )
  })

  it('keeps leading zeros, and the order of numbers', () => {
    expect([encodeBase62(0n, 4), encodeBase62(61n, 4), encodeBase62(62n, 4)]).toEqual(['0000', '000z', '0010'])
    expect(encodeBase62(LARGEST, 16)).toBe('z'.repeat(16))
  })

  it('throws for a number that does not fit: cut off, it would be another one', () => {
    expect(() => encodeBase62(LARGEST + 1n, 16)).toThrow(RangeError)
    expect(() => encodeBase62(-1n, 16)).toThrow(RangeError)
  })

  it.each(['-', 'ab c', 'é', '😀', '00_0', '0\u0000'])('does not read %j', (text) => {
    expect(decodeBase62(text)).toBeUndefined()
  })
})
