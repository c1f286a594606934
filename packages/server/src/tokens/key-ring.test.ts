import { beforeEach, describe, expect, it } from 'vitest'
import { Unavailable } from '../domain/fault.ts'
import type { KeyId } from '../domain/ids.ts'
import { KEY_ACTIVATION_DELAY_SECONDS, KEY_RELOAD_SECONDS, type StoredKey } from '../domain/signing-key.ts'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { aTenant, createKeptKeys, type KeptKeys, MASTER_KEY, NOW } from '../testing/token-workbench.ts'
import { createKeyMaker, type MakeKey } from './key-maker.ts'
import { createKeyRing, type KeyRing } from './key-ring.ts'
import { createKeySealing } from './key-sealing.ts'

const TENANT = aTenant()
const UNKNOWN = 'aaaaaaaaaaaaaaaa'
const RELOAD_MS = KEY_RELOAD_SECONDS * 1000
const ACTIVATION_MS = KEY_ACTIVATION_DELAY_SECONDS * 1000

let keys: KeptKeys
let makeKey: MakeKey
let ring: KeyRing

function aRing(seed: string): { ring: KeyRing; makeKey: MakeKey } {
  const randomness = createSeededRandomness(seed)
  const sealing = createKeySealing(MASTER_KEY, randomness)
  const maker = createKeyMaker(sealing, randomness)
  return { ring: createKeyRing({ source: keys, sealing, makeKey: maker }), makeKey: maker }
}

async function aStoredKey(overrides: Partial<StoredKey> = {}): Promise<StoredKey> {
  const request = { tenantId: TENANT.id, purpose: 'access', algorithm: 'ES256', ordinal: 1, createdAt: NOW, activatesAt: 0 } as const
  return { ...(await makeKey({ ...request, ...overrides })), ...overrides }
}

function change(id: KeyId, overrides: Partial<StoredKey>) {
  keys.rows = keys.rows.map((row) => (row.id === id ? { ...row, ...overrides } : row))
}

/** From now on every reading fails with this fault; undefined: none does. */
function failWith(fault: Error | undefined) {
  keys.list = async (tenantId) => {
    keys.readings += 1
    if (fault !== undefined) throw fault
    return keys.rows.filter((row) => row.tenantId === tenantId)
  }
}

beforeEach(() => {
  keys = createKeptKeys()
  ;({ ring, makeKey } = aRing('one'))
})

describe('the first key', () => {
  it('is made at its first use, is active from the beginning of time, and is made once', async () => {
    expect(keys.rows).toEqual([])
    const { keys: opened } = await ring.ensure(TENANT, 'access', 'ES256', NOW)
    expect(opened).toMatchObject([{ ordinal: 1, activatesAt: 0, purpose: 'access', algorithm: 'ES256', createdAt: NOW }])
    await ring.ensure(TENANT, 'access', 'ES256', NOW + 1)
    expect(keys.rows).toHaveLength(1)
  })

  it('is one for each purpose and algorithm', async () => {
    await ring.ensure(TENANT, 'access', 'ES256', NOW)
    await ring.ensure(TENANT, 'access', 'EdDSA', NOW)
    await ring.ensure(TENANT, 'refresh', 'HS256', NOW)
    await ring.ensure(TENANT, 'permanent', 'HS256', NOW)
    expect(keys.rows.map(({ purpose, algorithm, ordinal }) => [purpose, algorithm, ordinal])).toEqual([
      ['access', 'ES256', 1],
      ['access', 'EdDSA', 1],
      ['refresh', 'HS256', 1],
      ['permanent', 'HS256', 1],
    ])
  })

  it('is one however many calls and replicas want it at once, and all of them use it', async () => {
    const other = aRing('two').ring
    const loaded = await Promise.all(
      Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? ring : other).ensure(TENANT, 'refresh', 'HS256', NOW)),
    )
    expect(keys.rows).toHaveLength(1)
    expect(new Set(loaded.map(({ keys: [key] }) => key?.id))).toEqual(new Set([keys.rows[0]?.id]))
  })

  it('is made once though a reading that began before it was added ends after it', async () => {
    await ring.load(TENANT, NOW)
    const { list, add } = keys
    let additions = 0
    keys.add = (key) => {
      additions += 1
      return add(key)
    }
    const slowReading = new Promise<StoredKey[]>((resolve) => {
      keys.list = () => {
        keys.list = list
        setImmediate(() => setImmediate(resolve, [])) // the rows as they were before
        return slowReading
      }
    })
    const slow = ring.find(TENANT, UNKNOWN, NOW)
    expect((await ring.ensure(TENANT, 'access', 'ES256', NOW)).keys).toHaveLength(1)
    expect(await slow).toBeUndefined()
    expect(additions).toBe(1)
  })

  it('is another for every tenant', async () => {
    await ring.ensure(TENANT, 'access', 'ES256', NOW)
    await ring.ensure(aTenant('other'), 'access', 'ES256', NOW)
    expect(new Set(keys.rows.map(({ id }) => id)).size).toBe(2)
    expect((await ring.load(TENANT, NOW)).keys).toHaveLength(1)
  })

  it('after an emergency has left no active key is the next one, and signs at once', async () => {
    const first = await aStoredKey({ retiresAt: NOW - 1 })
    keys.rows = [first]
    const { keys: opened } = await ring.ensure(TENANT, 'access', 'ES256', NOW)
    expect(opened).toMatchObject([{ id: first.id }, { ordinal: 2, activatesAt: NOW }])
  })
})

describe('the keys of a tenant', () => {
  it('are read once in a reload period, whatever the number of calls', async () => {
    keys.rows = [await aStoredKey()]
    await Promise.all(Array.from({ length: 20 }, () => ring.load(TENANT, NOW)))
    await ring.load(TENANT, NOW + RELOAD_MS - 1)
    expect(keys.readings).toBe(1)
    await Promise.all(Array.from({ length: 20 }, () => ring.load(TENANT, NOW + RELOAD_MS)))
    expect(keys.readings).toBe(2)
  })

  it('S169: are read at once by who has heard that they have changed, and once', async () => {
    const key = await aStoredKey()
    keys.rows = [key]
    await ring.load(TENANT, NOW)
    change(key.id, { retiresAt: NOW })
    expect(await ring.find(TENANT, key.id, NOW), 'who has not heard of it').toBeDefined()
    const changed = { ...TENANT, keyVersion: 1 }
    expect(await Promise.all(Array.from({ length: 20 }, () => ring.find(changed, key.id, NOW)))).toEqual(Array(20).fill(undefined))
    expect(await ring.find(changed, key.id, NOW + 1)).toBeUndefined()
    expect(await ring.find(TENANT, key.id, NOW + 1)).toBeUndefined()
    expect(keys.readings).toBe(2)
  })

  it('S169: are not shared with a reading that began before they changed, nor taken back by it when it ends later', async () => {
    const key = await aStoredKey()
    keys.rows = [key]
    const { list } = keys
    let endReading = () => {}
    const slowReading = new Promise<StoredKey[]>((resolve) => {
      endReading = () => resolve([key])
    })
    keys.list = () => slowReading
    const slow = ring.find(TENANT, key.id, NOW)
    keys.list = list
    change(key.id, { retiresAt: NOW })
    const changed = { ...TENANT, keyVersion: 1 }
    expect(await ring.find(changed, key.id, NOW)).toBeUndefined()
    endReading()
    await slow
    expect(await ring.find(changed, key.id, NOW)).toBeUndefined()
    expect(await ring.find(TENANT, key.id, NOW)).toBeUndefined()
  })

  it('S169: are made by who has not heard of the newest change, too', async () => {
    const key = await aStoredKey({ retiresAt: NOW - 1 })
    keys.rows = [key]
    await ring.load({ ...TENANT, keyVersion: 5 }, NOW)
    const { keys: opened } = await ring.ensure(TENANT, 'access', 'ES256', NOW)
    expect(opened).toMatchObject([{ id: key.id }, { ordinal: 2 }])
    expect((await ring.load({ ...TENANT, keyVersion: 5 }, NOW)).keys).toHaveLength(2)
  })

  it('S169: that have changed and cannot be read are none', async () => {
    const key = await aStoredKey()
    keys.rows = [key]
    await ring.load(TENANT, NOW)
    failWith(new Unavailable('the store', 1))
    expect(await ring.find(TENANT, key.id, NOW + RELOAD_MS)).toBeDefined()
    await expect(ring.find({ ...TENANT, keyVersion: 1 }, key.id, NOW + RELOAD_MS)).rejects.toThrow(Unavailable)
  })

  it('have the same revision until they change, and then another', async () => {
    const key = await aStoredKey()
    keys.rows = [key]
    const { revision } = await ring.load(TENANT, NOW)
    expect((await ring.load(TENANT, NOW + RELOAD_MS)).revision).toBe(revision)
    change(key.id, { retiresAt: NOW })
    expect((await ring.load(TENANT, NOW + 2 * RELOAD_MS)).revision).not.toBe(revision)
  })

  it('of two tenants never share a revision', async () => {
    const { revision } = await ring.load(TENANT, NOW)
    expect((await ring.load(aTenant('other'), NOW)).revision).not.toBe(revision)
  })

  it('go on serving while the store is unavailable, tried again once a second, but not beyond the activation delay', async () => {
    const key = await aStoredKey()
    keys.rows = [key]
    await ring.load(TENANT, NOW)
    failWith(new Unavailable('down', 1))
    for (const at of [RELOAD_MS, RELOAD_MS + 1, RELOAD_MS + 999, RELOAD_MS + 1000]) {
      expect((await ring.find(TENANT, key.id, NOW + at))?.key.id).toBe(key.id)
    }
    expect(keys.readings).toBe(3)
    await expect(ring.load(TENANT, NOW + ACTIVATION_MS)).rejects.toThrow(Unavailable)
  })

  it('do not hide a fault that is no outage', async () => {
    await ring.load(TENANT, NOW)
    failWith(new Error('a bug'))
    await expect(ring.load(TENANT, NOW + RELOAD_MS)).rejects.toThrow('a bug')
  })

  it('cannot be read for the first time while the store is unavailable', async () => {
    failWith(new Unavailable('down', 1))
    await expect(ring.load(TENANT, NOW)).rejects.toThrow(Unavailable)
    failWith(undefined)
    expect((await ring.load(TENANT, NOW)).keys).toEqual([])
  })
})

describe('a key that a token names', () => {
  it('is found when it is active or retiring; S6: when it is pending or retired it is not', async () => {
    const old = await aStoredKey({ retiresAt: NOW + 5000 })
    const active = await aStoredKey({ ordinal: 2, activatesAt: NOW - 5000 })
    const pending = await aStoredKey({ ordinal: 3, activatesAt: NOW + 60_000 })
    keys.rows = [old, active, pending]
    const found = async (key: StoredKey, at: number) => (await ring.find(TENANT, key.id, at)) !== undefined
    expect([await found(old, NOW), await found(active, NOW), await found(pending, NOW)]).toEqual([true, true, false])
    expect([await found(old, NOW + 4999), await found(old, NOW + 5000)]).toEqual([true, false])
    expect([await found(pending, NOW + 57_999), await found(pending, NOW + 58_000)]).toEqual([false, true]) // 2 s: another replica's clock
  })

  it('S6: is not found at another tenant', async () => {
    const key = await aStoredKey()
    keys.rows = [key]
    expect(await ring.find(aTenant('other'), key.id, NOW)).toBeUndefined()
  })

  it('is looked for in the store once before it is refused', async () => {
    await ring.load(TENANT, NOW)
    const added = await aStoredKey()
    keys.rows = [added]
    expect((await ring.find(TENANT, added.id, NOW + 1))?.key.id).toBe(added.id)
    expect(keys.readings).toBe(2)
  })

  it('causes one reading however many tokens name it at once, and at most one a second', async () => {
    await ring.load(TENANT, NOW)
    const names = Array.from({ length: 100 }, (_, i) => `aaaaaaaaaaaaaa${String.fromCharCode(97 + (i % 26))}${i < 50 ? 'a' : 'b'}`)
    expect(await Promise.all(names.map((name) => ring.find(TENANT, name, NOW + 1)))).toEqual(names.map(() => undefined))
    expect(keys.readings).toBe(2)
    await ring.find(TENANT, UNKNOWN, NOW + 1000)
    expect(keys.readings).toBe(2)
    await ring.find(TENANT, UNKNOWN, NOW + 1001)
    expect(keys.readings).toBe(3)
  })

  it('S4, S5: is never looked for under a name that is no key id', async () => {
    await ring.load(TENANT, NOW)
    const names = [
      '../../../../dev/null',
      '/proc/self/environ',
      "' OR 1=1--",
      '$ne',
      '',
      'x'.repeat(10_000),
      '\u0000',
      '__proto__',
      'constructor',
      `${UNKNOWN}\n`,
    ]
    for (const name of names) expect(await ring.find(TENANT, name, NOW + 5000)).toBeUndefined()
    expect(keys.readings).toBe(1)
  })
})

describe('a row that was changed by another hand', () => {
  it('S159: stops every use of its tenant’s keys, and of no other’s', async () => {
    const good = await aStoredKey()
    const sealed = Buffer.from(good.sealedSecret)
    sealed[20] = (sealed[20] ?? 0) ^ 1
    keys.rows = [{ ...good, sealedSecret: sealed }]
    await expect(ring.find(TENANT, good.id, NOW)).rejects.toThrow('cannot be opened')
    await expect(ring.ensure(TENANT, 'access', 'ES256', NOW)).rejects.toThrow('cannot be opened')
    expect((await ring.ensure(aTenant('other'), 'access', 'ES256', NOW)).keys).toHaveLength(1)
  })

  it('S159: is noticed when its purpose, its id or its public part is another’s', async () => {
    const [one, two] = [await aStoredKey(), await aStoredKey({ ordinal: 2 })]
    for (const changed of [
      { ...one, purpose: 'permanent' as const },
      { ...one, id: two.id },
      { ...one, publicJwk: two.publicJwk },
      { ...one, publicJwk: undefined },
    ]) {
      keys.rows = [changed]
      await expect(aRing('fresh').ring.load(TENANT, NOW)).rejects.toThrow(/cannot be opened|not its own/)
    }
  })

  it('S159: is noticed at a reload too, when the key was open already', async () => {
    const [one, two] = [await aStoredKey(), await aStoredKey({ ordinal: 2 })]
    keys.rows = [one]
    await ring.load(TENANT, NOW)
    change(one.id, { sealedSecret: two.sealedSecret })
    await expect(ring.load(TENANT, NOW + RELOAD_MS)).rejects.toThrow('cannot be opened')
  })

  it('S159: is noticed when it asks for another algorithm than it was sealed for', async () => {
    keys.rows = [{ ...(await aStoredKey()), algorithm: 'EdDSA' }]
    await expect(ring.load(TENANT, NOW)).rejects.toThrow('cannot be opened')
  })
})
