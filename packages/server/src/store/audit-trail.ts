import type { AuditRow } from '../domain/audit-row.ts'
import type { TenantId } from '../domain/ids.ts'

export interface AuditTrail {
  /** Writes a row that describes a decision without another change: a refused sign-in. */
  append(row: AuditRow): Promise<void>
  /** Newest first. */
  list(request: { readonly tenantId?: TenantId; readonly subject?: string; readonly max: number }): Promise<AuditRow[]>
}
