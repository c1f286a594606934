/**
 * Calls from pages in a browser (https://fetch.spec.whatwg.org/#cors-protocol), as Keycloak answers them: only origins that an operator
 * has named for the application, never a wildcard where a token could be read.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { readFormClient } from '../form-client.ts'
import type { DoorDeps } from '../front-door.ts'
import { tenantOf } from '../request-context.ts'
import { formOf } from './client.ts'
import { PREFLIGHT_HEADERS } from './wire.ts'

/** What may be read by every page, because anybody may read it. */
export const FOR_EVERY_PAGE = { 'access-control-allow-origin': '*' } as const

/** What pages may call, and how. */
export type CalledByPages = readonly { readonly path: string; readonly methods: readonly string[] }[]

type Allows = (request: FastifyRequest, reply: FastifyReply, clientId: string | undefined) => Promise<boolean>

function createAllows({ useCases }: DoorDeps): Allows {
  return async (request, reply, clientId) => {
    const { origin } = request.headers
    if (origin === undefined) return false
    reply.header('vary', 'origin')
    if (!(await useCases.allowsOrigin({ tenant: tenantOf(request), origin, clientId }))) return false
    reply.headers({ 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' })
    return true
  }
}

/** Tells a browser, on every route of this scope, whose page may read an answer, error or not. */
export function tellWhoMayRead(app: FastifyInstance, deps: DoorDeps): void {
  const allows = createAllows(deps)
  app.addHook('preHandler', async (request, reply) => {
    const { writesCacheControl: isPublic, bodies } = request.routeOptions.config
    if (isPublic || request.headers.origin === undefined || request.method === 'OPTIONS') return
    const client = bodies === 'form' ? readFormClient(request, formOf(request)) : undefined // a form alone names one
    await allows(request, reply, client?.ok ? client.value.clientId : undefined)
  })
}

/** `OPTIONS`, which a browser asks first. No application is named yet: an origin of any of the tenant will do until one is. */
export function answerPreflights(app: FastifyInstance, deps: DoorDeps, called: CalledByPages): void {
  const allows = createAllows(deps)
  for (const { path, methods } of called) {
    const list = [...methods, 'OPTIONS'].join(', ')
    app.options(path, async (request, reply) => {
      const told = (await allows(request, reply, undefined)) ? { ...PREFLIGHT_HEADERS, 'access-control-allow-methods': list } : {}
      return reply.code(200).headers(told).header('allow', list).send()
    })
  }
}
