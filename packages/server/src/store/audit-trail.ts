import type { AuditRow } from '../domain/audit-row.ts'
import type { AccountId, TenantId } from '../domain/ids.ts'

export interface AuditTrail {
  /** Writes a row that describes a decision without another change: a refused sign-in. */
  append(row: AuditRow): Promise<void>
  /** Newest first. */
  list(request: {
    readonly tenantId?: TenantId
    readonly subject?: string
    /** In its tenant, which is named too; a subject is not heeded. */
    readonly accountId?: AccountId
    readonly max: number
  }): Promise<AuditRow[]>
}
