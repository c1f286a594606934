import { afterEach, describe, expect, test } from 'vitest'
import { checking } from '../front-doors/checking/front-door.ts'
import type { TrialRequest } from '../front-doors/door-trial.ts'
import type { FrontDoor } from '../front-doors/front-door.ts'
import { tenantOf } from '../front-doors/request-context.ts'
import { aTenant, startApp, type TestApp, type TestAppOptions } from './testing/start-app.ts'

const PLAIN: TrialRequest = {
  method: 'POST',
  path: '/echo?a=1',
  headers: { 'content-type': 'application/json', apikey: 'k' },
  body: '{"b":2}',
}

/** Sends what it is told to itself, and says what has come. */
function echoing(sent: TrialRequest): FrontDoor {
  return {
    ...checking,
    name: 'echo',
    owns: [{ paths: ['/echo', '/send'], errors: checking.owns[0]?.errors ?? expect.fail() }],
    plugin: (deps) => async (app) => {
      app.post('/echo', async (request, reply) => {
        const { ip, url, headers, body } = request
        return reply
          .code(418)
          .header('x-kept', 'yes')
          .send({ ip, url, headers, body, tenant: tenantOf(request).name })
      })
      app.get('/send', (request) => deps.sendFor(request, sent))
    },
  }
}

let app: TestApp | undefined
afterEach(() => app?.stop())

async function send(sent: TrialRequest, headers: readonly string[] = [], options: TestAppOptions = {}, target = '/send') {
  app = await startApp({
    doors: [echoing(sent)],
    tenants: [aTenant({ doors: ['echo'] }), aTenant({ name: 'other', isDefault: false, doors: ['echo'] })],
    ...options,
  })
  const { status, body } = await app.ask(`GET ${target}`, headers)
  const answer = status === 200 ? JSON.parse(body) : undefined
  return { status, answer, came: answer && JSON.parse(answer.body) }
}

describe('a request that the server sends itself', () => {
  test('goes the way of any other: its route, its body, its headers, and the answer as it is', async () => {
    const { answer, came } = await send(PLAIN)
    expect(answer).toMatchObject({ status: 418, headers: { 'x-kept': 'yes', 'cache-control': 'no-store' } })
    expect(answer.headers).toHaveProperty('x-request-id')
    expect(came).toMatchObject({ url: '/echo?a=1', body: { b: 2 }, tenant: 'demo', headers: { apikey: 'k' } })
  })

  test('has nothing of the headers of the request that it is sent for, but the host', async () => {
    const { came } = await send(PLAIN, [
      'Cookie: a=b',
      'Authorization: Bearer t',
      'X-Forwarded-For: 198.51.100.9',
      'Sec-Fetch-Site: same-origin',
    ])
    expect(Object.keys(came.headers).sort()).toEqual(['apikey', 'content-length', 'content-type', 'host', 'user-agent'])
    expect(came.headers.host).toBe('localhost')
  })

  test('is for the tenant that the first was for', async () => {
    const { came } = await send(PLAIN, [], {}, '/t/other/send')
    expect(came.tenant).toBe('other')
  })

  test('comes from the address of who asks', async () => {
    expect((await send(PLAIN, ['X-Forwarded-For: 198.51.100.9'])).came.ip).toBe('127.0.0.1')
  })

  test('comes from the address of who asks, behind a trusted proxy too', async () => {
    const { came } = await send(PLAIN, ['X-Forwarded-For: 192.0.2.1, 198.51.100.9'], { trustedProxies: ['127.0.0.0/8'] })
    expect(came.ip).toBe('198.51.100.9')
  })

  test('is told of as a request of its own, by its route and no address', async () => {
    await send(PLAIN)
    await expect.poll(() => app?.requests.length).toBe(2)
    expect(app?.requests.map(({ route, status, tenant, door }) => ({ route, status, tenant, door }))).toEqual([
      { route: '/echo', status: 418, tenant: 'demo', door: 'echo' },
      { route: '/send', status: 200, tenant: 'demo', door: 'echo' },
    ])
    expect(new Set(app?.requests.map(({ requestId }) => requestId)).size).toBe(2)
  })

  test.each([
    { path: 'http://evil.example/echo' },
    { path: '//evil.example/echo' },
    { path: '/echo\r\nX: y' },
    { path: '/echo a' },
    { path: '/echo#a' },
    { path: '/é' },
    { headers: { apikey: 'k\r\nauthorization: Bearer t' } },
    { headers: { apikey: 'k\u0000' } },
    { headers: { apikey: 'ключ' } },
  ])('is not sent as %j, which could not cross a wire or would lead elsewhere', async (changed) => {
    expect((await send({ ...PLAIN, ...changed })).status).toBe(403) // as this door's errors say of a fault
    expect(app?.faults).toHaveLength(1)
    expect(app?.requests.some(({ route }) => route === '/echo')).toBe(false)
  })
})
