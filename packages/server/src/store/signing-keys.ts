import type { AuditRow } from '../domain/audit-row.ts'
import type { KeyId, TenantId } from '../domain/ids.ts'
import type { StoredKey } from '../domain/signing-key.ts'
import type { EpochMs } from '../domain/time.ts'

/** Each change of a tenant's keys raises the tenant's `keyVersion` with it. */
export interface SigningKeys {
  list(tenantId: TenantId): Promise<StoredKey[]>
  /**
   * Adds a key. It rejects with `Unavailable` once the keys of the store were sealed under another master key than the one that this process
   * was opened with (`Store.masterKeyCheck`): nobody could open the new one.
   * @returns false if its tenant, purpose and algorithm have a key of this ordinal already: then read again
   */
  add(key: StoredKey, audit: AuditRow): Promise<boolean>
  /** Ends one key at `at`. Nothing made with it is accepted any more. @returns false if it had ended before */
  retire(id: KeyId, at: EpochMs, audit: AuditRow): Promise<boolean>
}
