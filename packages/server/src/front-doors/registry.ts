/** The doors that exist. A new platform is one line here and a folder. */
import type { DoorName } from '../domain/tenant.ts'
import { checking } from './checking/front-door.ts'
import type { FrontDoor } from './front-door.ts'
import { guide } from './guide/front-door.ts'
import { idm } from './idm/front-door.ts'
import { overlap } from './owned-paths.ts'
import { servetel } from './servetel/front-door.ts'
import { smartflo } from './smartflo/front-door.ts'
import { voipex } from './voipex/front-door.ts'
import { vpaas } from './vpaas/front-door.ts'

export const frontDoors: readonly FrontDoor[] = [checking, guide, idm, vpaas, voipex, smartflo, servetel]

const byName: ReadonlyMap<DoorName, FrontDoor> = new Map(frontDoors.map((door) => [door.name, door]))

export function findDoor(name: DoorName): FrontDoor | undefined {
  return byName.get(name)
}

/** Two doors that one tenant cannot have: both own `path`. */
export interface DoorCollision {
  readonly doors: readonly [DoorName, DoorName]
  readonly path: string
}

/**
 * The pairs of doors that would share a path in a tenant with these doors and those that every tenant has. Names that no door has are passed over.
 * @param doors all that exist; given by tests only
 */
export function findCollisions(names: readonly DoorName[], doors: readonly FrontDoor[] = frontDoors): readonly DoorCollision[] {
  const present = doors.filter((door) => door.isInEveryTenant || names.includes(door.name))
  return present.flatMap((one, index) => present.slice(index + 1).flatMap((other) => collisionOf(one, other) ?? []))
}

function collisionOf(one: FrontDoor, other: FrontDoor): DoorCollision | undefined {
  const others = other.owns.flatMap((area) => area.paths)
  const path = one.owns.flatMap((area) => area.paths).find((owned) => others.some((owned2) => overlap(owned, owned2)))
  return path === undefined ? undefined : { doors: [one.name, other.name], path }
}
