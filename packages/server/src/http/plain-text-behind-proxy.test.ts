import { afterEach, describe, expect, test } from 'vitest'
import { accept } from '../domain/outcome.ts'
import { aTenant, someTokens, startApp, type TestApp, type TestAppOptions } from './testing/start-app.ts'

const apps: TestApp[] = []
async function anApp(options: TestAppOptions): Promise<TestApp> {
  const app = await startApp({ useCases: { signIn: async () => accept(someTokens()) }, ...options })
  apps.push(app)
  return app
}
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()))
})

const behindProxy: TestAppOptions = { servesHttps: true, trustedProxies: ['127.0.0.0/8'] }
const LOGIN = '{"email":"a@b.example","password":"p"}'
const signIn = (app: TestApp, ...headers: string[]) => app.ask('POST /v1/auth/login', ['Content-Type: application/json', ...headers], LOGIN)

describe('where the public address is https, and a trusted proxy says that its caller came by http', () => {
  test.each([
    ['/v1/auth/login', '{"message":"HTTPS is required."}'],
    ['/token', '{"error":"invalid_request","error_description":"HTTPS required"}'],
    ['/oauth2/introspect', '{"error":"invalid_request","error_description":"HTTPS is required."}'],
    ['/verify', ''],
  ])('%s is 403 in the shape of its door, and nobody is asked', async (path, body) => {
    const app = await anApp({ ...behindProxy, useCases: {}, tenants: [aTenant({ doors: ['smartflo', 'voipex'] })] })
    const answer = await app.ask(`POST ${path}`, ['X-Forwarded-Proto: http'])
    expect([answer.status, answer.body]).toEqual([403, body])
  })

  test('a path that is no door’s is 403 in plain shape', async () => {
    const answer = await (await anApp(behindProxy)).ask('GET /nothing', ['X-Forwarded-Proto: http'])
    expect([answer.status, JSON.parse(answer.body).error]).toEqual([403, 'https_required'])
  })

  test.each(['http', 'HTTP', 'https, http', 'http,https'])('%s is in clear', async (protocol) => {
    expect((await signIn(await anApp(behindProxy), `X-Forwarded-Proto: ${protocol}`)).status).toBe(403)
  })

  test('one header of two is enough', async () => {
    const app = await anApp(behindProxy)
    expect((await signIn(app, 'X-Forwarded-Proto: https', 'X-Forwarded-Proto: http')).status).toBe(403)
  })

  test.each([['::ffff:127.0.0.1'], ['127.0.0.1'], ['::1', '127.0.0.0/8'], ['fd00::/8', '127.0.0.1/32']])(
    'the proxy may be named as %s',
    async (...trustedProxies) => {
      const app = await anApp({ ...behindProxy, trustedProxies })
      expect((await signIn(app, 'X-Forwarded-Proto: http')).status).toBe(403)
    },
  )

  test('health is told all the same', async () => {
    expect((await (await anApp(behindProxy)).ask('GET /livez', ['X-Forwarded-Proto: http'])).status).toBe(200)
  })
})

describe('a request is served', () => {
  test.each([
    ['by a proxy that says https', behindProxy, 'X-Forwarded-Proto: https'],
    ['by a proxy that says nothing', behindProxy, 'X-Nothing: http'],
    ['from a peer that is not trusted, whatever it says', { ...behindProxy, trustedProxies: ['10.0.0.0/8'] }, 'X-Forwarded-Proto: http'],
    ['from any peer where no proxy is trusted', { ...behindProxy, trustedProxies: [] }, 'X-Forwarded-Proto: http'],
    ['where the public address is http', { ...behindProxy, servesHttps: false }, 'X-Forwarded-Proto: http'],
  ])('%s', async (_what, options, header) => {
    expect((await signIn(await anApp(options), header)).status).toBe(200)
  })
})
