/**
 * How often a sign-in may be tried. Every attempt is charged before its password is looked at and given back if it succeeds, so
 * only failures and attempts in flight count, however many run at once.
 *
 * - A stranger's attempts at one account share a bucket, wherever they come from, and those from one address block a smaller one,
 *   which fills more slowly: one attacker alone cannot use up what an owner at a new place needs.
 * - An address block from which the account has signed in before has a bucket of its own for that account: strangers elsewhere cannot
 *   use up the owner's attempts. Who sits in the owner's own block can, for as long as the attack lasts; after a minute without
 *   attempts there is room again.
 * - A browser that the account has signed in with before, and that shows it by what it keeps, has a bucket of its own wherever it is: who sits
 *   in the owner's block cannot use that up either.
 * - All strangers' attempts from one address block share a bucket, so that one password cannot be tried at ten thousand accounts.
 * - Strangers' attempts at a whole tenant are counted too. When these are too many, an attempt costs its address block more.
 * - Sign-ins that succeed are bounded as well: each one makes a session.
 */
import type { AddressBlock } from './address-block.ts'
import type { AccountId, TenantId } from './ids.ts'
import { type BucketKey, bucketKey, type Charge, type Limit } from './limit.ts'

/** One number for known and for strange blocks: what a throttled caller is told must not say which it is. */
const BLOCK_LIMIT: Limit = { burst: 10, secondsPerUnit: 60 }
const STRANGERS_LIMIT: Limit = { burst: 30, secondsPerUnit: 30 }
const ADDRESS_BLOCK_LIMIT: Limit = { burst: 100, secondsPerUnit: 5 }
const TENANT_LIMIT: Limit = { burst: 1000, secondsPerUnit: 1 }
const SUCCESS_LIMIT: Limit = { burst: 600, secondsPerUnit: 1 }
/** What a stranger's attempt costs its address block while the tenant is under attack. */
const COST_UNDER_ATTACK = 20

export interface SignInAttempt {
  readonly tenantId: TenantId
  /** The canonical login name, or what was typed where that can be none. */
  readonly name: string
  /** undefined: no account has that name */
  readonly accountId: AccountId | undefined
  readonly block: AddressBlock
  readonly knownBlock: boolean
  /** What the account knows the browser by; undefined: it does not know it */
  readonly knownDevice: string | undefined
}

export interface SignInCharges {
  /** Refused as a whole if one bucket has no room. */
  readonly ordinary: readonly Charge[]
  /** For one more session of an attempt that others are part of. */
  readonly anotherSession: Charge
  /** Instead of the ordinary ones once the tenant's bucket is exhausted. */
  readonly underAttack: readonly Charge[]
  readonly tenantBucket: BucketKey
  /** Not given back by a success. */
  readonly kept: ReadonlySet<BucketKey>
  /** Counts the attempts at this name since its last success. By name and not by account: the number must not tell which names belong together. */
  readonly counted: BucketKey
}

export function chargesOf(attempt: SignInAttempt): SignInCharges {
  const { tenantId, block } = attempt
  const { name } = attempt
  const who = attempt.accountId ?? name
  const charge = (name: readonly string[], limit: Limit): Charge => ({ key: bucketKey(...name), limit, cost: 1 })
  const success = charge(['sign-in success', tenantId, who], SUCCESS_LIMIT)
  const counts = { kept: new Set([success.key]), counted: bucketKey('sign-in attempts', tenantId, name) }
  const tenant = charge(['sign-in tenant', tenantId], TENANT_LIMIT)
  if (attempt.knownDevice !== undefined || attempt.knownBlock) {
    const place =
      attempt.knownDevice === undefined ? ['sign-in known', tenantId, who, block] : ['sign-in device', tenantId, who, attempt.knownDevice]
    const known = [charge(place, BLOCK_LIMIT), success]
    return { ordinary: known, underAttack: known, anotherSession: success, tenantBucket: tenant.key, ...counts }
  }
  const address = charge(['sign-in address', tenantId, block], ADDRESS_BLOCK_LIMIT)
  const stranger = [
    charge(['sign-in strangers', tenantId, who], STRANGERS_LIMIT),
    charge(['sign-in stranger', tenantId, who, block], BLOCK_LIMIT),
    success,
  ]
  return {
    ordinary: [...stranger, address, tenant],
    underAttack: [...stranger, { ...address, cost: COST_UNDER_ATTACK }],
    anotherSession: success,
    tenantBucket: tenant.key,
    ...counts,
  }
}

/** What one impersonation costs the account that asks for it. */
export function impersonationCharge(tenantId: TenantId, actorId: AccountId): Charge {
  return { key: bucketKey('impersonation', tenantId, actorId), limit: SUCCESS_LIMIT, cost: 1 }
}
