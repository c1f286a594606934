/** A person sees which applications have tokens, and takes them back. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CALLER, NUMBERS, type OwnPage, openOwnPage, type Person } from '../testing/own-page.ts'
import { codeOf, openPageHouse, requestIn } from '../testing/page-house.ts'
import { valueFrom } from '../testing/test-house.ts'
import type { AuthorizationAnswer, OwnForm } from './use-cases.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let page: OwnPage
let anna: Person
beforeEach(async () => {
  page = await openOwnPage()
  anna = await page.register()
})
afterEach(() => page.close())

const shown = async (person = anna) => valueFrom(await page.whoIsIn(person.session)).applications

async function end(name: string, changed: Partial<OwnForm> = {}, person = anna) {
  const applications = valueFrom(await page.house.useCases.list.applications('acme'))
  const applicationId = applications.find((one) => one.name === name)?.id ?? name
  return page.house.useCases.endOwnApplication({ ...(await page.formOf(person)), applicationId, ...changed })
}

describe('the applications of a person', () => {
  it('are those that have tokens, with the oldest sign-in and the last use, and not the page itself', async () => {
    expect(await shown()).toEqual([])
    const startedAt = page.house.clock.now()
    const first = await page.tokensFor(anna)
    await page.house.wait(60)
    await page.tokensFor(anna)
    await page.tokensFor(anna, 'phone')
    await page.house.wait(60)
    await page.refresh(first)
    const now = page.house.clock.now()
    expect(await shown()).toEqual([
      { id: expect.stringMatching(/^app_/), name: 'Web', startedAt, lastUsedAt: now },
      { id: expect.stringMatching(/^app_/), name: 'Phone', startedAt: now - 60_000, lastUsedAt: now - 60_000 },
    ])
  })

  it('lose all sessions of the person at once, and no others', async () => {
    const bert = await page.register(NUMBERS[1], 'Bert')
    const [first, second, other, theirs] = [
      await page.tokensFor(anna),
      await page.tokensFor(anna),
      await page.tokensFor(anna, 'phone'),
      await page.tokensFor(bert),
    ]
    expect(codeOf(await end('Web'))).toBe('accepted')
    for (const tokens of [first, second]) expect(codeOf(await page.refresh(tokens))).toBe('session_ended')
    for (const tokens of [other, theirs]) expect(codeOf(await page.refresh(tokens))).toBe('accepted')
    expect((await shown()).map(({ name }) => name)).toEqual(['Phone'])
    const { accessToken: token } = first
    const checked = await page.house.useCases.authorizeCall({
      tenant: page.tenant(),
      token,
      requiredScope: '',
      requiredAudience: undefined,
    })
    expect(codeOf(checked)).toBe('token_invalid')
  })

  it('are ended with one row that says who, from where and which, and with none if there was nothing', async () => {
    await page.tokensFor(anna)
    for (let time = 0; time < 2; time += 1) expect(codeOf(await end('Web'))).toBe('accepted')
    const rows = valueFrom(await page.house.useCases.list.audit({ tenant: 'acme', max: 20 }))
    const ended = rows.filter(({ action }) => action === 'sessions.ended')
    const [id] = valueFrom(await page.house.useCases.list.accounts('acme')).map((account) => account.id)
    expect(ended).toMatchObject([{ actor: id, subject: id, addressBlock: '192.0.2.7', details: { noun: 'application' } }])
  })

  it('lose the codes of the minute before with their sessions: a code from before the end makes no tokens, and one from after it does', async () => {
    await page.tokensFor(anna)
    const [before, atAnother] = [await page.codeFor(anna), await page.codeFor(anna, 'phone')]
    const bert = await page.register(NUMBERS[1], 'Bert')
    const theirs = await page.codeFor(bert)
    valueFrom(await end('Web'))
    expect(codeOf(await page.exchange(before))).toBe('code_refused')
    expect(codeOf(await page.exchange(before))).toBe('code_refused')
    for (const [code, clientId] of [
      [theirs, 'web'],
      [atAnother, 'phone'],
      [await page.codeFor(anna), 'web'],
    ] as const)
      expect(codeOf(await page.exchange(code, clientId))).toBe('accepted')
  })

  it('lose a sign-in that is on its way from the page to a platform, and from the platform to its program', async () => {
    const house = await openPageHouse()
    const browser = house.newBrowser()
    const { useCases, tenant } = house
    const endAccess = async () => {
      const own = house.newBrowser()
      const cookieOf = (name: string) => own.cookies.get(name)
      const prompt = valueFrom(await useCases.askForSignIn({ tenant, purpose: { kind: 'account' }, browserSession: undefined, cookieOf }))
      own.cookies.set(prompt.cookie.name, prompt.cookie.value)
      const browserSession = (await own.answer(prompt)).browserSession?.value
      const { formToken } = valueFrom(await useCases.describeBrowserSession({ tenant, browserSession }))
      const [application] = valueFrom(await useCases.list.applications('acme')).filter(({ clientId }) => clientId === 'app')
      const form = { tenant, browserSession, formToken, caller: CALLER }
      valueFrom(await useCases.endOwnApplication({ ...form, applicationId: application?.id ?? '' }))
    }
    const begin = async () => {
      const request = requestIn(valueFrom(await house.startLogin(house.app)).location)
      const { answer } = await browser.answer(await browser.open(request))
      return answer ?? expect.fail('the browser is at its own page')
    }
    const complete = async (answer: AuthorizationAnswer) => valueFrom(await browser.complete(answer)).code ?? expect.fail('not signed in')
    const [atThePage, atThePlatform] = [await begin(), await complete(await begin())]
    await endAccess()
    expect(codeOf(await house.exchange(house.app, await complete(atThePage)))).toBe('code_refused')
    expect(codeOf(await house.exchange(house.app, atThePlatform))).toBe('code_refused')
    expect(codeOf(await house.exchange(house.app, await complete(await begin())))).toBe('accepted')
    await house.close()
  })

  it('lose a code whatever comes first: of an end and an exchange at once no tokens are left', async () => {
    for (let round = 0; round < 5; round += 1) {
      await page.tokensFor(anna)
      const code = await page.codeFor(anna)
      const doing = [() => end('Web'), () => page.exchange(code)]
      const [, exchanged] = await Promise.all(
        round % 2 === 0
          ? doing.map((act) => act())
          : doing
              .reverse()
              .map((act) => act())
              .reverse(),
      )
      expect(await shown()).toEqual([])
      expect(['code_refused', 'accepted']).toContain(exchanged && codeOf(exchanged))
    }
  })

  it('S91: are not ended by a form of another session, and the page itself is not ended so', async () => {
    const tokens = await page.tokensFor(anna)
    const { formToken } = await page.formOf({ session: valueFrom(await page.signIn(anna)) })
    expect(codeOf(await end('Web', { formToken }))).toBe('form_token_invalid')
    expect(codeOf(await end('Web', { browserSession: undefined }))).toBe('browser_session_over')
    expect(codeOf(await page.refresh(tokens))).toBe('accepted')
    const own = await page.house.store.applications.findForDoor(page.tenant().id, 'idm')
    expect(codeOf(await end(own?.id ?? ''))).toBe('accepted')
    expect(codeOf(await page.whoIsIn(anna.session))).toBe('accepted')
  })
})
