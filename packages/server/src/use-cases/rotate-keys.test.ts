import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Lifetimes } from '../domain/application.ts'
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
    await house.retireOldKeys()
    await house.wait(KEY_RELOAD_SECONDS)
    expect(await tokens.openNote(house.tenant, 'browser-session', lastOnes, house.clock.now())).toBeUndefined()
    const keys = valueFrom(await house.useCases.list.keys(house.tenant.name)).map(({ key }) => key)
    expect(keys.filter(({ purpose }) => purpose === 'pseudonym')).toMatchObject([{ ordinal: 1, retiresAt: undefined }])
  })

  it.each([
    ['sealed-access', 'a day', 86_400, 86_400],
    ['sealed-access', 'an hour', 3600, 3600],
    ['sealing', 'a day', 86_400, 86_400],
    ['sealing', 'an hour', 3600, LONGEST_NOTE_SECONDS],
  ])(
    'keeps the key of the purpose %s as long as what it has made lives, with access tokens of %s, and no longer than need be',
    async (purpose, _life, accessSeconds, longest) => {
      await reopenHouse({ accessSeconds, idleSeconds: 30 * 86_400, absoluteSeconds: 60 * 86_400 })
      await house.signIn('sealed', await anAccountAt(house, 'sealed'))
      const { activatesAt } = valueFrom(await house.useCases.rotateKeys({ tenant: house.tenant.name }))
      expect(await lifeOfOldKey(purpose, activatesAt, longest)).toBe('as long as that')
    },
  )

  it.each(['signed', 'self-refreshing'])(
    'S32: keeps a key of %s tokens for as long as any session lives that has any of its tokens: an old one that comes back ends it',
    async (format) => {
      const door = format === 'signed' ? 'device' : 'bearer'
      const [idleSeconds, absoluteSeconds] = [6 * 3600, 60 * 3600]
      await reopenHouse({ accessSeconds: 600, idleSeconds, absoluteSeconds })
      const stolen = refreshTokenOf(valueFrom(await house.signIn(door, await anAccountAt(house, door))))
      await house.useCases.rotateKeys({ tenant: house.tenant.name })
      let held = stolen
      for (let hours = 5; hours < 59; hours += 5) {
        await passHours(5)
        held = refreshTokenOf(valueFrom(await house.refresh(door, held)))
      }
      expect(await house.refresh(door, stolen)).toMatchObject({ refusal: { code: 'refresh_reused' } })
    },
  )

  it('S33: keeps a key for the sessions of an application that was made after the rotation, and lives longer than all others', async () => {
    await reopenHouse({ accessSeconds: 600, idleSeconds: 3600, absoluteSeconds: 3600 })
    await house.useCases.rotateKeys({ tenant: house.tenant.name })
    const long = { accessSeconds: 600, idleSeconds: 9 * 86_400, absoluteSeconds: 9 * 86_400 }
    const tenant = house.tenant.name
    valueFrom(
      await house.useCases.createApplication({
        tenant,
        clientId: 'late',
        name: 'late',
        door: 'device',
        lifetimes: long,
        passwordGrant: true,
      }),
    )
    const caller = { address: '192.0.2.7', requestId: 'req-test' }
    const request = { tenant: house.tenant, client: { kind: 'client', clientId: 'late', clientSecret: undefined } as const, caller }
    const first = valueFrom(await house.useCases.signIn({ ...request, ...(await anAccountAt(house, 'device')) }))
    await passHours(9 * 24 - 1)
    valueFrom(await house.useCases.refreshSession({ ...request, refreshToken: refreshTokenOf(first) }))
  })

  it('retires a key by its own successor, however often keys are rotated, but while that one is ended, it signs again', async () => {
    await reopenHouse({ accessSeconds: 600, idleSeconds: 3600, absoluteSeconds: 86_400 })
    await house.signIn('device', await anAccountAt(house, 'device'))
    const refreshKeys = async () =>
      valueFrom(await house.useCases.list.keys(house.tenant.name)).filter(({ key }) => key.purpose === 'refresh')
    const rotate = () => house.useCases.rotateKeys({ tenant: house.tenant.name })
    for (let days = 0; days < 4; days += 1) {
      await rotate()
      await passHours(20)
    }
    const states = async () => (await refreshKeys()).map(({ state }) => state)
    expect(await states()).toEqual(['retired', 'retired', 'retired', 'retiring', 'active'])
    const newest = (await refreshKeys()).at(-1)?.key.id ?? ''
    await house.useCases.retireKey({ tenant: house.tenant.name, keyId: newest })
    await passHours(20)
    expect(await states()).toEqual(['retired', 'retired', 'retired', 'active', 'retired'])
    await rotate()
    await passHours(20)
    expect(await states(), 'it has signed until a moment ago').toEqual(['retired', 'retired', 'retired', 'retiring', 'retired', 'active'])
  })
})

async function reopenHouse(lifetimes: Lifetimes): Promise<void> {
  await house.close()
  house = await openTestHouse({ lifetimes })
}

/** As a server spends them: old keys are looked at every hour. */
async function passHours(hours: number): Promise<void> {
  for (let passed = 0; passed < hours; passed += 1) {
    house.clock.advance(3_600_000)
    await house.retireOldKeys()
  }
}

/** Whether the first key of a kind is there until an hour after `lifeSeconds`, and then no more. */
async function lifeOfOldKey(purpose: string, activatesAt: number, lifeSeconds: number): Promise<string> {
  const isRetired = async (at: number) => {
    house.clock.advance(Math.max(0, at - house.clock.now()))
    await house.retireOldKeys()
    const ofKind = valueFrom(await house.useCases.list.keys(house.tenant.name)).filter(({ key }) => key.purpose === purpose)
    return ofKind.find(({ key }) => key.ordinal === 1)?.state === 'retired'
  }
  const dueAt = activatesAt + (lifeSeconds + 3600) * 1000
  if (await isRetired(dueAt - 1)) return 'shorter'
  return (await isRetired(dueAt)) ? 'as long as that' : 'longer'
}

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
