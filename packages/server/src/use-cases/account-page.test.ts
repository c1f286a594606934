/** A person's own page: signing in for it, and out. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SessionId } from '../domain/ids.ts'
import { BY_PASSWORD, CALLER, codeOf, LOGIN, openPageHouse, type PageHouse } from '../testing/page-house.ts'
import { A_PASSWORD, PLAIN_ACCOUNT, valueFrom } from '../testing/test-house.ts'
import type { SignInAnswer } from './use-cases.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let house: PageHouse
beforeEach(async () => {
  house = await openPageHouse()
})
afterEach(() => house.close())

async function openOwnPage(browser = house.newBrowser()) {
  const cookieOf = (name: string) => browser.cookies.get(name)
  const { useCases, tenant } = house
  const request = { tenant, purpose: { kind: 'account' }, browserSession: browser.session, cookieOf } as const
  const prompt = valueFrom(await useCases.askForSignIn(request))
  browser.cookies.set(prompt.cookie.name, prompt.cookie.value)
  return { browser, prompt, answer: (answer: SignInAnswer) => browser.answer(prompt, answer) }
}

async function signInForOwnPage() {
  const { answer } = await openOwnPage()
  const { browserSession } = await answer(BY_PASSWORD)
  return browserSession?.value
}

describe("a person's own page", () => {
  it('is for no application, and ends at no address', async () => {
    const { prompt, answer } = await openOwnPage()
    expect(prompt).toMatchObject({ applicationName: undefined, scopes: [], formTargets: [], loginHint: undefined, signedInAs: undefined })
    const answered = await answer(BY_PASSWORD)
    expect(answered).toMatchObject({ answer: undefined, cookie: undefined, cookieName: prompt.cookie.name })
    expect(answered.browserSession?.expiresInSeconds).toBe(12 * 3600)
  })

  it('has a cookie that an application without a state does not share', async () => {
    await house.makeWeb('web')
    const { browser, prompt } = await openOwnPage()
    expect((await browser.open({ state: undefined })).cookie.name).not.toBe(prompt.cookie.name)
  })

  it('asks for the password whoever is signed in, and cannot be cancelled', async () => {
    const { browser, answer } = await openOwnPage()
    browser.session = (await answer(BY_PASSWORD)).browserSession?.value
    const { prompt } = await openOwnPage(browser)
    expect(prompt.signedInAs).toBeUndefined()
    expect(valueFrom(await browser.try(prompt, { kind: 'go_on' }))).toMatchObject({ kind: 'asked_again', problem: { kind: 'signed_out' } })
    for (const kind of ['cancel', 'ask_for_password', 'ask_again'] as const)
      expect(valueFrom(await browser.try(prompt, { kind }))).toMatchObject({ kind: 'asked_again', problem: undefined })
  })

  it('notes who signed in, where, and who signed out', async () => {
    const browserSession = await signInForOwnPage()
    const { useCases, tenant } = house
    const { account, formToken } = valueFrom(await useCases.describeBrowserSession({ tenant, browserSession }))
    for (const token of ['', browserSession ?? ''])
      expect(codeOf(await useCases.endBrowserSession({ tenant, browserSession, formToken: token, caller: CALLER }))).toBe(
        'form_token_invalid',
      )
    const signOut = () => useCases.endBrowserSession({ tenant, browserSession, formToken, caller: CALLER })
    expect((await Promise.all([signOut(), signOut()])).map(codeOf)).toEqual(['accepted', 'accepted'])
    const rows = valueFrom(await useCases.list.audit({ max: 10 }))
    const [signedIn, signedOut] = ['sign_in.succeeded', 'session.signed_out'].map((name) => rows.filter(({ action }) => action === name))
    expect(signedIn).toEqual([expect.objectContaining({ actor: account.id, addressBlock: '192.0.2.7' })])
    expect(Object.keys(signedIn?.[0]?.details ?? {})).not.toContain('for')
    expect(signedOut).toEqual([expect.objectContaining({ actor: account.id, subject: signedIn?.[0]?.subject, addressBlock: '192.0.2.7' })])
    expect(house.events.filter(({ name }) => name === 'session.signed_out')).toHaveLength(1)
    const ended = await house.store.sessions.find(tenant.id, (signedOut?.[0]?.subject ?? '') as SessionId, house.clock.now())
    expect(ended?.session.endReason).toBe('signed_out')
  })
})

describe('what a sign-in for an application notes', () => {
  it('is who, for what, from where, and with which request', async () => {
    await house.login(house.app)
    const rows = valueFrom(await house.useCases.list.audit({ max: 50 }))
    const [app, page] = rows.filter(({ action }) => action === 'application.created').map(({ subject }) => subject)
    const signedIn = rows.find(({ action }) => action === 'sign_in.succeeded')
    expect(signedIn).toMatchObject({ actor: expect.stringMatching(/^acc_/), addressBlock: '192.0.2.7' })
    expect(signedIn?.details).toEqual({ application: page, for: app })
    expect(house.events.find(({ name }) => name === 'sign_in.succeeded')?.fields).toMatchObject({ requestId: CALLER.requestId })
  })

  it('of a code is its application, and its person', async () => {
    const { sessionId } = valueFrom(await house.exchange(house.app, await house.login(house.app)))
    const rows = valueFrom(await house.useCases.list.audit({ max: 50 }))
    const signedIn = rows.find(({ action }) => action === 'sign_in.succeeded')
    expect(rows.find(({ action }) => action === 'code.exchanged')).toMatchObject({
      actor: signedIn?.actor,
      subject: sessionId,
      addressBlock: '192.0.2.7',
      details: { application: signedIn?.details.for },
    })
  })

  it('gives back what the attempt has cost, and forgets the wrong attempts before it', async () => {
    const wrong = async (times: number) => {
      const { browser, prompt } = await openOwnPage()
      for (let time = 0; time < times; time += 1) await browser.try(prompt, { kind: 'password', login: LOGIN, password: `wrong ${time}` })
    }
    await wrong(1)
    await signInForOwnPage()
    await wrong(1)
    const refused = house.events.filter(({ name }) => name === 'sign_in.refused')
    expect(refused.map(({ fields }) => fields.attempts)).toEqual([1, 1])
    for (let time = 0; time < 15; time += 1) expect(await signInForOwnPage()).toBeDefined()
  })
})

describe('where a person is signed in', () => {
  async function openPage(browserSession: string | undefined) {
    return valueFrom(await house.useCases.describeBrowserSession({ tenant: house.tenant, browserSession }))
  }

  function end(browserSession: string | undefined, sessionId: string, formToken: string) {
    const { useCases, tenant } = house
    return useCases.endOwnSession({ tenant, browserSession, formToken, sessionId, caller: CALLER })
  }

  it('is shown with names and dates, this browser marked; one is ended, and its tokens with it', async () => {
    await house.exchange(house.app, await house.login(house.app))
    house.clock.advance(60_000)
    const mine = await signInForOwnPage()
    const { sessions, formToken, account } = await openPage(mine)
    expect(sessions.filter(({ isThisBrowser }) => isThisBrowser)).toHaveLength(1)
    expect(sessions[0]).toMatchObject({ isThisBrowser: true, startedAt: house.clock.now(), lastUsedAt: house.clock.now() })
    const others = sessions.filter(({ isThisBrowser }) => !isThisBrowser)
    expect(others.length).toBeGreaterThan(0)
    expect(others.every(({ applicationName }) => applicationName !== '')).toBe(true)
    for (const { id } of others) expect(codeOf(await end(mine, id, formToken))).toBe('accepted')
    expect((await openPage(mine)).sessions).toEqual(sessions.filter(({ isThisBrowser }) => isThisBrowser))
    const rows = valueFrom(await house.useCases.list.audit({ tenant: house.tenant.name, max: 20 }))
    const [row] = rows.filter(({ action }) => action === 'session.ended')
    expect(row).toMatchObject({ actor: account.id, addressBlock: CALLER.address })
  })

  it('is told apart by program, place, application and last use', async () => {
    const device = 'Safari, iPhone'
    const { sessionId: fetched } = valueFrom(await house.exchange(house.app, await house.login(house.app)))
    const mine = await signInForOwnPage()
    const { prompt, browser } = await openOwnPage()
    const caller = { ...CALLER, address: '2001:db8:7:1::9', device }
    const { tenant, useCases } = house
    const cookieOf = (name: string) => browser.cookies.get(name)
    const from = { tenant, door: 'idm', cookieOf, browserSession: undefined, language: 'en', caller }
    const answered = valueFrom(await useCases.answerSignIn({ ...from, sealedRequest: prompt.sealedRequest, answer: BY_PASSWORD }))
    const other = answered.kind === 'answered' ? answered.browserSession?.value : expect.fail('not signed in')
    house.clock.advance(60_000)
    await openPage(other)
    await house.flushUses()
    house.clock.advance(60_000)
    const used = house.clock.now()
    const { sessions } = await openPage(mine)
    const theirs = sessions.find((session) => session.device === device)
    expect(theirs).toMatchObject({ applicationName: undefined, addressBlock: '2001:db8:7:1::/64', lastUsedAt: used - 60_000 })
    expect(sessions.find(({ isThisBrowser }) => isThisBrowser)).toMatchObject({
      device: undefined,
      addressBlock: '192.0.2.7',
      lastUsedAt: used,
    })
    // What a program has fetched shows where its person was.
    expect(sessions.find(({ id }) => id === fetched)).toMatchObject({
      applicationName: 'app',
      addressBlock: '192.0.2.7',
      isImpersonation: false,
    })
  })

  it('has no sign-in of which nothing has stayed in a browser; what the application has of it is there', async () => {
    await house.makeWeb('web')
    const browser = house.newBrowser()
    await browser.answer(await browser.open({ prompt: 'x-no-sso' }))
    const mine = await signInForOwnPage()
    expect((await openPage(mine)).sessions.map(({ isThisBrowser }) => isThisBrowser)).toEqual([true])
    const tenantId = house.tenant.id
    const kept = await house.store.sessions.list({ tenantId, at: house.clock.now(), max: 9 })
    expect(kept.map(({ session }) => session.origin.isPassing)).toContain(true)
  })

  it('S91: is not ended by a form of another session, nor by nobody', async () => {
    const [mine, another] = [await signInForOwnPage(), await signInForOwnPage()]
    const { sessions } = await openPage(mine)
    const [victim = expect.fail('no other')] = sessions.filter(({ isThisBrowser }) => !isThisBrowser)
    const { formToken } = await openPage(another)
    expect(codeOf(await end(mine, victim.id, formToken))).toBe('form_token_invalid')
    expect(codeOf(await end(mine, victim.id, ''))).toBe('form_token_invalid')
    expect(codeOf(await end(undefined, victim.id, formToken))).toBe('browser_session_over')
    expect((await openPage(mine)).sessions).toHaveLength(2)
  })

  it('is not ended by somebody else', async () => {
    const mine = await signInForOwnPage()
    const { sessions } = await openPage(mine)
    const [{ id } = expect.fail('none')] = sessions
    const stranger = { ...PLAIN_ACCOUNT, tenant: house.tenant.name, loginIds: ['eve@acme.example'], password: A_PASSWORD }
    const [organisation] = valueFrom(await house.useCases.list.organisations(house.tenant.name))
    valueFrom(await house.useCases.createAccount({ ...stranger, organisation: organisation?.name ?? '' }))
    const { answer } = await openOwnPage()
    const { browserSession } = await answer({ kind: 'password', login: 'eve@acme.example', password: A_PASSWORD })
    const { formToken, sessions: theirs } = await openPage(browserSession?.value)
    expect(theirs.map((session) => session.id)).not.toContain(id)
    expect(codeOf(await end(browserSession?.value, id, formToken))).toBe('accepted')
    expect((await openPage(mine)).sessions.map((session) => session.id)).toEqual([id])
  })
})
