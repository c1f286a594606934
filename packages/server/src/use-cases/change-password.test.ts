/** A person at their own page sets another password. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type OwnPage, openOwnPage, PASSWORD, type Person } from '../testing/own-page.ts'
import { codeOf } from '../testing/page-house.ts'
import { valueFrom } from '../testing/test-house.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

const NEW = 'fünf grüne tassen'

let page: OwnPage
let anna: Person
beforeEach(async () => {
  page = await openOwnPage()
  anna = await page.register()
})
afterEach(() => page.close())

async function change(changed: Partial<Parameters<OwnPage['house']['useCases']['changePassword']>[0]> = {}, person = anna) {
  const form = { ...(await page.formOf(person)), door: 'idm', current: PASSWORD, password: NEW, language: 'en' }
  return page.house.useCases.changePassword({ ...form, ...changed })
}

describe('a change of the password', () => {
  it('S83: needs the present one, ends all other sessions and their tokens, and tells the owner', async () => {
    const elsewhere = valueFrom(await page.signIn(anna))
    const tokens = await page.tokensFor(anna)
    page.house.clock.advance(3_600_000)
    expect(codeOf(await change({ current: 'not the one' }))).toBe('password_wrong')
    expect(codeOf(await page.whoIsIn(elsewhere))).toBe('accepted')

    const { value } = valueFrom(await change())
    expect(codeOf(await page.whoIsIn(anna.session))).toBe('browser_session_over')
    expect(codeOf(await page.whoIsIn(elsewhere))).toBe('browser_session_over')
    expect(codeOf(await page.refresh(tokens))).toBe('session_stale')
    expect(valueFrom(await page.whoIsIn(value)).account.passwordSetAt).toBe(page.house.clock.now())
    expect(codeOf(await page.signIn(anna))).toBe('password')
    expect(codeOf(await page.signIn({ ...anna, password: NEW }))).toBe('accepted')
    expect(page.texts()[0]).toBe('The password of your account at tokens.example was changed. If it was not you, set a new one there now.')
  })

  it('is written down as what the person did, without a password', async () => {
    valueFrom(await change())
    const rows = valueFrom(await page.house.useCases.list.audit({ tenant: 'acme', max: 20 }))
    const [row] = rows.filter(({ action }) => action === 'account.password_set')
    const id = valueFrom(await page.house.useCases.list.accounts('acme'))[0]?.id
    expect(row).toMatchObject({ actor: id, subject: id, addressBlock: '192.0.2.7', details: { by: 'password' } })
    const written = JSON.stringify([rows, page.house.events])
    for (const secret of [PASSWORD, NEW, anna.number.slice(1)]) expect(written).not.toContain(secret)
  })

  it('S91: is for a form of this session alone', async () => {
    const another = await page.signIn(anna)
    const { formToken } = await page.formOf({ ...anna, session: valueFrom(another) })
    expect(codeOf(await change({ formToken }))).toBe('form_token_invalid')
    expect(codeOf(await change({ formToken: '' }))).toBe('form_token_invalid')
    expect(codeOf(await change({ browserSession: undefined }))).toBe('browser_session_over')
    expect(codeOf(await page.signIn(anna))).toBe('accepted')
  })

  it.each([PASSWORD, 'grüne Tassen, fünf'])(
    'refuses the present one as the new one, however its letters are composed (%s)',
    async (present) => {
      const attempt = { current: present.normalize('NFD'), password: present.normalize('NFC') }
      for (let time = 0; time < 12; time += 1) expect(codeOf(await change(attempt))).toBe('password_same')
      expect(codeOf(await change()), 'no attempt was counted').toBe('accepted')
    },
  )

  it.each([
    ['a common one', 'Sunshine', 'password_common'],
    ['the person’s name', 'annalind1!', 'password_common'],
    ['the person’s number', '15228817386', 'password_common'],
    ['what the tenant is called', 'Acme2026!', 'password_common'],
    ['a short one', 'seven 7', 'password_too_short'],
    ['a long one', 'x'.repeat(129), 'password_too_long'],
  ])('S82: refuses %s before it looks at the present one', async (_what, password, expected) => {
    for (let time = 0; time < 12; time += 1) expect(codeOf(await change({ password, current: 'wrong' }))).toBe(expected)
    expect(codeOf(await change()), 'no attempt was counted').toBe('accepted')
  })

  it('counts guesses at the present one with those of sign-ins, and gives back what was right', async () => {
    const stranger = { ...anna, device: undefined }
    for (let time = 0; time < 5; time += 1) expect(codeOf(await page.signIn({ ...stranger, password: `guess ${time}` }))).toBe('password')
    for (let time = 0; time < 5; time += 1) expect(codeOf(await change({ current: `another ${time}` }))).toBe('password_wrong')
    const throttled = await change()
    expect(throttled).toMatchObject({ ok: false, refusal: { code: 'throttled', retryAfterSeconds: 60 } })
    expect(codeOf(await page.signIn(stranger))).toBe('throttled')
    await page.house.wait(60)
    expect(codeOf(await change())).toBe('accepted')
  })

  it('of two at once is made by one', async () => {
    const outcomes = await Promise.all([change(), change({ password: 'sechs rote tassen' })])
    expect(outcomes.map(codeOf).sort()).toEqual(['accepted', 'browser_session_over'])
  })

  it('is for people whose operator sends no messages too', async () => {
    await page.house.wait(3600)
    valueFrom(await page.house.useCases.setPhones({ tenant: 'acme', countries: [], registersIn: 'nobody' }))
    await page.readTenantAgain()
    const before = page.texts().length
    expect(codeOf(await change())).toBe('accepted')
    expect(page.texts()).toHaveLength(before)
  })
})
