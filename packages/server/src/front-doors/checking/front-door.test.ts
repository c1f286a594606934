/** What golden exchanges (vectors/checking) cannot show. */
import { METHODS } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { Unavailable } from '../../domain/fault.ts'
import { accept, refuse } from '../../domain/outcome.ts'
import { aCheckedToken, aTenant, startApp, type TestApp, type TestAppOptions } from '../../http/testing/start-app.ts'
import type { CheckedToken, UseCases } from '../../use-cases/use-cases.ts'

const apps: TestApp[] = []
async function anApp(options: TestAppOptions): Promise<TestApp> {
  const app = await startApp(options)
  apps.push(app)
  return app
}
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()))
})

const BEARER = 'Authorization: Bearer a.b.c'
const FORM = 'Content-Type: application/x-www-form-urlencoded'
const allowing = (given: Partial<CheckedToken> = {}) => ({ authorizeCall: async () => accept(aCheckedToken(given)) })

describe('/verify', () => {
  test.each(METHODS.filter((method) => method !== 'CONNECT' && method !== 'TRACE'))('every method is answered: %s', async (method) => {
    const app = await anApp({ useCases: allowing() })
    const answer = await app.ask(`${method} /verify`, [BEARER])
    expect([answer.status, answer.headers.get('x-auth-subject')]).toEqual([200, 'acc_1'])
  })

  test('S97: TRACE is refused, in the words that a gateway understands', async () => {
    const answer = await (await anApp({ useCases: allowing() })).ask('TRACE /verify', [BEARER])
    expect([answer.status, answer.body]).toEqual([403, ''])
  })

  test('the question and the token reach the use case decoded', async () => {
    const given: Parameters<UseCases['authorizeCall']>[0][] = []
    const app = await anApp({
      useCases: {
        authorizeCall: async (request) => {
          given.push(request)
          return accept(aCheckedToken())
        },
      },
    })
    await app.ask('GET /verify?aud=https%3A%2F%2Fapi.example%2Fa+b&scope=calls%3Aread+calls:write', [BEARER])
    await app.ask('GET /verify', [BEARER])
    expect(given.map(({ token, requiredScope, requiredAudience }) => [token, requiredScope, requiredAudience])).toEqual([
      ['a.b.c', 'calls:read calls:write', 'https://api.example/a b'],
      ['a.b.c', '', undefined],
    ])
  })

  test('on 200 X-Accel-Expires stands before Cache-Control on the wire', async () => {
    const app = await anApp({ useCases: allowing() })
    const { head } = await app.ask('GET /verify', [BEARER])
    const names = head
      .toLowerCase()
      .split('\r\n')
      .map((line) => line.split(':')[0])
    expect(names.filter((name) => name === 'x-accel-expires' || name === 'cache-control')).toEqual(['x-accel-expires', 'cache-control'])
  })

  test.each([
    [3600, '30'],
    [30, '30'],
    [29, '29'],
    [1, '1'],
    [0, '0'],
  ])('an answer about a token with %i seconds left may be kept for %s', async (expiresInSeconds, kept) => {
    const app = await anApp({ useCases: allowing({ expiresInSeconds }) })
    expect((await app.ask('GET /verify', [BEARER])).headers.get('x-accel-expires')).toBe(kept)
  })

  test('what a header cannot carry is escaped, so that no two values look alike', async () => {
    const app = await anApp({ useCases: allowing({ subject: 'a\r\nX-Auth-Scope: all', clientId: 'é%C3%A9\u0000', scope: 'a b' }) })
    const { headers, head } = await app.ask('GET /verify', [BEARER])
    expect(headers.get('x-auth-subject')).toBe('a%0D%0AX-Auth-Scope: all')
    expect(headers.get('x-auth-client')).toBe('%C3%A9%25C3%25A9%00')
    expect(head.match(/x-auth-scope:/gi)).toHaveLength(2)
    expect(headers.get('x-auth-scope')).toBe('a b')
  })

  test.each([
    ['a fault', new Error('a bug'), 1],
    ['a store that is away', new Unavailable('away', 1), 0],
  ])('%s is 403, and nothing that may be kept', async (_what, error, faults) => {
    const app = await anApp({
      useCases: {
        authorizeCall: async () => {
          throw error
        },
      },
    })
    const answer = await app.ask('GET /verify', [BEARER])
    expect([answer.status, answer.body, answer.headers.get('x-accel-expires'), answer.headers.get('cache-control')]).toEqual([
      403,
      '',
      '0',
      'no-store',
    ])
    expect(app.faults).toHaveLength(faults)
  })

  test('a raw token is one only in a tenant with a door whose callers send it so', async () => {
    const app = await anApp({ tenants: [aTenant(), aTenant({ name: 'bare', isDefault: false, doors: [] })], useCases: allowing() })
    const status = async (path: string) => (await app.ask(`GET ${path}`, ['Authorization: a.b.c'])).status
    expect([await status('/verify'), await status('/t/bare/verify')]).toEqual([200, 401])
  })

  test.each([
    '?',
    '?scop=a',
    '?scope=',
    '?scope',
    '?scope=+',
    '?scope=a&scope=a',
    '?scope=a&aud=',
    '?scope=a&x=1',
    '?Scope=a',
    '?scope=a&',
    '?&scope=a',
    '?scope=%',
    '?scope=%ff',
    '?scope=a;aud=b&x',
    `?${Array.from({ length: 200 }, (_, index) => `p${index}=1`).join('&')}`,
  ])('the question %.30s opens nothing', async (query) => {
    const app = await anApp({})
    const answer = await app.ask(`GET /verify${query}`, [BEARER])
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([403, 'Bearer realm="api", error="invalid_request"'])
  })

  test.each([
    ['token_invalid', 401, 'Bearer realm="api", error="invalid_token"'],
    ['scope_insufficient', 403, 'Bearer realm="api", error="insufficient_scope", scope="calls:read"'],
    ['scope_malformed', 403, 'Bearer realm="api", error="invalid_request"'],
  ] as const)('%s is %i', async (code, status, challenge) => {
    const app = await anApp({ useCases: { authorizeCall: async () => refuse({ code }) } })
    const answer = await app.ask('GET /verify?scope=calls%3Aread', [BEARER])
    expect([answer.status, answer.headers.get('www-authenticate'), answer.headers.get('x-accel-expires')]).toEqual([status, challenge, '0'])
  })

  test('a body is neither read nor waited for', async () => {
    const app = await anApp({ useCases: allowing() })
    const announced = await app.send(
      `POST /verify HTTP/1.1\r\nHost: localhost\r\n${BEARER}\r\nContent-Type: a\tb\r\nContent-Length: 100000000\r\n\r\n`,
    )
    expect(announced.status).toBe(200)
  })

  test('S24: a token of 15 kB of dots is handed on as it is', async () => {
    const dots = '.'.repeat(15_000)
    const app = await anApp({
      useCases: { authorizeCall: async ({ token }) => (token === dots ? refuse({ code: 'token_invalid' }) : accept(aCheckedToken())) },
    })
    expect((await app.ask('GET /verify', [`Authorization: Bearer ${dots}`])).status).toBe(401)
  })
})

describe('introspection', () => {
  const introspecting = (given: Partial<CheckedToken> = {}): TestAppOptions => ({
    useCases: { introspectToken: async () => accept(aCheckedToken(given)) },
  })

  test('an active token is described in the order of the RFC', async () => {
    const app = await anApp(introspecting())
    const answer = await app.ask('POST /oauth2/introspect', ['apikey: k', FORM], 'token=a.b.c')
    expect(answer.body).toBe(
      '{"active":true,"scope":"calls:read calls:write","client_id":"smartflo","token_type":"Bearer","exp":1790003600,"iat":1790000000,' +
        '"nbf":1790000000,"sub":"acc_1","aud":["https://api.example"],"iss":"https://tokens.example","jti":"0123456789abcdef",' +
        '"sid":"b5b8f1c8-6a0e-4c7f-9f3e-0f6f5a3d2c1b"}',
    )
  })

  test('what a token does not have is left out', async () => {
    const app = await anApp(introspecting({ audience: [], sessionId: undefined }))
    const answer = await app.ask('POST /oauth2/introspect', ['apikey: k', FORM], 'token=a.b.c')
    expect(Object.keys(JSON.parse(answer.body))).toEqual([
      'active',
      'scope',
      'client_id',
      'token_type',
      'exp',
      'iat',
      'nbf',
      'sub',
      'iss',
      'jti',
    ])
  })

  test('client id and secret are form-decoded, each by itself', async () => {
    const given: unknown[] = []
    const app = await anApp({
      useCases: {
        introspectToken: async ({ client }) => {
          given.push(client)
          return accept(undefined)
        },
      },
    })
    const basic = Buffer.from('a%3Ab+c:s%C3%A9:%25+d').toString('base64')
    await app.ask('POST /oauth2/introspect', [`Authorization: Basic ${basic}`, FORM], 'token=t')
    expect(given).toEqual([{ kind: 'client', clientId: 'a:b c', clientSecret: 'sé:% d' }])
  })

  test('without credentials nothing is told of what is wrong with the body', async () => {
    const app = await anApp({})
    for (const [type, body] of [
      ['text/plain', 'x'],
      ['application/x-www-form-urlencoded', '%'],
    ]) {
      expect((await app.ask('POST /oauth2/introspect', [`Content-Type: ${type}`], body)).status).toBe(401)
    }
  })

  test('S95: its answers are no-store', async () => {
    const app = await anApp(introspecting())
    const answer = await app.ask('POST /oauth2/introspect', ['apikey: k', FORM], 'token=a.b.c')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })
})

describe('a token of an impersonated session', () => {
  test('names who acts, at introspection (RFC 8693, section 4.1) and to a gateway', async () => {
    const checked = aCheckedToken({ actor: 'acc_2' })
    const app = await anApp({ useCases: { introspectToken: async () => accept(checked), authorizeCall: async () => accept(checked) } })
    const introspected = await app.ask(
      'POST /oauth2/introspect',
      ['apikey: k', 'Content-Type: application/x-www-form-urlencoded'],
      'token=a',
    )
    expect(JSON.parse(introspected.body)).toMatchObject({ sub: 'acc_1', act: { sub: 'acc_2' } })
    const verified = await app.ask('GET /verify', ['Authorization: Bearer a.b.c'])
    expect([verified.status, verified.headers.get('x-auth-subject'), verified.headers.get('x-auth-actor')]).toEqual([200, 'acc_1', 'acc_2'])
  })
})

describe('public keys', () => {
  const keys = [
    {
      id: 'abc' as never,
      purpose: 'access' as const,
      jwk: { kty: 'OKP', kid: 'abc' },
      pem: '-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----\n',
    },
    { id: 'def' as never, purpose: 'access' as const, jwk: { kty: 'EC', kid: 'def' }, pem: 'pem of def' },
  ]

  test('S30: they may be kept for less than a key is published before it signs', async () => {
    const app = await anApp({ useCases: { listPublicKeys: async () => keys } })
    const list = await app.ask('GET /.well-known/jwks.json')
    expect([list.body, list.headers.get('cache-control'), list.headers.has('pragma')]).toEqual([
      '{"keys":[{"kty":"OKP","kid":"abc"},{"kty":"EC","kid":"def"}]}',
      'public, max-age=300',
      false,
    ])
    const pem = await app.ask('GET /keys/def.pem')
    expect([pem.body, pem.headers.get('cache-control')]).toEqual(['pem of def', 'public, max-age=300'])
  })

  test.each(['/keys/nothing.pem', '/keys/def', '/keys/def.pem.pem', '/keys/', '/keys/..%2fdef.pem'])(
    '%s is 404, and not to be kept',
    async (path) => {
      const app = await anApp({ useCases: { listPublicKeys: async () => keys } })
      const answer = await app.ask(`GET ${path}`)
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store'])
    },
  )
})
