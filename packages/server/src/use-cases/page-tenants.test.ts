/** Several tenants on one host: a browser sends each of them the cookies of all. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Tenant } from '../domain/tenant.ts'
import {
  BY_PASSWORD,
  CALLER,
  clientOf,
  codeIn,
  codeOf,
  ISSUER,
  openPageHouse,
  type PageHouse,
  requestIn,
  VERIFIER,
  WEB_URI,
} from '../testing/page-house.ts'
import { valueFrom } from '../testing/test-house.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let house: PageHouse
let other: Tenant
beforeEach(async () => {
  house = await openPageHouse()
  await house.makeWeb('web')
  other = valueFrom(await house.useCases.createTenant({ name: 'other', hostNames: [], doors: ['vpaas'], isDefault: false }))
  const same = { tenant: 'other', clientId: 'web', name: 'web', door: 'idm', redirectUris: [WEB_URI] }
  valueFrom(await house.useCases.createApplication(same))
})
afterEach(() => house.close())

it("S91: nothing of one tenant's sign-in is good at another", async () => {
  const { useCases } = house
  const browser = house.newBrowser()
  const cookieOf = (name: string) => browser.cookies.get(name)
  const { sealedRequest } = await browser.open({})
  const form = { sealedRequest, cookieOf, browserSession: undefined, door: 'idm', answer: BY_PASSWORD, language: 'en', caller: CALLER }
  expect(codeOf(await useCases.answerSignIn({ ...form, tenant: other }))).toBe('sign_in_request_invalid')
  const code = codeIn((await browser.answer({ ...(await browser.open({})) })).answer)
  const exchange = {
    tenant: other,
    client: { kind: 'client', clientId: 'web', clientSecret: undefined, format: 'signed' },
    code,
    binding: { kind: 'redirect', redirectUri: WEB_URI },
    codeVerifier: VERIFIER,
    caller: CALLER,
  } as const
  expect(codeOf(await useCases.exchangeCode(exchange))).toBe('code_refused')
  expect(browser.session).toBeDefined()
  const browserSession = browser.session
  expect(codeOf(await useCases.describeBrowserSession({ tenant: other, browserSession }))).toBe('browser_session_over')
  expect(codeOf(await house.exchangeAtWeb('web', code))).toBe('accepted')
})

it("a platform's callback, key and state are those of its tenant", async () => {
  const { useCases } = house
  expect(codeOf(await house.startLogin(house.app, { tenant: other }))).toBe('client_unknown')
  const browser = house.newBrowser()
  const { location } = valueFrom(await house.startLogin(house.app))
  const { answer } = await browser.answer(await browser.open(requestIn(location)))
  const returned = { door: 'vpaas', state: answer?.state ?? '', issuer: ISSUER, cookieOf: (name: string) => browser.cookies.get(name) }
  const back = { ...returned, answer: { kind: 'code', code: codeIn(answer) } } as const
  expect(codeOf(await useCases.completeLogin({ ...back, tenant: other }))).toBe('login_state_invalid')
  const { code = '' } = valueFrom(await useCases.completeLogin({ ...back, tenant: house.tenant }))
  const exchange = { client: clientOf(house.app), code, binding: { kind: 'login' }, codeVerifier: undefined, caller: CALLER } as const
  expect(codeOf(await useCases.exchangeCode({ ...exchange, tenant: other }))).toBe('client_unknown')
  const { accessToken } = valueFrom(await useCases.exchangeCode({ ...exchange, tenant: house.tenant }))
  expect(codeOf(await useCases.describeUser({ tenant: other, client: clientOf(house.app), token: accessToken }))).toBe('client_unknown')
})
