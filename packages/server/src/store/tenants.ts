import type { AuditRow } from '../domain/audit-row.ts'
import type { TenantId } from '../domain/ids.ts'
import type { PhonePolicy } from '../domain/phone.ts'
import type { DoorName, Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'

export interface Tenants {
  /** Adds a tenant. @returns `name_taken` also if a host name is another's, or if it is to be the default and there is one */
  create(tenant: Tenant, audit: AuditRow): Promise<'created' | 'name_taken'>
  find(id: TenantId): Promise<Tenant | undefined>
  findByName(name: string): Promise<Tenant | undefined>
  /** @param hostName lower case, without a port */
  findByHostName(hostName: string): Promise<Tenant | undefined>
  findDefault(): Promise<Tenant | undefined>
  list(): Promise<Tenant[]>
  /** Opens one more door. @returns false if the tenant has it already, or there is no such tenant; then nothing was written */
  addDoor(id: TenantId, door: DoorName, audit: AuditRow): Promise<boolean>
  /** Switches the tenant on or off. Off raises its epoch in the same statement: what was signed in stays signed out when it is on again. */
  setEnabled(id: TenantId, enabled: boolean, at: EpochMs, audit: AuditRow): Promise<boolean>
  /** Says anew whom it sends messages to. */
  setPhones(id: TenantId, phones: PhonePolicy, audit: AuditRow): Promise<boolean>
  /** Ends every session of the tenant by one integer. */
  raiseEpoch(id: TenantId, at: EpochMs, audit: AuditRow): Promise<boolean>
}
