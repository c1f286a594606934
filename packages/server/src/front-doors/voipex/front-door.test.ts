/** What golden exchanges (vectors/voipex) cannot show: every refusal, the order of checks, what use cases are given. realm.test.ts has the rest. */
import { afterEach, describe, expect, test } from 'vitest'
import { Unavailable } from '../../domain/fault.ts'
import { accept, refuse } from '../../domain/outcome.ts'
import { aTenant, someTokens, startApp, type TestApp, type TestAppOptions } from '../../http/testing/start-app.ts'
import type { RefreshRefusal, SignInRefusal, UseCases } from '../../use-cases/use-cases.ts'
import { createVoipexDoor } from './front-door.ts'

const apps: TestApp[] = []
async function anApp(options: TestAppOptions): Promise<TestApp> {
  const app = await startApp({ tenants: [tenant], ...options })
  apps.push(app)
  return app
}
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()))
})

const tenant = aTenant({ doors: ['voipex'] })
const FORM = 'Content-Type: application/x-www-form-urlencoded'
const JSON_TYPE = 'Content-Type: application/json'
const SIGN_IN = 'client_id=api&grant_type=password&username=Olga%40b.example&password=p'
const REFRESH = 'client_id=api&grant_type=refresh_token&refresh_token=a.b.c'
const tokens = someTokens({ accessExpiresInSeconds: 3000, refreshToken: 'd.e.f', refreshExpiresInSeconds: 7200, scope: 'profile email' })
const basic = (pair: string) => `Authorization: Basic ${Buffer.from(pair).toString('base64')}`

const askToken = (app: TestApp, body: string, ...headers: string[]) => app.ask('POST /token', [FORM, ...headers], body)
const errorBody = (error: string, description: string) => JSON.stringify({ error, error_description: description })

const badPassword = errorBody('invalid_grant', 'Invalid user credentials')
const unknownClient = [401, errorBody('invalid_client', 'Invalid client or Invalid client credentials')] as const
const unprovenClient = [401, errorBody('unauthorized_client', 'Invalid client or Invalid client credentials')] as const

describe('signing in', () => {
  const given: Parameters<UseCases['signIn']>[0][] = []
  const signIn: UseCases['signIn'] = async (request) => {
    given.push(request)
    return accept(tokens)
  }
  const givenFor = async (body: string, ...headers: string[]) => {
    given.length = 0
    const answer = await askToken(await anApp({ useCases: { signIn } }), body, ...headers)
    return { answer, request: given[0] ?? expect.fail(`signIn was not called: ${answer.body}`) }
  }

  test('the use case is given the client, the name and the password as they are, and who asks', async () => {
    const { answer, request } = await givenFor('grant_type=password&client_id=api&username=+Olga%40b.example&password=+p+&foo=bar')
    const { caller, ...rest } = request
    const client = { kind: 'client', clientId: 'api', clientSecret: undefined, format: 'keycloak' }
    expect(rest).toEqual({ tenant, client, login: ' Olga@b.example', password: ' p ' })
    expect(caller).toMatchObject({ address: '127.0.0.1', requestId: answer.headers.get('x-request-id') })
  })

  test('a scope is passed on as it was asked for; an empty one is none', async () => {
    expect((await givenFor(`${SIGN_IN}&scope=openid+profile`)).request.scope).toBe('openid profile')
    expect((await givenFor(`${SIGN_IN}&scope=`)).request).not.toHaveProperty('scope')
  })

  test.each(['', '&password='])('a password that is missing or empty ("%s") is tried and counted like a wrong one', async (password) => {
    const { request } = await givenFor(`client_id=api&grant_type=password&username=a${password}`)
    expect(request.password).toBe('')
  })

  test('the members of the answer stand in the order of the document', async () => {
    const bytes = async (given: Parameters<typeof someTokens>[0]) =>
      (await askToken(await anApp({ useCases: { signIn: async () => accept({ ...tokens, ...given }) } }), SIGN_IN)).body
    const end = '"not-before-policy":0,"session_state":"b5b8f1c8-6a0e-4c7f-9f3e-0f6f5a3d2c1b","scope":"profile email"}'
    const start = '{"access_token":"eyJ0.eyJ1.c2ln","expires_in":3000,"refresh_expires_in":7200,'
    expect(await bytes({})).toBe(`${start}"refresh_token":"d.e.f","token_type":"Bearer",${end}`)
    expect(await bytes({ idToken: 'g.h.i' })).toBe(`${start}"refresh_token":"d.e.f","token_type":"Bearer","id_token":"g.h.i",${end}`)
    expect(await bytes({ refreshToken: undefined })).toBe(`${start}"token_type":"Bearer",${end}`)
  })

  test('not-before-policy is when all sessions of the tenant were ended, in whole seconds', async () => {
    const ended = aTenant({ doors: ['voipex'], epochRaisedAt: 1_790_000_000_999 })
    const answer = await askToken(await anApp({ tenants: [ended], useCases: { signIn } }), SIGN_IN)
    expect(JSON.parse(answer.body)).toMatchObject({ 'not-before-policy': 1_790_000_000 })
  })

  const failed = { failedCount: 3, logDetail: 'hidden' }
  const REFUSALS: Readonly<Record<SignInRefusal['code'], readonly [SignInRefusal, number, string]>> = {
    client_unknown: [{ code: 'client_unknown' }, ...unknownClient],
    client_unproven: [{ code: 'client_unproven' }, ...unprovenClient],
    password_grant_off: [
      { code: 'password_grant_off' },
      400,
      errorBody('unauthorized_client', 'Client not allowed for direct access grants'),
    ],
    scope_exceeded: [{ code: 'scope_exceeded' }, 400, errorBody('invalid_scope', 'Invalid scopes: admin')],
    credentials_wrong: [{ code: 'credentials_wrong', ...failed }, 401, badPassword],
    account_disabled: [{ code: 'account_disabled', ...failed }, 400, errorBody('invalid_grant', 'Account disabled')],
    throttled: [{ code: 'throttled', burst: 10, retryAfterSeconds: 42 }, 429, badPassword],
  }

  test.each(Object.entries(REFUSALS))(
    'a sign-in that is refused as %s is answered as the table says',
    async (_code, [refusal, ...expected]) => {
      const answer = await askToken(await anApp({ useCases: { signIn: async () => refuse(refusal) } }), `${SIGN_IN}&scope=admin`)
      expect([answer.status, answer.body]).toEqual(expected)
      expect([answer.headers.get('content-type'), answer.headers.has('www-authenticate')]).toEqual(['application/json', false])
    },
  )

  test('too many attempts are 429 with when to come again, and otherwise like a wrong password', async () => {
    const [refusal] = REFUSALS.throttled
    const answer = await askToken(await anApp({ useCases: { signIn: async () => refuse(refusal) } }), SIGN_IN)
    expect([answer.status, answer.headers.get('retry-after'), answer.body]).toEqual([429, '42', badPassword])
  })

  test('a wrong password is 400 where the switch says so, and what is not one keeps its status', async () => {
    const options = { doors: [createVoipexDoor({ badPasswordStatus: 400 })] }
    const statusOf = async (code: 'credentials_wrong' | 'throttled' | 'client_unknown') => {
      const app = await anApp({ ...options, useCases: { signIn: async () => refuse(REFUSALS[code][0]) } })
      return (await askToken(app, SIGN_IN)).status
    }
    expect([await statusOf('credentials_wrong'), await statusOf('throttled'), await statusOf('client_unknown')]).toEqual([400, 429, 401])
  })

  test.each([
    ['admin"\\\r\n<script>', 'admin????<script>'],
    ['é\u{1F600}', '???'],
    ['a'.repeat(5000), 'a'.repeat(200)],
  ])('a scope is repeated in the characters that an error may have, and shortened: %.20j', async (scope, echo) => {
    const app = await anApp({ useCases: { signIn: async () => refuse({ code: 'scope_exceeded' }) } })
    const answer = await askToken(app, `${SIGN_IN}&scope=${encodeURIComponent(scope)}`)
    expect(JSON.parse(answer.body)).toEqual({ error: 'invalid_scope', error_description: `Invalid scopes: ${echo}` })
  })
})

describe('refreshing', () => {
  test('the use case is given the token as it is, and a scope if one is asked for', async () => {
    const given: unknown[] = []
    const refreshSession: UseCases['refreshSession'] = async ({ caller, ...request }) => {
      given.push(request)
      return accept(tokens)
    }
    const app = await anApp({ useCases: { refreshSession } })
    expect((await askToken(app, REFRESH)).status).toBe(200)
    await askToken(app, `${REFRESH}&scope=email`)
    const request = {
      tenant,
      client: { kind: 'client', clientId: 'api', clientSecret: undefined, format: 'keycloak' },
      refreshToken: 'a.b.c',
    }
    expect(given).toEqual([request, { ...request, scope: 'email' }])
  })

  const invalid = [400, errorBody('invalid_grant', 'Invalid refresh token')] as const
  const inactive = [400, errorBody('invalid_grant', 'Session not active')] as const
  const reused = [400, errorBody('invalid_grant', 'Maximum allowed refresh token reuse exceeded')] as const
  const ANSWERS: { readonly [C in RefreshRefusal['code']]: readonly [number, string] } = {
    client_unknown: unknownClient,
    client_unproven: unprovenClient,
    token_invalid: invalid,
    token_is_permanent: invalid,
    client_mismatch: [400, errorBody('invalid_grant', "Invalid refresh token. Token client and authorized client don't match")],
    session_unknown: inactive,
    session_ended: inactive,
    session_stale: inactive,
    session_expired: [400, errorBody('invalid_grant', 'Token is not active')],
    refresh_superseded: reused,
    refresh_reused: reused,
    scope_exceeded: [400, errorBody('invalid_scope', 'Invalid scopes: admin')],
  }
  test.each(Object.entries(ANSWERS))('a refresh that is refused as %s is answered as the table says', async (code, expected) => {
    const refusal = { code: code as RefreshRefusal['code'], logDetail: 'hidden' }
    const app = await anApp({ useCases: { refreshSession: async () => refuse(refusal) } })
    const answer = await askToken(app, `${REFRESH}&scope=admin`)
    expect([answer.status, answer.body]).toEqual(expected)
  })
})

describe('the order of checks', () => {
  const nobody = {
    signIn: async () => refuse({ code: 'client_unknown' }),
    refreshSession: async () => refuse({ code: 'client_unproven' }),
  } as const
  const somebody = {
    signIn: async () => refuse({ code: 'credentials_wrong', failedCount: 1 }),
    refreshSession: async () => refuse({ code: 'token_invalid' }),
  } as const
  test.each([
    ['a missing grant type comes before a missing client', {}, '', 'Missing form parameter: grant_type'],
    ['an unknown grant type comes before a missing client', {}, 'grant_type=x', 'Unsupported grant_type'],
    ['a grant type of all objects is unknown', {}, 'grant_type=constructor&client_id=api', 'Unsupported grant_type'],
    ['a missing client comes before a missing name', {}, 'grant_type=password', 'Missing client_id parameter'],
    ['a missing client comes before a missing refresh token', {}, 'grant_type=refresh_token&client_id=', 'Missing client_id parameter'],
    [
      'an unknown client comes before a missing name',
      nobody,
      'grant_type=password&client_id=a',
      'Invalid client or Invalid client credentials',
    ],
    [
      'an unproven client comes before a missing refresh token',
      nobody,
      'grant_type=refresh_token&client_id=a',
      'Invalid client or Invalid client credentials',
    ],
    ['a known client is told of a missing name', somebody, 'grant_type=password&client_id=a&password=p', 'Missing parameter: username'],
    ['a known client is told of an empty name', somebody, 'grant_type=password&client_id=a&username=', 'Missing parameter: username'],
    ['a known client is told of a missing refresh token', somebody, 'grant_type=refresh_token&client_id=a', 'No refresh token'],
    ['a parameter twice comes before all of these', {}, 'foo=1&foo=2', 'duplicated parameter'],
  ])('in the order of checks %s', async (_what, useCases, body, description) => {
    const answer = await askToken(await anApp({ useCases }), body)
    expect(JSON.parse(answer.body).error_description).toBe(description)
  })
})

describe('the client', () => {
  const GRANT = 'grant_type=refresh_token&refresh_token=a'
  test.each([
    ['by its id', GRANT, '&client_id=api', [], ['api', undefined]],
    ['by its id and secret', GRANT, '&client_id=pbx&client_secret=s', [], ['pbx', 's']],
    ['by its id and an empty secret', GRANT, '&client_id=api&client_secret=', [], ['api', undefined]],
    ['by HTTP Basic', GRANT, '', [basic('pbx:s%3A')], ['pbx', 's:']],
    ['by HTTP Basic without a secret', GRANT, '', [basic('api:')], ['api', undefined]],
    ['by HTTP Basic, its id repeated in the form', GRANT, '&client_id=pbx', [basic('pbx:s')], ['pbx', 's']],
    ['twice alike', GRANT, '&client_id=pbx&client_secret=s', [basic('pbx:s')], ['pbx', 's']],
    ['in the form beside the last token', GRANT, '&client_id=api', ['Authorization: Bearer a.b.c'], ['api', undefined]],
    ['in the form beside another scheme', GRANT, '&client_id=api', ['Authorization: Digest x'], ['api', undefined]],
  ] as const)('is named %s', async (_how, grant, more, headers, expected) => {
    const given: unknown[] = []
    const refreshSession: UseCases['refreshSession'] = async ({ client }) => {
      given.push(client)
      return accept(tokens)
    }
    await askToken(await anApp({ useCases: { refreshSession } }), grant + more, ...headers)
    expect(given).toEqual([{ kind: 'client', clientId: expected[0], clientSecret: expected[1], format: 'keycloak' }])
  })

  test.each([
    ['by two ids', '&client_id=api', [basic('pbx:s')]],
    ['by two secrets', '&client_id=pbx&client_secret=t', [basic('pbx:s')]],
    ['by a secret in the form alone', '&client_secret=s', [basic('api:')]],
    ['by another scheme alone', '', ['Authorization: Bearer a.b.c']],
    ['by an HTTP Basic that cannot be read', '', ['Authorization: Basic !']],
  ])('that is named %s is refused as an unknown one, and nobody is asked', async (_how, more, headers) => {
    const answer = await askToken(await anApp({}), GRANT + more, ...headers)
    expect([answer.status, answer.body]).toEqual(unknownClient)
  })
})

describe('exchanging a token', () => {
  const exchange = (app: TestApp, body = '{"email":"olga@b.example"}', ...headers: string[]) =>
    app.ask('POST /token-exchange', [JSON_TYPE, 'Authorization: Bearer a.b.c', ...headers], body)

  test('the use case is given the caller’s own token and the name as it is', async () => {
    const given: unknown[] = []
    const impersonate: UseCases['impersonate'] = async ({ caller, ...request }) => {
      given.push(request)
      return accept(tokens)
    }
    const answer = await exchange(await anApp({ useCases: { impersonate } }), '{"email":"Olga@b.example","more":1}')
    expect(given).toEqual([{ tenant, token: 'a.b.c', login: 'Olga@b.example' }])
    expect(Object.keys(JSON.parse(answer.body))).toEqual([
      ...['access_token', 'expires_in', 'refresh_expires_in', 'refresh_token', 'token_type'],
      ...['not-before-policy', 'session_state', 'scope'],
    ])
  })

  const challenge = 'Bearer realm="demo", error="invalid_token", error_description="Token verification failed"'
  test.each([
    [{ code: 'token_invalid' }, 401, errorBody('invalid_token', 'Token verification failed'), challenge],
    [{ code: 'impersonation_not_allowed' }, 403, errorBody('access_denied', 'Impersonation is not allowed for this account'), undefined],
    [{ code: 'account_not_found' }, 404, errorBody('not_found', 'User not found'), undefined],
  ] as const)('an exchange that is refused as $code is answered as the table says', async (refusal, status, body, authenticate) => {
    const answer = await exchange(await anApp({ useCases: { impersonate: async () => refuse(refusal) } }))
    expect([answer.status, answer.body, answer.headers.get('www-authenticate')]).toEqual([status, body, authenticate])
  })

  test('too many exchanges are 429 with when to come again', async () => {
    const impersonate = async () => refuse({ code: 'throttled', burst: 1, retryAfterSeconds: 7 } as const)
    const answer = await exchange(await anApp({ useCases: { impersonate } }))
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7'])
  })

  test.each([
    ['no header', ['X: y']],
    ['a raw token', ['Authorization: a.b.c']],
    ['a word for nothing', ['Authorization: Bearer undefined']],
    ['HTTP Basic', [basic('api:')]],
  ])('%s is 401 with a challenge, before anything is said of the body', async (_what, headers) => {
    const app = await anApp({})
    for (const [type, body] of [
      [JSON_TYPE, '{'],
      [JSON_TYPE, '{}'],
      [FORM, 'email=a&email=a'],
      ['Content-Type: text/plain', 'x'],
    ] as const) {
      const answer = await app.ask('POST /token-exchange', [type, ...headers], body)
      expect([answer.status, answer.body]).toEqual([401, errorBody('invalid_request', 'Token not provided')])
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="demo"')
    }
  })

  test.each(['{}', '{"email":""}', '{"email":1}', '{"email":null}', '{"email":["a"]}', '[]', '"a"', 'null', ''])(
    'the body %s names nobody',
    async (body) => {
      const answer = await exchange(await anApp({}), body)
      expect([answer.status, answer.body]).toEqual([400, errorBody('invalid_request', 'Missing parameter: email')])
    },
  )

  test('it is no path of a realm', async () => {
    const app = await anApp({})
    expect((await app.ask('POST /realms/demo/protocol/openid-connect/token-exchange', [JSON_TYPE], '{}')).status).toBe(404)
    expect((await app.ask('POST /realms/demo/token-exchange', [JSON_TYPE], '{}')).status).toBe(404)
  })
})

describe('every answer', () => {
  const CERTS = '/realms/demo/protocol/openid-connect/certs'
  const useCases = { listPublicKeys: async () => [], signIn: async () => accept(tokens) }
  test.each([
    ['POST /token', SIGN_IN, 200],
    ['POST /token', '', 400],
    ['POST /token', 'a=%', 400],
    ['POST /token', `a=${'x'.repeat(70_000)}`, 413],
    ['GET /token', '', 405],
    ['POST /token-exchange', 'a=b', 401],
    ['GET /realms/demo/nothing', '', 404],
    ['GET /realms/other/protocol/openid-connect/certs', '', 404],
    [`GET ${CERTS}`, '', 200],
    [`HEAD ${CERTS}`, '', 200],
    [`PUT ${CERTS}`, '', 405],
  ])('bears the headers of Keycloak, and is no redirect: %s %.20s %i', async (line, body, status) => {
    const { headers, ...answer } = await (await anApp({ useCases })).ask(line, [FORM], body)
    expect(answer.status).toBe(status)
    const named = ['referrer-policy', 'x-frame-options', 'x-xss-protection', 'x-content-type-options', 'location'].map((name) =>
      headers.get(name),
    )
    expect(named).toEqual(['no-referrer', 'SAMEORIGIN', '1; mode=block', 'nosniff', undefined])
    expect(headers.get('cache-control')).toBe(status === 200 && line.includes('certs') ? 'public, max-age=300' : 'no-store')
  })

  test.each([
    '/token/',
    '//token',
    '/Token',
    '/realms/demo',
    '/realms/demo/',
    '/realms',
    '/auth/realms/demo/protocol/openid-connect/token',
  ])('%s is 404, and no redirect to a path that there is', async (path) => {
    const answer = await (await anApp({})).ask(`POST ${path}`, [FORM], SIGN_IN)
    expect([answer.status, answer.headers.has('location')]).toEqual([404, false])
  })

  test.each([
    ['/token', 'OPTIONS, POST'],
    ['/token-exchange', 'OPTIONS, POST'],
    ['/realms/demo/protocol/openid-connect/token', 'OPTIONS, POST'],
    ['/realms/demo/protocol/openid-connect/logout', 'OPTIONS, POST'],
    ['/realms/demo/protocol/openid-connect/revoke', 'OPTIONS, POST'],
    ['/realms/demo/protocol/openid-connect/token/introspect', 'POST'],
    ['/realms/demo/protocol/openid-connect/userinfo', 'GET, HEAD, OPTIONS, POST'],
    [CERTS, 'GET, HEAD'],
    ['/realms/demo/.well-known/openid-configuration', 'GET, HEAD'],
  ])('%s answers %s and says so', async (path, allow) => {
    const answer = await (await anApp({})).ask(`PUT ${path}`)
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow])
  })

  test('a bug of ours is 500 in the shape of Keycloak, with the id of the request and nothing else', async () => {
    const signIn = async () => {
      throw new Error('password hunter2 in the clear')
    }
    const answer = await askToken(await anApp({ useCases: { signIn } }), SIGN_IN)
    expect([answer.status, answer.body]).toEqual([500, errorBody('unknown_error', `Request ${answer.headers.get('x-request-id')}`)])
  })

  test('what cannot be answered now is 503 with Retry-After in the shape of Keycloak', async () => {
    const signIn = async () => {
      throw new Unavailable('the pool is full', 3)
    }
    const answer = await askToken(await anApp({ useCases: { signIn } }), SIGN_IN)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '3'])
    expect(JSON.parse(answer.body).error).toBe('temporarily_unavailable')
  })

  test('a header twice is 400 in the shape of Keycloak', async () => {
    const answer = await askToken(await anApp({}), SIGN_IN, basic('a:b'), basic('a:b'))
    expect([answer.status, JSON.parse(answer.body).error]).toEqual([400, 'invalid_request'])
  })
})

test('its applications are as VOIPEX has them unless an operator says otherwise', () => {
  const { applicationDefaults, signsInWithoutClient, readsRawTokens } = createVoipexDoor({ badPasswordStatus: 401 })
  expect(applicationDefaults).toEqual({
    type: 'public',
    scope: 'profile email',
    tokenFormat: 'keycloak',
    algorithm: 'RS256',
    lifetimes: { accessSeconds: 3000, idleSeconds: 7200, absoluteSeconds: 30 * 86_400 },
    refreshPolicy: { name: 'device' },
  })
  expect([signsInWithoutClient, readsRawTokens]).toEqual([false, false])
})
