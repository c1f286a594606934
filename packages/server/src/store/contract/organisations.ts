import { describe, expect, test } from 'vitest'
import { anAccount, anApplication, anAuditRow, anOrganisation, createWorld, NOON } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

export function describeOrganisations(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  describe('organisations', () => {
    test('an organisation is found by id and by name in its tenant, and in no other', async () => {
      const store = await open()
      const [here, elsewhere] = [await createWorld(store), await createWorld(store)]
      const { organisations } = store
      const { organisation } = here
      expect(await organisations.find(here.tenant.id, organisation.id)).toEqual(organisation)
      expect(await organisations.findByName(here.tenant.id, organisation.name)).toEqual(organisation)
      expect(await organisations.list(here.tenant.id)).toEqual([organisation])
      expect(await organisations.find(elsewhere.tenant.id, organisation.id)).toBeUndefined()
      expect(await organisations.findByName(elsewhere.tenant.id, organisation.name)).toBeUndefined()
    })

    test('a name is taken in its tenant only', async () => {
      const store = await open()
      const [here, elsewhere] = [await createWorld(store), await createWorld(store)]
      const { name } = here.organisation
      expect(await store.organisations.create(anOrganisation(here.tenant, { name }), anAuditRow())).toBe('name_taken')
      expect(await store.organisations.create(anOrganisation(elsewhere.tenant, { name }), anAuditRow())).toBe('created')
    })

    test('switching one off raises the epoch of its accounts and applications, and of no others', async () => {
      const store = await open()
      const { tenant, organisation } = await createWorld(store)
      const other = anOrganisation(tenant)
      await store.organisations.create(other, anAuditRow())
      const inside = anAccount(organisation)
      const outside = anAccount(other)
      const program = anApplication(tenant, { organisationId: organisation.id })
      const foreign = anApplication(tenant)
      await store.accounts.create(inside, '$hash', anAuditRow())
      await store.accounts.create(outside, '$hash', anAuditRow())
      await store.applications.create(program, undefined, anAuditRow())
      await store.applications.create(foreign, undefined, anAuditRow())

      const row = anAuditRow()
      expect(await store.organisations.setEnabled(organisation.id, false, NOON, row)).toBe(true)
      expect(await store.organisations.find(tenant.id, organisation.id)).toEqual({ ...organisation, enabled: false })
      expect(await store.accounts.find(tenant.id, inside.id)).toEqual({ ...inside, epoch: 1 })
      expect(await store.accounts.find(tenant.id, outside.id)).toEqual(outside)
      expect(await store.applications.find(tenant.id, program.id)).toEqual({ ...program, epoch: 1 })
      expect(await store.applications.find(tenant.id, foreign.id)).toEqual(foreign)
      expect((await store.auditTrail.list({ max: 1 }))[0]).toEqual(row)

      expect(await store.organisations.setEnabled(organisation.id, true, NOON, anAuditRow())).toBe(true)
      expect(await store.organisations.find(tenant.id, organisation.id)).toEqual(organisation)
      expect(await store.accounts.find(tenant.id, inside.id)).toEqual({ ...inside, epoch: 1 })
    })

    test('switching one that does not exist changes nothing and writes no audit row', async () => {
      const store = await open()
      const { tenant } = await createWorld(store)
      const row = anAuditRow()
      expect(await store.organisations.setEnabled(anOrganisation(tenant).id, false, NOON, row)).toBe(false)
      expect(await store.auditTrail.list({ max: 100 })).not.toContainEqual(row)
    })
  })
}
