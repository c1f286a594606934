import { afterAll, beforeAll, expect, test } from 'vitest'
import { guideMaterial } from '../../testing/guide-material.ts'
import { startTestServer, type TestServer } from '../../testing/start-test-server.ts'
import type { SentMessage } from './material.ts'

let server: TestServer
let demoServer: TestServer
let sent: readonly SentMessage[] = []
beforeAll(async () => {
  server = await startTestServer({ guide: guideMaterial })
  demoServer = await startTestServer({
    guide: {
      ...guideMaterial,
      demoTenants: () => [{ name: 'demo', baseUrl: demoServer.baseUrl, doors: [] }],
      demoOutbox: () => sent,
    },
    trustedProxies: ['192.0.2.1'],
  })
})
afterAll(async () => {
  await server.stop()
  await demoServer.stop()
})

const ask = ({ baseUrl }: TestServer, headers: Record<string, string> = {}, path = '/dev/outbox') => fetch(baseUrl + path, { headers })

test('who runs the demo reads what it would have sent, as it is now', async () => {
  expect(await (await ask(demoServer)).json()).toEqual({ messages: [] })
  sent = [{ to: '+4915228817386', text: 'a code' }]
  const answer = await ask(demoServer)
  expect([answer.status, await answer.json()]).toEqual([200, { messages: sent }])
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin')
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
})

test('nobody behind a proxy reads it, nor in a tenant that is none of the demo’s', async () => {
  expect((await ask(demoServer, { via: '1.1 proxy' })).status).toBe(404)
  expect((await ask(demoServer, { 'x-forwarded-for': '127.0.0.1' })).status).toBe(404)
  expect((await ask(demoServer, {}, '/t/servetel/dev/outbox')).status).toBe(404)
})

test('a server that is no demo has no such page', async () => {
  const answer = await ask(server)
  expect([answer.status, await answer.json()]).toMatchObject([404, { error: 'not_found' }])
  expect((await fetch(`${server.baseUrl}/dev/outbox`, { method: 'POST' })).status).toBe(404)
})
