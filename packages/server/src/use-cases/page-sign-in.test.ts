/** Sign-in on the page for an application that asks by itself (RFC 6749, section 4.1), and what a browser keeps of it. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BY_PASSWORD, codeIn, codeOf, LOGIN, openPageHouse, type PageHouse, requestIn, WEB_URI } from '../testing/page-house.ts'
import { A_PASSWORD, PLAIN_ACCOUNT, valueFrom } from '../testing/test-house.ts'
import type { AuthorizationRequest } from './use-cases.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

/** Somebody else, without a name. */
const BERT = { loginIds: ['bert@acme.example'], password: A_PASSWORD } as const
const AS_BERT = { kind: 'password', login: BERT.loginIds[0], password: A_PASSWORD } as const

let house: PageHouse
beforeEach(async () => {
  house = await openPageHouse()
  await house.makeWeb('web', { scope: 'offline_access smarthub ngtvepg' })
})
afterEach(() => house.close())

async function codeFor(changed: Partial<AuthorizationRequest> = {}, browser = house.newBrowser()): Promise<string> {
  return codeIn((await browser.answer(await browser.open(changed))).answer)
}

async function errorFor(changed: Partial<AuthorizationRequest>): Promise<string> {
  const outcome = await house.newBrowser().ask(changed)
  if (outcome.ok) return 'asked'
  const { refusal } = outcome
  return refusal.code === 'answered_to_application' && 'error' in refusal.answer.result ? refusal.answer.result.error : refusal.code
}

describe('an application that asks by itself', () => {
  it('gets tokens of the scope that it has asked for, and with another scope a token for another service', async () => {
    const code = await codeFor({ scope: 'offline_access smarthub' })
    const tokens = valueFrom(await house.exchangeAtWeb('web', code))
    expect(tokens).toMatchObject({ scope: 'offline_access smarthub' })
    const client = { kind: 'client', clientId: 'web', clientSecret: undefined, format: 'signed' } as const
    const caller = { address: '192.0.2.7', requestId: 'req' }
    const { refreshToken = '' } = tokens
    const other = valueFrom(await house.useCases.refreshSession({ tenant: house.tenant, client, refreshToken, scope: 'ngtvepg', caller }))
    expect(other.scope).toBe('ngtvepg')
    const exceeding = await house.useCases.refreshSession({
      tenant: house.tenant,
      client,
      refreshToken: other.refreshToken ?? '',
      scope: 'everything',
      caller,
    })
    expect(codeOf(exceeding)).toBe('scope_exceeded')
  })

  it('gets a refresh token for offline_access alone', async () => {
    expect(valueFrom(await house.exchangeAtWeb('web', await codeFor({ scope: 'smarthub' }))).refreshToken).toBeUndefined()
    expect(valueFrom(await house.exchangeAtWeb('web', await codeFor({ scope: 'offline_access' }))).refreshToken).toBeDefined()
  })

  it('S48, S50: exchanges a code with the same redirect URI, its own name and its verifier, or not at all', async () => {
    await house.makeWeb('other')
    const code = await codeFor()
    expect(codeOf(await house.exchangeAtWeb('other', code))).toBe('code_refused')
    expect(codeOf(await house.exchangeAtWeb('web', code, { redirectUri: `${WEB_URI}/` }))).toBe('code_refused')
    expect(codeOf(await house.exchangeAtWeb('web', code, { codeVerifier: undefined }))).toBe('code_refused')
    expect(codeOf(await house.exchangeAtWeb('web', code, { codeVerifier: 'A'.repeat(43) }))).toBe('code_refused')
    expect(codeOf(await house.exchange(house.app, code))).toBe('code_refused')
    expect(codeOf(await house.exchangeAtWeb('web', code))).toBe('code_refused') // five strange attempts have voided it
    expect(codeOf(await house.exchangeAtWeb('web', await codeFor()))).toBe('accepted')
  })

  it('S46: a code used twice ends the session of the first use', async () => {
    const code = await codeFor()
    const { sessionId } = valueFrom(await house.exchangeAtWeb('web', code))
    expect(codeOf(await house.exchangeAtWeb('web', code))).toBe('code_reused')
    expect(valueFrom(await house.useCases.list.sessions('acme', LOGIN)).map(({ session }) => session.id)).not.toContain(sessionId)
  })

  it('S60: is answered at a registered address, compared as text; else the person alone is told', async () => {
    const strange = [
      'https://web.example@evil.example/callback',
      'https://web.example\\@evil.example/callback',
      'https://web.example.evil.example/callback',
      '//evil.example/callback',
      'https:web.example/callback',
      'https://web.example/callback/',
      'https://web.example/callback?x=1',
      'https://web.example/callback#f',
      'https://web.example/./callback',
      'https://web.example/x/../callback',
      'https://web.example/%63allback',
      'HTTPS://web.example/callback',
      'https://WEB.example/callback',
      'https://web.example:443/callback',
      'http://web.example/callback',
      'https://web.example/callback\t',
      'https://web.example/callback\n',
      ' https://web.example/callback',
      'https://web.example/callback\0',
      'https://wеb.example/callback',
      'smarthubplatform://login',
      'javascript:alert(1)',
      'https://tokens.example/t/acme/user/api/v2/login-complete',
    ]
    for (const redirectUri of strange) expect(await errorFor({ redirectUri }), redirectUri).toBe('redirect_uri_unknown')
    expect(await errorFor({ redirectUri: undefined })).toBe('redirect_uri_unknown')
    for (const clientId of [undefined, 'nobody', 'idm', 'Web', 'web ']) expect(await errorFor({ clientId })).not.toBe('asked')
    expect(await errorFor({})).toBe('asked')
  })

  it("a platform's application has the platform's address and no other", async () => {
    const callback = 'https://tokens.example/t/acme/user/api/v2/login-complete'
    expect(await errorFor({ clientId: 'app', redirectUri: callback, scope: 'offline_access smarthub' })).toBe('asked')
    expect(await errorFor({ clientId: 'app', redirectUri: 'smarthubplatform://login' })).toBe('redirect_uri_unknown')
    expect(await errorFor({ clientId: 'app', redirectUri: callback, scope: 'CompApp' })).toBe('invalid_scope')
    await house.makeWeb('sly', { redirectUris: [callback] })
    expect(await errorFor({ clientId: 'sly', redirectUri: callback })).toBe('redirect_uri_unknown')
  })

  it.each([
    ['S56: no response type', { responseType: undefined }, 'invalid_request'],
    ['S56: a token in the front channel', { responseType: 'token' }, 'unsupported_response_type'],
    ['S56: an id token in the front channel', { responseType: 'id_token token' }, 'unsupported_response_type'],
    ['S56: a code and more in the front channel', { responseType: 'code id_token' }, 'unsupported_response_type'],
    ['S56: an unknown response mode', { responseMode: 'fragment' }, 'invalid_request'],
    ['S56: a response mode of a form', { responseMode: 'form_post' }, 'invalid_request'],
    ['a scope that it has not', { scope: 'smarthub everything' }, 'invalid_scope'],
    ['S51: no challenge', { codeChallenge: undefined, codeChallengeMethod: undefined }, 'invalid_request'],
    ['S50: a challenge without a method', { codeChallengeMethod: undefined }, 'invalid_request'],
    ['S50: a plain challenge', { codeChallengeMethod: 'plain' }, 'invalid_request'],
    ['S50: a method without a challenge', { codeChallenge: undefined }, 'invalid_request'],
    ['S50: a challenge that is too short', { codeChallenge: 'A'.repeat(42) }, 'invalid_request'],
    ['prompt none', { prompt: 'none' }, 'interaction_required'],
    ['prompt none and more', { prompt: 'none login' }, 'invalid_request'],
    ['an unknown prompt', { prompt: 'x-sso' }, 'invalid_request'],
    ['a state beyond measure', { state: 'x'.repeat(4097) }, 'invalid_request'],
    ['a state of many bytes', { state: '\u{1f600}'.repeat(2000) }, 'invalid_request'],
    ['a state of many escapes', { state: '"'.repeat(3000) }, 'invalid_request'],
    ['a known prompt and an unknown one', { prompt: 'login x-sso' }, 'invalid_request'],
    ['an age that is none', { maxAge: '-1' }, 'invalid_request'],
    ['an age that only begins as one', { maxAge: '1e3' }, 'invalid_request'],
    ['an age beyond measure', { maxAge: '1'.repeat(10) }, 'invalid_request'],
  ])('is told at its address of %s', async (_what, changed, error) => {
    expect(await errorFor(changed)).toBe(error)
  })

  it('is told so with its state, unless that is what is wrong', async () => {
    const stateFor = async (changed: Partial<AuthorizationRequest>) => {
      const outcome = await house.newBrowser().ask(changed)
      return outcome.ok || outcome.refusal.code !== 'answered_to_application' ? 'not answered' : outcome.refusal.answer.state
    }
    expect(await stateFor({ responseType: 'token' })).toBe('the state')
    expect(await stateFor({ scope: 'everything' })).toBe('the state')
    expect(await stateFor({ state: 'x'.repeat(4097) })).toBeUndefined()
    expect(await errorFor({ state: 'x'.repeat(4000) })).toBe('asked')
  })

  it.each([{ prompt: ' ' }, { prompt: 'login  consent' }, { responseMode: 'query' }, { maxAge: '999999999' }])(
    'may ask with %j',
    async (changed) => {
      expect(await errorFor(changed)).toBe('asked')
    },
  )

  it('gets what it has if it asks for nothing in particular', async () => {
    const code = await codeFor({ scope: ' ' })
    expect(valueFrom(await house.exchangeAtWeb('web', code)).scope).toBe('offline_access smarthub ngtvepg')
  })

  it('gets nothing that was taken from it since the person signed in', async () => {
    const [first, second] = [await codeFor(), await codeFor()]
    const reach = { tenant: 'acme', clientId: 'web', audience: undefined, webOrigins: undefined }
    const setScope = async (scope: string) => valueFrom(await house.useCases.setApplicationReach({ ...reach, scope }))
    await setScope('offline_access smarthub')
    expect(valueFrom(await house.exchangeAtWeb('web', first)).scope).toBe('offline_access smarthub')
    await setScope('ngtvepg')
    expect(valueFrom(await house.exchangeAtWeb('web', second))).toMatchObject({ scope: 'ngtvepg', refreshToken: undefined })
  })

  it('may ask for as much as fits into its form, and is told if it is more', async () => {
    const scope = Array.from({ length: 60 }, (_, index) => `a-very-long-name-of-a-service-${index}`).join(' ')
    await house.makeWeb('many', { scope, redirectUris: [`https://web.example/${'x'.repeat(1900)}`] })
    const redirectUri = `https://web.example/${'x'.repeat(1900)}`
    const asked = { clientId: 'many', redirectUri, scope, loginHint: '\u{1f600}'.repeat(255) }
    expect(await errorFor({ ...asked, state: 'x'.repeat(500) })).toBe('asked')
    expect(await errorFor({ ...asked, state: 'x'.repeat(4000) })).toBe('invalid_request')
  })

  it('may do without PKCE where an operator has said so', async () => {
    await house.makeWeb('old', { requiresPkce: false })
    const code = await codeFor({ clientId: 'old', codeChallenge: undefined, codeChallengeMethod: undefined })
    expect(codeOf(await house.exchangeAtWeb('old', code, { codeVerifier: undefined }))).toBe('accepted')
    expect(await errorFor({ clientId: 'old', codeChallenge: undefined })).toBe('invalid_request') // a method without a challenge
  })

  it('that is confidential proves itself at the exchange', async () => {
    const { secret } = valueFrom(
      await house.useCases.createApplication({
        tenant: 'acme',
        clientId: 'safe',
        name: 'safe',
        door: 'idm',
        type: 'confidential',
        redirectUris: [WEB_URI],
      }),
    )
    const code = await codeFor({ clientId: 'safe' })
    expect(codeOf(await house.exchangeAtWeb('safe', code))).toBe('client_unproven')
    const outcome = await house.useCases.exchangeCode({
      tenant: house.tenant,
      client: { kind: 'client', clientId: 'safe', clientSecret: secret, format: 'signed' },
      code,
      binding: { kind: 'redirect', redirectUri: WEB_URI },
      codeVerifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      caller: { address: '192.0.2.7', requestId: 'req' },
    })
    expect(codeOf(outcome)).toBe('accepted')
  })
})

describe('the form', () => {
  it('S91: is worth nothing in another browser, nor without the cookie of the page', async () => {
    const prompt = await house.newBrowser().open({})
    expect(codeOf(await house.newBrowser().try(prompt, BY_PASSWORD))).toBe('sign_in_request_invalid')
    const other = house.newBrowser()
    await other.open({})
    expect(codeOf(await other.try(prompt, BY_PASSWORD))).toBe('sign_in_request_invalid')
  })

  it('S56: cannot be changed, and lasts ten minutes', async () => {
    const browser = house.newBrowser()
    const prompt = await browser.open({})
    for (const sealedRequest of ['', `${prompt.sealedRequest}A`, prompt.sealedRequest.slice(0, -1), 'eyJhbGciOiJub25lIn0..e30'])
      expect(codeOf(await browser.try({ sealedRequest }, BY_PASSWORD))).toBe('sign_in_request_invalid')
    house.clock.advance(600_000)
    expect(codeOf(await browser.try(prompt, BY_PASSWORD))).toBe('sign_in_request_invalid')
  })

  it('opened twice in one browser is good in both tabs', async () => {
    const browser = house.newBrowser()
    const first = await browser.open({})
    await browser.open({})
    expect(codeOf(await browser.try(first, BY_PASSWORD))).toBe('accepted')
  })

  it('S67: says the same of a wrong password, an unknown name and an account that is off', async () => {
    const caseOf = async (login: string, password: string) => {
      const browser = house.newBrowser()
      const result = valueFrom(await browser.try(await browser.open({}), { kind: 'password', login, password }))
      return result.kind === 'asked_again' ? result.problem : result.kind
    }
    const wrong = await caseOf(LOGIN, 'not this one')
    expect(wrong).toEqual({ kind: 'password' })
    expect(await caseOf('nobody@acme.example', 'not this one')).toEqual(wrong)
    expect(await caseOf('', '')).toEqual(wrong)
    valueFrom(await house.useCases.setEnabled({ noun: 'account', tenant: 'acme', account: LOGIN }, false))
    expect(await caseOf(LOGIN, 'correct horse battery staple')).toEqual(wrong)
  })

  it('is throttled as every sign-in is', async () => {
    const browser = house.newBrowser()
    const prompt = await browser.open({})
    const kinds: (string | undefined)[] = []
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const result = valueFrom(await browser.try(prompt, { kind: 'password', login: LOGIN, password: `wrong ${attempt}` }))
      kinds.push(result.kind === 'asked_again' ? result.problem?.kind : result.kind)
    }
    expect(kinds.slice(0, 10)).toEqual(Array(10).fill('password'))
    expect(kinds.slice(10)).toEqual(['throttled', 'throttled'])
  })

  it('is worth nothing once its application is switched off', async () => {
    const browser = house.newBrowser()
    const prompt = await browser.open({})
    valueFrom(await house.useCases.setEnabled({ noun: 'application', tenant: 'acme', clientId: 'web' }, false))
    expect(codeOf(await browser.try(prompt, BY_PASSWORD))).toBe('client_unknown')
    const ofPlatform = await browser.open(requestIn(valueFrom(await house.startLogin(house.app)).location))
    valueFrom(await house.useCases.setEnabled({ noun: 'application', tenant: 'acme', clientId: 'app' }, false))
    expect(codeOf(await browser.try(ofPlatform, BY_PASSWORD))).toBe('client_unknown')
  })

  it('is worth nothing once its address was taken from the application', async () => {
    const browser = house.newBrowser()
    const prompt = await browser.open({})
    const redirectUris = ['https://web.example/elsewhere']
    const changed = { tenant: 'acme', clientId: 'web', redirectUris, requiresPkce: undefined, showsCode: undefined }
    valueFrom(await house.useCases.setPageSignIn(changed))
    expect(codeOf(await browser.try(prompt, BY_PASSWORD))).toBe('sign_in_request_ended')
    expect(await errorFor({})).toBe('redirect_uri_unknown')
  })

  it('names who is asking and all that it may get, and lets the browser go to its addresses', async () => {
    const prompt = await house.newBrowser().open({ scope: 'smarthub' })
    expect(prompt).toMatchObject({
      applicationName: 'web',
      scopes: ['offline_access', 'smarthub', 'ngtvepg'],
      formTargets: ['https://web.example'],
      signedInAs: undefined,
    })
  })
})

describe('the cookie of a sign-in', () => {
  it('has a name of its state, and a key that is kept only if it is one', async () => {
    const browser = house.newBrowser()
    const first = (await browser.open({})).cookie
    expect((await browser.open({})).cookie).toEqual(first)
    expect((await browser.open({ state: 'another' })).cookie.name).not.toBe(first.name)
    for (const planted of ['', 'planted', 'A'.repeat(42)]) {
      browser.cookies.set(first.name, planted)
      const { name, value } = (await browser.open({})).cookie
      expect({ name, isNew: value !== planted && value !== first.value }).toEqual({ name: first.name, isNew: true })
    }
  })

  it('is worth nothing if it is no key, whatever the form says', async () => {
    const browser = house.newBrowser()
    const prompt = await browser.open({})
    for (const planted of ['', 'planted', 'A'.repeat(43)]) {
      browser.cookies.set(prompt.cookie.name, planted)
      expect(codeOf(await browser.try(prompt, BY_PASSWORD))).toBe('sign_in_request_invalid')
    }
  })

  it('is done with after the sign-in, or changed for a platform', async () => {
    const browser = house.newBrowser()
    const prompt = await browser.open({})
    expect(await browser.answer(prompt)).toMatchObject({ cookie: undefined, cookieName: prompt.cookie.name })
    const second = await browser.open({})
    expect(await browser.answer(second, { kind: 'cancel' })).toMatchObject({
      cookie: undefined,
      answer: { redirectUri: WEB_URI, state: 'the state', result: { error: 'access_denied' } },
    })
  })
})

describe('the page once more', () => {
  it('in another language is the same page, and with a password alone one without a name', async () => {
    const browser = house.newBrowser()
    await codeFor({}, browser)
    const prompt = await browser.open({ loginHint: 'ü'.repeat(300) })
    expect(prompt.loginHint).toBe('ü'.repeat(255))
    const again = valueFrom(await browser.try(prompt, { kind: 'ask_again' }))
    expect(again).toMatchObject({ kind: 'asked_again', problem: undefined, prompt: { signedInAs: 'Anna', cookie: prompt.cookie } })
  })

  it('says how long to wait, and does not sign in meanwhile', async () => {
    const browser = house.newBrowser()
    const prompt = await browser.open({})
    for (let attempt = 0; attempt < 10; attempt += 1)
      await browser.try(prompt, { kind: 'password', login: LOGIN, password: `wrong ${attempt}` })
    const result = valueFrom(await browser.try(prompt, BY_PASSWORD))
    if (result.kind !== 'asked_again' || result.problem?.kind !== 'throttled') throw new Error('not throttled')
    expect(result.problem.retryAfterSeconds).toBeGreaterThan(0)
  })
})

describe('who is signed in to a browser', () => {
  it('goes on if the sign-in is young enough, and with a prompt that asks for no password', async () => {
    const browser = house.newBrowser()
    await codeFor({}, browser)
    house.clock.advance(60_000)
    expect((await browser.open({ maxAge: '60', prompt: 'consent' })).signedInAs).toBe('Anna')
    const prompt = await browser.open({ maxAge: '60' })
    house.clock.advance(1)
    expect((await browser.open({ maxAge: '60' })).signedInAs).toBeUndefined()
    expect(valueFrom(await browser.try(prompt, { kind: 'go_on' }))).toMatchObject({ kind: 'asked_again', problem: { kind: 'signed_out' } })
  })

  it('has a session of half a day, of the page itself, and one without it is short', async () => {
    const browser = house.newBrowser()
    const { browserSession } = await browser.answer(await browser.open({}))
    expect(browserSession?.expiresInSeconds).toBe(12 * 3600)
    expect((await browser.answer(await browser.open({ prompt: 'x-no-sso' }))).browserSession).toBeUndefined()
    const sessions = valueFrom(await house.useCases.list.sessions('acme', LOGIN)).map(({ session }) => session)
    const seconds = sessions.map(({ expiresAt, startedAt }) => expiresAt - Math.floor(startedAt / 1000))
    expect(seconds.sort((one, two) => one - two)).toEqual([300, 12 * 3600])
    expect(new Set(sessions.map(({ applicationId }) => applicationId)).size).toBe(1)
  })

  it('goes on with one click, unless that must not count', async () => {
    const browser = house.newBrowser()
    await codeFor({}, browser)
    expect(browser.session).toBeDefined()
    const prompt = await browser.open({ state: 'second' })
    expect(prompt.signedInAs).toBe('Anna')
    const { answer } = await browser.answer(prompt, { kind: 'go_on' })
    expect(codeOf(await house.exchangeAtWeb('web', codeIn(answer)))).toBe('accepted')
    for (const changed of [{ prompt: 'x-no-sso' }, { prompt: 'login' }, { prompt: 'select_account' }, { maxAge: '0' }]) {
      house.clock.advance(1000)
      const fresh = await browser.open({ ...changed, state: 'third' })
      expect(fresh.signedInAs).toBeUndefined()
      expect(valueFrom(await browser.try(fresh, { kind: 'go_on' }))).toMatchObject({ kind: 'asked_again', problem: { kind: 'signed_out' } })
    }
  })

  it('may sign in as somebody else', async () => {
    const browser = house.newBrowser()
    await codeFor({}, browser)
    const asked = valueFrom(await browser.try(await browser.open({}), { kind: 'ask_for_password' }))
    if (asked.kind !== 'asked_again') throw new Error('not asked')
    expect(asked.prompt.signedInAs).toBeUndefined()
    expect(valueFrom(await browser.try(asked.prompt, { kind: 'go_on' })).kind).toBe('asked_again')
    const before = browser.session
    await browser.answer(asked.prompt, BY_PASSWORD)
    expect(browser.session, 'who has signed in last is who is signed in').not.toBe(before)
  })

  it('is not taken for who was shown on a page before', async () => {
    valueFrom(await house.useCases.createAccount({ ...PLAIN_ACCOUNT, tenant: 'acme', organisation: 'Households', ...BERT }))
    const browser = house.newBrowser()
    await codeFor({}, browser)
    const prompt = await browser.open({})
    expect(prompt.signedInAs).toBe('Anna')
    const { answer } = await browser.answer(await browser.open({ state: 'another tab' }), AS_BERT)
    expect(answer).toBeDefined()
    const asked = valueFrom(await browser.try(prompt, { kind: 'go_on' }))
    expect(asked).toMatchObject({ kind: 'asked_again', problem: undefined, prompt: { signedInAs: BERT.loginIds[0] } })
    if (asked.kind !== 'asked_again') throw new Error('not asked')
    expect(valueFrom(await browser.try(asked.prompt, { kind: 'go_on' })).kind).toBe('answered')
  })

  it('S89: gets a session that was not there before, and every sign-in another one', async () => {
    const browser = house.newBrowser()
    await codeFor({}, browser)
    const first = browser.session
    await codeFor({ prompt: 'select_account' }, browser)
    const second = house.newBrowser()
    second.session = first
    await second.answer(await second.open({ maxAge: '1000000', state: 'x' }), BY_PASSWORD)
    expect(second.session).not.toBe(first)
  })

  it('S89: a callback wants another key of the browser than the page had before the password', async () => {
    const browser = house.newBrowser()
    const { location } = valueFrom(await house.startLogin(house.app))
    const prompt = await browser.open(requestIn(location))
    const before = browser.cookies.get(prompt.cookie.name)
    const { answer } = await browser.answer(prompt)
    expect(browser.cookies.get(prompt.cookie.name)).not.toBe(before)
    const thief = house.newBrowser()
    thief.cookies.set(prompt.cookie.name, before ?? '')
    if (answer === undefined) throw new Error('no answer')
    expect(codeOf(await thief.complete(answer))).toBe('login_state_invalid')
  })

  it.each([
    ['twelve hours have passed', async () => house.clock.advance(12 * 3_600_000)],
    ['the password was set anew', () => house.useCases.setPassword({ tenant: 'acme', account: LOGIN, password: 'another good password' })],
    ['the account was switched off', () => house.useCases.setEnabled({ noun: 'account', tenant: 'acme', account: LOGIN }, false)],
    ['all its sessions were ended', () => house.useCases.endSessions({ noun: 'account', tenant: 'acme', account: LOGIN })],
  ])('is nobody once %s', async (_what, happens) => {
    const browser = house.newBrowser()
    await codeFor({}, browser)
    await happens()
    expect((await browser.open({ state: 'later' })).signedInAs).toBeUndefined()
    const { tenant, useCases } = house
    expect(codeOf(await useCases.describeBrowserSession({ tenant, browserSession: browser.session }))).toBe('browser_session_over')
  })

  it('S91: signs out by a form of the own page alone', async () => {
    const { tenant, useCases } = house
    const [browser, other] = [house.newBrowser(), house.newBrowser()]
    await codeFor({}, browser)
    await codeFor({}, other)
    const described = valueFrom(await useCases.describeBrowserSession({ tenant, browserSession: browser.session }))
    expect(described.account.name).toBe('Anna')
    const foreign = valueFrom(await useCases.describeBrowserSession({ tenant, browserSession: other.session })).formToken
    const signOut = (formToken: string) =>
      useCases.endBrowserSession({ tenant, browserSession: browser.session, formToken, caller: { address: '192.0.2.7', requestId: 'req' } })
    for (const token of ['', foreign, `${described.formToken}A`, browser.session ?? ''])
      expect(codeOf(await signOut(token))).toBe('form_token_invalid')
    expect(codeOf(await signOut(described.formToken))).toBe('accepted')
    expect(codeOf(await useCases.describeBrowserSession({ tenant, browserSession: browser.session }))).toBe('browser_session_over')
    expect(codeOf(await signOut(described.formToken))).toBe('accepted')
  })
})
