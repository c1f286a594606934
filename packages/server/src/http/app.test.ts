import { afterEach, describe, expect, test } from 'vitest'
import { Unavailable } from '../domain/fault.ts'
import { accept } from '../domain/outcome.ts'
import { aTenant, someTokens, startApp, type TestApp, type TestAppOptions } from './testing/start-app.ts'

const apps: TestApp[] = []
async function anApp(options?: TestAppOptions): Promise<TestApp> {
  const app = await startApp(options)
  apps.push(app)
  return app
}
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()))
})

const JSON_TYPE = 'Content-Type: application/json'
const LOGIN = '{"email":"a@b.example","password":"p"}'
const signsIn = { signIn: async () => accept(someTokens()) }

test('every answer bears a request id of ours, nosniff, and no banner', async () => {
  const app = await anApp({ useCases: signsIn })
  for (const [line, headers, body] of [
    ['POST /v1/auth/login', [JSON_TYPE], LOGIN],
    ['GET /nothing', ['X-Request-Id: mine'], ''],
    ['GET /t/nobody/verify', [], ''],
    ['GET /livez', [], ''],
  ] as const) {
    const answer = await app.ask(line, headers, body)
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{24}$/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.has('server')).toBe(false)
    expect(answer.headers.has('x-powered-by')).toBe(false)
  }
  const ids = app.requests.map(({ requestId }) => requestId)
  expect(new Set(ids).size).toBe(ids.length)
})

test('S95: answers that bear a token, and errors, are no-store', async () => {
  const app = await anApp({ useCases: signsIn })
  for (const [line, body] of [
    ['POST /v1/auth/login', LOGIN],
    ['POST /v1/auth/login', '{}'],
    ['POST /v1/auth/login', '{'],
    ['GET /v1/auth/login', ''],
    ['GET /nothing', ''],
    ['POST /oauth2/introspect', ''],
  ] as const) {
    const answer = await app.ask(line, [JSON_TYPE], body)
    expect([line, answer.headers.get('cache-control'), answer.headers.get('pragma')]).toEqual([line, 'no-store', 'no-cache'])
  }
})

test('S97: an unknown path is a plain JSON 404 with the request id', async () => {
  const app = await anApp()
  const answer = await app.ask('GET /nothing?token=secret')
  expect(answer.status).toBe(404)
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(JSON.parse(answer.body)).toEqual({
    error: 'not_found',
    message: 'There is nothing here.',
    requestId: answer.headers.get('x-request-id'),
  })
})

test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'QUERY', 'TRACE'])(
  'S97: %s where only POST is answered is 405 with Allow',
  async (method) => {
    const app = await anApp()
    const answer = await app.ask(`${method} /v1/auth/login`)
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
    expect(answer.body).toBe(method === 'HEAD' ? '' : '{"message":"Method Not Allowed"}')
  },
)

test('S97: where a part of the path may be anything, another method is 405 too', async () => {
  const app = await anApp()
  for (const path of ['/keys/a.pem', '/assets/front-page.0123456789abcdef.js']) {
    const answer = await app.ask(`POST ${path}`)
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  }
})

test('S97: TRACE is 405 everywhere, CONNECT too', async () => {
  const app = await anApp()
  expect((await app.ask('TRACE /nothing')).status).toBe(405)
  expect((await app.send('CONNECT other.example:443 HTTP/1.1\r\nHost: other.example:443\r\n\r\n')).status).toBe(405)
})

test('S97: Strict-Transport-Security is sent where https is served, and only there', async () => {
  const secure = await anApp({ servesHttps: true })
  const plain = await anApp()
  expect((await secure.ask('GET /nothing')).headers.get('strict-transport-security')).toBe('max-age=31536000')
  expect((await plain.ask('GET /nothing')).headers.has('strict-transport-security')).toBe(false)
})

test('S98: a method override is ignored', async () => {
  const app = await anApp()
  const answer = await app.ask('GET /v1/auth/login?_method=POST', ['X-HTTP-Method-Override: POST', 'X-Method-Override: POST'])
  expect(answer.status).toBe(405)
})

test('an unknown exception is a 500 with the request id and nothing else, and is told once', async () => {
  const error = new Error('password hunter2 in the clear')
  const app = await anApp({
    useCases: {
      signIn: async () => {
        throw error
      },
    },
  })
  const answer = await app.ask('POST /v1/auth/login', [JSON_TYPE], LOGIN)
  expect(answer.status).toBe(500)
  expect(JSON.parse(answer.body)).toEqual({ message: 'Server Error', requestId: answer.headers.get('x-request-id') })
  expect(app.faults).toEqual([{ requestId: answer.headers.get('x-request-id'), door: 'smartflo', route: '/v1/auth/login', error }])
})

test('an unknown exception never becomes a 4xx, whatever status it names', async () => {
  const app = await anApp({
    useCases: {
      signIn: async () => {
        throw Object.assign(new Error('of a library'), { statusCode: 404, status: 404, code: 'SOMETHING' })
      },
    },
  })
  expect((await app.ask('POST /v1/auth/login', [JSON_TYPE], LOGIN)).status).toBe(500)
})

test('what is unavailable is 503 with Retry-After in the shape of the door', async () => {
  const app = await anApp({
    useCases: {
      signIn: async () => {
        throw new Unavailable('the pool is full', 3)
      },
    },
  })
  const answer = await app.ask('POST /v1/auth/login', [JSON_TYPE], LOGIN)
  expect([answer.status, answer.headers.get('retry-after'), answer.body]).toEqual([503, '3', '{"message":"Service Unavailable"}'])
  expect(app.faults).toEqual([])
})

test('when even the tenant cannot be looked up, the answer is in the shape of the door that could own the path', async () => {
  const app = await anApp({
    useCases: {
      findTenant: async () => {
        throw new Unavailable('no store', 1)
      },
    },
  })
  expect((await app.ask('POST /v1/auth/login')).body).toBe('{"message":"Service Unavailable"}')
  expect((await app.ask('GET /t/demo/verify')).status).toBe(403)
  expect((await app.ask('GET /nothing')).status).toBe(503)
})

test('a fault is told and answered with 500 where the tenant cannot be looked up for a bug', async () => {
  const app = await anApp({
    useCases: {
      findTenant: async () => {
        throw new Error('a bug')
      },
    },
  })
  expect((await app.ask('GET /nothing')).status).toBe(500)
  expect(app.faults).toHaveLength(1)
})

test.each(['/v1/auth/%', '/v1/auth/%zz', '/v1/auth/%ff', '/%c3%28', '/keys/%E0%A4%A.pem'])(
  'the malformed address %s is 400 or 404',
  async (path) => {
    const app = await anApp()
    const answer = await app.ask(`GET ${path}`)
    expect([400, 404]).toContain(answer.status)
    expect(app.faults).toEqual([])
  },
)

test.each([
  '/%761/auth/login',
  '/v1/auth/%6cogin',
  '/v1%2Fauth/login',
  '/v1/auth/login%00',
  '/v1/auth/login%20',
  '/keys/%61.pem',
  '/%74/demo/verify',
])('the address %s, spelled with escapes, is nobody’s', async (path) => {
  const app = await anApp({ useCases: signsIn })
  const answers = [await app.ask(`POST ${path}`, [JSON_TYPE], LOGIN), await app.ask(`GET ${path}`)]
  expect(answers.map(({ status }) => status)).toEqual([404, 404])
})

test.each(['/%76erify', '/t/demo/%76erify'])(
  '%s is no way to ask a gateway’s question: it is refused as the path that it spells',
  async (path) => {
    const app = await anApp()
    expect((await app.ask(`GET ${path}`, ['Authorization: Bearer a.b.c'])).status).toBe(403)
  },
)

test.each(['0.9', '2.0', '3.0', '1.2'])('HTTP/%s is refused, health checks too', async (version) => {
  const app = await anApp({ useCases: signsIn })
  const login = `POST /v1/auth/login HTTP/${version}\r\nHost: localhost\r\n${JSON_TYPE}\r\nContent-Length: ${LOGIN.length}\r\n\r\n${LOGIN}`
  expect((await app.send(login)).status).toBe(400)
  expect((await app.send(`GET /livez HTTP/${version}\r\nHost: localhost\r\n\r\n`)).status).toBe(400)
})

test.each([
  ['two hosts', 'GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n'],
  ['no host', 'GET /livez HTTP/1.1\r\n\r\n'],
  ['two credentials', 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n'],
  ['another host in its address', 'GET http://evil/livez HTTP/1.1\r\nHost: localhost\r\n\r\n'],
])('a health check with %s is 400 too', async (_what, bytes) => {
  expect((await (await anApp()).send(bytes)).status).toBe(400)
})

test('a health check is known by its address as it is written, with the own host before it too', async () => {
  const app = await anApp()
  expect((await app.ask('GET /%6civez')).status).toBe(404)
  expect((await app.send('GET http://localhost/livez HTTP/1.1\r\nHost: localhost\r\n\r\n')).status).toBe(200)
})

test('a star is an address for OPTIONS alone', async () => {
  const app = await anApp()
  expect([(await app.ask('GET *')).status, (await app.ask('OPTIONS *')).status]).toEqual([400, 404])
})

describe('what cannot be read before its tenant is known', () => {
  const tenants = [aTenant(), aTenant({ name: 'other', isDefault: false, doors: ['servetel'] })]
  const DOUBLED = ['Host: localhost']

  test.each([
    ['its own door', 'POST /v1/auth/login', '{"message":"Bad Request"}'],
    ['its own door, at another tenant', 'POST /t/other/v1/auth/login', '{"message":"Bad Request"}'],
  ])('is told in the shape of %s', async (_what, line, body) => {
    const app = await anApp({ tenants })
    expect((await app.ask(line, DOUBLED)).body).toBe(body)
    const [method, path] = line.split(' ')
    const foreign = await app.send(`${method} http://evil${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`)
    expect([foreign.status, foreign.body]).toEqual([400, body])
    expect((await app.ask(`${line}#x`)).body).toBe(body)
  })

  test.each(['POST /t/other/token', 'GET /t/other/user/api/v1/', 'GET /t/nobody/token'])(
    'is told plainly where its tenant has no door for it: %s',
    async (line) => {
      const app = await anApp({ tenants })
      const shape = line.includes('nobody') ? expect.any(String) : 'ambiguous_request'
      expect(JSON.parse((await app.ask(line, DOUBLED)).body).error).toEqual(shape)
    },
  )
})

test('a request without a version, as HTTP/0.9 has it, is refused', async () => {
  const app = await anApp()
  expect((await app.send('GET /livez\r\n\r\n')).status).toBe(400)
})

test('a parameter of a path that is too long is 404 in the shape of its door', async () => {
  const app = await anApp()
  const answer = await app.ask(`GET /keys/${'a'.repeat(2000)}.pem`)
  expect([answer.status, JSON.parse(answer.body).error]).toEqual([404, 'not_found'])
})

test('a request is told of with the template of its route, its door and its tenant, and without its query', async () => {
  const app = await anApp({ useCases: { ...signsIn, listPublicKeys: async () => [] } })
  await app.ask('POST /api/v1/auth/login?secret=1', [JSON_TYPE], LOGIN)
  await app.ask('GET /keys/a.pem')
  await app.ask('GET /v1/unknown')
  await app.ask('GET /readyz')
  await app.stop()
  const told = app.requests.map(({ method, door, route, status, tenant }) => [method, door, route, status, tenant])
  expect(told).toEqual([
    ['POST', 'smartflo', '/api/v1/auth/login', 200, 'demo'],
    ['GET', 'checking', '/keys/:file', 404, 'demo'],
    ['GET', 'smartflo', 'unmatched', 404, 'demo'],
    ['GET', undefined, '/readyz', 200, undefined],
  ])
})

test('X-Forwarded-For is heeded from a trusted proxy only, and X-Forwarded-Host not at all', async () => {
  const seen: string[] = []
  const useCases = {
    signIn: async ({ caller }: { caller: { address: string } }) => {
      seen.push(caller.address)
      return accept(someTokens())
    },
  }
  const forwarded = [JSON_TYPE, 'X-Forwarded-For: 198.51.100.7', 'X-Forwarded-Host: other.example', 'X-Forwarded-Proto: https']
  const trusting = await anApp({ useCases, trustedProxies: ['127.0.0.0/8'] })
  const wary = await anApp({ useCases, trustedProxies: ['10.0.0.0/8'] })
  const alone = await anApp({ useCases })
  for (const app of [trusting, wary, alone]) expect((await app.ask('POST /v1/auth/login', forwarded, LOGIN)).status).toBe(200)
  expect(seen).toEqual(['198.51.100.7', '127.0.0.1', '127.0.0.1'])
})

test('two tenants serve the same path with different doors', async () => {
  const tenants = [
    aTenant(),
    aTenant({ name: 'other', isDefault: false, doors: ['servetel'] }),
    aTenant({ name: 'bare', isDefault: false, doors: [] }),
  ]
  const app = await anApp({ tenants, useCases: signsIn })
  const keys = async (prefix: string) => Object.keys(JSON.parse((await app.ask(`POST ${prefix}/v1/auth/login`, [JSON_TYPE], LOGIN)).body))
  expect(await keys('')).toContain('number_of_days_left')
  expect(await keys('/t/other')).not.toContain('number_of_days_left')
  expect(await keys('/t/bare')).toEqual(['error', 'message', 'requestId'])
})

test('a tenant made at run time is served at once, also with a door that no build knows', async () => {
  const tenants = [aTenant()]
  const app = await anApp({ tenants, useCases: signsIn })
  expect((await app.ask('POST /t/new/v1/auth/login', [JSON_TYPE], LOGIN)).status).toBe(404)
  tenants.push(aTenant({ name: 'new', isDefault: false, doors: ['servetel', 'of a later version'] }))
  expect((await app.ask('POST /t/new/v1/auth/login', [JSON_TYPE], LOGIN)).status).toBe(200)
})
