/** Counters for Prometheus. Their labels come from doors and templates of routes, so that no caller can make new ones. */
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { AnsweredRequest } from './request-events.ts'

export interface Metrics {
  readonly registry: Registry
  request(answered: AnsweredRequest): void
}

/** A refresh takes a quarter of a millisecond, a password some tens; a second is an alarm. */
const BUCKETS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const labels = ['door', 'route'] as const
  const requests = new Counter({
    name: 'ringkey_http_requests_total',
    help: 'Requests, by door, template of the route and status of the answer.',
    labelNames: [...labels, 'status'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'ringkey_http_request_duration_seconds',
    help: 'Time from the first header of a request to the last byte of its answer.',
    labelNames: labels,
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  })
  return {
    registry,
    request({ door = 'none', route, status, durationMs }) {
      requests.inc({ door, route, status: status ?? 'gone' })
      seconds.observe({ door, route }, durationMs / 1000)
    },
  }
}
