import { describe, expect, it } from 'vitest'
import type { FrontDoor } from '../front-doors/front-door.ts'
import { frontDoors } from '../front-doors/registry.ts'
import { planTenants } from './plan-tenants.ts'

/** Doors with something to try out, by name, with what each needs. */
function doorsOf(needs: Readonly<Record<string, readonly string[]>>): FrontDoor[] {
  const model = frontDoors.find(({ demo }) => demo !== undefined)
  if (model === undefined) throw new Error('no door has a demo')
  return Object.entries(needs).map(([name, needed]) => ({ ...model, name, needs: needed }))
}

const plan = (doors: readonly FrontDoor[], apart: readonly string[] = []) =>
  planTenants(doors, (names) => apart.every((name) => names.includes(name)) && apart.length > 0).map(({ name, doors: shown }) => [
    name,
    shown.map((door) => door.name),
  ])

describe('the tenants of the demo', () => {
  it('show a door after those that it needs, so that these have the applications of their own demos', () => {
    expect(plan(doorsOf({ a: ['c'], b: [], c: [] }))).toEqual([['demo', ['c', 'a', 'b']]])
  })

  it('show a door apart if one that it needs would share a path', () => {
    expect(plan(doorsOf({ a: [], b: ['hidden'] }), ['a', 'hidden'])).toEqual([
      ['demo', ['a']],
      ['b', ['b']],
    ])
  })
})
