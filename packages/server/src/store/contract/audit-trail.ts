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
