import { afterEach, expect, test } from 'vitest'
import { startApp, type TestApp } from './testing/start-app.ts'

let app: TestApp
afterEach(() => app.stop())

test('S188: /livez is well while the store is away, /readyz is not, and neither says more', async () => {
  app = await startApp({ isReady: async () => false })
  const live = await app.ask('GET /livez')
  const ready = await app.ask('GET /readyz')
  expect([live.status, live.body, ready.status, ready.body]).toEqual([200, '{"status":"ok"}', 503, '{"status":"unavailable"}'])
})

test('a readiness check that throws is not ready', async () => {
  app = await startApp({ isReady: () => Promise.reject(new Error('secret host name')) })
  const answer = await app.ask('GET /readyz')
  expect([answer.status, answer.body]).toEqual([503, '{"status":"unavailable"}'])
})

test('HEAD is answered, other methods are 405', async () => {
  app = await startApp()
  expect((await app.ask('HEAD /livez')).status).toBe(200)
  const answer = await app.ask('POST /livez')
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})
