import { expect, test } from 'vitest'
import { sendRaw } from '../../../../vectors/raw-socket.ts'
import { createMetrics } from './metrics.ts'
import { createMetricsListener } from './metrics-listener.ts'
import { startApp } from './testing/start-app.ts'

test('S189: callers make no labels: paths and ids of theirs are counted under few names', async () => {
  const metrics = createMetrics()
  const app = await startApp({ observe: { request: metrics.request, fault: () => {} } })
  for (let index = 0; index < 20; index += 1) await app.ask(`GET /v1/random-${index}?client_id=${index}`)
  await app.ask('GET /t/random-1/verify')
  await app.stop()
  const series = await metrics.registry.getSingleMetricAsString('ringkey_http_requests_total')
  expect(series.split('\n').slice(2)).toEqual([
    'ringkey_http_requests_total{door="smartflo",route="unmatched",status="404"} 20',
    'ringkey_http_requests_total{door="none",route="unmatched",status="404"} 1',
  ])
})

test('the listener answers GET /metrics and nothing else', async () => {
  const metrics = createMetrics()
  metrics.request({ requestId: 'a', method: 'GET', door: 'smartflo', route: '/verify', status: undefined, durationMs: 2, tenant: 'demo' })
  const listener = createMetricsListener(metrics.registry)
  const port = await listener.listen(0)
  const ask = (line: string) => sendRaw(port, `${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  const answer = await ask('GET /metrics')
  expect(answer.headers.get('content-type')).toContain('text/plain')
  expect(answer.body).toContain('ringkey_http_requests_total{door="smartflo",route="/verify",status="gone"} 1')
  expect(answer.body).toContain('ringkey_http_request_duration_seconds_bucket{le="0.0025",door="smartflo",route="/verify"} 1')
  expect((await ask('POST /metrics')).status).toBe(405)
  expect((await ask('GET /')).status).toBe(404)
  await listener.stop()
})
