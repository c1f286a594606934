import type { DoorName, Tenant } from '../domain/tenant.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Tenants } from '../store/tenants.ts'
import { createDoorApplication, type DoorCatalogue } from './door-catalogue.ts'
import type { CreateApplication } from './use-cases.ts'

export interface OpenDoorsDeps {
  readonly clock: Clock
  readonly tenants: Tenants
  readonly events: Events
  readonly doors: DoorCatalogue
  readonly createApplication: CreateApplication
}

/** Opens doors of a tenant, one after the other. One that is open already stays as it is. @returns the tenant with them */
export async function openDoors(deps: OpenDoorsDeps, tenant: Tenant, names: readonly DoorName[]): Promise<Tenant> {
  const { clock, tenants, events } = deps
  for (const door of names) {
    // Before the door is open, so that nobody signs in at a door without an application.
    await createDoorApplication(deps, tenant.name, door)
    const opened = events.doorOpened({ at: clock.now(), tenantId: tenant.id, actor: 'operator', subject: tenant.id }, { door })
    if (await tenants.addDoor(tenant.id, door, opened.audit)) events.publish(opened)
  }
  return { ...tenant, doors: [...new Set([...tenant.doors, ...names])] }
}
