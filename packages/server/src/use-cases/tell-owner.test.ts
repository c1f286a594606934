/** By which way the owner of an account is told what happens to it. */
import { expect, test } from 'vitest'
import type { Account, LoginId } from '../domain/account.ts'
import { NO_PHONES } from '../domain/phone.ts'
import type { Tenant } from '../domain/tenant.ts'
import { readPhone } from '../phones/read-phone.ts'
import { createTellOwner } from './tell-owner.ts'

const NUMBER = '+4915228817386'
const ADDRESS = 'anna@acme.example'

async function toldTo(loginIds: readonly string[], countries: readonly string[], isWithheld = false): Promise<readonly string[]> {
  const told: string[] = []
  const tellOwner = createTellOwner({
    readPhone,
    async sendNotice({ number }) {
      if (isWithheld) return 'withheld'
      told.push(`text to ${number}`)
      return 'leaving'
    },
    writeLetter: async ({ to }) => void told.push(`letter to ${to}`),
  })
  const tenant = { phones: { ...NO_PHONES, countries } } as Tenant
  const account = { loginIds: loginIds as readonly LoginId[] } as Account
  await tellOwner({ tenant, account, notice: 'password_changed', language: 'en', caller: { address: '192.0.2.7', requestId: 'req' } })
  return told
}

test.each([
  ['a number that the tenant sends to, and an address', [ADDRESS, NUMBER], ['DE'], [`text to ${NUMBER}`]],
  ['a number of a country that it does not send to, and an address', [NUMBER, ADDRESS], ['IN'], [`letter to ${ADDRESS}`]],
  ['an address', ['anna', ADDRESS], ['DE'], [`letter to ${ADDRESS}`]],
  ['such a number alone', [NUMBER], ['IN'], []],
  ['a name that is neither', ['anna', 'anna@localhost'], ['DE'], []],
])('who has %s is told there, and nowhere else', async (_what, loginIds, countries, expected) => {
  expect(await toldTo(loginIds, countries)).toEqual(expected)
})

test('who has a number that no message goes to any more today is told by letter', async () => {
  expect(await toldTo([ADDRESS, NUMBER], ['DE'], true)).toEqual([`letter to ${ADDRESS}`])
  expect(await toldTo([NUMBER], ['DE'], true)).toEqual([])
})
