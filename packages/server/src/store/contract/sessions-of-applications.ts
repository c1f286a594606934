import { describe, expect, test } from 'vitest'
import type { ApplicationId } from '../../domain/ids.ts'
import { anAccount, anAdvance, anApplication, anAuditRow, aOneUseThing, aSession, aStart, createWorld, NOON } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

const MINUTE = 60_000

export function describeSessionsOfApplications(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  async function openWithSessions() {
    const store = await open()
    const world = await createWorld(store)
    const { tenant, organisation, account, application } = world
    const [other, another] = [anApplication(tenant), anAccount(organisation)]
    await store.applications.create(other, undefined, anAuditRow())
    await store.accounts.create(another, '$hash', anAuditRow())
    const [first, second, elsewhere, theirs] = [
      aSession(world),
      aSession(world, { startedAt: NOON + MINUTE, advancedAt: NOON + MINUTE }),
      aSession({ ...world, application: other }),
      aSession({ ...world, account: another }),
    ]
    for (const session of [first, second, elsewhere, theirs]) await store.sessions.start(aStart(session))
    const of = { tenantId: tenant.id, accountId: account.id }
    const end = (applicationId = application.id, audit = anAuditRow()) =>
      store.sessions.endAll({ ...of, applicationId, at: NOON + 2 * MINUTE, reason: 'revoked', audit })
    const list = (at = NOON + 2 * MINUTE) => store.sessions.listApplications({ ...of, at })
    return { store, world, another, tenant, account, application, other, first, second, elsewhere, theirs, end, list }
  }

  describe('the sessions that an application has of an account', () => {
    test('are told by application: since when, and when last used', async () => {
      const { store, application, other, account, elsewhere, list } = await openWithSessions()
      const expected = { applicationId: application.id, startedAt: NOON, advancedAt: NOON + MINUTE }
      expect(await list()).toEqual([expected, { applicationId: other.id, startedAt: NOON, advancedAt: NOON }])
      await store.sessions.end({ id: elsewhere.id, at: NOON, reason: 'revoked', audit: anAuditRow() })
      expect(await list()).toEqual([expected])
      expect(await list(elsewhere.expiresAt * 1000 + MINUTE)).toEqual([])
      await store.accounts.raiseEpoch(account.id, NOON, anAuditRow())
      expect(await list()).toEqual([])
    })

    test('end all together, with one row, and no others with them', async () => {
      const { store, tenant, first, second, elsewhere, theirs, end } = await openWithSessions()
      const row = anAuditRow()
      expect(await end(undefined, row)).toBe(true)
      expect((await store.auditTrail.list({ max: 1 }))[0]).toEqual(row)
      for (const { id } of [first, second])
        expect((await store.sessions.find(tenant.id, id, NOON))?.session).toMatchObject({
          endedAt: NOON + 2 * MINUTE,
          endReason: 'revoked',
        })
      expect(await store.sessions.advance(anAdvance(first))).toMatchObject({ kind: 'held' })
      for (const session of [elsewhere, theirs])
        expect(await store.sessions.advance(anAdvance(session))).toMatchObject({ kind: 'advanced' })
    })

    test('end with what was begun for the application before, and with nothing that is begun later, or for others', async () => {
      const { store, tenant, account, application, other, world, another, end } = await openWithSessions()
      const count = (of = account, at = application) => store.sessions.countGrantEnds(of.id, at.id)
      const start = (grantEnds: number, changed = world) => store.sessions.start(aStart(aSession(changed), { grantEnds }))
      expect(await start(await count())).toBe('started')
      const before = await count()
      await end()
      const consuming = aOneUseThing(tenant)
      await store.oneUseThings.put(consuming)
      const late = aStart(aSession(world), { grantEnds: before, consuming })
      expect(await store.sessions.start(late)).toBe('not_consumed')
      expect(await store.sessions.find(tenant.id, late.session.id, NOON)).toBeUndefined()
      expect(await store.oneUseThings.consume({ ...consuming, at: NOON, outcome: 'tried' })).toMatchObject({ kind: 'consumed' })
      expect([await start(await count()), await start(await count()), await end(), await end()]).toEqual([
        'started',
        'started',
        true,
        false,
      ])
      expect(await start(1), 'an end without sessions counts too').toBe('not_consumed')
      expect([await count(), await count(another), await count(account, other)]).toEqual([3, 0, 0])
      expect([await start(0, { ...world, account: another }), await start(0, { ...world, application: other })]).toEqual([
        'started',
        'started',
      ])
    })

    test('are those of applications that there are: ending others counts nothing', async () => {
      const { store, account, end } = await openWithSessions()
      const elsewhere = (await createWorld(store)).application
      for (const id of ['app_none' as ApplicationId, elsewhere.id]) {
        expect(await end(id)).toBe(false)
        expect(await store.sessions.countGrantEnds(account.id, id)).toBe(0)
      }
    })

    test('are ended once: of many concurrent calls one says so, and writes its row', async () => {
      const { store, tenant, end } = await openWithSessions()
      const rows = Array.from({ length: 10 }, () => anAuditRow({ tenantId: tenant.id }))
      const answers = await Promise.all(rows.map((row) => end(undefined, row)))
      expect(answers.filter(Boolean)).toHaveLength(1)
      const listed = (await store.auditTrail.list({ tenantId: tenant.id, max: 50 })).map(({ id }) => id)
      expect(rows.filter(({ id }) => listed.includes(id))).toHaveLength(1)
    })
  })
}
