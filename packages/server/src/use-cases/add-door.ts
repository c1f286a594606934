import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Tenants } from '../store/tenants.ts'
import { createDoorApplication, type DoorCatalogue } from './door-catalogue.ts'
import type { FindByName } from './find-by-name.ts'
import type { AddDoor, CreateApplication } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly tenants: Tenants
  readonly events: Events
  readonly doors: DoorCatalogue
  readonly findByName: FindByName
  readonly createApplication: CreateApplication
}

/** Opens one more door of a tenant. A running server serves it from its next request on. */
export function createAddDoor({ clock, tenants, events, doors, findByName, createApplication }: Deps): AddDoor {
  return async ({ tenant: name, door }) => {
    if (doors.defaultsOf(door) === undefined) return refuse({ code: 'door_unknown' })
    const found = await findByName.tenant(name)
    if (!found.ok) return found
    const tenant = found.value
    if (!tenant.doors.includes(door) && doors.collide([...tenant.doors, door])) return refuse({ code: 'doors_collide' })
    // Before the door is open, so that nobody signs in at a door without an application.
    if (doors.signsInWithoutClient(door)) await createDoorApplication(createApplication, name, door)
    const opened = events.doorOpened({ at: clock.now(), tenantId: tenant.id, actor: 'operator', subject: tenant.id }, { door })
    if (await tenants.addDoor(tenant.id, door, opened.audit)) events.publish(opened)
    return accept({ ...tenant, doors: [...new Set([...tenant.doors, door])] })
  }
}
