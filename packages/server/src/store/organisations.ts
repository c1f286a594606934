import type { AuditRow } from '../domain/audit-row.ts'
import type { OrganisationId, TenantId } from '../domain/ids.ts'
import type { Organisation } from '../domain/organisation.ts'
import type { EpochMs } from '../domain/time.ts'

export interface Organisations {
  create(organisation: Organisation, audit: AuditRow): Promise<'created' | 'name_taken'>
  find(tenantId: TenantId, id: OrganisationId): Promise<Organisation | undefined>
  findByName(tenantId: TenantId, name: string): Promise<Organisation | undefined>
  list(tenantId: TenantId): Promise<Organisation[]>
  /** Switches it on or off. Off raises the epoch of each of its accounts in the same transaction. */
  setEnabled(id: OrganisationId, enabled: boolean, at: EpochMs, audit: AuditRow): Promise<boolean>
}
