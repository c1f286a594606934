import { makeId } from '../domain/ids.ts'
import { accept, refuse } from '../domain/outcome.ts'
import { NO_PHONES } from '../domain/phone.ts'
import type { Randomness } from '../domain/randomness.ts'
import { isTenantName, type Tenant } from '../domain/tenant.ts'
import { withNeeds } from './door-catalogue.ts'
import { type OpenDoorsDeps, openDoors } from './open-doors.ts'
import type { CreateTenant } from './use-cases.ts'

interface Deps extends OpenDoorsDeps {
  readonly randomness: Randomness
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/

/** Adds a tenant, and then opens its doors and those that these need. */
export function createCreateTenant(deps: Deps): CreateTenant {
  const { clock, randomness, tenants, events, doors } = deps
  return async ({ name, hostNames, doors: doorNames, isDefault }) => {
    if (!isTenantName(name)) return refuse({ code: 'name_invalid' })
    const hosts = hostNames.map((host) => host.toLowerCase())
    if (!hosts.every((host) => HOST_NAME.test(host))) return refuse({ code: 'host_name_invalid' })
    if (doorNames.some((door) => doors.defaultsOf(door) === undefined)) return refuse({ code: 'door_unknown' })
    const names = withNeeds(doors, doorNames)
    if (doors.collide(names)) return refuse({ code: 'doors_collide' })

    const at = clock.now()
    const tenant: Tenant = {
      id: makeId('tenant', randomness),
      name,
      hostNames: hosts,
      doors: [],
      isDefault,
      enabled: true,
      phones: NO_PHONES,
      epoch: 0,
      epochRaisedAt: undefined,
      keyVersion: 0,
      createdAt: at,
    }
    const created = events.tenantCreated({ at, tenantId: tenant.id, actor: 'operator', subject: tenant.id }, { name })
    if ((await tenants.create(tenant, created.audit)) === 'name_taken') return refuse({ code: 'name_taken' })
    events.publish(created)
    return accept(await openDoors(deps, tenant, names))
  }
}
