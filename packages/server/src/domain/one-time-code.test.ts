import { describe, expect, test } from 'vitest'
import { chargeBucket } from './limit.ts'
import { chanceOfGuess, drawCode, FOUR_DIGITS, mostPerDay, SIX_DIGITS } from './one-time-code.ts'
import type { Randomness } from './randomness.ts'

const DAY_MS = 86_400_000

/** Draws these numbers, one after the other. */
function drawing(...numbers: number[]): Randomness {
  return {
    bytes(size) {
      const bytes = Buffer.alloc(size)
      bytes.writeUInt32BE(numbers.shift() ?? expect.fail('drew once more'))
      return bytes
    },
  }
}

describe('a code', () => {
  test('has all its digits, also those that are nought', () => {
    expect(drawCode(drawing(0), SIX_DIGITS)).toBe('000000')
    expect(drawCode(drawing(42), SIX_DIGITS)).toBe('000042')
    expect(drawCode(drawing(1_234_567), SIX_DIGITS)).toBe('234567')
    expect(drawCode(drawing(12_345), FOUR_DIGITS)).toBe('2345')
  })

  test('is drawn again where the last numbers of four bytes would make some codes likelier', () => {
    expect(drawCode(drawing(4_294_000_000, 7), SIX_DIGITS)).toBe('000007')
    expect(drawCode(drawing(4_293_999_999), SIX_DIGITS)).toBe('999999')
  })
})

describe.each([
  ['six digits', SIX_DIGITS],
  ['four digits', FOUR_DIGITS],
])('guessing at %s', (_name, shape) => {
  test('is right less than once in a thousand days', () => {
    expect(chanceOfGuess(shape)).toBeLessThan(1 / 1000)
  })

  test('is let through no more often in any day than the arithmetic says', () => {
    const { guesses } = shape
    let emptyAt = 0
    const allowed: number[] = []
    // Who tries every ten seconds for three days takes all that the bucket gives.
    for (let at = DAY_MS; at < 4 * DAY_MS; at += 10_000) {
      const charged = chargeBucket(emptyAt, { limit: guesses, cost: 1 }, at)
      if (!('emptyAt' in charged)) continue
      emptyAt = charged.emptyAt
      allowed.push(at)
    }
    const inADay = allowed.map((from) => allowed.filter((at) => at >= from && at <= from + DAY_MS).length)
    expect(Math.max(...inADay)).toBe(mostPerDay(guesses))
  })
})
