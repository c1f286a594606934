import type { BucketKey, Charge } from '../domain/limit.ts'
import type { EpochMs } from '../domain/time.ts'

export type LimitAnswer =
  /** `attempts`: how often the counted bucket was charged since it was last cleared, this time included. */
  | { readonly allowed: true; readonly attempts: number }
  | { readonly allowed: false; readonly retryAfterMs: number; readonly exhausted: BucketKey }

/** Limits that every door and every process on the store shares, and that outlive a restart. */
export interface Limits {
  /**
   * Charges all buckets, or none if one of them has no room (the one to wait longest for is named): counted before the work, so
   * that N concurrent attempts are N charges.
   * @param counted a bucket whose attempts are counted beside its charge
   */
  charge(request: { readonly charges: readonly Charge[]; readonly counted: BucketKey; readonly at: EpochMs }): Promise<LimitAnswer>
  /** In how many milliseconds a bucket has room for a charge; 0: now. Charges nothing. */
  waitMs(charge: Charge, at: EpochMs): Promise<number>
  /** Gives charges back: for work that was not done after all. */
  refund(charges: readonly Charge[]): Promise<void>
  /** An attempt has succeeded that makes no session: gives its charges back, and the count of attempts goes back to 0, in one commit. */
  succeed(success: { readonly refunds: readonly Charge[]; readonly clearedCount: BucketKey | undefined }): Promise<void>
}
