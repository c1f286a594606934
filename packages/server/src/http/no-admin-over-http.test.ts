import Fastify from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FrontDoor } from '../front-doors/front-door.ts'
import { frontDoors } from '../front-doors/registry.ts'
import { guideMaterial } from '../testing/guide-material.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

test.each(['/api-keys', '/v1/api-keys', '/api/v1/apikeys', '/oauth2/clients', '/admin/api-keys', '/token/generate', '/v1/auth/register'])(
  'S137: nobody makes a key, a token, an application or an account over HTTP: %s',
  async (path) => {
    const count = async () => (await server.house.store.auditTrail.list({ max: 1000 })).length
    const before = await count()
    const body = JSON.stringify({ userId: 'acc_anybody', name: 'mine', email: 'new@acme.example', password: 'correct horse battery' })
    const answer = await fetch(server.baseUrl + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect(answer.status).toBe(404)
    expect(await count(), 'nothing was made').toBe(before)
  },
)

/** What a door answers by methods that may change something. `/verify` has every method, and reads no body. */
async function changingRoutesOf(door: FrontDoor): Promise<string[]> {
  const app = Fastify()
  const routes = new Set<string>()
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (!['GET', 'HEAD', 'OPTIONS'].includes(one) && url !== '/verify') routes.add(`${one} ${url}`)
  })
  await app.register(
    door.plugin({ useCases: server.useCases, issuerOf: () => '', doors: frontDoors, guide: guideMaterial, sendFor: () => expect.fail() }),
  )
  await app.ready()
  await app.close()
  return [...routes].sort()
}

test('S137: no door takes anything but sign-ins, codes, refreshes, sign-outs, questions about tokens, and what people do with their own account', async () => {
  const ofSessions = ['/api/v1', '/v1'].flatMap((base) => ['login', 'logout', 'refresh'].map((verb) => `POST ${base}/auth/${verb}`))
  const ofCodes = ['/api/v1', '/v1'].flatMap((base) => ['auth/otp', 'otp/dnc/send', 'otp/dnc/verify'].map((path) => `POST ${base}/${path}`))
  const routes = await Promise.all(frontDoors.map(async (door) => [door.name, await changingRoutesOf(door)]))
  const realm = '/realms/:realm/protocol/openid-connect'
  expect(Object.fromEntries(routes)).toEqual({
    checking: ['POST /oauth2/introspect'],
    guide: ['POST /try/:door'],
    idm: [
      ...[
        'account/delete',
        'account/end-application',
        'account/end-session',
        'account/export',
        'account/keep',
        'account/number',
        'account/number/code',
        'account/password',
        'account/sign-out',
        'oauth2/auth',
        'oauth2/tokens',
      ].map((path) => `POST /${path}`),
      ...['recover', 'recover/code', 'register', 'register/code'].map((path) => `POST /${path}`),
    ],
    vpaas: ['POST /user/api/v2/exchange-auth-code', 'POST /user/api/v2/refresh-platform-token'],
    smartflo: ofSessions,
    servetel: [...ofSessions, ...ofCodes].sort(),
    voipex: [
      ...['logout', 'revoke', 'token', 'token/introspect', 'userinfo'].map((path) => `POST ${realm}/${path}`),
      'POST /token',
      'POST /token-exchange',
    ],
  })
})
