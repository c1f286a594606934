import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KEY_ACTIVATION_DELAY_SECONDS, KEY_RELOAD_SECONDS, SEALING_KEY_RENEWAL_DAYS } from '../domain/signing-key.ts'
import { createSetClock } from '../testing/set-clock.ts'
import { anAccountAt, openTestHouse, refreshTokenOf, type TestHouse, valueFrom } from '../testing/test-house.ts'

const DAY_MS = 86_400_000
const RENEWAL_MS = SEALING_KEY_RENEWAL_DAYS * DAY_MS

let house: TestHouse
beforeEach(async () => {
  house = await openTestHouse()
})
afterEach(() => house.close())

const keysOf = async (tenant = house.tenant.name) => valueFrom(await house.useCases.list.keys(tenant)).map(({ key }) => key)
const sealingKeysOf = async (tenant = house.tenant.name) => (await keysOf(tenant)).filter(({ purpose }) => purpose === 'sealing')

const isActive = async (token: string) =>
  (await house.useCases.authorizeCall({ tenant: house.tenant, token, requiredScope: '', requiredAudience: undefined })).ok

describe('renewing the sealing keys', () => {
  it('makes a successor of one that is older than 80 days, once, and touches nothing else', async () => {
    const before = await keysOf()
    house.clock.advance(RENEWAL_MS)
    await house.renewSealingKeys()
    expect(await keysOf(), 'not older yet').toEqual(before)
    house.clock.advance(1)
    const at = house.clock.now()
    for (let i = 0; i < 3; i += 1) await house.renewSealingKeys()
    const [first, second, ...others] = await sealingKeysOf()
    expect(others).toEqual([])
    expect(first).toMatchObject({ ordinal: 1, algorithm: 'A256GCM' })
    expect(second).toMatchObject({ ordinal: 2, createdAt: at, activatesAt: at + KEY_ACTIVATION_DELAY_SECONDS * 1000, retiresAt: undefined })
    const notSealing = ({ purpose }: { readonly purpose: string }) => purpose !== 'sealing'
    expect((await keysOf()).filter(notSealing)).toEqual(before.filter(notSealing))
    expect(house.events.filter(({ name }) => name === 'key.created').at(-1)?.fields).toMatchObject({ purpose: 'sealing' })
  })

  it('lets no key seal for more than 90 days, however many years pass', async () => {
    for (let hour = 0; hour < 2 * 365 * 24; hour += 24) {
      house.clock.advance(DAY_MS)
      await house.renewSealingKeys()
      const active = valueFrom(await house.useCases.list.keys(house.tenant.name)).find(
        ({ key, state }) => key.purpose === 'sealing' && state === 'active',
      )
      expect(house.clock.now() - (active?.key.createdAt ?? 0)).toBeLessThan(90 * DAY_MS)
    }
    expect(await sealingKeysOf()).toHaveLength(10)
  })

  it('is done at every tenant, and makes none where nothing was ever sealed', async () => {
    valueFrom(await house.useCases.createTenant({ name: 'other', hostNames: [], doors: ['sealed'], isDefault: false }))
    valueFrom(await house.useCases.createTenant({ name: 'plain', hostNames: [], doors: ['device'], isDefault: false }))
    house.clock.advance(RENEWAL_MS + 1)
    await house.renewSealingKeys()
    expect([await sealingKeysOf(), await sealingKeysOf('other'), await sealingKeysOf('plain')].map(({ length }) => length)).toEqual([
      2, 2, 0,
    ])
  })

  it('breaks no token and no session', async () => {
    const account = await anAccountAt(house, 'sealed')
    house.clock.advance(RENEWAL_MS + 1)
    const first = valueFrom(await house.signIn('sealed', account))
    await house.renewSealingKeys()
    await house.wait(KEY_ACTIVATION_DELAY_SECONDS + KEY_RELOAD_SECONDS)
    const second = valueFrom(await house.refresh('sealed', refreshTokenOf(first)))
    expect(second.accessToken.split('.')[0], 'by another key').not.toBe(first.accessToken.split('.')[0])
    expect([await isActive(first.accessToken), await isActive(second.accessToken)]).toEqual([true, true])
  })
})

describe('several servers on one store', () => {
  it('make one successor between them, however they meet', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ringkey-'))
    const clock = createSetClock()
    const path = join(directory, 'a.sqlite')
    const one = await openTestHouse({ path, clock, seed: 'one' })
    const two = await openTestHouse({ path, clock, seed: 'two' })
    clock.advance(RENEWAL_MS + 1)
    await Promise.all([one, two, one, two].map((server) => server.renewSealingKeys()))
    await two.renewSealingKeys()
    const keys = valueFrom(await one.useCases.list.keys(one.tenant.name)).filter(({ key }) => key.purpose === 'sealing')
    expect(keys.map(({ key, state }) => [key.ordinal, state])).toEqual([
      [1, 'active'],
      [2, 'pending'],
    ])
    expect(
      [...one.events, ...two.events].filter(({ name, fields }) => name === 'key.created' && fields.purpose === 'sealing'),
    ).toHaveLength(1)
    await Promise.all([one.close(), two.close()])
    await rm(directory, { recursive: true })
  })
})
