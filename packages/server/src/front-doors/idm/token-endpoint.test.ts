/** What golden exchanges (vectors/idm) cannot show of the token endpoint: every refusal, and what use cases are given. */
import { describe, expect, test } from 'vitest'
import { Unavailable } from '../../domain/fault.ts'
import { accept, refuse } from '../../domain/outcome.ts'
import { appsOfTenant } from '../../http/testing/apps-of-tenant.ts'
import { aTenant, someTokens, type TestApp } from '../../http/testing/start-app.ts'
import type { ExchangeCode, RefreshRefusal, UseCases } from '../../use-cases/use-cases.ts'

const tenant = aTenant({ doors: ['idm'] })
const anApp = appsOfTenant(tenant)
const FORM = 'Content-Type: application/x-www-form-urlencoded'
const CODE = 'grant_type=authorization_code&client_id=web&code=c&redirect_uri=https%3A%2F%2Fa.example'
const REFRESH = 'grant_type=refresh_token&client_id=web&refresh_token=r'
const tokens = someTokens({ refreshToken: 'r2', scope: 'smarthub' })
const client = { kind: 'client', clientId: 'web', clientSecret: undefined, format: 'signed' } as const
const ask = (app: TestApp, body: string, ...headers: string[]) => app.ask('POST /oauth2/tokens', [FORM, ...headers], body)
const told = ({ status, body }: { status: number; body: string }) => [status, (JSON.parse(body) as { error: string }).error]

const BAD_CLIENT = [401, 'invalid_client'] as const
const BAD_GRANT = [400, 'invalid_grant'] as const

describe('a code', () => {
  test('is given to the use case with the address, the verifier, the client and who asks', async () => {
    const given: Parameters<ExchangeCode>[0][] = []
    const app = await anApp({
      exchangeCode: async (request) => {
        given.push(request)
        return accept(tokens)
      },
    })
    const answer = await ask(app, `${CODE}&code_verifier=v&scope=passed+over`)
    const [{ caller, ...request } = expect.fail('exchangeCode was not called')] = given
    const binding = { kind: 'redirect', redirectUri: 'https://a.example' }
    expect(request).toEqual({ tenant, client, code: 'c', binding, codeVerifier: 'v' })
    expect(caller).toMatchObject({ requestId: answer.headers.get('x-request-id') })
  })

  test('is answered with the members in their order, and without a refresh token where there is none', async () => {
    const bytes = async (refreshToken: string | undefined) =>
      (await ask(await anApp({ exchangeCode: async () => accept({ ...tokens, refreshToken }) }), CODE)).body
    const start = '{"access_token":"eyJ0.eyJ1.c2ln","token_type":"Bearer","expires_in":3600,'
    expect(await bytes('r2')).toBe(`${start}"refresh_token":"r2","scope":"smarthub"}`)
    expect(await bytes(undefined)).toBe(`${start}"scope":"smarthub"}`)
  })

  const ANSWERS: {
    readonly [C in Extract<Awaited<ReturnType<ExchangeCode>>, { ok: false }>['refusal']['code']]: readonly [number, string]
  } = {
    client_unknown: BAD_CLIENT,
    client_unproven: BAD_CLIENT,
    code_refused: BAD_GRANT,
    code_reused: BAD_GRANT,
  }
  test.each(Object.entries(ANSWERS))('that is refused as %s is answered as the table says', async (code, expected) => {
    const answer = await ask(
      await anApp({ exchangeCode: async () => refuse({ code: code as keyof typeof ANSWERS, logDetail: 'hidden' }) }),
      CODE,
    )
    expect(told(answer)).toEqual(expected)
    expect(answer.body).not.toContain('hidden')
    expect(answer.headers.get('www-authenticate')).toBe(expected[0] === 401 ? 'Basic realm="idm"' : undefined)
  })
})

describe('a refresh token', () => {
  test('is given to the use case with a scope if one is asked for', async () => {
    const given: unknown[] = []
    const refreshSession: UseCases['refreshSession'] = async ({ caller, ...request }) => {
      given.push(request)
      return accept(tokens)
    }
    const app = await anApp({ refreshSession })
    await ask(app, REFRESH)
    await ask(app, `${REFRESH}&scope=`)
    await ask(app, `${REFRESH}&scope=tv`)
    const request = { tenant, client, refreshToken: 'r' }
    expect(given).toEqual([request, request, { ...request, scope: 'tv' }])
  })

  const ANSWERS: { readonly [C in RefreshRefusal['code']]: readonly [number, string] } = {
    client_unknown: BAD_CLIENT,
    client_unproven: BAD_CLIENT,
    token_invalid: BAD_GRANT,
    token_is_permanent: BAD_GRANT,
    client_mismatch: BAD_GRANT,
    session_unknown: BAD_GRANT,
    session_ended: BAD_GRANT,
    session_stale: BAD_GRANT,
    session_expired: BAD_GRANT,
    refresh_superseded: BAD_GRANT,
    refresh_reused: BAD_GRANT,
    scope_exceeded: [400, 'invalid_scope'],
  }
  test.each(Object.entries(ANSWERS))('that is refused as %s is answered as the table says', async (code, expected) => {
    const app = await anApp({ refreshSession: async () => refuse({ code: code as keyof typeof ANSWERS, logDetail: 'hidden' }) })
    const answer = await ask(app, REFRESH)
    expect([...told(answer), answer.body.includes('hidden')]).toEqual([...expected, false])
  })
})

test.each([
  ['', 'invalid_request'],
  ['grant_type=constructor&client_id=web', 'unsupported_grant_type'],
  ['grant_type=client_credentials', 'unsupported_grant_type'],
  ['grant_type=authorization_code', 'invalid_request'],
  ['grant_type=authorization_code&client_id=web&code=c', 'invalid_request'],
  ['grant_type=authorization_code&client_id=web&redirect_uri=a', 'invalid_request'],
  ['grant_type=refresh_token&client_id=web&refresh_token=', 'invalid_request'],
])('what "%s" lacks is told without asking anybody', async (body, error) => {
  expect(told(await ask(await anApp(), body))).toEqual([400, error])
})

test('a bug of ours is 500 with the id of the request and nothing else', async () => {
  const answer = await ask(await anApp({ exchangeCode: async () => Promise.reject(new Error('secret')) }), CODE)
  const description = `request ${answer.headers.get('x-request-id')}`
  expect([answer.status, answer.body]).toEqual([500, JSON.stringify({ error: 'server_error', error_description: description })])
})

test('what cannot be answered now is 503 with Retry-After', async () => {
  const answer = await ask(await anApp({ refreshSession: async () => Promise.reject(new Unavailable('busy', 7)) }), REFRESH)
  expect([...told(answer), answer.headers.get('retry-after')]).toEqual([503, 'temporarily_unavailable', '7'])
})

test('S95: what bears a token, and every error, is kept nowhere', async () => {
  const app = await anApp({ exchangeCode: async () => accept(tokens), refreshSession: async () => refuse({ code: 'token_invalid' }) })
  for (const body of [CODE, REFRESH, '', 'a=%zz']) {
    const { headers } = await ask(app, body)
    expect([headers.get('cache-control'), headers.get('pragma'), headers.get('content-type')]).toEqual([
      'no-store',
      'no-cache',
      'application/json',
    ])
  }
})
