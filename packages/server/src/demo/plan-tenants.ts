import type { DoorName } from '../domain/tenant.ts'
import type { FrontDoor } from '../front-doors/front-door.ts'

export interface DemoTenant {
  readonly name: string
  readonly isDefault: boolean
  readonly doors: readonly FrontDoor[]
}

const DEFAULT_DEMO_TENANT = 'demo'

/**
 * Which tenant shows which door: the default one has all that get along, and a door that would share a path with one of these has
 * a tenant of its own, named after it.
 */
export function planTenants(doors: readonly FrontDoor[], collide: (names: readonly DoorName[]) => boolean): readonly DemoTenant[] {
  const together: FrontDoor[] = []
  const apart: FrontDoor[] = []
  for (const door of doors.filter((one) => one.demo !== undefined)) {
    const names = [...together, door].map(({ name }) => name)
    if (collide(names)) apart.push(door)
    else together.push(door)
  }
  return [
    { name: DEFAULT_DEMO_TENANT, isDefault: true, doors: together },
    ...apart.map((door) => ({ name: door.name, isDefault: false, doors: [door] })),
  ]
}
