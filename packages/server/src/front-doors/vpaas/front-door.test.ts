/** What golden exchanges (vectors/vpaas) cannot show: every refusal, what use cases are given, and what is never done. */
import { describe, expect, test } from 'vitest'
import type { Account, LoginId } from '../../domain/account.ts'
import { Unavailable } from '../../domain/fault.ts'
import type { AccountId, OrganisationId, TenantId } from '../../domain/ids.ts'
import { accept, refuse } from '../../domain/outcome.ts'
import type { RedirectUri } from '../../domain/redirect-uri.ts'
import type { Role } from '../../domain/role.ts'
import { appsOfTenant } from '../../http/testing/apps-of-tenant.ts'
import { expectPage } from '../../http/testing/page-answer.ts'
import { aTenant, someTokens, type TestApp } from '../../http/testing/start-app.ts'
import type { CompleteLogin, DescribeUser, ExchangeCode, RefreshRefusal, StartLogin, UseCases } from '../../use-cases/use-cases.ts'
import { vpaas } from './front-door.ts'

type Refused<Verb extends (...request: never[]) => Promise<unknown>> = Extract<Awaited<ReturnType<Verb>>, { ok: false }>['refusal']
type Completed = Extract<Awaited<ReturnType<CompleteLogin>>, { ok: true }>['value']

const tenant = aTenant({ doors: ['vpaas', 'idm'] })
const anApp = appsOfTenant(tenant)
const KEY = 'apikey: the key'
const JSON_TYPE = 'Content-Type: application/json'
const LOCATION = 'https://tokens.example/t/demo/oauth2/auth?state=s'
const tokens = someTokens({ accessExpiresInSeconds: 14_399, refreshToken: 'RTSVH2:a.b', scope: 'CompApp' })
const client = { kind: 'api_key', apiKey: 'the key', format: 'sealed' } as const

const LOGIN = 'GET /user/api/v2/login'
const BACK = 'GET /user/api/v2/login-complete'
const exchange = (app: TestApp, body: object) => app.ask('POST /user/api/v2/exchange-auth-code', [KEY, JSON_TYPE], JSON.stringify(body))
const refresh = (app: TestApp, body: object) => app.ask('POST /user/api/v2/refresh-platform-token', [KEY, JSON_TYPE], JSON.stringify(body))
const CODE = { authCode: 'the code', clientId: 'app' }
const REFRESH = { clientId: 'app', refreshToken: 'RTSVH2:a.b' }
const errorOf = (body: string) => (JSON.parse(body) as { error: string }).error

const UNKNOWN = [401, 'invalid_api_key'] as const
const GRANT = [400, 'invalid_grant'] as const

/** Keeps what a use case is given. */
function keep<Request, Answer>(given: Request[], answer: Answer) {
  return async (request: Request): Promise<Answer> => {
    given.push(request)
    return answer
  }
}

describe('login', () => {
  const started = accept({ location: LOCATION })

  test('gives the use case what the request says, and an empty parameter is as if it were not there', async () => {
    const given: Parameters<UseCases['startLogin']>[0][] = []
    const app = await anApp({ startLogin: keep(given, started) })
    await app.ask(`${LOGIN}?clientId=app&scope=CompApp+x&redirectUri=a%3A%2F%2Fb&codeChallenge=c&codeChallengeMethod=S256`, [KEY])
    await app.ask(`${LOGIN}?clientId=app&scope=&redirectUri=&codeChallenge=&codeChallengeMethod=`, [KEY])
    await app.ask(`${LOGIN}?clientId=app&codeChallengeMethod=S256`, [KEY])
    const named = { tenant, door: 'vpaas', client: { ...client, clientId: 'app' }, scope: undefined, redirectUri: undefined }
    expect(given).toEqual([
      { ...named, scope: 'CompApp x', redirectUri: 'a://b', codeChallenge: { challenge: 'c', method: 'S256' } },
      { ...named, codeChallenge: undefined },
      { ...named, codeChallenge: { challenge: '', method: 'S256' } },
    ])
  })

  test('tells of a missing client id only who has a good key', async () => {
    const withKey = await anApp({ startLogin: async () => started })
    expect(errorOf((await withKey.ask(LOGIN, [KEY])).body)).toBe('invalid_request')
    const without = await anApp({ startLogin: async () => refuse({ code: 'client_unknown' }) })
    expect(errorOf((await without.ask(LOGIN, [KEY])).body)).toBe('invalid_api_key')
  })

  const ANSWERS: { readonly [C in Refused<StartLogin>['code']]: readonly [number, string] } = {
    client_unknown: UNKNOWN,
    client_unproven: UNKNOWN,
    scope_exceeded: [400, 'invalid_scope'],
    redirect_uri_unknown: [400, 'invalid_redirect_uri'],
    pkce_required: [400, 'invalid_request'],
    code_challenge_invalid: [400, 'invalid_request'],
  }
  test.each(Object.entries(ANSWERS))('that is refused as %s is answered as the table says', async (code, expected) => {
    const app = await anApp({ startLogin: async () => refuse({ code: code as keyof typeof ANSWERS, logDetail: 'hidden' }) })
    const answer = await app.ask(`${LOGIN}?clientId=app`, [KEY])
    expect([answer.status, errorOf(answer.body)]).toEqual(expected)
    expect([answer.body.includes('hidden'), answer.headers.has('location')]).toEqual([false, false])
  })

  test('S69: of an unknown application is answered as one with an unknown key, but for the id of the request', async () => {
    const bytes = async (code: 'client_unknown' | 'client_unproven') => {
      const app = await anApp({ startLogin: async () => refuse({ code }) })
      const { head, body } = await app.ask(`${LOGIN}?clientId=app`, [KEY])
      return `${head}${body}`.replaceAll(/[0-9a-f]{24}|date: .*/gi, '')
    }
    expect(await bytes('client_unknown')).toBe(await bytes('client_unproven'))
  })
})

describe('login-complete', () => {
  const completed: Completed = {
    redirectUri: 'smarthubplatform://login' as RedirectUri,
    code: 'the-code',
    applicationName: 'An <app>',
    showsCode: true,
    cookieName: '__Host-sign-in-a',
  }
  const complete = (changed: Partial<Completed> = {}) => anApp({ completeLogin: async () => accept({ ...completed, ...changed }) })
  const NAVIGATION = ['Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document']

  test('gives the use case the answer of the identity provider, its issuer, and the cookies', async () => {
    const given: Parameters<CompleteLogin>[0][] = []
    const app = await anApp({ completeLogin: keep(given, accept(completed)) })
    await app.ask(`${BACK}?code=c&state=s&iss=i`, ['Cookie: a=1; b=2'])
    await app.ask(`${BACK}?error=access_denied&error_description=no&state=s`)
    expect(given).toMatchObject([
      { tenant, door: 'vpaas', state: 's', answer: { kind: 'code', code: 'c' }, issuer: 'i' },
      { tenant, door: 'vpaas', state: 's', answer: { kind: 'error' }, issuer: undefined },
    ])
    expect(['a', 'b', 'c'].map((name) => given[0]?.cookieOf(name))).toEqual(['1', '2', undefined])
  })

  test.each([
    ['a program that says nothing', [], 302],
    ['a browser that shows a person the answer', NAVIGATION, 200],
    ['a browser in a frame', ['Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe'], 302],
    ['a script', ['Sec-Fetch-Mode: cors', 'Sec-Fetch-Dest: empty'], 302],
    ['a browser that says half of it', ['Sec-Fetch-Mode: navigate'], 302],
    ['a browser that says the other half', ['Sec-Fetch-Dest: document'], 302],
  ])('answers %s as it can use it', async (_who, headers, status) => {
    const answer = await (await complete()).ask(`${BACK}?code=c&state=s`, headers)
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([
      status,
      '__Host-sign-in-a=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
    ])
    if (status === 302) expect(answer.headers.get('location')).toBe('smarthubplatform://login?authCode=the-code')
    else expectPage(answer, 200)
  })

  test('shows no code where the application does not, nor where nobody has signed in', async () => {
    const hidden = await (await complete({ showsCode: false })).ask(`${BACK}?code=c&state=s`, NAVIGATION)
    expect([hidden.status, hidden.headers.get('location')]).toEqual([302, 'smarthubplatform://login?authCode=the-code'])
    const cancelled = await (await complete({ code: undefined })).ask(`${BACK}?error=e&state=s`, NAVIGATION)
    expect([cancelled.status, cancelled.headers.get('location')]).toEqual([302, 'smarthubplatform://login?error=access_denied'])
  })

  test('answers for an address with a query of its own behind that', async () => {
    const answer = await (await complete({ redirectUri: 'app:/back?a=b' as RedirectUri })).ask(`${BACK}?code=c&state=s`)
    expect(answer.headers.get('location')).toBe('app:/back?a=b&authCode=the-code')
  })

  const TITLES: { readonly [C in Refused<CompleteLogin>['code']]: string } = {
    login_state_invalid: 'This sign-in does not belong to this browser',
    login_state_used: 'This sign-in is already finished',
  }
  test.each(Object.entries(TITLES))('that is refused as %s is told on a page', async (code, title) => {
    const app = await anApp({ completeLogin: async () => refuse({ code: code as keyof typeof TITLES }) })
    const answer = await app.ask(`${BACK}?code=c&state=s`, NAVIGATION)
    expectPage(answer, 400)
    expect(answer.body).toContain(`<h1>${title}</h1>`)
    expect([answer.headers.has('location'), answer.headers.has('set-cookie')]).toEqual([false, false])
  })

  test('S93: of every kind of trouble a page tells that stands in no frame', async () => {
    const broken = await anApp({ completeLogin: async () => Promise.reject(new Error('a bug')) })
    expectPage(await broken.ask(`${BACK}?code=c&state=s`), 500)
    const busy = await anApp({ completeLogin: async () => Promise.reject(new Unavailable('busy', 7)) })
    const answer = await busy.ask(`${BACK}?code=c&state=s`)
    expectPage(answer, 503)
    expect(answer.headers.get('retry-after')).toBe('7')
    expectPage(await busy.ask('POST /user/api/v2/login-complete'), 405)
    expectPage(await busy.ask(`${BACK}?state=%zz`), 400)
    expectPage(await busy.ask(`${BACK}?state=a`, [KEY, KEY]), 400)
  })

  test('S94: nothing of a request is on a page', async () => {
    const app = await anApp({ completeLogin: async () => refuse({ code: 'login_state_invalid' }) })
    const probe = '"><script>alert(1)</script>{{7*7}}'
    for (const name of ['code', 'state', 'iss', 'error', 'error_description', probe]) {
      const query = new URLSearchParams({ code: 'c', state: 's', [name]: probe })
      const { body } = await app.ask(`${BACK}?${query}`)
      expect(body).not.toMatch(/script|alert|7\*7/)
    }
  })
})

test('S63: no parameter is a place to go', async () => {
  const useCases = {
    startLogin: async () => accept({ location: LOCATION }),
    completeLogin: async () => refuse({ code: 'login_state_invalid' }),
  } as const
  const app = await anApp(useCases)
  const names = ['next', 'returnTo', 'return_to', 'continue', 'redirect', 'redirect_uri', 'url', 'target', 'post_logout_redirect_uri']
  for (const place of ['https://evil.example', '//evil.example', '/\\evil.example', '/%09/evil.example', 'https:/evil.example']) {
    const query = names.map((name) => `${name}=${encodeURIComponent(place)}`).join('&')
    const login = await app.ask(`${LOGIN}?clientId=app&${query}`, [KEY, 'X-Forwarded-Host: evil.example'])
    expect(login.headers.get('location')).toBe(LOCATION)
    const back = await app.ask(`${BACK}?code=c&state=s&${query}`)
    expect([back.headers.has('location'), `${back.head}${back.body}`.includes('evil')]).toEqual([false, false])
  }
})

describe('the exchange', () => {
  test('gives the use case the code, the application and the verifier, and who asks', async () => {
    const given: Parameters<ExchangeCode>[0][] = []
    const app = await anApp({ exchangeCode: keep(given, accept(tokens)) })
    const answer = await exchange(app, { ...CODE, codeVerifier: 'v', more: 1 })
    const [{ caller, ...request } = expect.fail('exchangeCode was not called')] = given
    const named = { ...client, clientId: 'app' }
    expect(request).toEqual({ tenant, client: named, code: 'the code', binding: { kind: 'login' }, codeVerifier: 'v' })
    expect(caller).toMatchObject({ address: '127.0.0.1', requestId: answer.headers.get('x-request-id') })
  })

  test('answers the five members in the order of the document, and an instant with six digits', async () => {
    const app = await anApp({ exchangeCode: async () => accept(tokens), refreshSession: async () => accept(tokens) })
    const bytes =
      '{"accessToken":"eyJ0.eyJ1.c2ln","refreshToken":"RTSVH2:a.b","expiresIn":14399,"expiresAt":"2026-09-21T15:13:20.000000Z","scope":"CompApp"}'
    expect((await exchange(app, CODE)).body).toBe(bytes)
    expect((await refresh(app, REFRESH)).body).toBe(bytes)
  })

  const ANSWERS: { readonly [C in Refused<ExchangeCode>['code']]: readonly [number, string] } = {
    client_unknown: UNKNOWN,
    client_unproven: UNKNOWN,
    code_refused: GRANT,
    code_reused: GRANT,
  }
  test.each(Object.entries(ANSWERS))('that is refused as %s is answered as the table says', async (code, expected) => {
    const app = await anApp({ exchangeCode: async () => refuse({ code: code as keyof typeof ANSWERS, logDetail: 'hidden' }) })
    const answer = await exchange(app, CODE)
    expect([answer.status, errorOf(answer.body), answer.body.includes('hidden')]).toEqual([...expected, false])
  })

  test('does not tell a code that was used from one that nobody has', async () => {
    const bytes = async (code: 'code_refused' | 'code_reused') =>
      (await exchange(await anApp({ exchangeCode: async () => refuse({ code }) }), CODE)).body.replace(/"requestId":"[^"]+"/, '')
    expect(await bytes('code_reused')).toBe(await bytes('code_refused'))
  })

  test.each([[{}], [{ authCode: 'a' }], [{ clientId: 'a' }], [{ ...CODE, codeVerifier: 1 }], [[]], [{ ...CODE, authCode: ['a'] }]])(
    'of %j is put to the use case without a code, and what is missing told to an application that is known',
    async (body) => {
      const given: Parameters<ExchangeCode>[0][] = []
      const known = await exchange(await anApp({ exchangeCode: keep(given, refuse({ code: 'code_refused' })) }), body)
      expect([known.status, errorOf(known.body), given.map(({ code }) => code)]).toEqual([400, 'invalid_request', ['']])
      const unknown = await exchange(await anApp({ exchangeCode: async () => refuse({ code: 'client_unknown' }) }), body)
      expect([unknown.status, errorOf(unknown.body)]).toEqual([401, 'invalid_api_key'])
    },
  )
})

describe('a refresh', () => {
  test('gives the use case the token and the application', async () => {
    const given: Parameters<UseCases['refreshSession']>[0][] = []
    await refresh(await anApp({ refreshSession: keep(given, accept(tokens)) }), { ...REFRESH, scope: 'more' })
    expect(given).toMatchObject([{ tenant, client: { ...client, clientId: 'app' }, refreshToken: 'RTSVH2:a.b' }])
    expect(given[0]).not.toHaveProperty('scope')
  })

  const ANSWERS: { readonly [C in RefreshRefusal['code']]: readonly [number, string] } = {
    client_unknown: UNKNOWN,
    client_unproven: UNKNOWN,
    token_invalid: GRANT,
    token_is_permanent: GRANT,
    client_mismatch: GRANT,
    session_unknown: GRANT,
    session_ended: GRANT,
    session_stale: GRANT,
    session_expired: GRANT,
    refresh_superseded: GRANT,
    refresh_reused: GRANT,
    scope_exceeded: GRANT,
  }
  test.each(Object.entries(ANSWERS))('that is refused as %s is answered as the table says', async (code, expected) => {
    const app = await anApp({ refreshSession: async () => refuse({ code: code as keyof typeof ANSWERS, logDetail: 'hidden' }) })
    const answer = await refresh(app, REFRESH)
    expect([answer.status, errorOf(answer.body), answer.body.includes('hidden')]).toEqual([...expected, false])
  })
})

describe('user info', () => {
  const anna: Account = {
    id: 'acc_1' as AccountId,
    tenantId: 'ten_a' as TenantId,
    organisationId: 'org_1' as OrganisationId,
    loginIds: ['+4915228817386', 'anna@a.example'] as readonly string[] as readonly LoginId[],
    name: 'Anna',
    roles: ['agent', '/feature/b', '/feature/a'] as readonly string[] as readonly Role[],
    mayImpersonate: false,
    enabled: true,
    epoch: 0,
    passwordSetAt: 0,
    erasesAt: undefined,
    language: undefined,
    createdAt: 0,
  }
  const bodyFor = async (changed: Partial<Account>) => {
    const described = { account: { ...anna, ...changed }, anonymizedId: 'oMz', personalDataUrl: 'https://p.example' }
    const app = await anApp({ describeUser: async () => accept(described) })
    return (await app.ask('GET /user/api/v1/', [KEY, 'Authorization: Bearer t'])).body
  }
  const phone = ['+4915228817386'] as readonly string[] as readonly LoginId[]

  test('has the six members in the order of the document', async () => {
    expect(await bodyFor({})).toBe(
      '{"id":"acc_1","anonymizedId":"oMz","name":"Anna","email":"anna@a.example","personalDataUrl":"https://p.example","flags":["/feature/b","/feature/a"]}',
    )
  })

  test('calls who has no name by the e-mail address, else by a login name', async () => {
    expect(JSON.parse(await bodyFor({ name: undefined }))).toMatchObject({ name: 'anna@a.example' })
    expect(JSON.parse(await bodyFor({ name: undefined, loginIds: phone }))).toMatchObject({ name: '+4915228817386', email: null })
    expect(JSON.parse(await bodyFor({ name: undefined, loginIds: [] }))).toMatchObject({ name: 'acc_1', email: null })
  })

  test('is asked for with what stands after Bearer, and with nothing otherwise', async () => {
    const given: Parameters<DescribeUser>[0][] = []
    const app = await anApp({ describeUser: keep(given, refuse({ code: 'token_invalid' })) })
    for (const header of ['Bearer a.b', 'bearer a.b', 'a.b', 'Basic YTpi', 'Bearer', 'Bearer null'])
      await app.ask('GET /user/api/v1', [KEY, `Authorization: ${header}`])
    expect(given.map(({ token }) => token)).toEqual(['a.b', 'a.b', '', '', '', ''])
    expect(given[0]).toEqual({ tenant, client, token: 'a.b' })
  })

  const ANSWERS: { readonly [C in Refused<DescribeUser>['code']]: readonly [number, string, string] } = {
    client_unknown: [...UNKNOWN, 'Key realm="vpaas"'],
    client_unproven: [...UNKNOWN, 'Key realm="vpaas"'],
    token_invalid: [401, 'invalid_token', 'Bearer realm="vpaas", error="invalid_token"'],
  }
  test.each(Object.entries(ANSWERS))('that is refused as %s is answered as the table says, with a challenge', async (code, expected) => {
    const app = await anApp({ describeUser: async () => refuse({ code: code as keyof typeof ANSWERS, logDetail: 'hidden' }) })
    const answer = await app.ask('GET /user/api/v1/', [KEY])
    expect([answer.status, errorOf(answer.body), answer.headers.get('www-authenticate')]).toEqual(expected)
  })
})

test('a bug of ours is 500 in the shape of the door, with the id of the request and nothing else', async () => {
  const app = await anApp({ exchangeCode: async () => Promise.reject(new Error('secret')) })
  const answer = await exchange(app, CODE)
  const requestId = answer.headers.get('x-request-id')
  expect([answer.status, answer.body]).toEqual([
    500,
    JSON.stringify({ error: 'server_error', message: 'Something went wrong on our side.', requestId }),
  ])
})

test('what cannot be answered now is 503 with Retry-After in the shape of the door', async () => {
  const app = await anApp({ refreshSession: async () => Promise.reject(new Unavailable('busy', 7)) })
  const answer = await refresh(app, REFRESH)
  expect([answer.status, answer.headers.get('retry-after'), errorOf(answer.body)]).toEqual([503, '7', 'unavailable'])
})

test('its applications are as the platform has them unless an operator says otherwise', () => {
  const day = 86_400
  expect(vpaas.applicationDefaults).toMatchObject({
    type: 'public',
    scope: 'CompApp',
    tokenFormat: 'sealed',
    lifetimes: { accessSeconds: 14_399, idleSeconds: 30 * day, absoluteSeconds: 180 * day },
    refreshPolicy: { name: 'device' },
    pageSignIn: { redirectUris: ['smarthubplatform://login'], requiresPkce: false, showsCode: false },
  })
})
