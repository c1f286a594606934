/** What the head of the document says of methods that stand in no operation. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { OpenApiDocument } from '../../packages/server/src/front-doors/guide/openapi-document.ts'
import { startTestServer, type TestServer } from '../../packages/server/src/testing/start-test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

/** Where GET takes a code that is good once. */
const ONCE = '/user/api/v2/login-complete'

it('HEAD is answered as GET without the body, at every path that has a GET, but where GET uses something up', async () => {
  const tenant = { name: 'all', hostNames: [], doors: ['idm', 'vpaas', 'voipex', 'smartflo'], isDefault: false }
  expect((await server.useCases.createTenant(tenant)).ok).toBe(true)
  const base = `${server.baseUrl}/t/all`
  const { info, paths } = (await (await fetch(`${base}/openapi.json`)).json()) as OpenApiDocument
  expect(info.description).toContain('`HEAD` is answered as `GET` without the body')
  const asked = Object.entries(paths).filter(([path, { get }]) => get !== undefined && !/^\/(?:livez|readyz)$/.test(path))
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
