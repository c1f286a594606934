/**
 * How often a sign-in may be tried. Every attempt is charged before its password is looked at and given back if it succeeds, so
 * only failures and attempts in flight count, however many run at once.
 *
 * - A stranger's attempts at one account share a bucket, wherever they come from.
 * - An address block from which the account has signed in before has a bucket of its own for that account: strangers cannot use up
 *   the owner's attempts. After at most a minute without attempts there is room for one more, so nobody is locked out for good.
 * - All attempts from one address block share a bucket, so that one password cannot be tried at ten thousand accounts.
 * - Strangers' attempts at a whole tenant are counted too. When these are too many, an attempt costs its address block more.
 * - Sign-ins that succeed are bounded as well: each one makes a session.
 */
import type { LoginId } from './account.ts'
import type { AddressBlock } from './address-block.ts'
import type { AccountId, TenantId } from './ids.ts'
import { type BucketKey, bucketKey, type Charge, type Limit } from './limit.ts'

export const ACCOUNT_LIMIT: Limit = { burst: 10, secondsPerUnit: 60 }
export const ADDRESS_BLOCK_LIMIT: Limit = { burst: 100, secondsPerUnit: 5 }
export const TENANT_LIMIT: Limit = { burst: 1000, secondsPerUnit: 1 }
export const SUCCESS_LIMIT: Limit = { burst: 600, secondsPerUnit: 1 }
/** What a stranger's attempt costs its address block while the tenant is under attack. */
export const COST_UNDER_ATTACK = 20

export interface SignInAttempt {
  readonly tenantId: TenantId
  /** undefined: what was typed can be no login name */
  readonly loginId: LoginId | undefined
  /** undefined: no account has that name */
  readonly accountId: AccountId | undefined
  readonly block: AddressBlock
  readonly knownBlock: boolean
}

export interface SignInCharges {
  /** Refused as a whole if one bucket has no room. */
  readonly ordinary: readonly Charge[]
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
  const name = attempt.loginId ?? ''
  const who = attempt.accountId ?? name
  const account: Charge = {
    key: attempt.knownBlock ? bucketKey('sign-in', tenantId, who, block) : bucketKey('sign-in', tenantId, who),
    limit: ACCOUNT_LIMIT,
    cost: 1,
  }
  const success: Charge = { key: bucketKey('sign-in success', tenantId, who), limit: SUCCESS_LIMIT, cost: 1 }
  const address: Charge = { key: bucketKey('sign-in address', tenantId, block), limit: ADDRESS_BLOCK_LIMIT, cost: 1 }
  const tenant: Charge = { key: bucketKey('sign-in tenant', tenantId), limit: TENANT_LIMIT, cost: 1 }
  return {
    ordinary: attempt.knownBlock ? [account, success, address] : [account, success, address, tenant],
    underAttack: [account, success, { ...address, cost: COST_UNDER_ATTACK }],
    tenantBucket: tenant.key,
    kept: new Set([success.key]),
    counted: bucketKey('sign-in attempts', tenantId, name),
  }
}
