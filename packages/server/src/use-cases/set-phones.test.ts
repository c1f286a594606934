import { afterEach, describe, expect, it } from 'vitest'
import { NO_PHONES } from '../domain/phone.ts'
import { openTestHouse, type TestHouse } from '../testing/test-house.ts'

let house: TestHouse
afterEach(() => house.close())

describe('whom a tenant sends text messages to', () => {
  it('is nobody until an operator names a country', async () => {
    house = await openTestHouse()
    expect(house.tenant.phones).toEqual(NO_PHONES)
    expect(NO_PHONES.countries).toEqual([])
  })

  it('is kept, each country and kind once, with an audit row', async () => {
    house = await openTestHouse()
    const set = await house.useCases.setPhones({ tenant: 'acme', countries: ['de', 'IN', 'DE'], kinds: ['mobile', 'voip', 'mobile'] })
    const phones = { countries: ['DE', 'IN'], kinds: ['mobile', 'voip'], messagesPerDay: 1000 }
    expect(set).toMatchObject({ ok: true, value: { phones } })
    await house.useCases.setPhones({ tenant: 'acme', messagesPerDay: 7 })
    expect((await house.store.tenants.findByName('acme'))?.phones).toEqual({ ...phones, messagesPerDay: 7 })
    const [row] = await house.store.auditTrail.list({ max: 1 })
    expect(row).toMatchObject({
      action: 'tenant.phones_set',
      actor: 'operator',
      details: { countries: 'DE IN', kinds: 'mobile voip', messagesPerDay: 7 },
    })
  })

  it.each([
    [{ tenant: 'nobody' }, 'tenant_not_found'],
    [{ countries: ['XX'] }, 'country_unknown'],
    [{ countries: ['49'] }, 'country_unknown'],
    [{ messagesPerDay: 1_000_001 }, 'messages_per_day_invalid'],
    [{ messagesPerDay: -1 }, 'messages_per_day_invalid'],
    [{ messagesPerDay: 0.5 }, 'messages_per_day_invalid'],
  ])('is not changed by %o', async (said, code) => {
    house = await openTestHouse()
    expect(await house.useCases.setPhones({ tenant: 'acme', ...said })).toMatchObject({ ok: false, refusal: { code } })
    expect((await house.store.tenants.findByName('acme'))?.phones).toEqual(NO_PHONES)
  })
})
