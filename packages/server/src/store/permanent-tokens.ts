import type { AuditRow } from '../domain/audit-row.ts'
import type { AccountId, PermanentTokenId, TenantId } from '../domain/ids.ts'
import type { PermanentToken } from '../domain/permanent-token.ts'
import type { EpochMs } from '../domain/time.ts'

export interface PermanentTokens {
  create(token: PermanentToken, digest: Buffer, audit: AuditRow): Promise<'created' | 'name_taken'>
  /** `enabled`: its account, organisation, application and tenant all are, and the account is not about to be erased. */
  findByDigest(tenantId: TenantId, digest: Buffer): Promise<{ readonly token: PermanentToken; readonly enabled: boolean } | undefined>
  list(tenantId: TenantId, accountId?: AccountId): Promise<PermanentToken[]>
  /** @returns whether this call revoked it */
  revoke(tenantId: TenantId, id: PermanentTokenId, at: EpochMs, audit: AuditRow): Promise<boolean>
  recordUse(uses: ReadonlyMap<PermanentTokenId, EpochMs>): Promise<void>
}
