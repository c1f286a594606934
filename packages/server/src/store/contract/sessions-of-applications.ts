import { describe, expect, test } from 'vitest'
import { anAccount, anAdvance, anApplication, anAuditRow, aSession, aStart, createWorld, NOON } from './builders.ts'
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
    return { store, tenant, account, application, other, first, second, elsewhere, theirs, end, list }
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
