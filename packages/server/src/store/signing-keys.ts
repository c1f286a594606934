import type { AuditRow } from '../domain/audit-row.ts'
import type { KeyId, TenantId } from '../domain/ids.ts'
import type { StoredKey } from '../domain/signing-key.ts'
import type { EpochMs } from '../domain/time.ts'

export interface SigningKeys {
  list(tenantId: TenantId): Promise<StoredKey[]>
  /** Adds a key. @returns false if its tenant, purpose and algorithm have a key of this ordinal already: then read again */
  add(key: StoredKey, audit: AuditRow): Promise<boolean>
  /** Adds the successor and sets the end of all keys of its kind that have none, in one transaction. @returns as `add` */
  addSuccessor(key: StoredKey, othersRetireAt: EpochMs, audit: AuditRow): Promise<boolean>
  /** Ends one key at `at`: an emergency. Nothing made with it is accepted any more. */
  retire(id: KeyId, at: EpochMs, audit: AuditRow): Promise<boolean>
}
