/** The hooks that stand before the routes. They run before a body is read, and no route can be without one. */
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { AskRingkey, Verdict } from './ask-ringkey.ts'

const SUBJECT = 'subject'

/** @returns makes the hook of a route: `{ onRequest: requireScope('calls:read') }` */
export function protectRoutes(app: FastifyInstance, askRingkey: AskRingkey): (scope: string) => onRequestAsyncHookHandler {
  const hooks = new WeakSet<object>()
  app.decorateRequest(SUBJECT, '')
  app.addHook('onRoute', ({ method, url, onRequest }) => {
    const isProtected = [onRequest ?? []].flat().some((hook) => hooks.has(hook))
    if (!isProtected) throw new Error(`${method} ${url} needs no scope, so anybody could call it`)
  })
  return (scope) => {
    const hook: onRequestAsyncHookHandler = async (request, reply) => {
      const verdict = await askRingkey(authorizationOf(request), scope)
      if (verdict.kind !== 'allowed') return refuse(reply, verdict)
      request.setDecorator(SUBJECT, verdict.subject)
    }
    hooks.add(hook)
    return hook
  }
}

/** The account that is calling, as Ringkey named it; a header of the caller's own has no say. */
export function subjectOf(request: FastifyRequest): string {
  return request.getDecorator<string>(SUBJECT)
}

/** All of them, should there be several: Node would drop all but the first, and Ringkey refuses more than one. */
function authorizationOf(request: FastifyRequest): string | undefined {
  return request.raw.headersDistinct.authorization?.join(', ')
}

function refuse(reply: FastifyReply, verdict: Exclude<Verdict, { kind: 'allowed' }>): FastifyReply {
  if (verdict.kind === 'undecided') return reply.code(503).header('retry-after', '1').send({ error: 'temporarily_unavailable' })
  const { status, challenge } = verdict
  if (challenge !== undefined) reply.header('www-authenticate', challenge)
  return reply.code(status).send({ error: status === 401 ? 'unauthorized' : 'forbidden' })
}
