import { describe, expect, test } from 'vitest'
import { anAuditRow, aStoredKey, createWorld, NOON } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

export function describeResealKeys(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)
  const CHECK = Buffer.from('sealed under the new one')

  /** Two tenants with a key each, under a master key that was checked. */
  async function openUsed() {
    const store = await open()
    const { tenant } = await createWorld(store)
    const tenants = [tenant, (await createWorld(store)).tenant]
    const keys = tenants.map((tenant) => aStoredKey(tenant))
    for (const key of keys) await store.signingKeys.add(key, anAuditRow())
    await store.masterKeyCheck.putIfAbsent(Buffer.from('sealed under the old one'))
    const listed = async () => (await Promise.all(tenants.map(({ id }) => store.signingKeys.list(id)))).flat()
    const request = { reseal: () => Buffer.from('anew'), masterKeyCheck: CHECK, audit: anAuditRow(), notBeatenSince: undefined }
    return { store, tenant, keys, listed, request }
  }

  describe('another master key', () => {
    test('S156: seals the keys of all tenants anew, and nothing else of them changes', async () => {
      const { store, keys, listed, request } = await openUsed()
      const asked: unknown[] = []
      const reseal = (key: (typeof keys)[number]) => {
        asked.push(key)
        return Buffer.from(`anew: ${key.id}`)
      }
      expect(await store.resealKeys({ ...request, reseal })).toBe(2)
      expect(asked).toEqual(expect.arrayContaining(keys))
      expect(await listed()).toEqual(keys.map((key) => ({ ...key, sealedSecret: Buffer.from(`anew: ${key.id}`) })))
      expect(await store.masterKeyCheck.read()).toEqual(CHECK)
      expect((await store.auditTrail.list({ max: 1 }))[0]).toEqual(request.audit)
    })

    test('S156: what fails on the way leaves the whole store under the old one', async () => {
      const { store, keys, listed, request } = await openUsed()
      let resealed = 0
      const reseal = () => {
        resealed += 1
        if (resealed === 2) throw new Error('damaged')
        return Buffer.from('anew')
      }
      await expect(store.resealKeys({ ...request, reseal })).rejects.toThrow('damaged')
      expect(await listed()).toEqual(keys)
      expect((await store.masterKeyCheck.read())?.toString()).toBe('sealed under the old one')
    })

    test('S156: is refused if a server has begun to answer since the caller looked', async () => {
      const { store, keys, listed, request } = await openUsed()
      await store.beat(NOON)
      expect(await store.resealKeys(request)).toBe('in_use')
      expect(await listed()).toEqual(keys)
      expect(await store.lastBeatAt()).toBe(NOON)
      expect(await store.resealKeys({ ...request, notBeatenSince: NOON })).toBe(2)
    })

    test('S156: a process that was opened under the old one adds no key that nobody could open', async () => {
      const { store, tenant, listed, request } = await openUsed()
      await store.resealKeys(request)
      const added = store.signingKeys.add(aStoredKey(tenant, { ordinal: 2 }), anAuditRow())
      await expect(added).rejects.toMatchObject({ name: 'Unavailable' })
      expect(await listed()).toHaveLength(2)
    })
  })
}
