import { describe, expect, test } from 'vitest'
import type { TenantId } from '../../domain/ids.ts'
import { anAuditRow, aStoredKey, createWorld, NOON } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

export function describeSigningKeys(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  describe('signing keys', () => {
    test("a tenant's keys are listed exactly as they were added, and no other tenant's", async () => {
      const store = await open()
      const [{ tenant }, elsewhere] = [await createWorld(store), await createWorld(store)]
      const keys = [
        aStoredKey(tenant, { createdAt: NOON - 2, retiresAt: NOON + 5 }),
        aStoredKey(tenant, { createdAt: NOON - 1, purpose: 'refresh', algorithm: 'HS256', publicJwk: undefined }),
        aStoredKey(tenant, { purpose: 'self-refreshing', algorithm: 'EdDSA' }),
        aStoredKey(tenant, { createdAt: NOON + 1, purpose: 'permanent', algorithm: 'HS256' }),
        aStoredKey(tenant, { createdAt: NOON + 2, purpose: 'keycloak-access', algorithm: 'RS256' }),
        aStoredKey(tenant, { createdAt: NOON + 3, purpose: 'id', algorithm: 'RS256' }),
        aStoredKey(tenant, { createdAt: NOON + 4, purpose: 'sealed-access', algorithm: 'EdDSA' }),
        aStoredKey(tenant, { createdAt: NOON + 5, purpose: 'sealing', algorithm: 'A256GCM', publicJwk: undefined }),
        aStoredKey(tenant, { createdAt: NOON + 6, purpose: 'pseudonym', algorithm: 'HS256', publicJwk: undefined }),
      ]
      for (const key of keys) expect(await store.signingKeys.add(key, anAuditRow())).toBe(true)
      await store.signingKeys.add(aStoredKey(elsewhere.tenant), anAuditRow())
      expect(await store.signingKeys.list(tenant.id)).toEqual(keys)
    })

    test('of many who make the first key at once exactly one succeeds', async () => {
      const store = await open()
      const { tenant } = await createWorld(store)
      const answers = await Promise.all(Array.from({ length: 20 }, () => store.signingKeys.add(aStoredKey(tenant), anAuditRow())))
      expect(answers.filter(Boolean)).toHaveLength(1)
      expect(await store.signingKeys.list(tenant.id)).toHaveLength(1)
      expect((await store.auditTrail.list({ max: 100 })).length).toBe(5)
    })

    test('a key whose place is taken changes nothing', async () => {
      const store = await open()
      const { tenant } = await createWorld(store)
      const key = aStoredKey(tenant)
      await store.signingKeys.add(key, anAuditRow())
      const before = await store.auditTrail.list({ max: 100 })
      expect(await store.signingKeys.add(aStoredKey(tenant), anAuditRow())).toBe(false)
      expect(await store.signingKeys.list(tenant.id)).toEqual([key])
      expect(await store.auditTrail.list({ max: 100 })).toEqual(before)
    })

    test('an emergency brings the end of a key forward, and never puts it off', async () => {
      const store = await open()
      const { tenant } = await createWorld(store)
      const key = aStoredKey(tenant)
      await store.signingKeys.add(key, anAuditRow())
      expect(await store.signingKeys.retire(key.id, NOON + 10, anAuditRow())).toBe(true)
      expect(await store.signingKeys.retire(key.id, NOON + 5, anAuditRow())).toBe(true)
      expect(await store.signingKeys.retire(key.id, NOON + 20, anAuditRow())).toBe(false)
      expect(await store.signingKeys.retire(aStoredKey(tenant).id, NOON, anAuditRow())).toBe(false)
      expect(await store.signingKeys.list(tenant.id)).toEqual([{ ...key, retiresAt: NOON + 5 }])
    })

    test('each change raises the version of their tenant, and of no other; what changes nothing raises none', async () => {
      const store = await open()
      const [{ tenant }, { tenant: elsewhere }] = [await createWorld(store), await createWorld(store)]
      const version = async ({ id }: { readonly id: TenantId }) => (await store.tenants.find(id))?.keyVersion
      const key = aStoredKey(tenant)
      await store.signingKeys.add(key, anAuditRow())
      expect(await version(tenant)).toBe(tenant.keyVersion + 1)
      await store.signingKeys.add(aStoredKey(tenant), anAuditRow())
      expect(await version(tenant)).toBe(tenant.keyVersion + 1)
      await store.signingKeys.retire(key.id, NOON + 10, anAuditRow())
      expect(await version(tenant)).toBe(tenant.keyVersion + 2)
      await store.signingKeys.retire(key.id, NOON + 20, anAuditRow())
      expect(await version(tenant)).toBe(tenant.keyVersion + 2)
      expect(await version(elsewhere)).toBe(elsewhere.keyVersion)
    })
  })
}
