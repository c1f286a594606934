import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'

/** What is known of a request before it is routed. Attached by `http/`, read by doors. */
export interface RequestContext {
  /** Ours, never the caller's. */
  readonly requestId: string
  readonly tenant: Tenant
  readonly receivedAt: EpochMs
}

/** A WeakMap and not a property: nothing that parses a request can set it. */
const contexts = new WeakMap<IncomingMessage, RequestContext>()

export function attachContext(raw: IncomingMessage, context: RequestContext): void {
  contexts.set(raw, context)
}

/** @throws Error if the request did not pass through `http/app.ts`: a bug */
export function contextOf(request: Pick<FastifyRequest, 'raw'>): RequestContext {
  const context = contexts.get(request.raw)
  if (context === undefined) throw new Error('a request was routed before its tenant was chosen')
  return context
}

export function tenantOf(request: Pick<FastifyRequest, 'raw'>): Tenant {
  return contextOf(request).tenant
}
