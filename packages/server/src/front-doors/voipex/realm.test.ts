/** Below `/realms/<tenant>`, beside the token endpoint: every refusal, and what golden exchanges (vectors/voipex) cannot show. */
import { afterEach, describe, expect, test } from 'vitest'
import type { Account } from '../../domain/account.ts'
import { accept, refuse } from '../../domain/outcome.ts'
import { aCheckedToken, aTenant, startApp, type TestApp, type TestAppOptions } from '../../http/testing/start-app.ts'
import type { DescribeCaller, IntrospectToken, ListPublicKeys, RevokeToken, SignOut, UseCases } from '../../use-cases/use-cases.ts'

const apps: TestApp[] = []
async function anApp(useCases: Partial<UseCases> = {}, options: TestAppOptions = {}): Promise<TestApp> {
  const app = await startApp({ tenants: [tenant], useCases, ...options })
  apps.push(app)
  return app
}
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()))
})

const tenant = aTenant({ doors: ['voipex'] })
const FORM = 'Content-Type: application/x-www-form-urlencoded'
const BASE = '/realms/demo/protocol/openid-connect'
const BEARER = 'Authorization: Bearer a.b.c'
const client = { kind: 'client', clientId: 'api', clientSecret: undefined, format: 'keycloak' }

type Codes<Verb extends (...request: never[]) => Promise<unknown>> = Extract<Awaited<ReturnType<Verb>>, { ok: false }>['refusal']['code']
type Answers<Code extends string> = { readonly [C in Code]: readonly [number, string] }

const errorBody = (error: string, description: string) => JSON.stringify({ error, error_description: description })
const unknownClient = [401, errorBody('invalid_client', 'Invalid client or Invalid client credentials')] as const
const unprovenClient = [401, errorBody('unauthorized_client', 'Invalid client or Invalid client credentials')] as const
const authenticationFailed = [401, errorBody('invalid_request', 'Authentication failed.')] as const
const missingClient = [400, errorBody('invalid_client', 'Missing client_id parameter')] as const

async function post(app: TestApp, path: string, body: string, ...headers: string[]): Promise<readonly [number, string]> {
  const answer = await app.ask(`POST ${BASE}/${path}`, [FORM, ...headers], body)
  return [answer.status, answer.body]
}

/** The codes of a table, one by one, typed as what they are. */
const codesOf = <Code extends string>(answers: Answers<Code>) => Object.keys(answers) as Code[]

describe('signing out', () => {
  const FIELDS = 'client_id=api&refresh_token=a.b.c'
  const invalid = [400, errorBody('invalid_grant', 'Invalid refresh token')] as const
  const ANSWERS: Answers<Codes<SignOut>> = {
    client_unknown: unknownClient,
    client_unproven: unprovenClient,
    token_invalid: invalid,
    token_is_permanent: invalid,
    client_mismatch: [400, errorBody('invalid_grant', "Invalid refresh token. Token client and authorized client don't match")],
  }

  test('the use case is given the client and the token, and the answer has no body', async () => {
    const given: unknown[] = []
    const signOut: SignOut = async ({ caller, ...request }) => {
      given.push(request)
      return accept(undefined)
    }
    expect(await post(await anApp({ signOut }), 'logout', FIELDS)).toEqual([204, ''])
    expect(given).toEqual([{ tenant, client, refreshToken: 'a.b.c' }])
  })
  test.each(codesOf(ANSWERS))('a sign-out that is refused as %s is answered as the table says', async (code) => {
    expect(await post(await anApp({ signOut: async () => refuse({ code }) }), 'logout', FIELDS)).toEqual(ANSWERS[code])
  })
  test.each(['', '&refresh_token='])('that no token was sent ("%s") is told to a client that there is', async (field) => {
    const missing = [400, errorBody('invalid_request', 'No refresh token')]
    const known = await anApp({ signOut: async () => refuse({ code: 'token_invalid' }) })
    const unknown = await anApp({ signOut: async () => refuse({ code: 'client_unknown' }) })
    expect(await post(known, 'logout', `client_id=api${field}`)).toEqual(missing)
    expect(await post(unknown, 'logout', `client_id=api${field}`)).toEqual(unknownClient)
    expect(await post(known, 'logout', field.slice(1))).toEqual(missingClient)
  })
})

describe('revoking', () => {
  const FIELDS = 'client_id=api&token=a.b.c'
  const ANSWERS: Answers<Codes<RevokeToken>> = {
    client_unknown: unknownClient,
    client_unproven: unprovenClient,
    token_invalid: [200, errorBody('invalid_token', 'Invalid token')],
    token_is_permanent: [400, errorBody('unsupported_token_type', 'Unsupported token type')],
    client_mismatch: [400, errorBody('invalid_request', 'Unmatching clients')],
  }

  test.each(['', '&token_type_hint=', '&token_type_hint=access_token', '&token_type_hint=refresh_token', '&token_type_hint=saml'])(
    'the use case is given the token whatever its kind ("%s"), and the answer has no body',
    async (hint) => {
      const given: unknown[] = []
      const revokeToken: RevokeToken = async ({ caller, ...request }) => {
        given.push(request)
        return accept(undefined)
      }
      expect(await post(await anApp({ revokeToken }), 'revoke', FIELDS + hint)).toEqual([200, ''])
      expect(given).toEqual([{ tenant, client, token: 'a.b.c' }])
    },
  )
  test.each(codesOf(ANSWERS))('a revocation that is refused as %s is answered as the table says', async (code) => {
    expect(await post(await anApp({ revokeToken: async () => refuse({ code }) }), 'revoke', FIELDS)).toEqual(ANSWERS[code])
  })
  test.each([
    ['client_id=api', 'invalid_request', 'Token not provided'],
    ['client_id=api&token=', 'invalid_request', 'Token not provided'],
  ])('what is wrong with %s is told to a client that there is, and nothing is revoked', async (body, error, description) => {
    const tried: string[] = []
    const revokeToken: RevokeToken = async ({ token }) => {
      tried.push(token)
      return refuse({ code: 'token_invalid' })
    }
    const unproven = await anApp({ revokeToken: async () => refuse({ code: 'client_unproven' }) })
    expect(await post(await anApp({ revokeToken }), 'revoke', body)).toEqual([400, errorBody(error, description)])
    expect(await post(unproven, 'revoke', body)).toEqual(unprovenClient)
    expect(tried).toEqual([''])
  })
  test('without a client nobody is asked', async () => {
    expect(await post(await anApp(), 'revoke', 'token=a.b.c')).toEqual(missingClient)
  })
})

describe('introspection below the realm', () => {
  const FIELDS = 'client_id=api&token=a.b.c'
  const ANSWERS: Answers<Codes<IntrospectToken>> = {
    client_unknown: authenticationFailed,
    client_unproven: authenticationFailed,
    checking_not_allowed: [403, errorBody('invalid_request', 'Client not allowed.')],
  }
  const answering = (value: Parameters<typeof aCheckedToken>[0] | undefined) =>
    anApp({ introspectToken: async () => accept(value === undefined ? undefined : aCheckedToken(value)) })

  test.each(codesOf(ANSWERS))('a question that is refused as %s is answered as the table says', async (code) => {
    expect(await post(await anApp({ introspectToken: async () => refuse({ code }) }), 'token/introspect', FIELDS)).toEqual(ANSWERS[code])
  })
  test.each([[[]], [['Authorization: Bearer a.b.c']], [['Authorization: Basic !']]])(
    'who does not name a client (%j) is not authenticated',
    async (headers) => {
      expect(await post(await anApp(), 'token/introspect', 'token=a.b.c', ...headers)).toEqual(authenticationFailed)
    },
  )
  test('of a token that is not active nothing is said', async () => {
    expect(await post(await answering(undefined), 'token/introspect', FIELDS)).toEqual([200, '{"active":false}'])
  })

  const named = '"client_id":"smartflo","token_type":"Bearer","active":true}'
  test('a token of this door is described by all that it says, then by its client and its user', async () => {
    const stated = { exp: 1, scope: 'profile email', realm_access: { roles: ['agent'] }, preferred_username: 'olga', act: { sub: 'acc_2' } }
    const said = JSON.stringify(stated).slice(0, -1)
    const answer = await post(await answering({ stated, scope: 'profile email' }), 'token/introspect', FIELDS)
    expect(answer).toEqual([200, `${said},"username":"olga",${named}`])
  })
  test('S44: a scope that was taken since is not said any more', async () => {
    const stated = { exp: 1, scope: 'profile email' }
    const answer = await post(await answering({ stated, scope: 'profile' }), 'token/introspect', FIELDS)
    expect(answer).toEqual([200, `{"exp":1,"scope":"profile",${named}`])
    const person = { email: 'a@b.example', email_verified: false, name: 'Olga' }
    const [, body] = await post(await answering({ stated: { ...stated, ...person }, scope: 'profile' }), 'token/introspect', FIELDS)
    expect(JSON.parse(body), 'and neither what it allowed to be said').toEqual({
      exp: 1,
      scope: 'profile',
      name: 'Olga',
      ...JSON.parse(`{${named}`),
    })
  })
  test('a token that names no user is described without one', async () => {
    const answer = await post(await answering({ stated: { scope: '' }, scope: '' }), 'token/introspect', FIELDS)
    expect(answer).toEqual([200, `{"scope":"",${named}`])
  })
  test('any other token is described in the words of Keycloak', async () => {
    const [, body] = await post(await answering({}), 'token/introspect', FIELDS)
    expect(body).toBe(
      '{"exp":1790003600,"iat":1790000000,"jti":"0123456789abcdef","iss":"https://tokens.example","aud":["https://api.example"],' +
        `"sub":"acc_1","azp":"smartflo","sid":"b5b8f1c8-6a0e-4c7f-9f3e-0f6f5a3d2c1b","scope":"calls:read calls:write",${named}`,
    )
  })
  test('what another token does not have is left out', async () => {
    const [, body] = await post(await answering({ audience: [], sessionId: undefined }), 'token/introspect', FIELDS)
    expect(Object.keys(JSON.parse(body))).toEqual(['exp', 'iat', 'jti', 'iss', 'sub', 'azp', 'scope', 'client_id', 'token_type', 'active'])
  })
  test.each([
    ['client_id=api', 'Token not provided.'],
    ['client_id=api&token=', 'Token not provided.'],
    ['client_id=api&token=a.b.c&token_type_hint=saml', 'Unsupported token type.'],
  ])('what is wrong with the question %s is told to who may ask', async (body, description) => {
    const stranger = await anApp({ introspectToken: async () => refuse({ code: 'client_unproven' }) })
    expect(await post(await answering(undefined), 'token/introspect', body)).toEqual([400, errorBody('invalid_request', description)])
    expect(await post(stranger, 'token/introspect', body)).toEqual(authenticationFailed)
  })
  test('a hint of Keycloak’s kinds is taken', async () => {
    for (const hint of ['access_token', 'refresh_token', 'requesting_party_token'])
      expect((await post(await answering({}), 'token/introspect', `${FIELDS}&token_type_hint=${hint}`))[0]).toBe(200)
  })
})

describe('userinfo', () => {
  const account = { id: 'acc_1', name: 'Olga', loginIds: ['olga', 'olga@b.example'] } as unknown as Account
  const describedAs = (scope: string, given: Partial<Account> = {}) =>
    anApp({ describeCaller: async () => accept({ token: aCheckedToken({ scope, stated: {} }), account: { ...account, ...given } }) })
  const ask = async (app: TestApp) => (await app.ask(`GET ${BASE}/userinfo`, [BEARER])).body

  test.each([
    ['', '{"sub":"acc_1"}'],
    ['openid', '{"sub":"acc_1"}'],
    ['profile', '{"sub":"acc_1","name":"Olga","preferred_username":"olga"}'],
    ['email', '{"sub":"acc_1","email_verified":false,"email":"olga@b.example"}'],
    ['emails profiles', '{"sub":"acc_1"}'],
    ['openid profile email', '{"sub":"acc_1","email_verified":false,"name":"Olga","preferred_username":"olga","email":"olga@b.example"}'],
  ])('the scope "%s" tells so much', async (scope, body) => {
    expect(await ask(await describedAs(scope))).toBe(body)
  })
  test('S16: a token that another door made says nothing here', async () => {
    const app = await anApp({ describeCaller: async () => accept({ token: aCheckedToken({ stated: undefined }), account }) })
    expect((await app.ask(`GET ${BASE}/userinfo`, [BEARER])).status).toBe(401)
  })
  test('what an account does not have is left out', async () => {
    const bare = { name: undefined, loginIds: ['olga'] as never }
    expect(await ask(await describedAs('profile email', bare))).toBe('{"sub":"acc_1","email_verified":false,"preferred_username":"olga"}')
  })

  const ANSWERS: Answers<Codes<DescribeCaller>> = {
    token_invalid: [401, errorBody('invalid_token', 'Token verification failed')],
    session_ended: [401, errorBody('invalid_request', "User session not found or doesn't have client attached on it")],
    session_expired: [401, errorBody('invalid_token', 'Session expired')],
    session_stale: [401, errorBody('invalid_token', 'Stale token')],
  }
  test.each(codesOf(ANSWERS))('a token that is refused as %s is answered as the table says, with a challenge', async (code) => {
    const answer = await (await anApp({ describeCaller: async () => refuse({ code }) })).ask(`GET ${BASE}/userinfo`, [BEARER])
    expect([answer.status, answer.body]).toEqual(ANSWERS[code])
    const { error, error_description: description } = JSON.parse(answer.body)
    expect(answer.headers.get('www-authenticate')).toBe(`Bearer realm="demo", error="${error}", error_description="${description}"`)
  })

  test.each([
    ['in the header', 'GET', [BEARER], ''],
    ['in the header of a POST', 'POST', [BEARER, FORM], ''],
    ['in a form', 'POST', [FORM], 'access_token=a.b.c'],
    ['in a form, beside a header without one', 'POST', [FORM, 'Authorization: Bearer null'], 'access_token=a.b.c'],
  ])('the token is read %s', async (_where, method, headers, body) => {
    const given: unknown[] = []
    const describeCaller: DescribeCaller = async (request) => {
      given.push(request)
      return refuse({ code: 'token_invalid' })
    }
    await (await anApp({ describeCaller })).ask(`${method} ${BASE}/userinfo`, headers, body)
    expect(given).toEqual([{ tenant, token: 'a.b.c' }])
  })
  test.each([
    ['GET', '', ['X: y'], ''],
    ['GET', '', ['Authorization: a.b.c'], ''],
    ['GET', '?access_token=a.b.c', ['X: y'], ''],
    ['POST', '', [FORM], 'token=a.b.c'],
    ['POST', '', [FORM], 'access_token='],
  ])('%s%s %j %s has no token', async (method, query, headers, body) => {
    const answer = await (await anApp()).ask(`${method} ${BASE}/userinfo${query}`, headers, body)
    expect([answer.status, answer.body]).toEqual([401, errorBody('invalid_request', 'Token not provided')])
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="demo"')
  })
  test('two tokens are one too many', async () => {
    const [status] = await post(await anApp(), 'userinfo', 'access_token=a.b.c', BEARER)
    expect(status).toBe(400)
  })
})

describe('what is published of a realm', () => {
  test('the keys are those of this door’s tokens and no others', async () => {
    const purposes = ['access', 'keycloak-access', 'id', 'self-refreshing', 'permanent', 'refresh'] as const
    const listPublicKeys: ListPublicKeys = async () =>
      purposes.map((purpose) => ({ id: purpose as never, purpose, jwk: { kid: purpose }, pem: '' }))
    const answer = await (await anApp({ listPublicKeys })).ask(`GET ${BASE}/certs`)
    expect(answer.body).toBe('{"keys":[{"kid":"keycloak-access"},{"kid":"id"}]}')
    expect([answer.headers.get('cache-control'), answer.headers.has('pragma')]).toEqual(['public, max-age=300', false])
  })

  test('its addresses are those of the configuration, whatever the request says', async () => {
    const app = await anApp({}, { trustedProxies: ['127.0.0.1'], tenants: [{ ...tenant, hostNames: ['evil.example'] }] })
    const answer = await app.send(
      'GET /realms/demo/.well-known/openid-configuration HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\n\r\n',
    )
    const { issuer, ...more } = JSON.parse(answer.body)
    expect(issuer).toBe('https://tokens.example/t/demo/realms/demo')
    const addresses = Object.entries<string>(more).filter(([name]) => /_(?:endpoint|uri)$/.test(name))
    expect(addresses.map(([name, address]) => [name, address.replace(`${issuer}/protocol/openid-connect`, '')])).toEqual([
      ['token_endpoint', '/token'],
      ['introspection_endpoint', '/token/introspect'],
      ['userinfo_endpoint', '/userinfo'],
      ['end_session_endpoint', '/logout'],
      ['jwks_uri', '/certs'],
      ['revocation_endpoint', '/revoke'],
    ])
    expect([answer.headers.get('cache-control'), answer.body.includes('evil')]).toEqual(['public, max-age=300', false])
  })

  test('it names no authorization endpoint: there is none yet', async () => {
    const { body } = await (await anApp()).ask('GET /realms/demo/.well-known/openid-configuration')
    expect(JSON.parse(body)).toMatchObject({ response_types_supported: [], grant_types_supported: ['password', 'refresh_token'] })
    expect(JSON.parse(body)).not.toHaveProperty('authorization_endpoint')
  })

  test.each([
    'POST /realms/other/protocol/openid-connect/token',
    'POST /realms/DEMO/protocol/openid-connect/token',
    'POST /realms/other/protocol/openid-connect/revoke',
    'POST /realms/other/protocol/openid-connect/token/introspect',
    'GET /realms/other/protocol/openid-connect/userinfo',
    'GET /realms/other/protocol/openid-connect/certs',
    'GET /realms/master/.well-known/openid-configuration',
  ])('%s: a realm that is not the tenant’s name does not exist, before anything is read', async (line) => {
    const answer = await (await anApp()).ask(line, [FORM], line.startsWith('POST') ? 'a=1&a=2' : '')
    expect([answer.status, answer.body]).toEqual([404, '{"error":"Realm does not exist"}'])
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })
})
