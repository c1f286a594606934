import type { DoorName } from '../domain/tenant.ts'
import type { FrontDoor } from '../front-doors/front-door.ts'
import { withNeeds } from '../use-cases/door-catalogue.ts'

export interface DemoTenant {
  readonly name: string
  readonly isDefault: boolean
  readonly doors: readonly FrontDoor[]
}

const DEFAULT_DEMO_TENANT = 'demo'

/**
 * Which tenant shows which door: the default one has all that get along, and a door that would share a path with one of these has
 * a tenant of its own, named after it. A door comes after those that it needs, which are opened with it;
 * what every tenant has is shown last, by the default one.
 */
export function planTenants(doors: readonly FrontDoor[], collide: (names: readonly DoorName[]) => boolean): readonly DemoTenant[] {
  const needs = (name: DoorName) => doors.find((door) => door.name === name)?.needs ?? []
  const order = withNeeds(
    { needs },
    doors.map(({ name }) => name),
  )
  const inOrder = order
    .flatMap((name) => doors.filter((door) => door.name === name))
    .sort((one, other) => Number(one.isInEveryTenant) - Number(other.isInEveryTenant))
  const together: FrontDoor[] = []
  const apart: FrontDoor[] = []
  for (const door of inOrder.filter((one) => one.demo !== undefined)) {
    const names = [...together, door].map(({ name }) => name)
    if (collide(withNeeds({ needs }, names))) apart.push(door)
    else together.push(door)
  }
  return [
    { name: DEFAULT_DEMO_TENANT, isDefault: true, doors: together },
    ...apart.map((door) => ({ name: door.name, isDefault: false, doors: [door] })),
  ]
}
