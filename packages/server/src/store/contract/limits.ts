import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Charge, chargeBucket } from '../../domain/limit.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { LimitAnswer, Limits } from '../limits.ts'
import { aCharge, aSession, aStart, createWorld, NOON } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

const DAY = 86_400_000

export function describeLimits(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)
  const chargeOne = (limits: Limits, charge: Charge, at: EpochMs) => limits.charge({ charges: [charge], counted: charge.key, at })

  describe('limits', () => {
    test('a bucket has room for its burst at once, and then for one every so many seconds', async () => {
      const { limits } = await open()
      const charge = aCharge({ limit: { burst: 3, secondsPerUnit: 10 } })
      for (const attempts of [1, 2, 3]) expect(await chargeOne(limits, charge, NOON)).toEqual({ allowed: true, attempts })
      const refused = { allowed: false, retryAfterMs: 10_000, exhausted: charge.key }
      expect(await limits.waitMs(charge, NOON)).toBe(10_000)
      expect(await chargeOne(limits, charge, NOON)).toEqual(refused)
      expect(await chargeOne(limits, charge, NOON + 9_999)).toEqual({ ...refused, retryAfterMs: 1 })
      expect(await limits.waitMs(charge, NOON + 9_999)).toBe(1)
      expect(await limits.waitMs(charge, NOON + 10_000)).toBe(0)
      expect(await chargeOne(limits, charge, NOON + 10_000)).toEqual({ allowed: true, attempts: 4 })
    })

    test('of 100 concurrent attempts exactly the burst is allowed', async () => {
      const { limits } = await open()
      const charge = aCharge({ limit: { burst: 7, secondsPerUnit: 60 } })
      const answers = await Promise.all(Array.from({ length: 100 }, () => chargeOne(limits, charge, NOON)))
      expect(answers.filter(({ allowed }) => allowed)).toHaveLength(7)
      expect(new Set(answers.map((answer) => (answer.allowed ? answer.attempts : 0)))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]))
    })

    test('all buckets are charged or none, and the one to wait for longest is named', async () => {
      const { limits } = await open()
      const free = aCharge({ limit: { burst: 1, secondsPerUnit: 60 } })
      const short = aCharge({ limit: { burst: 1, secondsPerUnit: 20 } })
      const long = aCharge({ limit: { burst: 1, secondsPerUnit: 40 } })
      await chargeOne(limits, short, NOON)
      await chargeOne(limits, long, NOON)
      const refused = { allowed: false, retryAfterMs: 40_000, exhausted: long.key }
      expect(await limits.charge({ charges: [free, long, short], counted: free.key, at: NOON })).toEqual(refused)
      expect(await limits.charge({ charges: [free, short, long], counted: free.key, at: NOON })).toEqual(refused)
      expect(await limits.waitMs(free, NOON)).toBe(0)
      expect(await chargeOne(limits, free, NOON)).toEqual({ allowed: true, attempts: 1 })
    })

    test('of concurrent attempts those that are refused have charged none of their buckets', async () => {
      const { limits } = await open()
      const wide = aCharge({ limit: { burst: 3, secondsPerUnit: 60 } })
      const narrow = aCharge({ limit: { burst: 1, secondsPerUnit: 60 } })
      const attempt = () => limits.charge({ charges: [wide, narrow], counted: wide.key, at: NOON })
      const answers = await Promise.all(Array.from({ length: 20 }, attempt))
      expect(answers.filter(({ allowed }) => allowed)).toHaveLength(1)
      for (const attempts of [2, 3]) expect(await chargeOne(limits, wide, NOON)).toEqual({ allowed: true, attempts })
      expect(await limits.waitMs(wide, NOON)).toBe(60_000)
    })

    test('a bucket that is named twice is charged twice, or not at all', async () => {
      const { limits } = await open()
      const charge = aCharge({ limit: { burst: 3, secondsPerUnit: 10 } })
      expect(await limits.charge({ charges: [charge, charge], counted: charge.key, at: NOON })).toEqual({ allowed: true, attempts: 1 })
      const refused = { allowed: false, retryAfterMs: 10_000, exhausted: charge.key }
      expect(await limits.charge({ charges: [charge, charge], counted: charge.key, at: NOON })).toEqual(refused)
      expect(await chargeOne(limits, charge, NOON)).toEqual({ allowed: true, attempts: 2 })
    })

    test('a charge that is larger than the burst never has room', async () => {
      const { limits } = await open()
      const charge = aCharge({ limit: { burst: 2, secondsPerUnit: 10 }, cost: 3 })
      expect(await chargeOne(limits, charge, NOON)).toMatchObject({ allowed: false })
      expect(await limits.waitMs(charge, NOON + DAY)).toBeGreaterThan(0)
    })

    test('what is given back can be charged again, and never makes more room than the burst', async () => {
      const { limits } = await open()
      const charge = aCharge({ limit: { burst: 2, secondsPerUnit: 10 } })
      await chargeOne(limits, charge, NOON)
      await chargeOne(limits, charge, NOON)
      await limits.refund([charge])
      expect(await chargeOne(limits, charge, NOON)).toMatchObject({ allowed: true })
      expect(await chargeOne(limits, charge, NOON)).toMatchObject({ allowed: false })
      for (let times = 0; times < 5; times += 1) await limits.refund([charge, aCharge()])
      const answers: boolean[] = []
      for (let times = 0; times < 4; times += 1) answers.push((await chargeOne(limits, charge, NOON)).allowed)
      expect(answers).toEqual([true, true, false, false])
    })

    test('attempts are counted until a sign-in clears them, or none followed for a day', async () => {
      const store = await open()
      const { limits } = store
      const charge = aCharge({ limit: { burst: 100, secondsPerUnit: 1 } })
      const attemptsAt = async (at: EpochMs): Promise<LimitAnswer> => chargeOne(limits, charge, at)
      expect(await attemptsAt(NOON)).toEqual({ allowed: true, attempts: 1 })
      expect(await attemptsAt(NOON + DAY - 1)).toEqual({ allowed: true, attempts: 2 })
      expect(await attemptsAt(NOON + 2 * DAY - 2)).toEqual({ allowed: true, attempts: 3 })
      expect(await attemptsAt(NOON + 3 * DAY - 2)).toEqual({ allowed: true, attempts: 1 })
      await store.sessions.start(aStart(aSession(await createWorld(store)), { clearedCount: charge.key }))
      expect(await attemptsAt(NOON + 3 * DAY)).toEqual({ allowed: true, attempts: 1 })
    })

    test('an attempt that succeeds gives its charge back and forgets those before it', async () => {
      const { limits } = await open()
      const charge = aCharge({ limit: { burst: 2, secondsPerUnit: 10 } })
      for (const attempts of [1, 2]) expect(await chargeOne(limits, charge, NOON)).toEqual({ allowed: true, attempts })
      await limits.succeed({ refunds: [charge], clearedCount: charge.key })
      expect(await chargeOne(limits, charge, NOON)).toEqual({ allowed: true, attempts: 1 })
      expect(await chargeOne(limits, charge, NOON)).toMatchObject({ allowed: false })
    })

    test('a refused attempt is not counted', async () => {
      const { limits } = await open()
      const charge = aCharge({ limit: { burst: 1, secondsPerUnit: 10 } })
      await chargeOne(limits, charge, NOON)
      await chargeOne(limits, charge, NOON)
      expect(await chargeOne(limits, charge, NOON + 10_000)).toEqual({ allowed: true, attempts: 2 })
    })

    test('the store charges exactly as the rule of the domain does, whatever the limit and the times', async () => {
      const { limits } = await open()
      const step = fc.record({ laterMs: fc.nat(20_000), cost: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(0.5)) })
      const limit = fc.record({
        burst: fc.integer({ min: 1, max: 5 }),
        secondsPerUnit: fc.oneof(fc.constantFrom(0.1, 1 / 3, 60), fc.integer({ min: 1, max: 9 })),
      })
      await fc.assert(
        fc.asyncProperty(limit, fc.array(step, { maxLength: 12 }), async (drawn, steps) => {
          const { key } = aCharge()
          let emptyAt = 0
          let at = NOON
          for (const { laterMs, cost } of steps) {
            at += laterMs
            const charge = { key, limit: drawn, cost }
            const expected = chargeBucket(emptyAt, charge, at)
            expect(await limits.waitMs(charge, at)).toBe('emptyAt' in expected ? 0 : expected.waitMs)
            const answer = await chargeOne(limits, charge, at)
            if ('emptyAt' in expected) emptyAt = expected.emptyAt
            expect(answer.allowed ? undefined : answer.retryAfterMs).toBe('emptyAt' in expected ? undefined : expected.waitMs)
          }
        }),
        { numRuns: 60, seed: 20300115 },
      )
    })
  })
}
