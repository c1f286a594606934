/**
 * Browsers that an account has signed in with before. Each keeps random bytes in a cookie; the account keeps a MAC of them. A known
 * browser has sign-in attempts of its own, and a sign-in with an unknown one is told to the owner.
 */
import type { AccountId, TenantId } from './ids.ts'
import { bucketKey, type Charge } from './limit.ts'
import type { EpochMs } from './time.ts'

export interface KnownDevice {
  /** A MAC of what the browser keeps and of whose account it is: two accounts of one browser do not show that they are. */
  readonly digest: string
  /** What it said that it was, in words of ours, when it was seen last; undefined: nothing that we know. */
  readonly description: string | undefined
  readonly firstAt: EpochMs
  readonly lastAt: EpochMs
}

/**
 * `first`: the account has never been seen with any, so there is nothing to compare it with. `known`: it has been seen with this one.
 * `new`: with others, and not with this one.
 */
export type Familiarity = 'first' | 'known' | 'new'

/** Of one account; beyond it the one that was not seen for longest is forgotten. */
export const MAX_KNOWN_DEVICES = 20

/** Unless it is the account's last: an account that has been seen with one is not again as if it had been seen with none. */
export const DEVICE_FORGOTTEN_AFTER_SECONDS = 180 * 86_400

/** What one notice of a new device costs: three at once, then one a day, so at most four in 24 hours. */
export function noticeOfNewDeviceCharge(tenantId: TenantId, accountId: AccountId): Charge {
  return { key: bucketKey('new device notice', tenantId, accountId), limit: { burst: 3, secondsPerUnit: 86_400 }, cost: 1 }
}
