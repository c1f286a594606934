/** What golden exchanges (vectors/smartflo, vectors/servetel) cannot show: every refusal, numbers at their edges, what use cases are given. */
import { afterEach, describe, expect, test } from 'vitest'
import { accept, refuse } from '../../domain/outcome.ts'
import { aTenant, someTokens, startApp, type TestApp, type TestAppOptions } from '../../http/testing/start-app.ts'
import type { RefreshRefusal, UseCases } from '../../use-cases/use-cases.ts'
import { frontDoors } from '../registry.ts'
import { createSmartfloFamilyDoor } from './front-door.ts'

const apps: TestApp[] = []
async function anApp(options: TestAppOptions): Promise<TestApp> {
  const app = await startApp(options)
  apps.push(app)
  return app
}
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()))
})

const JSON_TYPE = 'Content-Type: application/json'
const LOGIN = '{"email":" Olga@b.example ","password":" p "}'
const servetelTenant = aTenant({ doors: ['servetel'] })

describe('signing in', () => {
  test('the use case is given the door, the name without blanks, the password as it is, and who asks', async () => {
    const given: Parameters<UseCases['signIn']>[0][] = []
    const app = await anApp({
      useCases: {
        signIn: async (request) => {
          given.push(request)
          return accept(someTokens())
        },
      },
    })
    const answer = await app.ask('POST /v1/auth/login', [JSON_TYPE], LOGIN)
    expect(answer.status).toBe(200)
    const { caller, ...request } = given[0] ?? expect.fail('signIn was not called')
    expect(request).toEqual({ tenant: aTenant(), client: { kind: 'door', door: 'smartflo' }, login: 'Olga@b.example', password: ' p ' })
    expect(caller).toMatchObject({ address: '127.0.0.1', requestId: answer.headers.get('x-request-id') })
  })

  test.each([
    [0, 90],
    [60, 30],
    [90, 0],
    [91, 0],
    [4000, 0],
  ])('a password set %i days ago has %i days left', async (passwordAgeDays, left) => {
    const app = await anApp({ useCases: { signIn: async () => accept(someTokens({ passwordAgeDays })) } })
    const answer = await app.ask('POST /v1/auth/login', [JSON_TYPE], LOGIN)
    expect(answer.body).toBe(
      `{"success":true,"access_token":"eyJ0.eyJ1.c2ln","token_type":"bearer","expires_in":3600,"number_of_days_left":${left}}`,
    )
  })

  test('Servetel says nothing of days left', async () => {
    const app = await anApp({ tenants: [servetelTenant], useCases: { signIn: async () => accept(someTokens()) } })
    const answer = await app.ask('POST /v1/auth/login', [JSON_TYPE], LOGIN)
    expect(answer.body).toBe('{"success":true,"access_token":"eyJ0.eyJ1.c2ln","token_type":"bearer","expires_in":3600}')
  })

  test('S67: wrong credentials are 401 with the number of failures, at Servetel without it', async () => {
    const useCases: TestAppOptions['useCases'] = {
      signIn: async () => refuse({ code: 'credentials_wrong', failedCount: 3, logDetail: 'a secret' }),
    }
    const smartflo = await (await anApp({ useCases })).ask('POST /v1/auth/login', [JSON_TYPE], LOGIN)
    const servetel = await (await anApp({ useCases, tenants: [servetelTenant] })).ask('POST /v1/auth/login', [JSON_TYPE], LOGIN)
    expect([smartflo.status, smartflo.body]).toEqual([
      401,
      '{"success":false,"message":"The username or password is incorrect.","login_failed_count":3}',
    ])
    expect([servetel.status, servetel.body]).toEqual([401, '{"success":false,"message":"The username or password is incorrect."}'])
  })

  test('S70: too many attempts are 429 with when to come again', async () => {
    const app = await anApp({ useCases: { signIn: async () => refuse({ code: 'throttled', burst: 10, retryAfterSeconds: 42 }) } })
    const { status, body, headers } = await app.ask('POST /v1/auth/login', [JSON_TYPE], LOGIN)
    expect([status, body]).toEqual([429, '{"message":"Too Many Attempts."}'])
    const named = ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'].map((name) => headers.get(name))
    expect(named).toEqual(['42', '10', '0', '1790000043'])
  })

  test('a door without an application, or with a disabled one, is "Invalid credentials"', async () => {
    const app = await anApp({ useCases: { signIn: async () => refuse({ code: 'client_unknown' }) } })
    const answer = await app.ask('POST /v1/auth/login', [JSON_TYPE], LOGIN)
    expect([answer.status, answer.body]).toEqual([401, '{"success":false,"message":"Invalid credentials"}'])
  })
})

describe('refreshing', () => {
  const unauthenticated = [401, '{"message":"Unauthenticated."}']
  const blacklisted = [401, '{"success":false,"message":"The token has been blacklisted"}']
  const tooLate = [401, '{"success":false,"message":"Token has expired and can no longer be refreshed"}']
  const permanent = [
    400,
    '{"success":false,"message":"This is a permanent token. It cannot be refreshed; use it as it is until it expires or is revoked."}',
  ]
  const ANSWERS: { readonly [C in RefreshRefusal['code']]: readonly (string | number)[] } = {
    refresh_superseded: blacklisted,
    refresh_reused: blacklisted,
    session_ended: blacklisted,
    session_stale: blacklisted,
    session_expired: tooLate,
    session_unknown: tooLate,
    token_invalid: unauthenticated,
    client_mismatch: unauthenticated,
    client_unknown: unauthenticated,
    client_unproven: unauthenticated,
    scope_exceeded: unauthenticated,
    token_is_permanent: permanent,
  }
  test.each(Object.entries(ANSWERS))('%s is answered as the table says', async (code, expected) => {
    const app = await anApp({
      useCases: { refreshSession: async () => refuse({ code: code as RefreshRefusal['code'], logDetail: 'hidden' } as RefreshRefusal) },
    })
    const answer = await app.ask('POST /v1/auth/refresh', ['Authorization: a.b.c'])
    expect([answer.status, answer.body]).toEqual(expected)
    expect(answer.headers.get('content-type')).toBe('application/json')
  })

  const presented = async (options: TestAppOptions, line: string, headers: string[], body = '') => {
    const given: (string | undefined)[] = []
    const app = await anApp({
      ...options,
      useCases: {
        refreshSession: async ({ refreshToken, scope }) => {
          given.push(refreshToken, scope)
          return accept(someTokens())
        },
      },
    })
    await app.ask(line, headers, body)
    return given
  }
  test.each([
    ['a raw token', ['Authorization: a.b.c'], ''],
    ['a Bearer token', ['Authorization: BEARER  a.b.c'], ''],
    ['a token in JSON', [JSON_TYPE], '{"token":"a.b.c","scope":"everything"}'],
    ['a Bearer token in JSON', [JSON_TYPE], '{"token":"Bearer a.b.c"}'],
    ['a token in JSON beside a word for nothing', [JSON_TYPE, 'Authorization: Bearer undefined'], '{"token":"a.b.c"}'],
    ['a token in the header beside a number in JSON', [JSON_TYPE, 'Authorization: a.b.c'], '{"token":1}'],
    ['a token in the header beside null in JSON', [JSON_TYPE, 'Authorization: a.b.c'], '{"token":"null"}'],
    ['a token in the header beside a list', [JSON_TYPE, 'Authorization: a.b.c'], '["token"]'],
  ])('%s is read', async (_what, headers, body) => {
    expect(await presented({}, 'POST /v1/auth/refresh', headers, body)).toEqual(['a.b.c', undefined])
  })
  test.each([
    ['a token of two words', ['Authorization: a b'], ''],
    ['a token of three words', ['Authorization: Bearer a b'], ''],
    ['another scheme beside a token in JSON', [JSON_TYPE, 'Authorization: Basic a.b.c'], '{"token":"a.b.c"}'],
    ['a list in JSON', [JSON_TYPE], '{"token":["a.b.c"]}'],
    ['an inherited member', [JSON_TYPE], '{"token":{}}'],
  ])('%s is none', async (_what, headers, body) => {
    expect(await presented({}, 'POST /v1/auth/refresh', headers, body)).toEqual([])
  })
  test('a token in the query is read where the dialect says so, and must agree with the others', async () => {
    const dialect = { name: 'loose', title: '', documentUrl: '', answersDaysLeft: true, answersFailedCount: true, readsTokenInQuery: true }
    const options = { doors: [...frontDoors, createSmartfloFamilyDoor(dialect)], tenants: [aTenant({ doors: ['loose'] })] }
    expect(await presented(options, 'POST /v1/auth/refresh?token=a.b.c', [])).toEqual(['a.b.c', undefined])
    expect(await presented(options, 'POST /v1/auth/refresh?token=a.b.c', ['Authorization: d.e.f'])).toEqual([])
    expect(await presented({}, 'POST /v1/auth/refresh?token=a.b.c', [])).toEqual([])
  })
})

describe('signing out', () => {
  test.each([
    ['token_invalid', 401, '{"message":"Unauthenticated."}'],
    ['client_mismatch', 401, '{"message":"Unauthenticated."}'],
    ['client_unknown', 401, '{"message":"Unauthenticated."}'],
    [
      'token_is_permanent',
      400,
      '{"success":false,"message":"This is a permanent token. It belongs to no sign-in; it ends when it is revoked or expires."}',
    ],
  ] as const)('%s is answered as the table says', async (code, status, body) => {
    const app = await anApp({ useCases: { signOut: async () => refuse({ code }) } })
    const answer = await app.ask('POST /v1/auth/logout', ['Authorization: a.b.c'])
    expect([answer.status, answer.body]).toEqual([status, body])
  })
})
