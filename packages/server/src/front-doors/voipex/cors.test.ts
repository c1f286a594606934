/** Calls from pages in a browser. */
import { afterEach, describe, expect, test } from 'vitest'
import { accept, refuse } from '../../domain/outcome.ts'
import { aTenant, someTokens, startApp, type TestApp } from '../../http/testing/start-app.ts'
import type { AllowsOrigin, UseCases } from '../../use-cases/use-cases.ts'

const apps: TestApp[] = []
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()))
})

const tenant = aTenant({ doors: ['voipex'] })
const FORM = 'Content-Type: application/x-www-form-urlencoded'
const PAGE = 'Origin: https://app.example'
const SIGN_IN = 'client_id=api&grant_type=password&username=a&password=b'
const BASE = '/realms/demo/protocol/openid-connect'

/** Pages of `https://app.example` may call for the application `api`. @param asked every question about an origin */
async function anApp(asked: unknown[] = [], useCases: Partial<UseCases> = {}): Promise<TestApp> {
  const allowsOrigin: AllowsOrigin = async ({ origin, clientId }) => {
    asked.push([origin, clientId])
    return origin === 'https://app.example' && (clientId === undefined || clientId === 'api')
  }
  const app = await startApp({ tenants: [tenant], useCases: { allowsOrigin, signIn: async () => accept(someTokens()), ...useCases } })
  apps.push(app)
  return app
}

function corsOf({ headers }: { readonly headers: ReadonlyMap<string, string> | Headers }): Record<string, string> {
  const names = ['allow-origin', 'allow-credentials', 'allow-methods', 'allow-headers', 'max-age'].map((name) => `access-control-${name}`)
  return Object.fromEntries([...names, 'vary'].flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? '']] : [])))
}

describe('before a call', () => {
  test.each([
    ['/token', 'POST, OPTIONS'],
    ['/token-exchange', 'POST, OPTIONS'],
    [`${BASE}/token`, 'POST, OPTIONS'],
    [`${BASE}/logout`, 'POST, OPTIONS'],
    [`${BASE}/revoke`, 'POST, OPTIONS'],
    [`${BASE}/userinfo`, 'GET, POST, OPTIONS'],
  ])('a page that may call %s is told with which methods and headers', async (path, methods) => {
    const answer = await (await anApp()).ask(`OPTIONS ${path}`, [PAGE, 'Access-Control-Request-Method: POST'])
    expect([answer.status, answer.body, answer.headers.get('allow')]).toEqual([200, '', methods])
    expect(corsOf(answer)).toEqual({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': methods,
      'access-control-allow-headers': expect.stringContaining('Authorization'),
      'access-control-max-age': '3600',
      vary: 'origin',
    })
  })

  test.each(['https://evil.example', 'https://app.example.evil', 'null', 'http://app.example', '*', 'https://app.example/'])(
    'S96: a page of %s is told nothing',
    async (origin) => {
      const answer = await (await anApp()).ask('OPTIONS /token', [`Origin: ${origin}`, 'Access-Control-Request-Method: POST'])
      expect([answer.status, corsOf(answer)]).toEqual([200, { vary: 'origin' }])
    },
  )

  test('S96: nobody is asked where no page calls, and introspection is for no page', async () => {
    const asked: unknown[] = []
    const app = await anApp(asked)
    expect(corsOf(await app.ask('OPTIONS /token'))).toEqual({})
    expect((await app.ask(`OPTIONS ${BASE}/token/introspect`, [PAGE])).status).toBe(405)
    expect((await app.ask('OPTIONS /realms/other/protocol/openid-connect/token', [PAGE])).status).toBe(404)
    expect(asked).toEqual([])
  })
})

describe('an answer', () => {
  const ALLOWED = {
    'access-control-allow-origin': 'https://app.example',
    'access-control-allow-credentials': 'true',
    vary: 'origin',
  }

  test('may be read by a page of the application that it is for, an error as well', async () => {
    const asked: unknown[] = []
    expect(corsOf(await (await anApp(asked)).ask('POST /token', [FORM, PAGE], SIGN_IN))).toEqual(ALLOWED)
    const wrong = await anApp(asked, { signIn: async () => refuse({ code: 'credentials_wrong', failedCount: 1 }) })
    const refused = await wrong.ask('POST /token', [FORM, PAGE], SIGN_IN)
    expect([refused.status, corsOf(refused)]).toEqual([401, ALLOWED])
    expect(asked).toEqual([
      ['https://app.example', 'api'],
      ['https://app.example', 'api'],
    ])
  })

  test('S96: may not be read by a page of another application, nor by one that says null', async () => {
    const app = await anApp()
    const other = SIGN_IN.replace('client_id=api', 'client_id=other')
    expect(corsOf(await app.ask('POST /token', [FORM, PAGE], other))).toEqual({ vary: 'origin' })
    expect(corsOf(await app.ask('POST /token', [FORM, 'Origin: null'], SIGN_IN))).toEqual({ vary: 'origin' })
    expect(corsOf(await app.ask('POST /token', [FORM], SIGN_IN))).toEqual({})
  })

  test.each(['{}', 'true', '["api"]', '1e400', '"other"'])('of a JSON body looks for no client in it: %s', async (clientId) => {
    const asked: unknown[] = []
    const app = await anApp(asked, { impersonate: async () => refuse({ code: 'token_invalid' }) })
    const headers = [PAGE, 'Authorization: Bearer a.b.c', 'Content-Type: application/json']
    const answer = await app.ask('POST /token-exchange', headers, `{"email":"a","client_id":${clientId}}`)
    expect([answer.status, asked]).toEqual([401, [['https://app.example', undefined]]])
  })

  test('that names no application may be read by pages of any of the tenant', async () => {
    const app = await anApp([], { describeCaller: async () => refuse({ code: 'token_invalid' }) })
    const answer = await app.ask(`GET ${BASE}/userinfo`, [PAGE, 'Authorization: Bearer a.b.c'])
    expect([answer.status, corsOf(answer)]).toEqual([401, ALLOWED])
  })

  test('that everybody may read may be read by every page, without credentials', async () => {
    const asked: unknown[] = []
    const app = await anApp(asked, { listPublicKeys: async () => [] })
    for (const path of [`${BASE}/certs`, '/realms/demo/.well-known/openid-configuration']) {
      expect(corsOf(await app.ask(`GET ${path}`, [PAGE]))).toEqual({ 'access-control-allow-origin': '*' })
    }
    expect(asked).toEqual([])
  })
})
