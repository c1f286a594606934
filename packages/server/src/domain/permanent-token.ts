import type { AccountId, ApplicationId, PermanentTokenId, TenantId } from './ids.ts'
import type { Scope } from './scope.ts'
import type { EpochMs, EpochSeconds } from './time.ts'

/** About nine and a half years: what the Smartflo family's permanent tokens have been seen to last. */
export const PERMANENT_TOKEN_SECONDS = 300_000_000

/**
 * Long-lived, named, scoped, revocable. It ends by name, by `exp`, or while its account, organisation, application or tenant is
 * disabled; an epoch does not end it.
 */
export interface PermanentToken {
  readonly id: PermanentTokenId
  readonly tenantId: TenantId
  readonly applicationId: ApplicationId
  readonly accountId: AccountId
  /** Unique among the account's tokens that are not revoked. */
  readonly name: string
  readonly scope: Scope
  readonly issuedAt: EpochMs
  readonly expiresAt: EpochSeconds
  readonly revokedAt: EpochMs | undefined
  /** To within a minute. */
  readonly lastUsedAt: EpochMs | undefined
}
