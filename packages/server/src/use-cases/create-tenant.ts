import { makeId } from '../domain/ids.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Randomness } from '../domain/randomness.ts'
import { isTenantName, type Tenant } from '../domain/tenant.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Tenants } from '../store/tenants.ts'
import { createDoorApplication, type DoorCatalogue } from './door-catalogue.ts'
import type { CreateApplication, CreateTenant } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly tenants: Tenants
  readonly events: Events
  readonly doors: DoorCatalogue
  readonly createApplication: CreateApplication
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/

/** Adds a tenant, and an application for each of its doors whose sign-ins name no client. */
export function createCreateTenant({ clock, randomness, tenants, events, doors, createApplication }: Deps): CreateTenant {
  return async ({ name, hostNames, doors: doorNames, isDefault }) => {
    if (!isTenantName(name)) return refuse({ code: 'name_invalid' })
    const hosts = hostNames.map((host) => host.toLowerCase())
    if (!hosts.every((host) => HOST_NAME.test(host))) return refuse({ code: 'host_name_invalid' })
    const names = [...new Set(doorNames)]
    if (names.some((door) => doors.defaultsOf(door) === undefined)) return refuse({ code: 'door_unknown' })
    if (doors.collide(names)) return refuse({ code: 'doors_collide' })

    const at = clock.now()
    const tenant: Tenant = {
      id: makeId('tenant', randomness),
      name,
      hostNames: hosts,
      doors: names,
      isDefault,
      enabled: true,
      epoch: 0,
      epochRaisedAt: undefined,
      createdAt: at,
    }
    const created = events.tenantCreated({ at, tenantId: tenant.id, actor: 'operator', subject: tenant.id }, { name })
    if ((await tenants.create(tenant, created.audit)) === 'name_taken') return refuse({ code: 'name_taken' })
    events.publish(created)
    for (const door of names.filter(doors.signsInWithoutClient)) await createDoorApplication(createApplication, name, door)
    return accept(tenant)
  }
}
