import { describe, expect, test } from 'vitest'
import type { Store } from '../store.ts'
import {
  aDigest,
  anAccount,
  anApplication,
  anAuditRow,
  anOrganisation,
  aPermanentToken,
  createWorld,
  NOON,
  type World,
} from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

export function describePermanentTokens(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  describe('permanent tokens', () => {
    test('a token is found by its digest, in its tenant only', async () => {
      const store = await open()
      const [world, elsewhere] = [await createWorld(store), await createWorld(store)]
      const token = aPermanentToken(world)
      const digest = aDigest()
      expect(await store.permanentTokens.create(token, digest, anAuditRow())).toBe('created')
      expect(await store.permanentTokens.findByDigest(world.tenant.id, digest)).toEqual({ token, enabled: true })
      expect(await store.permanentTokens.findByDigest(elsewhere.tenant.id, digest)).toBeUndefined()
      expect(await store.permanentTokens.findByDigest(world.tenant.id, aDigest())).toBeUndefined()
    })

    test('tokens are listed by tenant, and by account', async () => {
      const store = await open()
      const world = await createWorld(store)
      const account = anAccount(world.organisation)
      await store.accounts.create(account, '$hash', anAuditRow())
      const [first, second] = [aPermanentToken(world), aPermanentToken({ ...world, account }, { issuedAt: NOON + 1 })]
      await store.permanentTokens.create(first, aDigest(), anAuditRow())
      await store.permanentTokens.create(second, aDigest(), anAuditRow())
      expect(await store.permanentTokens.list(world.tenant.id)).toEqual([first, second])
      expect(await store.permanentTokens.list(world.tenant.id, account.id)).toEqual([second])
    })

    test("a name is unique among an account's tokens that are not revoked", async () => {
      const store = await open()
      const world = await createWorld(store)
      const token = aPermanentToken(world)
      await store.permanentTokens.create(token, aDigest(), anAuditRow())
      const namesake = aPermanentToken(world, { name: token.name })
      expect(await store.permanentTokens.create(namesake, aDigest(), anAuditRow())).toBe('name_taken')
      await store.permanentTokens.revoke(world.tenant.id, token.id, NOON, anAuditRow())
      expect(await store.permanentTokens.create(namesake, aDigest(), anAuditRow())).toBe('created')
    })

    const switches: [string, (store: Store, world: World, enabled: boolean) => Promise<unknown>][] = [
      ['tenant', ({ tenants }, { tenant }, enabled) => tenants.setEnabled(tenant.id, enabled, NOON, anAuditRow())],
      [
        'organisation',
        ({ organisations }, { organisation }, enabled) => organisations.setEnabled(organisation.id, enabled, NOON, anAuditRow()),
      ],
      ['application', ({ applications }, { application }, enabled) => applications.setEnabled(application.id, enabled, NOON, anAuditRow())],
      ['account', ({ accounts }, { account }, enabled) => accounts.setEnabled(account.id, enabled, NOON, anAuditRow())],
    ]
    test.each(switches)(
      'a token is not enabled while its %s is off, and is again when it is on: no epoch ends it',
      async (_noun, setEnabled) => {
        const store = await open()
        const world = await createWorld(store)
        const token = aPermanentToken(world)
        const digest = aDigest()
        await store.permanentTokens.create(token, digest, anAuditRow())
        for (const enabled of [false, true]) {
          await setEnabled(store, world, enabled)
          expect(await store.permanentTokens.findByDigest(world.tenant.id, digest)).toEqual({ token, enabled })
        }
      },
    )

    test("a token is not enabled while its application's own organisation is off", async () => {
      const store = await open()
      const world = await createWorld(store)
      const owner = anOrganisation(world.tenant)
      await store.organisations.create(owner, anAuditRow())
      const application = anApplication(world.tenant, { organisationId: owner.id })
      await store.applications.create(application, undefined, anAuditRow())
      const digest = aDigest()
      await store.permanentTokens.create(aPermanentToken({ ...world, application }), digest, anAuditRow())
      await store.organisations.setEnabled(owner.id, false, NOON, anAuditRow())
      expect((await store.permanentTokens.findByDigest(world.tenant.id, digest))?.enabled).toBe(false)
    })

    test('of many concurrent revocations exactly one is told that it revoked, and only in the right tenant', async () => {
      const store = await open()
      const [world, elsewhere] = [await createWorld(store), await createWorld(store)]
      const token = aPermanentToken(world)
      const digest = aDigest()
      await store.permanentTokens.create(token, digest, anAuditRow())
      expect(await store.permanentTokens.revoke(elsewhere.tenant.id, token.id, NOON, anAuditRow())).toBe(false)
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => store.permanentTokens.revoke(world.tenant.id, token.id, NOON + 4, anAuditRow())),
      )
      expect(answers.filter(Boolean)).toHaveLength(1)
      const found = await store.permanentTokens.findByDigest(world.tenant.id, digest)
      expect(found?.token).toEqual({ ...token, revokedAt: NOON + 4 })
    })

    test('the last use goes forward only', async () => {
      const store = await open()
      const world = await createWorld(store)
      const token = aPermanentToken(world)
      await store.permanentTokens.create(token, aDigest(), anAuditRow())
      await store.permanentTokens.recordUse(new Map([[token.id, NOON + 60_000]]))
      await store.permanentTokens.recordUse(new Map([[token.id, NOON]]))
      expect(await store.permanentTokens.list(world.tenant.id)).toEqual([{ ...token, lastUsedAt: NOON + 60_000 }])
    })
  })
}
