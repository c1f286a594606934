import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketKey, chargeBucket, type Limit } from './limit.ts'

const NOW = 1_790_000_000_000
const LIMIT: Limit = { burst: 3, secondsPerUnit: 60 }

/** Charges one unit at each instant. @returns whether each was allowed */
function chargeAt(instants: readonly number[], limit = LIMIT, cost = 1): boolean[] {
  let emptyAt = 0
  return instants.map((at) => {
    const charged = chargeBucket(emptyAt, { limit, cost }, at)
    if ('waitMs' in charged) return false
    emptyAt = charged.emptyAt
    return true
  })
}

describe('chargeBucket', () => {
  it('lets a burst through at once and refuses the next', () => {
    expect(chargeAt([NOW, NOW, NOW, NOW])).toEqual([true, true, true, false])
  })

  it('has room for one more after each unit of time, and not a millisecond sooner', () => {
    expect(chargeAt([NOW, NOW, NOW, NOW + 59_999, NOW + 60_000, NOW + 60_000])).toEqual([true, true, true, false, true, false])
  })

  it('does not save up more than a burst in a long quiet time', () => {
    expect(chargeAt([NOW, ...new Array<number>(4).fill(NOW + 86_400_000)])).toEqual([true, true, true, true, false])
  })

  it('takes a higher cost for as many units', () => {
    expect(chargeBucket(0, { limit: LIMIT, cost: 3 }, NOW)).toEqual({ emptyAt: NOW + 180_000 })
    expect(chargeBucket(NOW + 60_000, { limit: LIMIT, cost: 3 }, NOW)).toEqual({ waitMs: 60_000 })
  })

  const limits = fc.record({ burst: fc.integer({ min: 1, max: 100 }), secondsPerUnit: fc.integer({ min: 1, max: 3600 }) })

  it('says exactly how long to wait: then there is room, a millisecond sooner there is none', () => {
    fc.assert(
      fc.property(limits, fc.nat(1_000_000_000), (limit, ahead) => {
        const emptyAt = NOW + ahead
        const refused = chargeBucket(emptyAt, { limit, cost: 1 }, NOW)
        fc.pre('waitMs' in refused)
        const waitMs = 'waitMs' in refused ? refused.waitMs : 0
        expect(chargeBucket(emptyAt, { limit, cost: 1 }, NOW + waitMs)).toHaveProperty('emptyAt')
        expect(chargeBucket(emptyAt, { limit, cost: 1 }, NOW + waitMs - 1)).toHaveProperty('waitMs')
      }),
    )
  })

  it('never lets more through in any time than the burst and what that time refills', () => {
    fc.assert(
      fc.property(limits, fc.array(fc.nat(60_000), { maxLength: 60 }), (limit, gaps) => {
        let at = NOW
        const instants = gaps.map((gap) => (at += gap))
        const allowed = chargeAt(instants, limit).filter(Boolean).length
        expect(allowed).toBeLessThanOrEqual(limit.burst + (at - NOW) / (limit.secondsPerUnit * 1000) + 1)
      }),
    )
  })
})

describe('bucketKey', () => {
  it('tells apart parts that run together alike', () => {
    const keys = [bucketKey('ab', 'c'), bucketKey('a', 'bc'), bucketKey('abc'), bucketKey('c', 'ab'), bucketKey('a","b', 'c')]
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('keeps no name in clear', () => {
    expect(bucketKey('jane@example.com')).toMatch(/^[\w-]{43}$/)
  })
})
