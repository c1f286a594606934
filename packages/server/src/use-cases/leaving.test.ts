/** People who take their data along. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { addressBlockOf } from '../domain/address-block.ts'
import { BY_PASSWORD, CALLER, codeOf, LOGIN, openPageHouse, type PageHouse } from '../testing/page-house.ts'
import { A_PASSWORD, PLAIN_ACCOUNT, valueFrom } from '../testing/test-house.ts'
import type { SignInAnswer } from './use-cases.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let house: PageHouse
beforeEach(async () => {
  house = await openPageHouse()
})
afterEach(() => house.close())

async function signIn(answer: SignInAnswer = BY_PASSWORD): Promise<string | undefined> {
  const browser = house.newBrowser()
  const { useCases, tenant } = house
  const cookieOf = (name: string) => browser.cookies.get(name)
  const prompt = valueFrom(await useCases.askForSignIn({ tenant, purpose: { kind: 'account' }, browserSession: undefined, cookieOf }))
  browser.cookies.set(prompt.cookie.name, prompt.cookie.value)
  return (await browser.answer(prompt, answer)).browserSession?.value
}

async function openPage(browserSession: string | undefined) {
  return valueFrom(await house.useCases.describeBrowserSession({ tenant: house.tenant, browserSession }))
}

async function formOf(browserSession: string | undefined) {
  const { formToken } = await openPage(browserSession)
  return { tenant: house.tenant, browserSession, formToken, caller: CALLER }
}

async function makeEve() {
  const eve = { ...PLAIN_ACCOUNT, loginIds: ['eve@acme.example'], password: A_PASSWORD, mayImpersonate: true }
  return valueFrom(await house.useCases.createAccount({ ...eve, tenant: 'acme', organisation: 'Households' }))
}
const AS_EVE: SignInAnswer = { kind: 'password', login: 'eve@acme.example', password: A_PASSWORD }

async function givePermanentToken(clientId = 'app') {
  const token = { tenant: 'acme', account: LOGIN, clientId, name: 'my script', scope: undefined, lifetimeSeconds: undefined }
  return valueFrom(await house.useCases.issuePermanentToken(token))
}

describe("a person's data", () => {
  it('is the account, where it is signed in, its applications, tokens and places, and what has happened', async () => {
    await house.makeApp('unused')
    await house.exchange(house.app, await house.login(house.app))
    const { permanentToken } = await givePermanentToken()
    const browserSession = await signIn()
    const own = valueFrom(await house.useCases.exportOwnData(await formOf(browserSession)))
    const { account } = await openPage(browserSession)
    expect(own).toMatchObject({ account, organisation: 'Households', exportedAt: house.clock.now(), isComplete: true })
    expect(own.sessions.map(({ isThisBrowser }) => isThisBrowser).filter(Boolean)).toHaveLength(1)
    expect(own.sessions.map(({ applicationName }) => applicationName)).toContain('app')
    expect(own.applications.map(({ clientId }) => clientId)).toContain('app')
    expect(own.applications.map(({ clientId }) => clientId)).not.toContain('unused')
    expect(own.permanentTokens).toEqual([{ token: permanentToken, applicationName: 'app' }])
    expect(own.places).toEqual([{ block: addressBlockOf(CALLER.address), lastAt: house.clock.now() }])
    const actions = own.events.map(({ action, by }) => `${action} by ${by}`)
    expect(actions).toEqual(expect.arrayContaining(['account.created by operator', 'sign_in.succeeded by you', 'code.exchanged by you']))
    expect(own.events.find(({ action }) => action === 'sign_in.succeeded')).toMatchObject({ addressBlock: '192.0.2.7' })
  })

  it('has no secret in it: no hash, no row’s secret, no token', async () => {
    const { accessToken, refreshToken } = valueFrom(await house.exchange(house.app, await house.login(house.app)))
    const { token } = await givePermanentToken()
    const browserSession = await signIn()
    const text = JSON.stringify(valueFrom(await house.useCases.exportOwnData(await formOf(browserSession))))
    for (const secret of [accessToken, refreshToken, token, browserSession, A_PASSWORD, 'secret', '$argon2'])
      expect(text).not.toContain(secret ?? expect.fail('there is no such secret'))
  })

  it('has nothing of anybody else: who else had a hand in it is a word, and where that one was is not told', async () => {
    const eve = await makeEve()
    const wrong: SignInAnswer = { kind: 'password', login: LOGIN, password: 'a wrong one' }
    await expect(signIn(wrong)).rejects.toThrow('asked again')
    await signIn(AS_EVE)
    const impersonated = house.store.auditTrail
    await impersonated.append({
      id: 'aud_test' as never,
      at: house.clock.now(),
      tenantId: house.tenant.id,
      action: 'session.impersonated',
      actor: eve.id,
      subject: (await openPage(await signIn())).account.id,
      addressBlock: '198.51.100.9',
      details: { account: eve.id, application: 'app_1' },
    })
    const own = valueFrom(await house.useCases.exportOwnData(await formOf(await signIn())))
    const text = JSON.stringify(own)
    expect(text).not.toContain(eve.id)
    expect(text).not.toContain('198.51.100.9')
    expect(own.events.find(({ action }) => action === 'session.impersonated')).toMatchObject({
      by: 'another_account',
      details: { application: 'app_1' },
    })
    expect(own.events.find(({ action }) => action === 'sign_in.refused')).toMatchObject({ by: 'unknown', addressBlock: '192.0.2.7' })
  })

  it('S91: is given for a form of this session alone, and to nobody who is not signed in', async () => {
    const [mine, another] = [await formOf(await signIn()), await formOf(await signIn())]
    const { exportOwnData } = house.useCases
    expect(codeOf(await exportOwnData({ ...mine, formToken: another.formToken }))).toBe('form_token_invalid')
    expect(codeOf(await exportOwnData({ ...mine, formToken: '' }))).toBe('form_token_invalid')
    expect(codeOf(await exportOwnData({ ...mine, browserSession: undefined }))).toBe('browser_session_over')
    expect(house.events.filter(({ name }) => name === 'account.exported')).toEqual([])
  })

  it('is written down when it is taken', async () => {
    const form = await formOf(await signIn())
    const { account } = valueFrom(await house.useCases.exportOwnData(form))
    const [row] = await house.store.auditTrail.list({ subject: account.id, max: 1 })
    expect(row).toMatchObject({ action: 'account.exported', actor: account.id, addressBlock: '192.0.2.7' })
  })
})
