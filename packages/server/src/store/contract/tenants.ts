import { describe, expect, test } from 'vitest'
import type { OrganisationId } from '../../domain/ids.ts'
import { anAuditRow, aTenant, NOON } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

export function describeTenants(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  describe('tenants', () => {
    test('a tenant is found by id, name, host name and as the default, exactly as it was created', async () => {
      const { tenants } = await open()
      const tenant = aTenant({ hostNames: ['b.example', 'a.example'], isDefault: true, epoch: 3, epochRaisedAt: NOON - 1 })
      expect(await tenants.create(tenant, anAuditRow())).toBe('created')
      expect(await tenants.find(tenant.id)).toEqual(tenant)
      expect(await tenants.findByName(tenant.name)).toEqual(tenant)
      expect(await tenants.findByHostName('a.example')).toEqual(tenant)
      expect(await tenants.findDefault()).toEqual(tenant)
    })

    test('what was not created is not found', async () => {
      const { tenants } = await open()
      await tenants.create(aTenant({ hostNames: ['a.example'] }), anAuditRow())
      expect(await tenants.find(aTenant().id)).toBeUndefined()
      expect(await tenants.findByName('other')).toBeUndefined()
      expect(await tenants.findByHostName('b.example')).toBeUndefined()
      expect(await tenants.findDefault()).toBeUndefined()
    })

    test('tenants are listed in the order of their creation', async () => {
      const { tenants } = await open()
      const second = aTenant({ createdAt: NOON + 1 })
      const first = aTenant({ createdAt: NOON, hostNames: ['a.example'] })
      await tenants.create(second, anAuditRow())
      await tenants.create(first, anAuditRow())
      expect(await tenants.list()).toEqual([first, second])
    })

    test.each([
      ['its name', { name: 'same' }],
      ['one of its host names', { hostNames: ['free.example', 'same.example'] }],
      ['the place of the default', { isDefault: true }],
    ])('a tenant is refused, and leaves nothing, if %s is taken', async (_what, changed) => {
      const { tenants, auditTrail } = await open()
      const first = aTenant({ name: 'same', hostNames: ['same.example'], isDefault: true })
      await tenants.create(first, anAuditRow())
      expect(await tenants.create(aTenant(changed), anAuditRow())).toBe('name_taken')
      expect(await tenants.list()).toEqual([first])
      expect(await tenants.findByHostName('free.example')).toBeUndefined()
      expect(await auditTrail.list({ max: 10 })).toHaveLength(1)
    })

    test('whom a tenant sends messages to is kept, with its audit row; of a tenant that there is not nothing is', async () => {
      const { tenants, auditTrail } = await open()
      const registersIn = 'org_1' as OrganisationId
      const phones = { countries: ['IN', 'DE'], kinds: ['mobile', 'satellite'], messagesPerDay: 7, registersIn } as const
      const tenant = aTenant({ phones: { ...phones, messagesPerDay: 0 } })
      await tenants.create(tenant, anAuditRow())
      expect(await tenants.find(tenant.id)).toEqual(tenant)
      expect(await tenants.setPhones(tenant.id, phones, anAuditRow())).toBe(true)
      expect(await tenants.find(tenant.id)).toEqual({ ...tenant, phones })
      expect(await tenants.setPhones(tenant.id, { ...phones, registersIn: undefined }, anAuditRow())).toBe(true)
      expect((await tenants.find(tenant.id))?.phones.registersIn).toBeUndefined()
      expect(await tenants.setPhones(aTenant().id, phones, anAuditRow())).toBe(false)
      expect(await auditTrail.list({ max: 10 })).toHaveLength(3)
    })

    test('a door is opened once, after those that were there, with its audit row', async () => {
      const { tenants, auditTrail } = await open()
      const tenant = aTenant({ doors: ['first'] })
      await tenants.create(tenant, anAuditRow())
      const answers = await Promise.all(Array.from({ length: 5 }, () => tenants.addDoor(tenant.id, 'second', anAuditRow())))
      expect(answers.filter(Boolean)).toHaveLength(1)
      expect(await tenants.addDoor(aTenant().id, 'second', anAuditRow())).toBe(false)
      expect((await tenants.find(tenant.id))?.doors).toEqual(['first', 'second'])
      expect(await auditTrail.list({ max: 10 })).toHaveLength(2)
    })

    test('of many concurrent creations with one name exactly one succeeds', async () => {
      const { tenants } = await open()
      const answers = await Promise.all(Array.from({ length: 20 }, () => tenants.create(aTenant({ name: 'wanted' }), anAuditRow())))
      expect(answers.filter((answer) => answer === 'created')).toHaveLength(1)
      expect(await tenants.list()).toHaveLength(1)
    })

    test('switching a tenant off raises its epoch in the same statement; switching it on leaves the epoch raised', async () => {
      const { tenants } = await open()
      const tenant = aTenant({ epoch: 5 })
      await tenants.create(tenant, anAuditRow())
      expect(await tenants.setEnabled(tenant.id, false, NOON + 7, anAuditRow())).toBe(true)
      expect(await tenants.find(tenant.id)).toEqual({ ...tenant, enabled: false, epoch: 6, epochRaisedAt: NOON + 7 })
      expect(await tenants.setEnabled(tenant.id, true, NOON + 9, anAuditRow())).toBe(true)
      expect(await tenants.find(tenant.id)).toEqual({ ...tenant, enabled: true, epoch: 6, epochRaisedAt: NOON + 7 })
    })

    test('raising an epoch raises that of this tenant and of no other', async () => {
      const { tenants } = await open()
      const [tenant, other] = [aTenant(), aTenant()]
      await tenants.create(tenant, anAuditRow())
      await tenants.create(other, anAuditRow())
      expect(await tenants.raiseEpoch(tenant.id, NOON + 1, anAuditRow())).toBe(true)
      expect(await tenants.find(tenant.id)).toEqual({ ...tenant, epoch: 1, epochRaisedAt: NOON + 1 })
      expect(await tenants.find(other.id)).toEqual(other)
    })

    test('every change writes its audit row, and a change of nothing writes none', async () => {
      const { tenants, auditTrail } = await open()
      const tenant = aTenant()
      const rows = [anAuditRow(), anAuditRow(), anAuditRow()] as const
      await tenants.create(tenant, rows[0])
      await tenants.setEnabled(tenant.id, false, NOON, rows[1])
      await tenants.raiseEpoch(tenant.id, NOON, rows[2])
      const nobody = aTenant().id
      expect(await tenants.setEnabled(nobody, false, NOON, anAuditRow())).toBe(false)
      expect(await tenants.raiseEpoch(nobody, NOON, anAuditRow())).toBe(false)
      expect(await auditTrail.list({ max: 10 })).toEqual([...rows].reverse())
    })

    test('a change whose audit row cannot be written does not happen', async () => {
      const { tenants } = await open()
      const tenant = aTenant()
      const row = anAuditRow()
      await tenants.create(tenant, row)
      await expect(tenants.setEnabled(tenant.id, false, NOON, row)).rejects.toThrow()
      await expect(tenants.create(aTenant(), row)).rejects.toThrow()
      expect(await tenants.list()).toEqual([tenant])
    })
  })
}
