import { afterAll, beforeAll, expect, test } from 'vitest'
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
