import { accept, refuse } from '../domain/outcome.ts'
import { withNeeds } from './door-catalogue.ts'
import type { FindByName } from './find-by-name.ts'
import { type OpenDoorsDeps, openDoors } from './open-doors.ts'
import type { AddDoor } from './use-cases.ts'

interface Deps extends OpenDoorsDeps {
  readonly findByName: FindByName
}

/** Opens one more door of a tenant, with those that it needs. A running server serves it from its next request on. */
export function createAddDoor(deps: Deps): AddDoor {
  const { doors, findByName } = deps
  return async ({ tenant: name, door }) => {
    if (doors.defaultsOf(door) === undefined) return refuse({ code: 'door_unknown' })
    const found = await findByName.tenant(name)
    if (!found.ok) return found
    const tenant = found.value
    const names = withNeeds(doors, [door])
    const addsOne = names.some((each) => !tenant.doors.includes(each))
    if (addsOne && doors.collide([...new Set([...tenant.doors, ...names])])) return refuse({ code: 'doors_collide' })
    return accept(await openDoors(deps, tenant, names))
  }
}
