/** What people type at the sign-in page for their number. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type OwnPage, openOwnPage, PASSWORD } from '../testing/own-page.ts'
import { codeOf } from '../testing/page-house.ts'
import { PLAIN_ACCOUNT, valueFrom } from '../testing/test-house.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let page: OwnPage
beforeEach(async () => {
  page = await openOwnPage()
  await page.register()
})
afterEach(() => page.close())

const signIn = async (number: string, password = PASSWORD) => codeOf(await page.signIn({ number, password }))

describe('the sign-in page', () => {
  it('takes a number in every spelling of the tenant’s countries', async () => {
    for (const number of [
      '+4915228817386',
      '01522 8817386',
      '0049 1522 8817386',
      '(01522) 881-7386',
      '＋49 1522 8817386',
      'tel:+49-1522-8817386',
    ])
      expect([number, await signIn(number)]).toEqual([number, 'accepted'])
    expect(await signIn('01522 8895456'), 'and knows nobody by another number').toBe('password')
  })

  it('takes what is a login name by itself as that, and not as a number', async () => {
    const desk = { ...PLAIN_ACCOUNT, tenant: 'acme', organisation: 'Staff', loginIds: ['015228817386'], password: 'sechs rote tassen' }
    valueFrom(await page.house.useCases.createAccount(desk))
    expect(await signIn('015228817386', 'sechs rote tassen')).toBe('accepted')
    expect(await signIn('015228817386')).toBe('password')
    expect(await signIn('01522 8817386')).toBe('accepted')
  })

  it('counts guesses with all spellings of a number as guesses at one name', async () => {
    for (let time = 0; time < 5; time += 1) expect(await signIn('01522 8817386', `wrong ${time}`)).toBe('password')
    for (let time = 5; time < 10; time += 1) expect(await signIn('+49 1522 8817386', `wrong ${time}`)).toBe('password')
    expect(await signIn('+4915228817386')).toBe('throttled')
  })

  it('reads no numbers where the tenant has named no country', async () => {
    valueFrom(await page.house.useCases.setPhones({ tenant: 'acme', countries: [], registersIn: 'nobody' }))
    await page.readTenantAgain()
    expect(await signIn('01522 8817386')).toBe('password')
    expect(await signIn('+4915228817386')).toBe('accepted')
  })
})
