import type { OrganisationId, TenantId } from './ids.ts'
import type { EpochMs } from './time.ts'

/** A customer of a tenant: a company, a switchboard. Accounts belong to one. */
export interface Organisation {
  readonly id: OrganisationId
  readonly tenantId: TenantId
  /** Unique in its tenant. */
  readonly name: string
  readonly enabled: boolean
  readonly createdAt: EpochMs
}
