import { describe, expect, test } from 'vitest'
import { aDigest, anApiKey, anApplication, anAuditRow, createWorld, NOON } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

export function describeApiKeys(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  describe('API keys', () => {
    test('a key is found by its digest with its application, in its tenant only', async () => {
      const store = await open()
      const { tenant, application } = await createWorld(store)
      const elsewhere = await createWorld(store)
      const key = anApiKey(application, { createdAt: NOON - 3 })
      const digest = aDigest()
      expect(await store.apiKeys.create(key, digest, anAuditRow())).toBe('created')
      expect(await store.apiKeys.findByDigest(tenant.id, digest)).toEqual({ key, application })
      expect(await store.apiKeys.findByDigest(elsewhere.tenant.id, digest)).toBeUndefined()
      expect(await store.apiKeys.findByDigest(tenant.id, aDigest())).toBeUndefined()
    })

    test('keys are listed by tenant, and by application', async () => {
      const store = await open()
      const { tenant, application } = await createWorld(store)
      const other = anApplication(tenant)
      await store.applications.create(other, undefined, anAuditRow())
      const [first, second] = [anApiKey(application), anApiKey(other, { createdAt: NOON + 1 })]
      await store.apiKeys.create(first, aDigest(), anAuditRow())
      await store.apiKeys.create(second, aDigest(), anAuditRow())
      expect(await store.apiKeys.list(tenant.id)).toEqual([first, second])
      expect(await store.apiKeys.list(tenant.id, other.id)).toEqual([second])
    })

    test('a name is given once for an application', async () => {
      const store = await open()
      const { tenant, application } = await createWorld(store)
      const key = anApiKey(application)
      await store.apiKeys.create(key, aDigest(), anAuditRow())
      expect(await store.apiKeys.create(anApiKey(application, { name: key.name }), aDigest(), anAuditRow())).toBe('name_taken')
      expect(await store.apiKeys.list(tenant.id)).toEqual([key])
    })

    test('a key or an application that is switched off is found and says so', async () => {
      const store = await open()
      const { tenant, application } = await createWorld(store)
      const key = anApiKey(application)
      const digest = aDigest()
      await store.apiKeys.create(key, digest, anAuditRow())
      const row = anAuditRow()
      expect(await store.apiKeys.setEnabled(key.id, false, row)).toBe(true)
      await store.applications.setEnabled(application.id, false, NOON, anAuditRow())
      const found = await store.apiKeys.findByDigest(tenant.id, digest)
      expect(found?.key.enabled).toBe(false)
      expect(found?.application.enabled).toBe(false)
      expect(await store.apiKeys.setEnabled(anApiKey(application).id, false, anAuditRow())).toBe(false)
      expect((await store.auditTrail.list({ max: 2 }))[1]).toEqual(row)
    })

    test('the last use goes forward only', async () => {
      const store = await open()
      const { tenant, application } = await createWorld(store)
      const [key, unused] = [anApiKey(application), anApiKey(application, { createdAt: NOON + 1 })]
      await store.apiKeys.create(key, aDigest(), anAuditRow())
      await store.apiKeys.create(unused, aDigest(), anAuditRow())
      await store.apiKeys.recordUse(new Map([[key.id, NOON + 60_000]]))
      await store.apiKeys.recordUse(new Map([[key.id, NOON]]))
      expect(await store.apiKeys.list(tenant.id)).toEqual([{ ...key, lastUsedAt: NOON + 60_000 }, unused])
    })
  })
}
