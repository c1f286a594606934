import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ApplicationDefaults } from '../domain/application.ts'
import type { Scope } from '../domain/scope.ts'
import { anAuditRow } from '../store/contract/builders.ts'
import { type EmptyHouse, openEmptyHouse, PLAIN_DOORS, valueFrom } from '../testing/test-house.ts'
import { type DoorCatalogue, withNeeds } from './door-catalogue.ts'

const LIFETIMES = { accessSeconds: 600, idleSeconds: 3600, absoluteSeconds: 7200 }
const OWN_LIFETIMES = { accessSeconds: 60, idleSeconds: 120, absoluteSeconds: 180 }
const PAGE = { redirectUris: [], requiresPkce: false, showsCode: true }
const DEFAULTS: ApplicationDefaults = {
  type: 'public',
  scope: 'calls' as Scope,
  tokenFormat: 'signed',
  algorithm: 'ES256',
  lifetimes: LIFETIMES,
  refreshPolicy: { name: 'strict', windowSeconds: 30 },
}
const NEEDS: Readonly<Record<string, readonly string[]>> = { roof: ['wall'], wall: ['floor'], one: ['other'], other: ['one'] }
const needs = (door: string) => NEEDS[door] ?? []
/** A roof needs a wall, which needs a floor; a carpet has a path in common with a floor. */
const DOORS: DoorCatalogue = {
  ...PLAIN_DOORS,
  defaultsOf: (door) => (door === 'nowhere' ? undefined : { ...DEFAULTS, ...(door === 'floor' ? { pageSignIn: PAGE } : {}) }),
  signsInWithoutClient: (door) => door !== 'roof',
  ownLifetimesOf: (door) => (door === 'wall' ? OWN_LIFETIMES : undefined),
  needs,
  collide: (names) => names.includes('floor') && names.includes('carpet'),
}

let house: EmptyHouse
beforeEach(async () => {
  house = await openEmptyHouse({ doors: DOORS })
})
afterEach(() => house.store.close())

const createTenant = (doors: readonly string[]) => house.useCases.createTenant({ name: 'acme', hostNames: [], doors, isDefault: false })
const tenantNow = async () => (await house.useCases.list.tenants())[0]
const applications = async () => valueFrom(await house.useCases.list.applications('acme'))
const opened = async () =>
  valueFrom(await house.useCases.list.audit({ tenant: 'acme', max: 100 })).flatMap(({ action, details }) =>
    action === 'tenant.door_opened' ? [details.door] : [],
  )

describe('doors that need others', () => {
  it('come after these, each once, also where two need each other', () => {
    expect(withNeeds({ needs }, ['roof', 'floor', 'shed', 'roof'])).toEqual(['floor', 'wall', 'roof', 'shed'])
    expect(withNeeds({ needs }, ['one'])).toEqual(['other', 'one'])
    expect(withNeeds({ needs }, [])).toEqual([])
  })

  it('bring them along in a new tenant, each with its application', async () => {
    expect(await createTenant(['roof'])).toMatchObject({ ok: true, value: { doors: ['floor', 'wall', 'roof'] } })
    expect(await tenantNow()).toMatchObject({ doors: ['floor', 'wall', 'roof'] })
    expect((await applications()).map(({ clientId, signInDoor }) => [clientId, signInDoor]).sort()).toEqual([
      ['floor', 'floor'],
      ['wall', 'wall'],
    ])
  })

  it('bring them along in a tenant that gets one more; what is open stays as it is', async () => {
    valueFrom(await createTenant(['floor', 'shed']))
    valueFrom(await house.useCases.setApplicationReach({ tenant: 'acme', clientId: 'floor', scope: 'other', audience: [], webOrigins: [] }))
    const before = (await applications()).find(({ clientId }) => clientId === 'floor')
    const doors = ['floor', 'shed', 'wall', 'roof']
    expect(await house.useCases.addDoor({ tenant: 'acme', door: 'roof' })).toMatchObject({ ok: true, value: { doors } })
    expect(await tenantNow()).toMatchObject({ doors })
    expect((await applications()).find(({ clientId }) => clientId === 'floor')).toEqual(before)
    expect(await opened()).toEqual(['roof', 'wall', 'shed', 'floor'])
    expect(await house.useCases.addDoor({ tenant: 'acme', door: 'roof' })).toMatchObject({ ok: true, value: { doors } })
    expect(await opened()).toHaveLength(4)
  })

  it('bring them along later where an older program has opened the door alone', async () => {
    valueFrom(await createTenant([]))
    const [tenant] = await house.store.tenants.list()
    if (tenant === undefined) throw new Error('the tenant has gone')
    await house.store.tenants.addDoor(tenant.id, 'roof', anAuditRow())
    expect(await house.useCases.addDoor({ tenant: 'acme', door: 'roof' })).toMatchObject({ ok: true })
    expect(new Set((await tenantNow())?.doors)).toEqual(new Set(['roof', 'floor', 'wall']))
  })

  it('are refused, and nothing is opened, if one that they need shares a path with another', async () => {
    expect(await createTenant(['roof', 'carpet'])).toEqual({ ok: false, refusal: { code: 'doors_collide' } })
    expect(await tenantNow()).toBeUndefined()
    valueFrom(await createTenant(['carpet']))
    expect(await house.useCases.addDoor({ tenant: 'acme', door: 'roof' })).toEqual({ ok: false, refusal: { code: 'doors_collide' } })
    expect(await tenantNow()).toMatchObject({ doors: ['carpet'] })
    expect(await applications()).toHaveLength(1)
  })
})

describe('the application of a door’s own sign-ins', () => {
  it('is made before the door is open', async () => {
    const opens: string[][] = []
    const { addDoor } = house.store.tenants
    Object.assign(house.store.tenants, {
      addDoor: async (...request: Parameters<typeof addDoor>) => {
        opens.push([request[1], ...(await applications()).map(({ clientId }) => clientId).sort()])
        return addDoor(...request)
      },
    })
    valueFrom(await createTenant(['floor']))
    valueFrom(await house.useCases.addDoor({ tenant: 'acme', door: 'roof' }))
    expect(opens).toEqual([
      ['floor', 'floor'],
      ['floor', 'floor'],
      ['wall', 'floor', 'wall'],
      ['roof', 'floor', 'wall'],
    ])
  })

  it('has the lifetimes that the door states for it, and else those of all', async () => {
    valueFrom(await createTenant(['wall']))
    const made = new Map((await applications()).map((application) => [application.clientId, application]))
    expect(made.get('wall')?.lifetimes).toEqual(OWN_LIFETIMES)
    expect(made.get('floor')?.lifetimes).toEqual(LIFETIMES)
    const { application } = valueFrom(await house.useCases.createApplication({ tenant: 'acme', clientId: 'x', name: 'x', door: 'wall' }))
    expect(application.lifetimes).toEqual(LIFETIMES)
  })

  it('has the page sign-in that the door states, as every other of that door', async () => {
    valueFrom(await createTenant(['floor']))
    expect((await applications())[0]?.pageSignIn).toEqual(PAGE)
    const said = { tenant: 'acme', clientId: 'x', name: 'x', door: 'floor', requiresPkce: true }
    expect(valueFrom(await house.useCases.createApplication(said)).application.pageSignIn).toEqual({ ...PAGE, requiresPkce: true })
  })
})
