import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chooseTenant, readTarget } from './choose-tenant.ts'
import { aTenant, startApp, type TestApp } from './testing/start-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startApp({
    tenants: [
      aTenant(),
      aTenant({ name: 'acme', isDefault: false, hostNames: ['acme.example'] }),
      aTenant({ name: 'off', isDefault: false, enabled: false, hostNames: ['off.example'], doors: ['smartflo', 'voipex'] }),
    ],
    useCases: { listPublicKeys: async (tenant) => [{ id: 'k' as never, purpose: 'access', jwk: { kid: tenant.name }, pem: '' }] },
  })
})
afterAll(() => app.stop())

async function served(host: string, path: string): Promise<string | number> {
  const answer = await app.send(`GET ${path} HTTP/1.1\r\n${host}\r\n\r\n`)
  return answer.status === 200 ? JSON.parse(answer.body).keys[0].kid : answer.status
}
const KEYS = '/.well-known/jwks.json'

describe('on a shared host', () => {
  test.each(['Host: localhost', 'Host: LOCALHOST:80', 'Host: 127.0.0.1:8080', 'Host: [::1]:8080'])(
    '"%s" without a prefix is the default tenant',
    async (host) => {
      expect(await served(host, KEYS)).toBe('demo')
    },
  )
  test('the prefix chooses and is cut off', async () => {
    expect(await served('Host: localhost', `/t/acme${KEYS}`)).toBe('acme')
    expect(await served('Host: localhost', `/t/acme${KEYS}?x=1`)).toBe('acme')
  })
  test.each(['/t/nobody/verify', '/t/off/verify', '/t/', '/t', '/t?x', '/t/ACME/verify', '/t/acme%2f/verify', '/t/a_b/verify'])(
    '%s is 404',
    async (path) => {
      expect(await served('Host: localhost', path)).toBe(404)
    },
  )
  test.each(['/t/acme', '/t/acme?x=1', '/t/acme?//evil.example', 'http://localhost/t/acme'])(
    'a tenant alone, without a slash, is sent to its root by a path and nothing of the request: %s',
    async (target) => {
      const { status, headers, body } = await app.send(
        `GET ${target} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil.example\r\n\r\n`,
      )
      expect([status, headers.get('location'), body]).toEqual([308, '/t/acme/', ''])
    },
  )
  test.each(['/t/off', '/t/nobody', '/t/ACME', '/t/..'])('%s, where no tenant answers, is sent nowhere', async (target) => {
    expect(await served('Host: localhost', target)).toBe(404)
  })
  test('a tenant with its slash is its root', async () => {
    expect(await served('Host: localhost', `/t/acme/${KEYS.slice(1)}`)).toBe('acme')
  })
  test('a prefix is cut off once', async () => {
    expect(await served('Host: localhost', `/t/acme/t/acme${KEYS}`)).toBe(404)
  })
  test('an escaped prefix is none', async () => {
    expect(await served('Host: localhost', `/%74/acme${KEYS}`)).toBe(404)
  })
})

describe('a tenant that is disabled', () => {
  const bodyOf = async (host: string, path: string, app: TestApp) => {
    const { statusLine, body } = await app.send(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    return `${statusLine} ${body}`.replace(/"requestId":"\w+"/, '')
  }
  test.each([KEYS, '/verify', '/v1/auth/login', '/nothing'])('is answered at %s as if there were none', async (path) => {
    expect(await bodyOf('localhost', `/t/off${path}`, app)).toBe(await bodyOf('localhost', `/t/nobody${path}`, app))
    expect(await bodyOf('off.example', path, app)).toBe(await bodyOf('nobody.example', path, app))
  })
  test('is told of by the door that owns the path, where its platform tells', async () => {
    const { status, body } = await app.send('POST /t/off/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n')
    expect([status, body]).toEqual([403, '{"error":"access_denied","error_description":"Realm not enabled"}'])
    expect(await bodyOf('off.example', '/token', app)).toMatch(/ 403 .*Realm not enabled/)
    expect(await bodyOf('acme.example', '/token', app)).toMatch(/ 404 /)
  })
})

describe("a tenant's own host", () => {
  test('means that tenant, whatever its letters and its port', async () => {
    expect(await served('Host: acme.example', KEYS)).toBe('acme')
    expect(await served('Host: ACME.Example:8443', KEYS)).toBe('acme')
  })
  test('has no prefix', async () => {
    expect(await served('Host: acme.example', `/t/acme${KEYS}`)).toBe(404)
  })
})

test.each(['Host: other.example', 'Host: off.example', 'Host: localhost.', 'Host: acme.example.localhost', 'Host: 127.0.0.2'])(
  '"%s" is 421',
  async (host) => {
    expect(await served(host, KEYS)).toBe(421)
  },
)

test.each([
  'Host: localhost\r\nHost: localhost',
  'Host: localhost\r\nhost: acme.example',
  'Host:',
  'Host: a@localhost',
  'Host: localhost:x',
  'Host: local host',
  'X: no host',
])('%j is 400', async (host) => {
  expect(await served(host, KEYS)).toBe(400)
})

test('a request of HTTP/1.0 without a host is 400', async () => {
  expect((await app.send(`GET ${KEYS} HTTP/1.0\r\n\r\n`)).status).toBe(400)
})

test('an absolute target must name the host of the header', async () => {
  expect(await served('Host: localhost', `http://localhost${KEYS}`)).toBe('demo')
  expect(await served('Host: localhost', `http://acme.example${KEYS}`)).toBe(400)
  expect(readTarget('localhost', 'http://localhost?x=1', 'http')).toEqual({ hostName: 'localhost', url: '/?x=1' })
  expect(readTarget('localhost', 'HTTPS://LOCALHOST/a', 'https')?.url).toBe('/a')
  for (const [address, scheme] of [
    ['https://localhost/a', 'http'],
    ['http://localhost/a', 'https'],
    ['ftp://localhost/a', 'http'],
  ] as const)
    expect(readTarget('localhost', address, scheme)).toBeUndefined()
})

test('a host with a port that there cannot be cannot be read', () => {
  expect(readTarget('localhost:65535', '/', 'http')).toBeDefined()
  expect(readTarget('localhost:65536', '/', 'http')).toBeUndefined()
  expect(readTarget('localhost:99999', '/', 'http')).toBeUndefined()
})

test('a target with a fragment cannot be read', () => {
  expect(readTarget('localhost', '/a#b', 'http')).toBeUndefined()
})

test.each(['/livez', '/readyz'])('%s answers any host', async (path) => {
  expect((await app.send(`GET ${path} HTTP/1.1\r\nHost: anything.example\r\n\r\n`)).status).toBe(200)
  expect((await app.send(`GET ${path} HTTP/1.0\r\n\r\n`)).status).toBe(200)
})

test('the store is not asked for what can be no name of a tenant', async () => {
  const asked: unknown[] = []
  const findTenant = async (address: unknown) => void asked.push(address)
  const sharedHosts = () => new Set(['localhost'])
  for (const url of ['/t/', '/t/a%00b/x', '/t/A', `/t/${'a'.repeat(64)}`])
    await chooseTenant({ hostName: 'localhost', url }, { findTenant, sharedHosts })
  expect(asked).toEqual([])
})

test('no tenant takes a shared host from the others by naming it as its own, and one query decides', async () => {
  const asked: unknown[] = []
  const findTenant = async (address: unknown) => void asked.push(address)
  await chooseTenant({ hostName: 'localhost', url: '/' }, { findTenant, sharedHosts: () => new Set(['localhost']) })
  expect(asked).toEqual(['default'])
})
