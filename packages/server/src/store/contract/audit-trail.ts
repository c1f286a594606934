import { describe, expect, test } from 'vitest'
import { A_BLOCK, anAuditRow, createWorld } from './builders.ts'
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

  describe('the rows about an account', () => {
    test('are listed newest first, whoever acted and whatever was changed, in its tenant only', async () => {
      const store = await open()
      const { tenant, account } = await createWorld(store)
      const elsewhere = await createWorld(store)
      const about = { tenantId: tenant.id, accountId: account.id }
      const rows = [
        anAuditRow({ ...about, actor: 'operator', subject: 'a session' }),
        anAuditRow({ ...about, actor: account.id }),
        anAuditRow({ tenantId: tenant.id, accountId: elsewhere.account.id }),
        anAuditRow({ tenantId: tenant.id }),
        anAuditRow({ ...about, actor: 'unknown', subject: account.id }),
      ] as const
      for (const row of rows) await store.auditTrail.append(row)
      expect(await store.auditTrail.list({ ...about, max: 9 })).toEqual([rows[4], rows[1], rows[0]])
      expect(await store.auditTrail.list({ ...about, max: 2 })).toEqual([rows[4], rows[1]])
      expect(await store.auditTrail.list({ ...about, tenantId: elsewhere.tenant.id, max: 9 })).toEqual([])
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
