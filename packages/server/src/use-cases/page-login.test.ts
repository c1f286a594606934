/** A login at VPaaS: started by a program, finished in a browser, its code exchanged by the program. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  APP_URI,
  type App,
  BY_PASSWORD,
  CHALLENGE,
  clientOf,
  codeOf,
  ISSUER,
  LOGIN,
  openPageHouse,
  type PageHouse,
  requestIn,
  VERIFIER,
} from '../testing/page-house.ts'
import { A_PASSWORD, valueFrom } from '../testing/test-house.ts'
import type { AuthorizationAnswer, SessionTokens } from './use-cases.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let house: PageHouse
let app: App
beforeEach(async () => {
  house = await openPageHouse()
  app = house.app
})
afterEach(() => house.close())

const pkce = { codeChallenge: { challenge: CHALLENGE, method: 'S256' } }

async function isGood({ accessToken }: SessionTokens): Promise<boolean> {
  return (await house.useCases.authorizeCall({ tenant: house.tenant, token: accessToken, requiredScope: '', requiredAudience: undefined }))
    .ok
}

const refresh = ({ refreshToken = '' }: SessionTokens, by = app) =>
  house.useCases.refreshSession({
    tenant: house.tenant,
    client: clientOf(by),
    refreshToken,
    caller: { address: '192.0.2.7', requestId: 'req' },
  })

/** As far as the browser's way back from the page. */
async function finishPage(by = app, more: Parameters<PageHouse['startLogin']>[1] = {}) {
  const browser = house.newBrowser()
  const { location } = valueFrom(await house.startLogin(by, more))
  const { answer } = await browser.answer(await browser.open(requestIn(location)))
  if (answer === undefined) throw new Error('no answer')
  return { browser, answer }
}

/** As far as the way back of a browser in which nobody has signed in. */
async function cancelPage(by = app) {
  const browser = house.newBrowser()
  const { location } = valueFrom(await house.startLogin(by))
  const { answer } = await browser.answer(await browser.open(requestIn(location)), { kind: 'cancel' })
  if (answer === undefined) throw new Error('no answer')
  return { complete: () => browser.complete(answer) }
}

describe('a login', () => {
  it('ends with tokens of the person for the application', async () => {
    const tokens = valueFrom(await house.exchange(app, await house.login(app)))
    expect(tokens).toMatchObject({ accessExpiresInSeconds: 14_399, scope: 'CompApp', idToken: undefined })
    expect(tokens.refreshToken).toMatch(/^RTSVH2:eyJhb/)
    expect(tokens.accessToken).toMatch(/^eyJhbGciOiJ[^.]+\.\.[^.]+\.[^.]+\.[^.]+$/)
    expect(await isGood(tokens)).toBe(true)
    const renewed = valueFrom(await refresh(tokens))
    expect(renewed.refreshToken).not.toBe(tokens.refreshToken)
    expect(renewed.sessionId).toBe(tokens.sessionId)
  })

  it('starts at the address that the platform shows, parameter by parameter', async () => {
    const { location } = valueFrom(await house.startLogin(app))
    expect(location).toMatch(
      new RegExp(
        `^${ISSUER}/oauth2/auth\\?prompt=x-no-sso&response_type=code&scope=offline_access%20smarthub&client_id=app&redirect_uri=${ISSUER}/user/api/v2/login-complete&state=eyJhbG[\\w.-]+$`,
      ),
    )
  })

  it('writes nothing until somebody signs in', async () => {
    const before = JSON.stringify(valueFrom(await house.useCases.list.audit({ max: 1000 })))
    const browser = house.newBrowser()
    await browser.open(requestIn(valueFrom(await house.startLogin(app)).location))
    expect(JSON.stringify(valueFrom(await house.useCases.list.audit({ max: 1000 })))).toBe(before)
  })

  it('leaves no session in the browser', async () => {
    const browser = house.newBrowser()
    const code = await house.login(app, browser)
    expect(browser.session).toBeUndefined()
    expect(browser.cookies.size).toBe(0)
    valueFrom(await house.exchange(app, code))
    await house.wait(400)
    const sessions = valueFrom(await house.useCases.list.sessions('acme', LOGIN))
    expect(sessions).toHaveLength(1) // the application's alone
  })

  it('that is cancelled takes an error back, which uses nothing up', async () => {
    const browser = house.newBrowser()
    const { location } = valueFrom(await house.startLogin(app))
    const { answer } = await browser.answer(await browser.open(requestIn(location)), { kind: 'cancel' })
    expect(answer?.result).toMatchObject({ error: 'access_denied' })
    if (answer === undefined) throw new Error('no answer')
    expect(valueFrom(await browser.complete(answer))).toMatchObject({ redirectUri: APP_URI, code: undefined })
    expect(codeOf(await house.newBrowser().complete(answer))).toBe('accepted') // it proves nothing, so it changes nothing
    const again = await browser.answer(await browser.open(requestIn(location)))
    if (again.answer === undefined) throw new Error('no answer')
    expect(valueFrom(await browser.complete(again.answer)).code).toBeDefined()
  })

  it('takes a registered redirect URI and no other, as text', async () => {
    const two = await house.makeApp('two', { redirectUris: ['smarthubplatform://login', 'smarthub://login'] })
    const { browser, answer } = await finishPage(two, { redirectUri: 'smarthub://login' })
    expect(valueFrom(await browser.complete(answer)).redirectUri).toBe('smarthub://login')
    const strange = [
      'smarthub://login/',
      'SMARTHUB://login',
      'smarthub://evil',
      'smarthub://login?x=1',
      'smarthub://login#',
      'smarthub://logi',
      '',
    ]
    for (const redirectUri of strange) expect(codeOf(await house.startLogin(two, { redirectUri }))).toBe('redirect_uri_unknown')
  })

  it('that names no address gets the first, and none where none is registered', async () => {
    const two = await house.makeApp('two', { redirectUris: ['smarthubplatform://login', 'smarthub://login'] })
    const { browser, answer } = await finishPage(two)
    expect(valueFrom(await browser.complete(answer)).redirectUri).toBe('smarthubplatform://login')
    const changed = { tenant: 'acme', clientId: 'two', redirectUris: [], requiresPkce: undefined, showsCode: undefined }
    valueFrom(await house.useCases.setPageSignIn(changed))
    expect(codeOf(await house.startLogin(two))).toBe('redirect_uri_unknown')
  })

  it('says whose it is, and shows a code where an operator has said so', async () => {
    const shown = await house.makeApp('shown', { name: 'Shown to all', showsCode: true })
    const { browser, answer } = await finishPage(shown)
    expect(valueFrom(await browser.complete(answer))).toMatchObject({ applicationName: 'Shown to all', showsCode: true })
    const hidden = await finishPage()
    expect(valueFrom(await hidden.browser.complete(hidden.answer)).showsCode).toBe(false)
    const cancelled = valueFrom(await (await cancelPage(shown)).complete())
    expect(cancelled).toMatchObject({ applicationName: 'Shown to all', showsCode: false })
  })

  it('gets a part of the scope if it asks for a part, and none that the application has not', async () => {
    const two = await house.makeApp('two', { scope: 'CompApp Music' })
    const code = await house.login(two, house.newBrowser(), { scope: 'Music' })
    expect(valueFrom(await house.exchange(two, code)).scope).toBe('Music')
    const blank = await house.login(two, house.newBrowser(), { scope: ' ' })
    expect(valueFrom(await house.exchange(two, blank)).scope).toBe('CompApp Music')
    expect(codeOf(await house.startLogin(two, { scope: 'Music Everything' }))).toBe('scope_exceeded')
    expect(codeOf(await house.startLogin(two, { scope: 'bad"scope' }))).toBe('scope_exceeded')
  })
})

it('a scope that fits into no address starts no login', async () => {
  const scope = Array.from({ length: 90 }, (_, index) => `a-very-long-name-of-a-service-${'x'.repeat(10)}${index}`).join(' ')
  const many = await house.makeApp('many', { scope })
  expect(codeOf(await house.startLogin(many))).toBe('scope_exceeded')
  expect(codeOf(await house.startLogin(many, { scope: scope.slice(0, scope.indexOf(' ')) }))).toBe('accepted')
})

describe('the API key', () => {
  it('must be there, be good, and be of the application that is named: all else is alike', async () => {
    const other = await house.makeApp('other')
    const named = [
      { ...app, apiKey: '' },
      { ...app, apiKey: `${app.apiKey}x` },
      { ...app, apiKey: other.apiKey },
      { ...app, clientId: 'nobody' },
      { ...app, clientId: 'other' },
    ]
    for (const one of named) expect(await house.startLogin(one)).toEqual({ ok: false, refusal: { code: 'client_unknown' } })
  })

  it('of an application of another door starts nothing', async () => {
    await house.makeWeb('web')
    const apiKey = valueFrom(await house.useCases.createApiKey({ tenant: 'acme', clientId: 'web', name: 'key' })).apiKey
    expect(codeOf(await house.startLogin({ clientId: 'web', apiKey }))).toBe('client_unknown')
  })

  it('S55: a code is for the API key that has started the login, and a foreign one does not burn it', async () => {
    const code = await house.login(app)
    const second = valueFrom(await house.useCases.createApiKey({ tenant: 'acme', clientId: 'app', name: 'second' })).apiKey
    const other = await house.makeApp('other')
    expect(codeOf(await house.exchange({ ...app, apiKey: second }, code))).toBe('code_refused')
    expect(codeOf(await house.exchange(other, code))).toBe('code_refused')
    expect(codeOf(await house.exchange({ ...app, clientId: 'other' }, code))).toBe('client_unknown')
    expect(codeOf(await house.exchange(app, code))).toBe('accepted')
  })
})

describe('the code', () => {
  it('S46: used twice is refused, and the session of the first use ends', async () => {
    const code = await house.login(app)
    const tokens = valueFrom(await house.exchange(app, code))
    expect(codeOf(await house.exchange(app, code))).toBe('code_reused')
    expect(await isGood(tokens)).toBe(false)
    expect(codeOf(await refresh(tokens))).toBe('session_ended')
    const rows = valueFrom(await house.useCases.list.audit({ max: 20 }))
    expect(rows.find(({ action }) => action === 'code.reused')).toMatchObject({
      actor: 'unknown',
      subject: tokens.sessionId,
      addressBlock: '192.0.2.7',
    })
    expect(codeOf(await house.exchange(app, code))).toBe('code_reused')
    expect(house.events.filter(({ name }) => name === 'code.reused')).toHaveLength(1)
    expect((await house.store.sessions.find(house.tenant.id, tokens.sessionId, house.clock.now()))?.session.endReason).toBe('code_reused')
  })

  it('S47: lasts a minute', async () => {
    const [inTime, tooLate] = [await house.login(app), await house.login(app)]
    house.clock.advance(59_999)
    expect(codeOf(await house.exchange(app, inTime))).toBe('accepted')
    house.clock.advance(1)
    expect(codeOf(await house.exchange(app, tooLate))).toBe('code_refused')
  })

  it('S49: of 20 that exchange it at once one gets tokens, and the session does not outlive the attempt of the others', async () => {
    const code = await house.login(app)
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => house.exchange(app, code)))
    const won = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []))
    expect(won).toHaveLength(1)
    expect(new Set(outcomes.map(codeOf))).toEqual(new Set(['accepted', 'code_reused']))
    const sessions = valueFrom(await house.useCases.list.sessions('acme', LOGIN))
    expect(sessions.filter(({ session }) => session.id === won[0]?.sessionId)).toEqual([])
  })

  it.each([
    ['the password is set anew', () => house.useCases.setPassword({ tenant: 'acme', account: LOGIN, password: 'another good password' })],
    ['the account is switched off', () => house.useCases.setEnabled({ noun: 'account', tenant: 'acme', account: LOGIN }, false)],
    ['all sessions of the account are ended', () => house.useCases.endSessions({ noun: 'account', tenant: 'acme', account: LOGIN })],
    ['all sessions of the tenant are ended', () => house.useCases.endSessions({ noun: 'tenant', tenant: 'acme' })],
  ])('is worth nothing once %s', async (_what, happens) => {
    const code = await house.login(app)
    valueFrom(await happens())
    expect(codeOf(await house.exchange(app, code))).toBe('code_refused')
  })

  it('is worth nothing once its application is switched off', async () => {
    const code = await house.login(app)
    valueFrom(await house.useCases.setEnabled({ noun: 'application', tenant: 'acme', clientId: 'app' }, false))
    expect(codeOf(await house.exchange(app, code))).toBe('client_unknown')
  })

  it('has no scope any more that was taken from the application since', async () => {
    const two = await house.makeApp('two', { scope: 'CompApp Music' })
    const code = await house.login(two)
    valueFrom(
      await house.useCases.setApplicationReach({
        tenant: 'acme',
        clientId: 'two',
        scope: 'CompApp',
        audience: undefined,
        webOrigins: undefined,
      }),
    )
    expect(valueFrom(await house.exchange(two, code)).scope).toBe('CompApp')
  })

  it('is not found where a text is none', async () => {
    for (const code of ['', 'x', 'ü'.repeat(43), 'A'.repeat(43), 'A'.repeat(100_000)])
      expect(codeOf(await house.exchange(app, code))).toBe('code_refused')
  })
})

describe('what an operator does meanwhile', () => {
  const end = () => house.useCases.endSessions({ noun: 'application', tenant: 'acme', clientId: 'app' })
  const requirePkce = () =>
    house.useCases.setPageSignIn({ tenant: 'acme', clientId: 'app', redirectUris: undefined, requiresPkce: true, showsCode: undefined })
  const move = () =>
    house.useCases.setPageSignIn({
      tenant: 'acme',
      clientId: 'app',
      redirectUris: ['smarthubplatform://elsewhere'],
      requiresPkce: undefined,
      showsCode: undefined,
    })

  it.each([
    ['all that the application has is ended', end],
    ['a code challenge is required', requirePkce],
    ['the address is taken', move],
  ])('reaches a code that was given before: %s', async (_what, happens) => {
    const code = await house.login(app)
    valueFrom(await happens())
    expect(codeOf(await house.exchange(app, code))).toBe('code_refused')
  })

  it.each([
    ['all that the application has is ended', end],
    ['a code challenge is required', requirePkce],
    ['the address is taken', move],
  ])('reaches a browser on its way back: %s', async (_what, happens) => {
    const { browser, answer } = await finishPage()
    valueFrom(await happens())
    expect(codeOf(await browser.complete(answer))).toBe('login_state_invalid')
  })

  it('reaches a page that is open', async () => {
    const browser = house.newBrowser()
    const prompt = await browser.open(requestIn(valueFrom(await house.startLogin(app)).location))
    valueFrom(await end())
    expect(codeOf(await browser.try(prompt, BY_PASSWORD))).toBe('sign_in_request_ended')
    const later = await browser.open(requestIn(valueFrom(await house.startLogin(app)).location))
    valueFrom(await house.useCases.setEnabled({ noun: 'application', tenant: 'acme', clientId: 'idm' }, false))
    expect(codeOf(await browser.try(later, BY_PASSWORD))).toBe('sign_in_request_invalid')
  })

  it('leaves no code for what was taken whole', async () => {
    const code = await house.login(app)
    valueFrom(
      await house.useCases.setApplicationReach({
        tenant: 'acme',
        clientId: 'app',
        scope: 'Other',
        audience: undefined,
        webOrigins: undefined,
      }),
    )
    expect(codeOf(await house.exchange(app, code))).toBe('code_refused')
  })
})

it('what a platform asks is not for the address in the browser to change', async () => {
  const { location } = valueFrom(await house.startLogin(app))
  const browser = house.newBrowser()
  const prompt = await browser.open({ ...requestIn(location), prompt: undefined })
  expect(prompt.scopes).toEqual(['offline_access', 'smarthub'])
  expect((await browser.answer(prompt)).browserSession, 'nobody stays signed in').toBeUndefined()
  for (const scope of ['offline_access', 'smarthub', 'smarthub offline_access', undefined])
    expect(codeOf(await browser.ask({ ...requestIn(location), scope }))).toBe('answered_to_application')
})

describe('S50: PKCE', () => {
  it('that was begun must be finished: only its own verifier is taken', async () => {
    const code = await house.login(app, house.newBrowser(), pkce)
    expect(codeOf(await house.exchange(app, code))).toBe('code_refused')
    expect(codeOf(await house.exchange(app, code, `${VERIFIER}x`))).toBe('code_refused')
    expect(codeOf(await house.exchange(app, code, 'short'))).toBe('code_refused')
    expect(codeOf(await house.exchange(app, code, VERIFIER))).toBe('accepted')
  })

  it('that was not begun is not finished', async () => {
    const code = await house.login(app)
    expect(codeOf(await house.exchange(app, code, VERIFIER))).toBe('code_refused')
  })

  it('is S256 or nothing, and an application may require it', async () => {
    const challenge = (given: string, method?: string) => house.startLogin(app, { codeChallenge: { challenge: given, method } })
    for (const [given, method] of [
      [CHALLENGE, 'plain'],
      [CHALLENGE, 's256'],
      [CHALLENGE.slice(1), 'S256'],
      [`${CHALLENGE}A`, 'S256'],
      ['', 'S256'],
      [`${CHALLENGE.slice(0, -1)}!`, 'S256'],
    ] as const)
      expect(codeOf(await challenge(given, method))).toBe('code_challenge_invalid')
    expect(codeOf(await challenge(CHALLENGE))).toBe('accepted')
    const careful = await house.makeApp('careful', { requiresPkce: true })
    expect(codeOf(await house.startLogin(careful))).toBe('pkce_required')
    const code = await house.login(careful, house.newBrowser(), pkce)
    expect(codeOf(await house.exchange(careful, code))).toBe('code_refused')
    expect(codeOf(await house.exchange(careful, code, VERIFIER))).toBe('accepted')
  })
})

describe('S54: the state', () => {
  const complete = async (changed: (answer: AuthorizationAnswer) => AuthorizationAnswer) => {
    const { browser, answer } = await finishPage()
    return codeOf(await browser.complete(changed(answer)))
  }

  it('must be ours, untouched, and young', async () => {
    expect(await complete((answer) => answer)).toBe('accepted')
    expect(await complete((answer) => ({ ...answer, state: '' }))).toBe('login_state_invalid')
    expect(await complete((answer) => ({ ...answer, state: `${answer.state}A` }))).toBe('login_state_invalid')
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`
    expect(await complete((answer) => ({ ...answer, state: unsigned }))).toBe('login_state_invalid')
    const { browser, answer } = await finishPage()
    house.clock.advance(600_000)
    expect(codeOf(await browser.complete(answer))).toBe('login_state_invalid')
  })

  it('lasts ten minutes', async () => {
    const [inTime, tooLate] = [await cancelPage(), await cancelPage()]
    house.clock.advance(599_999)
    expect(codeOf(await inTime.complete())).toBe('accepted')
    house.clock.advance(1)
    expect(codeOf(await tooLate.complete())).toBe('login_state_invalid')
  })

  it('is known to be used for as long as it lasts', async () => {
    const { browser, answer } = await finishPage()
    valueFrom(await browser.complete(answer))
    await house.store.sweep({ at: house.clock.now(), maxRows: 1000 })
    expect(codeOf(await browser.complete(answer))).toBe('login_state_used')
  })

  it('S53: does not go with the code of another application, whatever the browser holds', async () => {
    const [first, foreign] = [await finishPage(), await finishPage(await house.makeApp('other'))]
    const [[name = '', own = ''] = []] = [...first.browser.cookies]
    first.browser.cookies.set(name, [...foreign.browser.cookies.values()][0] ?? '')
    expect(codeOf(await first.browser.complete({ ...first.answer, result: foreign.answer.result }))).toBe('login_state_invalid')
    first.browser.cookies.set(name, own)
    expect(codeOf(await first.browser.complete(first.answer))).toBe('accepted')
  })

  it('is worth nothing once its address was taken from the application', async () => {
    const { browser, answer } = await finishPage()
    const redirectUris = ['smarthubplatform://elsewhere']
    const changed = { tenant: 'acme', clientId: 'app', redirectUris, requiresPkce: undefined, showsCode: undefined }
    valueFrom(await house.useCases.setPageSignIn(changed))
    expect(codeOf(await browser.complete(answer))).toBe('login_state_invalid')
  })

  it('is used once', async () => {
    const { browser, answer } = await finishPage()
    const copy = new Map(browser.cookies)
    valueFrom(await browser.complete(answer))
    expect(codeOf(await browser.complete(answer))).toBe('login_state_used')
    for (const [name, value] of copy) browser.cookies.set(name, value)
    expect(codeOf(await browser.complete(answer))).toBe('login_state_used')
  })

  it('of 20 that come back with it at once one gets a code', async () => {
    const { browser, answer } = await finishPage()
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => browser.complete(answer)))
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
  })

  it('answered twice by signing in twice is used once', async () => {
    const { location } = valueFrom(await house.startLogin(app))
    const answers: AuthorizationAnswer[] = []
    const browsers = [house.newBrowser(), house.newBrowser()]
    for (const browser of browsers) {
      const { answer } = await browser.answer(await browser.open(requestIn(location)))
      if (answer !== undefined) answers.push(answer)
    }
    const outcomes = await Promise.all(browsers.map((browser, index) => browser.complete(answers[index] as AuthorizationAnswer)))
    expect(outcomes.map(codeOf).sort()).toEqual(['accepted', 'login_state_used'])
  })

  it('belongs to the browser in which the page was finished', async () => {
    const { browser, answer } = await finishPage()
    expect(codeOf(await house.newBrowser().complete(answer))).toBe('login_state_invalid')
    const stranger = house.newBrowser()
    await stranger.open(requestIn(valueFrom(await house.startLogin(app)).location))
    for (const name of browser.cookies.keys()) stranger.cookies.set(name, [...stranger.cookies.values()][0] ?? '')
    expect(codeOf(await stranger.complete(answer))).toBe('login_state_invalid')
    expect(codeOf(await browser.complete(answer))).toBe('accepted')
  })

  it('S53: does not go with the code of another login, nor with that of another application', async () => {
    const other = await house.makeApp('other')
    const [first, second, third] = [await finishPage(), await finishPage(), await finishPage(other)]
    for (const { answer: foreign, browser: holder } of [second, third]) {
      const mixed: AuthorizationAnswer = { ...first.answer, result: foreign.result }
      for (const [name, value] of holder.cookies) first.browser.cookies.set(name, value)
      expect(codeOf(await first.browser.complete(mixed))).toBe('login_state_invalid')
    }
    expect(codeOf(await first.browser.complete(first.answer))).toBe('accepted')
  })

  it("S52: does not go with another provider's answer", async () => {
    const { browser, answer } = await finishPage()
    const { state = '' } = answer
    const code = 'code' in answer.result ? answer.result.code : ''
    const completeFrom = (issuer: string | undefined) =>
      house.useCases.completeLogin({
        tenant: house.tenant,
        door: 'vpaas',
        state,
        answer: { kind: 'code', code },
        issuer,
        cookieOf: (name) => browser.cookies.get(name),
      })
    for (const issuer of ['https://evil.example', '', ISSUER.slice(0, -1), `${ISSUER}/`, 'https://tokens.example'])
      expect(codeOf(await completeFrom(issuer))).toBe('login_state_invalid')
    expect(codeOf(await completeFrom(ISSUER))).toBe('accepted')
  })

  it('is no token, and no token is a state (S10)', async () => {
    const { location } = valueFrom(await house.startLogin(app))
    const { state = '' } = requestIn(location)
    const tokens = valueFrom(await house.exchange(app, await house.login(app)))
    expect(await isGood({ ...tokens, accessToken: state })).toBe(false)
    expect(codeOf(await refresh({ ...tokens, refreshToken: `RTSVH2:${state}` }))).toBe('token_invalid')
    for (const token of [tokens.accessToken, tokens.refreshToken ?? ''])
      expect(await complete((answer) => ({ ...answer, state: token }))).toBe('login_state_invalid')
  })
})

it('an application whose people sign in at the page cannot be made to send passwords', async () => {
  const request = { tenant: 'acme', clientId: 'sender', name: 'sender', door: 'vpaas', passwordGrant: true }
  expect(codeOf(await house.useCases.createApplication(request))).toBe('password_grant_unsuited')
  expect(codeOf(await house.useCases.setPasswordGrant({ tenant: 'acme', clientId: 'app', allowed: true }))).toBe('password_grant_unsuited')
})

describe('whose token it is', () => {
  const describeUser = (by: App, token: string) => house.useCases.describeUser({ tenant: house.tenant, client: clientOf(by), token })

  it('is told to its application: an id of the tenant, and a name that no other application knows', async () => {
    const other = await house.makeApp('other')
    const [here, there] = [
      valueFrom(await house.exchange(app, await house.login(app))),
      valueFrom(await house.exchange(other, await house.login(other))),
    ]
    const [one, two] = [valueFrom(await describeUser(app, here.accessToken)), valueFrom(await describeUser(other, there.accessToken))]
    expect(one.account.id).toBe(two.account.id)
    expect(one.anonymizedId).not.toBe(two.anonymizedId)
    expect(one.anonymizedId).toMatch(/^[0-9A-Za-z]{22}$/)
    expect(one.personalDataUrl).toBe(`${ISSUER}/account`)
    const again = valueFrom(await house.exchange(app, await house.login(app)))
    expect(valueFrom(await describeUser(app, again.accessToken)).anonymizedId).toBe(one.anonymizedId)
  })

  it('S15: is not told to another application, nor for a token of another kind (S10, S16)', async () => {
    const other = await house.makeApp('other')
    const tokens = valueFrom(await house.exchange(app, await house.login(app)))
    expect(codeOf(await describeUser(other, tokens.accessToken))).toBe('token_invalid')
    expect(codeOf(await describeUser(app, tokens.refreshToken ?? ''))).toBe('token_invalid')
    expect(codeOf(await describeUser(app, ''))).toBe('token_invalid')
    const permanent = valueFrom(
      await house.useCases.issuePermanentToken({
        tenant: 'acme',
        account: LOGIN,
        clientId: 'app',
        name: 'long',
        scope: undefined,
        lifetimeSeconds: undefined,
      }),
    )
    expect(codeOf(await describeUser(app, permanent.token))).toBe('token_invalid')
    expect(codeOf(await describeUser({ ...app, apiKey: 'none' }, tokens.accessToken))).toBe('client_unknown')
  })
})

it('no password, code, key or token is in an event or an audit row', async () => {
  const browser = house.newBrowser()
  const { location } = valueFrom(await house.startLogin(app, pkce))
  const code = await house.login(app, browser, pkce)
  const tokens = valueFrom(await house.exchange(app, code, VERIFIER))
  await house.exchange(app, code, VERIFIER)
  const told = JSON.stringify([house.events, valueFrom(await house.useCases.list.audit({ max: 1000 }))])
  const { state = '' } = requestIn(location)
  for (const secret of [A_PASSWORD, LOGIN, code, app.apiKey, VERIFIER, state, tokens.accessToken, tokens.refreshToken ?? '?'])
    expect(told.includes(secret)).toBe(false)
})
