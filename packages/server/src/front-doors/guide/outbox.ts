/** `GET /dev/outbox`: what the demo would have sent to telephones. Anywhere else there is no such route. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { DoorDeps } from '../front-door.ts'
import { RequestRefused } from '../request-refused.ts'
import { viewDemo } from './demo-view.ts'
import { PATHS } from './wire.ts'

export function createOutboxPage(deps: DoorDeps): FastifyPluginAsyncTypebox {
  const { demoOutbox } = deps.guide
  return async (app) => {
    if (demoOutbox === undefined) return
    app.get(PATHS.outbox, async (request, reply) => {
      if (viewDemo(request, deps) === undefined) throw new RequestRefused('not_found')
      reply.header('cross-origin-resource-policy', 'same-origin')
      return { messages: demoOutbox() }
    })
  }
}
