/** The router of one set of doors. Tenants with the same doors share it; two tenants may serve the same path with different doors. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyInstance, type onRequestHookHandler, type onSendHookHandler } from 'fastify'
import type { DoorDeps, FrontDoor } from '../front-doors/front-door.ts'
import { NO_STORE } from '../front-doors/no-store.ts'
import { RequestRefused } from '../front-doors/request-refused.ts'
import { acceptBodies, MAX_BODY_BYTES } from './bodies.ts'
import { pathOf } from './choose-tenant.ts'
import { type Exchange, exchangeOf } from './exchange.ts'
import { createRouteTable, type RouteTable } from './route-table.ts'

export interface Router {
  readonly doors: readonly FrontDoor[]
  route(req: IncomingMessage, res: ServerResponse): void
  close(): Promise<void>
}

export interface RouterDeps {
  readonly useCases: DoorDeps['useCases']
  readonly issuerOf: DoorDeps['issuerOf']
  readonly guide: DoorDeps['guide']
  readonly sendFor: DoorDeps['sendFor']
  /** CIDRs. They decide about `request.ip` alone; nothing else of `X-Forwarded-*` is read. */
  readonly trustedProxies: readonly string[]
  readonly fail: (exchange: Exchange, error: unknown, doors: readonly FrontDoor[]) => void
}

export async function createRouter(doors: readonly FrontDoor[], { trustedProxies, fail, ...deps }: RouterDeps): Promise<Router> {
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    genReqId: (req) => exchangeOf(req).requestId,
    // All errors, because some platforms list them all. A body is small and its schema bounds their number.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      reply.hijack()
      fail(exchangeOf(request.raw), error, doors)
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
  const routes = createRouteTable()
  app.addHook('onRoute', ({ method, url }) => routes.add(method, url))
  app.addHook('onRequest', createAdmission(routes))
  app.addHook('onSend', dropCharset)
  app.setNotFoundHandler(() => {
    throw new RequestRefused('not_found')
  })
  app.setErrorHandler((error, request, reply) => {
    reply.hijack()
    fail(exchangeOf(request.raw), error, doors)
  })
  acceptBodies(app)
  for (const door of doors) await registerDoor(app, door, { ...deps, doors })
  await app.ready()
  return { doors, route: (req, res) => app.routing(req, res), close: () => app.close() }
}

async function registerDoor(app: FastifyInstance, door: FrontDoor, deps: DoorDeps): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, door: door.name }
    })
    await scope.register(door.plugin(deps))
  })
}

/** Refuses what has no route before its body is looked at, and puts `no-store` on what a route does not declare otherwise. */
function createAdmission(routes: RouteTable): onRequestHookHandler {
  return (request, reply, done) => {
    if (request.is404) return done(refusalOf(request.method, pathOf(request.url), routes))
    const exchange = exchangeOf(request.raw)
    const { url, config } = request.routeOptions
    exchange.route = url ?? exchange.route
    exchange.door = config.door
    if (config.writesCacheControl !== true) reply.headers(NO_STORE)
    done()
  }
}

/** `TRACE` is refused on every path (RFC 9110, section 9.3.8: it would repeat credentials). */
function refusalOf(method: string, path: string, routes: RouteTable): RequestRefused {
  const allow = routes.methodsOf(path)
  return allow.length > 0 || method === 'TRACE' ? new RequestRefused('method_not_allowed', allow) : new RequestRefused('not_found')
}

/** JSON has no parameter `charset` (RFC 8259, section 11). */
const dropCharset: onSendHookHandler = (_request, reply, payload, done) => {
  if (reply.getHeader('content-type') === 'application/json; charset=utf-8') reply.header('content-type', 'application/json')
  done(null, payload)
}
