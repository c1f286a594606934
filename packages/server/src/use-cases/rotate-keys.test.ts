import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AccountId, ApplicationId } from '../domain/ids.ts'
import { KEY_ACTIVATION_DELAY_SECONDS, KEY_RELOAD_SECONDS, LONGEST_NOTE_SECONDS } from '../domain/signing-key.ts'
import { createEvents } from '../events/events.ts'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { anAccountAt, openTestHouse, refreshTokenOf, TEST_DOORS, type TestHouse, valueFrom } from '../testing/test-house.ts'
import { MASTER_KEY } from '../testing/token-workbench.ts'
import { createTokenEngine, type TokenEngine } from '../tokens/token-engine.ts'

let house: TestHouse
beforeEach(async () => {
  house = await openTestHouse()
})
afterEach(() => house.close())

const keyIds = async (state: string) =>
  valueFrom(await house.useCases.list.keys(house.tenant.name))
    .filter((listed) => listed.state === state)
    .map(({ key }) => key.id)

/** Another token engine on the keys of the house, as another server has it. */
function anEngine(): TokenEngine {
  const { signingKeys, id } = house.store
  const randomness = createSeededRandomness('engine')
  const events = createEvents({ randomness, sink: { log: () => {}, count: () => {} } })
  const add: typeof keys.add = (key) =>
    signingKeys.add(key, events.keyCreated({ at: key.createdAt, tenantId: key.tenantId, actor: 'system', subject: key.id }).audit)
  const keys: Parameters<typeof createTokenEngine>[0]['keys'] = { list: (tenantId) => signingKeys.list(tenantId), add }
  return createTokenEngine({
    keys,
    masterKey: MASTER_KEY,
    storeId: id,
    randomness,
    issuerOf: ({ name }) => `https://tokens.example/t/${name}`,
  })
}

const isActive = async (token: string) =>
  (await house.useCases.authorizeCall({ tenant: house.tenant, token, requiredScope: '', requiredAudience: undefined })).ok

it('S30: the first keys are published when their application is made, before anybody has signed in', async () => {
  const published = await house.useCases.listPublicKeys(house.tenant)
  expect(published.map(({ purpose, jwk }) => `${purpose} ${jwk.alg}`).sort()).toEqual([
    'access ES256',
    'id ES256',
    'keycloak-access ES256',
    'self-refreshing EdDSA',
  ])
  await house.signIn('bearer', await anAccountAt(house, 'bearer'))
  expect(await house.useCases.listPublicKeys(house.tenant)).toEqual(published)
})

describe('rotating the keys of a tenant', () => {
  it.each(TEST_DOORS)('breaks no session and no repeat, before, at and after the change, at the door %s', async (door) => {
    const account = await anAccountAt(house, door)
    const first = valueFrom(await house.signIn(door, account))
    const before = await keyIds('active')
    expect(valueFrom(await house.useCases.rotateKeys({ tenant: house.tenant.name })).keys).toBe(before.length)
    expect(await keyIds('active'), 'successors are published and do not sign yet').toEqual(before)

    await house.wait(KEY_ACTIVATION_DELAY_SECONDS - 1)
    const second = valueFrom(await house.refresh(door, refreshTokenOf(first)))
    await house.wait(door === 'strict' ? 2 : KEY_RELOAD_SECONDS + 1) // its window is shorter than the time until every server looks again
    const repeated = valueFrom(await house.refresh(door, refreshTokenOf(first)))
    expect(refreshTokenOf(repeated), 'a repeat across the change is the same bytes').toBe(refreshTokenOf(second))
    const third = valueFrom(await house.refresh(door, refreshTokenOf(second)))
    expect(await isActive(third.accessToken)).toBe(true)
    expect(await isActive(second.accessToken)).toBe(true)
    expect(await keyIds('active')).not.toEqual(before)
    expect(await keyIds('retiring')).toEqual(before)
  })

  it.each(TEST_DOORS)('leaves a session that nobody uses meanwhile its whole idle life, at the door %s', async (door) => {
    const idleSeconds = 6 * 3600
    await house.close()
    house = await openTestHouse({ lifetimes: { accessSeconds: 600, idleSeconds, absoluteSeconds: 10 * idleSeconds } })
    const first = valueFrom(await house.signIn(door, await anAccountAt(house, door)))
    await house.useCases.rotateKeys({ tenant: house.tenant.name })
    await house.wait(idleSeconds - 1)
    const second = valueFrom(await house.refresh(door, refreshTokenOf(first)))
    expect(await isActive(second.accessToken)).toBe(true)
  })

  it('makes no second successor while one is waiting', async () => {
    await house.signIn('device', await anAccountAt(house, 'device'))
    expect(valueFrom(await house.useCases.rotateKeys({ tenant: house.tenant.name })).keys).toBeGreaterThan(0)
    expect(valueFrom(await house.useCases.rotateKeys({ tenant: house.tenant.name })).keys).toBe(0)
  })

  it('does not touch permanent tokens', async () => {
    const account = await anAccountAt(house, 'bearer')
    const request = {
      tenant: house.tenant.name,
      account: account.login,
      clientId: 'bearer',
      name: 'crm',
      scope: undefined,
      lifetimeSeconds: undefined,
    }
    const { token } = valueFrom(await house.useCases.issuePermanentToken(request))
    const theirKeys = async () =>
      valueFrom(await house.useCases.list.keys(house.tenant.name)).filter(({ key }) => key.purpose === 'permanent')
    const before = await theirKeys()
    expect(before).toHaveLength(1)
    await house.useCases.rotateKeys({ tenant: house.tenant.name })
    await house.wait(KEY_ACTIVATION_DELAY_SECONDS + KEY_RELOAD_SECONDS)
    expect(await isActive(token)).toBe(true)
    expect(await theirKeys(), 'no successor, and no end of the key').toEqual(before)
  })

  it('leaves what accounts are called as it is, and keeps a sealing key for as long as a note may come back', async () => {
    await house.signIn('sealed', await anAccountAt(house, 'sealed'))
    const tokens = anEngine()
    const nameOf = () => tokens.pseudonymOf(house.tenant, { id: 'app_one' as ApplicationId }, 'acc_alice' as AccountId, house.clock.now())
    const name = await nameOf()
    const note = await tokens.sealNote(house.tenant, 'browser-session', 'a', house.clock.now())
    await house.useCases.rotateKeys({ tenant: house.tenant.name })
    await house.wait(KEY_ACTIVATION_DELAY_SECONDS)
    const lastOnes = await tokens.sealNote(house.tenant, 'browser-session', 'a', house.clock.now() - 1)
    expect(lastOnes.split('.')[0], 'by the old key').toBe(note.split('.')[0])
    await house.wait(LONGEST_NOTE_SECONDS)
    expect(await tokens.openNote(house.tenant, 'browser-session', lastOnes, house.clock.now())).toBe('a')
    expect(await nameOf()).toBe(name)
    await house.wait(3600)
    expect(await tokens.openNote(house.tenant, 'browser-session', lastOnes, house.clock.now())).toBeUndefined()
    const keys = valueFrom(await house.useCases.list.keys(house.tenant.name)).map(({ key }) => key)
    expect(keys.filter(({ purpose }) => purpose === 'pseudonym')).toMatchObject([{ ordinal: 1, retiresAt: undefined }])
  })

  it.each([
    ['a day', 86_400],
    ['an hour', 3600],
  ])(
    'keeps the keys of sealed access tokens as long as these live, which is %s, and no longer than need be',
    async (_life, accessSeconds) => {
      await house.close()
      house = await openTestHouse({ lifetimes: { accessSeconds, idleSeconds: 30 * 86_400, absoluteSeconds: 60 * 86_400 } })
      await house.signIn('sealed', await anAccountAt(house, 'sealed'))
      const { activatesAt } = valueFrom(await house.useCases.rotateKeys({ tenant: house.tenant.name }))
      const keys = valueFrom(await house.useCases.list.keys(house.tenant.name)).filter(({ key }) => key.retiresAt !== undefined)
      const livesOf = (wanted: string) =>
        keys.filter(({ key }) => key.purpose === wanted).map(({ key }) => (Number(key.retiresAt) - activatesAt) / 1000 - 3600)
      expect([livesOf('sealed-access'), livesOf('sealing')]).toEqual([[accessSeconds], [Math.max(accessSeconds, LONGEST_NOTE_SECONDS)]])
    },
  )
})

describe('retiring a key', () => {
  it('ends what it has made, and the next sign-in makes another', async () => {
    const account = await anAccountAt(house, 'bearer')
    const first = valueFrom(await house.signIn('bearer', account))
    for (const keyId of await keyIds('active')) {
      expect(await house.useCases.retireKey({ tenant: house.tenant.name, keyId })).toEqual({ ok: true, value: undefined })
    }
    await house.wait(KEY_RELOAD_SECONDS)
    expect(await isActive(first.accessToken)).toBe(false)
    expect(await house.refresh('bearer', first.accessToken)).toMatchObject({ ok: false, refusal: { code: 'token_invalid' } })
    const again = valueFrom(await house.signIn('bearer', account))
    expect(await isActive(again.accessToken)).toBe(true)
  })

  it('is refused for a key that the tenant has not', async () => {
    valueFrom(await house.useCases.createTenant({ name: 'other', hostNames: [], doors: ['bearer'], isDefault: false }))
    const before = await keyIds('active')
    expect(before).not.toEqual([])
    for (const keyId of ['nokey', ...before]) {
      expect(await house.useCases.retireKey({ tenant: 'other', keyId })).toEqual({ ok: false, refusal: { code: 'key_not_found' } })
    }
    expect(await keyIds('active')).toEqual(before)
  })
})
