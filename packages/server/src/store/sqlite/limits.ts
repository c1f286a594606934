import { Unavailable } from '../../domain/fault.ts'
import { type BucketKey, type Charge, chargeBucket } from '../../domain/limit.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { LimitAnswer, Limits } from '../limits.ts'
import type { CommittedTime } from './clock.ts'
import type { Connection } from './connection.ts'
import type { GroupCommit } from './group-commit.ts'
import { readNumber } from './rows.ts'

/** An attempt is forgotten when none has followed it for this long. */
export const COUNT_MS = 24 * 60 * 60 * 1000

/** Room that was seen and is gone is rare; seen and gone three times, it is a fault. */
const MAX_TRIES = 3

/** What is done to buckets inside a transaction. */
export interface Buckets {
  /** @returns whether there was room */
  charge(charge: Charge, at: EpochMs): boolean
  refund(charges: readonly Charge[]): void
  count(key: BucketKey, at: EpochMs): number
  clearCount(key: BucketKey): void
  emptyAt(key: BucketKey): EpochMs
}

export function createBuckets({ prepare }: Connection): Buckets {
  // The sums of `chargeBucket`, in its order, on the doubles that it has: ?3 what is added, ?4 the burst, both in milliseconds.
  const charge = prepare(`
    insert into limits (key, empty_at) select ?1, ?2 + ?3 where ?2 + ?3 - ?4 - ?2 <= 0
    on conflict (key) do update set empty_at = max(empty_at, ?2) + ?3 where max(empty_at, ?2) + ?3 - ?4 - ?2 <= 0`)
  const refund = prepare('update limits set empty_at = max(0, empty_at - ?2) where key = ?1')
  const count = prepare(`
    insert into limits (key, empty_at, attempts, counted_at) values (?1, 0, 1, ?2)
    on conflict (key) do update set attempts = case when counted_at > ?2 - ${COUNT_MS} then attempts + 1 else 1 end, counted_at = ?2
    returning attempts`)
  const clearCount = prepare('update limits set attempts = 0, counted_at = null where key = ?')
  const emptyAt = prepare('select empty_at from limits where key = ?')

  return {
    charge: ({ key, limit, cost }, at) => {
      const unitMs = limit.secondsPerUnit * 1000
      return charge.run(key, at, cost * unitMs, limit.burst * unitMs) === 1
    },
    refund(charges) {
      for (const { key, limit, cost } of charges) refund.run(key, cost * limit.secondsPerUnit * 1000)
    },
    count(key, at) {
      const row = count.get(key, at)
      return row === undefined ? 1 : readNumber(row, 'attempts')
    },
    clearCount(key) {
      clearCount.run(key)
    },
    emptyAt(key) {
      const row = emptyAt.get(key)
      return row === undefined ? 0 : readNumber(row, 'empty_at')
    },
  }
}

export interface LimitParts {
  readonly buckets: Buckets
  readonly time: CommittedTime
  readonly group: GroupCommit
}

export function createLimits({ read }: Connection, { buckets, time, group: { writeTogether } }: LimitParts): Limits {
  /** The bucket without room that is to be waited for longest; undefined if all have room, charged one after the other. */
  function longestWait(charges: readonly Charge[], at: EpochMs): { key: BucketKey; waitMs: number } | undefined {
    const emptyAts = new Map<BucketKey, EpochMs>()
    let longest: { key: BucketKey; waitMs: number } | undefined
    for (const charge of charges) {
      const charged = chargeBucket(emptyAts.get(charge.key) ?? buckets.emptyAt(charge.key), charge, at)
      if ('emptyAt' in charged) emptyAts.set(charge.key, charged.emptyAt)
      else if (longest === undefined || charged.waitMs > longest.waitMs) longest = { key: charge.key, waitMs: charged.waitMs }
    }
    return longest
  }

  function refusal(charges: readonly Charge[], at: EpochMs): LimitAnswer | undefined {
    const longest = longestWait(charges, at)
    return longest && { allowed: false, retryAfterMs: longest.waitMs, exhausted: longest.key }
  }

  return {
    async charge({ charges, counted, at }) {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        // A flood of attempts on an exhausted bucket does not even ask for the write lock.
        const refused = await read(() => refusal(charges, at))
        if (refused !== undefined) return refused
        const allowed = await writeTogether((rollback): LimitAnswer | undefined => {
          if (!charges.every((charge) => buckets.charge(charge, at))) return rollback(undefined)
          time.note(at)
          return { allowed: true, attempts: buckets.count(counted, at) }
        })
        if (allowed !== undefined) return allowed // else somebody came first since the look: look again
      }
      throw new Unavailable('a limit changed again and again', 1)
    },
    waitMs: (charge, at) => read(() => longestWait([charge], at)?.waitMs ?? 0),
    refund: (charges) => writeTogether(() => buckets.refund(charges)),
    succeed: ({ refunds, clearedCount }) =>
      writeTogether(() => {
        buckets.refund(refunds)
        if (clearedCount !== undefined) buckets.clearCount(clearedCount)
      }),
  }
}
