/** A person at their own page proves another number. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NUMBERS, type OwnPage, openOwnPage, PASSWORD, type Person } from '../testing/own-page.ts'
import { codeOf } from '../testing/page-house.ts'
import { PLAIN_ACCOUNT, valueFrom } from '../testing/test-house.ts'
import type { AskToChangeNumber, ChangeNumber } from './use-cases.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

const [OLD, NEW, OTHER] = NUMBERS

let page: OwnPage
let anna: Person
beforeEach(async () => {
  page = await openOwnPage()
  anna = await page.register()
  await page.house.wait(60)
})
afterEach(() => page.close())

const ask = async (changed: Partial<Parameters<AskToChangeNumber>[0]> = {}, person = anna) =>
  page.house.useCases.askToChangeNumber({ ...(await page.formOf(person)), current: PASSWORD, phone: NEW, language: 'en', ...changed })

const give = async (given: Pick<Parameters<ChangeNumber>[0], 'codeId' | 'code'>, person = anna) =>
  page.house.useCases.changeNumber({ ...(await page.formOf(person)), door: 'idm', language: 'en', ...given })

const messages = () => page.house.outbox.messages()

describe('a change of the number', () => {
  it('S132: asks for the password again, proves the new number, tells the old one, and ends all other sessions', async () => {
    const elsewhere = valueFrom(await page.signIn(anna))
    const tokens = await page.tokensFor(anna)
    expect(codeOf(await ask({ current: 'not the one' }))).toBe('password_wrong')
    const { codeId, number } = valueFrom(await ask({ phone: '01522 8895456' }))
    expect(number).toBe(NEW)
    expect(messages()[0]).toMatchObject({ to: NEW, text: expect.stringContaining('is your code to confirm this number') })
    expect(codeOf(await page.signIn(anna)), 'nothing is changed yet').toBe('accepted')

    const { value } = valueFrom(await give({ codeId, code: page.lastCode() }))
    expect(messages()[0]).toEqual({
      to: OLD,
      text: 'The number of your account at tokens.example was changed, and this one is its no longer. If it was not you, tell those who run it at once.',
    })
    for (const session of [anna.session, elsewhere]) expect(codeOf(await page.whoIsIn(session))).toBe('browser_session_over')
    expect(codeOf(await page.refresh(tokens))).toBe('session_stale')
    expect(valueFrom(await page.whoIsIn(value)).account.loginIds).toEqual([NEW])
    expect(codeOf(await page.signIn(anna))).toBe('password')
    expect(codeOf(await page.signIn({ ...anna, number: NEW }))).toBe('accepted')
  })

  it('S69: to a number that is taken is answered alike; who has it is told, and no digits fit', async () => {
    await page.register(OTHER, 'Bert')
    await page.house.wait(3600)
    const free = valueFrom(await ask())
    const taken = valueFrom(await ask({ phone: OTHER }))
    expect(Object.keys(taken)).toEqual(Object.keys(free))
    expect(messages()[0]).toEqual({
      to: OTHER,
      text: 'Somebody wants this number for an account at tokens.example. It belongs to yours there. If it was not you, you need do nothing.',
    })
    expect(codeOf(await give({ codeId: taken.codeId, code: '000000' }))).toBe(codeOf(await give({ codeId: free.codeId, code: '000000' })))
    expect(codeOf(await ask({ phone: OTHER })), 'and costs alike').toBe(codeOf(await ask()))
  })

  it('S132: two accounts that have a code for one number: the first to bring it back has it, and the other keeps its own', async () => {
    const bert = await page.register(OTHER, 'Bert')
    await page.house.wait(60)
    const first = { ...valueFrom(await ask()), code: page.lastCode() }
    await page.house.wait(60)
    const second = { ...valueFrom(await ask({}, bert)), code: page.lastCode() }
    const outcomes = await Promise.all([give(second, bert), give(first)])
    expect(outcomes.map(codeOf).sort()).toEqual(['accepted', 'code_wrong'])
    const accounts = valueFrom(await page.house.useCases.list.accounts('acme'))
    const [winner, loser] = codeOf(outcomes[0]) === 'accepted' ? [OTHER, OLD] : [OLD, OTHER]
    expect(accounts.flatMap(({ loginIds }) => loginIds.map(String)).sort()).toEqual([NEW, loser].sort())
    expect(codeOf(await page.signIn({ ...anna, number: winner }))).toBe('password')
    expect(codeOf(await page.signIn({ ...anna, number: loser }))).toBe('accepted')
  })

  it('S132: nor is it to be had where somebody has registered with it since, and that account is untouched', async () => {
    const asked = { ...valueFrom(await ask()), code: page.lastCode() }
    await page.house.wait(60)
    const bert = await page.register(NEW, 'Bert')
    expect(codeOf(await give(asked))).toBe('code_wrong')
    expect(valueFrom(await page.whoIsIn(bert.session)).account.loginIds).toEqual([NEW])
    expect(valueFrom(await page.whoIsIn(anna.session)).account.loginIds).toEqual([OLD])
  })

  it('is for the browser that has shown the password, as long as it is signed in, and for this purpose', async () => {
    const asked = { ...valueFrom(await ask()), code: page.lastCode() }
    const elsewhere = { ...anna, session: valueFrom(await page.signIn(anna)) }
    expect(codeOf(await give(asked, elsewhere))).toBe('code_wrong')
    const registering = {
      tenant: page.tenant(),
      door: 'idm',
      browserKey: '',
      name: undefined,
      password: 'fünf grüne tassen',
      language: 'en',
    }
    expect(codeOf(await page.house.useCases.register({ ...registering, ...asked, caller: { address: '192.0.2.7', requestId: 'r' } }))).toBe(
      'code_wrong',
    )
    valueFrom(await page.house.useCases.endSessions({ noun: 'account', tenant: 'acme', account: OLD }))
    expect(codeOf(await give(asked))).toBe('browser_session_over')
  })

  it('S91: is for forms of this session alone', async () => {
    const { formToken } = await page.formOf({ session: valueFrom(await page.signIn(anna)) })
    expect(codeOf(await ask({ formToken }))).toBe('form_token_invalid')
    const form = { ...(await page.formOf(anna)), formToken, door: 'idm', codeId: '', code: '', language: 'en' }
    expect(codeOf(await page.house.useCases.changeNumber(form))).toBe('form_token_invalid')
  })

  it('counts wrong passwords with those of sign-ins, and none for a number that nothing is sent to', async () => {
    expect(codeOf(await ask({ phone: OLD }))).toBe('number_same')
    for (let time = 0; time < 12; time += 1) expect(codeOf(await ask({ phone: '12', current: 'wrong' }))).toBe('phone_unreadable')
    expect(codeOf(await ask({ phone: '+12015550123', current: 'wrong' }))).toBe('phone_not_served')
    for (let time = 0; time < 10; time += 1) expect(codeOf(await ask({ current: `wrong ${time}` }))).toBe('password_wrong')
    expect(codeOf(await ask())).toBe('throttled')
    expect(messages()).toHaveLength(1)
    await page.house.wait(60)
    for (let time = 0; time < 12; time += 1) expect(codeOf(await ask())).toBe(time === 0 ? 'accepted' : 'messages_exhausted')
  })

  it('forgets wrong passwords once the right one was shown, as a sign-in does', async () => {
    for (const current of ['not the one', PASSWORD, 'not that one']) await ask({ current })
    const refused = page.house.events.filter(({ name }) => name === 'sign_in.refused')
    expect(refused.map(({ fields }) => fields.attempts)).toEqual([1, 1])
  })

  it('S69: to a number that is taken tells who has it in the language of that person', async () => {
    const bert = await page.register(OTHER, 'Bert')
    await page.house.useCases.describeBrowserSession({ tenant: page.tenant(), browserSession: bert.session, chosenLanguage: 'de' })
    await page.house.wait(60)
    valueFrom(await ask({ phone: OTHER }))
    expect(messages()[0]).toMatchObject({ to: OTHER, text: expect.stringMatching(/^Jemand möchte diese Nummer/) })
  })

  it('is not for accounts that an operator has made for somebody', async () => {
    const staff = { ...PLAIN_ACCOUNT, tenant: 'acme', organisation: 'Staff', loginIds: [OTHER], password: PASSWORD }
    valueFrom(await page.house.useCases.createAccount(staff))
    const bert = { number: OTHER, password: PASSWORD, session: valueFrom(await page.signIn({ number: OTHER, password: PASSWORD })) }
    expect(valueFrom(await page.whoIsIn(bert.session)).mayChangeNumber).toBe(false)
    expect(codeOf(await ask({}, bert))).toBe('number_change_closed')
    expect(codeOf(await give({ codeId: '', code: '' }, bert))).toBe('number_change_closed')
  })

  it('leaves the other login names of an account, and gives a number to one that has none', async () => {
    const mixed = { ...PLAIN_ACCOUNT, tenant: 'acme', organisation: 'Households', loginIds: ['bert@acme.example'], password: PASSWORD }
    valueFrom(await page.house.useCases.createAccount(mixed))
    const signedIn = await page.signIn({ number: 'bert@acme.example', password: PASSWORD })
    const bert = { number: OTHER, password: PASSWORD, session: valueFrom(signedIn) }
    const { value } = valueFrom(await give({ ...valueFrom(await ask({}, bert)), code: page.lastCode() }, bert))
    expect(valueFrom(await page.whoIsIn(value)).account.loginIds).toEqual(['bert@acme.example', NEW])
    await page.house.wait(60)
    const again = { ...bert, session: value }
    const { value: last } = valueFrom(await give({ ...valueFrom(await ask({ phone: OTHER }, again)), code: page.lastCode() }, again))
    expect(valueFrom(await page.whoIsIn(last)).account.loginIds).toEqual(['bert@acme.example', OTHER])
  })

  it('no event and no audit row has a number or a code', async () => {
    valueFrom(await give({ ...valueFrom(await ask()), code: page.lastCode() }))
    const rows = valueFrom(await page.house.useCases.list.audit({ tenant: 'acme', max: 50 }))
    expect(rows.find(({ action }) => action === 'account.number_changed')).toMatchObject({
      actor: expect.stringMatching(/^acc_/),
      details: {},
    })
    const written = JSON.stringify([rows, page.house.events])
    for (const number of [OLD, NEW]) expect(written).not.toContain(number.slice(1))
  })
})
