import type { ApiKey } from '../domain/api-key.ts'
import type { Application } from '../domain/application.ts'
import type { AuditRow } from '../domain/audit-row.ts'
import type { ApiKeyId, ApplicationId, TenantId } from '../domain/ids.ts'
import type { EpochMs } from '../domain/time.ts'

export interface ApiKeys {
  create(key: ApiKey, digest: Buffer, audit: AuditRow): Promise<'created' | 'name_taken'>
  /** The key with this SHA-256 and its application, whether or not either is enabled. */
  findByDigest(tenantId: TenantId, digest: Buffer): Promise<{ readonly key: ApiKey; readonly application: Application } | undefined>
  list(tenantId: TenantId, applicationId?: ApplicationId): Promise<ApiKey[]>
  setEnabled(id: ApiKeyId, enabled: boolean, audit: AuditRow): Promise<boolean>
  recordUse(uses: ReadonlyMap<ApiKeyId, EpochMs>): Promise<void>
}
