import type { AuditRow } from '../domain/audit-row.ts'
import type { AccountId, TenantId } from '../domain/ids.ts'

export interface AuditTrail {
  /** Writes a row that describes a decision without another change: a refused sign-in. */
  append(row: AuditRow): Promise<void>
  /** Newest first. */
  list(request: { readonly tenantId?: TenantId; readonly subject?: string; readonly max: number }): Promise<AuditRow[]>
  /** What an account has done, and what was done to it and to its sessions, as far as these are still kept. Newest first. */
  listOfAccount(request: { readonly tenantId: TenantId; readonly accountId: AccountId; readonly max: number }): Promise<AuditRow[]>
}
