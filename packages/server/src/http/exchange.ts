import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Randomness } from '../domain/randomness.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import type { RequestEvents } from './request-events.ts'

/** One request and its answer, from the first hook to the last byte. */
export interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly requestId: string
  readonly receivedAt: EpochMs
  tenant: Tenant | undefined
  door: string | undefined
  route: string
}

export interface ExchangeDeps {
  readonly randomness: Randomness
  readonly time: { now(): EpochMs; monotonicMs(): number }
  readonly servesHttps: boolean
  readonly observe: RequestEvents
}

const exchanges = new WeakMap<IncomingMessage, Exchange>()

/** @throws Error if the request did not come in by `beginExchange`: a bug */
export function exchangeOf(req: IncomingMessage): Exchange {
  const exchange = exchanges.get(req)
  if (exchange === undefined) throw new Error('a request was routed around http/app.ts')
  return exchange
}

export function makeRequestId(randomness: Randomness): string {
  return randomness.bytes(12).toString('hex')
}

/** Sets the headers that every answer bears, and sees to it that the request is told of when it is over. */
export function beginExchange(
  req: IncomingMessage,
  res: ServerResponse,
  { randomness, time, servesHttps, observe }: ExchangeDeps,
): Exchange {
  const startedMs = time.monotonicMs()
  const exchange: Exchange = {
    req,
    res,
    requestId: makeRequestId(randomness),
    receivedAt: time.now(),
    tenant: undefined,
    door: undefined,
    route: 'unmatched',
  }
  exchanges.set(req, exchange)
  res.setHeader('x-request-id', exchange.requestId)
  res.setHeader('x-content-type-options', 'nosniff')
  if (servesHttps) res.setHeader('strict-transport-security', 'max-age=31536000')
  res.once('close', () => {
    const { requestId, door, route, tenant } = exchange
    const status = res.headersSent ? res.statusCode : undefined
    observe.request({
      requestId,
      method: req.method ?? '',
      door,
      route,
      status,
      durationMs: time.monotonicMs() - startedMs,
      tenant: tenant?.name,
    })
  })
  return exchange
}
