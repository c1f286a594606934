import { createHash } from 'node:crypto'
import type { EpochMs } from './time.ts'

declare const brand: unique symbol
/** The digest of a bucket's name: a login name that somebody tried is not kept in clear. */
export type BucketKey = string & { readonly [brand]: 'BucketKey' }

/**
 * A limit as the generic cell rate algorithm has it: `burst` at once, then one every `secondsPerUnit`. Nobody is locked out for
 * good: after at most `secondsPerUnit` of quiet there is room for one more.
 */
export interface Limit {
  readonly burst: number
  readonly secondsPerUnit: number
}

/** A charge of `cost` units to one bucket. */
export interface Charge {
  readonly key: BucketKey
  readonly limit: Limit
  readonly cost: number
}

/** @param parts the canonical parts of the name; their order matters */
export function bucketKey(...parts: readonly string[]): BucketKey {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url') as BucketKey
}

/**
 * Charges a bucket whose theoretical arrival time (the instant at which it will be empty again) is `emptyAt`.
 * The store does the same in one conditional statement; this is the arithmetic that its contract is tested against.
 * @returns the new `emptyAt`, or in how many milliseconds there will be room
 */
export function chargeBucket(
  emptyAt: EpochMs,
  { limit, cost }: Pick<Charge, 'limit' | 'cost'>,
  at: EpochMs,
): { emptyAt: EpochMs } | { waitMs: number } {
  const unitMs = limit.secondsPerUnit * 1000
  const charged = Math.max(emptyAt, at) + cost * unitMs
  const waitMs = charged - limit.burst * unitMs - at
  return waitMs > 0 ? { waitMs } : { emptyAt: charged }
}
