/** What the head of the document says of methods that stand in no operation. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { OpenApiDocument } from '../../packages/server/src/front-doors/guide/openapi-document.ts'
import { startTestServer, type TestServer } from '../../packages/server/src/testing/start-test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  const tenant = { name: 'all', hostNames: [], doors: ['idm', 'vpaas', 'voipex', 'smartflo'], isDefault: false }
  expect((await server.useCases.createTenant(tenant)).ok).toBe(true)
})
afterAll(() => server.stop())

/** Where GET takes a code that is good once. */
const ONCE = '/user/api/v2/login-complete'
/** Where pages of other origins may call. */
const FROM_PAGES = /^\/(?:token|token-exchange|realms\/\{realm\}\/protocol\/openid-connect\/(?:token|logout|revoke|userinfo))$/
const HEALTH = /^\/(?:livez|readyz)$/

/** Without credentials, at a path that asks about any method. */
function statusAt(path: string): number {
  if (path === '/verify') return 401
  return FROM_PAGES.test(path) ? 200 : 405
}

async function read(): Promise<{ base: string; document: OpenApiDocument }> {
  const base = `${server.baseUrl}/t/all`
  return { base, document: (await (await fetch(`${base}/openapi.json`)).json()) as OpenApiDocument }
}

it('OPTIONS is answered where pages of other origins may call, where any method is, and nowhere else', async () => {
  const { base, document } = await read()
  expect(document.info.description).toContain(
    '`OPTIONS` is answered where pages of other origins may call, and at `/verify`, which asks about any method; else 405',
  )
  const paths = Object.keys(document.paths).filter((path) => !HEALTH.test(path))
  expect(paths.filter((path) => FROM_PAGES.test(path))).toHaveLength(6)
  const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' }
  const statusOf = async (path: string) =>
    (await fetch(base + path.replace('{realm}', 'all').replace(/\{[^}]*\}/g, 'x'), { method: 'OPTIONS', headers })).status
  const statuses = await Promise.all(paths.map(async (path) => [path, await statusOf(path)]))
  expect(Object.fromEntries(statuses)).toEqual(Object.fromEntries(paths.map((path) => [path, statusAt(path)])))
})

it('HEAD is answered as GET without the body, at every path that has a GET, but where GET uses something up', async () => {
  const { base, document } = await read()
  const { info, paths } = document
  expect(info.description).toContain('`HEAD` is answered as `GET` without the body')
  const asked = Object.entries(paths).filter(([path, { get }]) => get !== undefined && !HEALTH.test(path))
  expect(asked.length).toBeGreaterThan(10)
  expect(paths[ONCE]?.get).toBeDefined()
  for (const [path] of asked) {
    const address = base + path.replace(/\{[^}]*\}/g, 'x')
    const answer = async (method: string) => {
      const { status, headers, body } = await fetch(address, { method, redirect: 'manual' })
      return {
        status,
        type: headers.get('content-type'),
        hasBody: method === 'HEAD' && body !== null && (await new Response(body).text()) !== '',
      }
    }
    const { status, ...more } = await answer('GET')
    expect(await answer('HEAD'), path).toEqual({ status: path === ONCE ? 405 : status, ...more })
  }
})
