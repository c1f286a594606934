import { describe, expect, test } from 'vitest'
import { A_BLOCK, anAccount, anAuditRow, aSession, aStart, createWorld, createWorldWithSession, NOON } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

export function describeAuditTrail(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  describe('the audit trail', () => {
    test('rows are listed newest first, of all, of a tenant, of a subject, at most as many as asked for', async () => {
      const { auditTrail } = await open()
      const store = await open()
      const tenantId = (await createWorld(store)).tenant.id
      const rows = [
        anAuditRow({ tenantId, subject: 'one', details: { count: 3, name: 'x"\n', isRight: false } }),
        anAuditRow({ subject: 'one', addressBlock: A_BLOCK, actor: 'unknown' }),
        anAuditRow({ tenantId, subject: 'two' }),
        anAuditRow({ tenantId }),
      ] as const
      for (const row of rows) await auditTrail.append(row)
      expect(await auditTrail.list({ max: 10 })).toEqual([rows[3], rows[2], rows[1], rows[0]])
      expect(await auditTrail.list({ max: 2 })).toEqual([rows[3], rows[2]])
      expect(await auditTrail.list({ tenantId, max: 2 })).toEqual([rows[3], rows[2]])
      expect(await auditTrail.list({ tenantId, max: 9 })).toEqual([rows[3], rows[2], rows[0]])
      expect(await auditTrail.list({ subject: 'one', max: 9 })).toEqual([rows[1], rows[0]])
      expect(await auditTrail.list({ tenantId, subject: 'one', max: 9 })).toEqual([rows[0]])
    })
  })

  describe('the audit trail of an account', () => {
    test('has what it did, what was done to it and to its sessions, each once, and nothing of another or of another tenant', async () => {
      const store = await open()
      const world = await createWorldWithSession(store)
      const { tenant, account, session } = world
      const [here, past] = [{ tenantId: tenant.id }, aSession(world, { endedAt: NOON, endReason: 'revoked' })]
      await store.sessions.start(aStart(past))
      const other = anAccount(world.organisation)
      const own = [
        anAuditRow({ ...here, actor: account.id, subject: account.id }),
        anAuditRow({ ...here, subject: account.id }),
        anAuditRow({ ...here, actor: other.id, subject: session.id }),
        anAuditRow({ ...here, subject: past.id }),
        anAuditRow({ ...here, actor: account.id, subject: 'something' }),
      ]
      const others = [
        anAuditRow({ ...here, actor: other.id, subject: other.id }),
        anAuditRow({ ...here }),
        anAuditRow({ actor: account.id }),
      ]
      for (const row of [...own, ...others]) await store.auditTrail.append(row)
      const list = async (max: number) => store.auditTrail.listOfAccount({ tenantId: tenant.id, accountId: account.id, max })
      const started = [past, session].map(({ id }) => expect.objectContaining({ action: 'session.started', subject: id }))
      expect(await list(20)).toEqual([...own.reverse(), ...started])
      expect(await list(2)).toEqual(own.slice(0, 2))
    })
  })

  describe('the check of the master key', () => {
    test('is written once; who comes second gets what is there', async () => {
      const { masterKeyCheck } = await open()
      expect(await masterKeyCheck.read()).toBeUndefined()
      expect(await masterKeyCheck.putIfAbsent(Buffer.from('first'))).toEqual(Buffer.from('first'))
      expect(await masterKeyCheck.putIfAbsent(Buffer.from('second'))).toEqual(Buffer.from('first'))
      expect(await masterKeyCheck.read()).toEqual(Buffer.from('first'))
    })
  })
}
