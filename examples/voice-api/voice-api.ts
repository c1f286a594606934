/** A small voice API: it places calls, and lists those that the caller has placed. Who may do what, it asks Ringkey. */
import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyInstance } from 'fastify'
import { createAskRingkey, type RingkeyOptions } from './ask-ringkey.ts'
import { protectRoutes, subjectOf } from './require-scope.ts'

interface NewCall {
  /** E.164: `+493012345678`. */
  readonly from: string
  readonly to: string
}

interface Call extends NewCall {
  readonly id: string
  readonly placedBy: string
}

const PHONE = { type: 'string', pattern: '^\\+[1-9][0-9]{6,14}$' }
const NEW_CALL = { type: 'object', required: ['from', 'to'], properties: { from: PHONE, to: PHONE } }

export function createVoiceApi(ringkey: RingkeyOptions): FastifyInstance {
  const app = Fastify()
  const requireScope = protectRoutes(app, createAskRingkey(ringkey))
  const calls: Call[] = []

  app.post<{ Body: NewCall }>('/calls', { onRequest: requireScope('calls:write'), schema: { body: NEW_CALL } }, async (request, reply) => {
    const { from, to } = request.body
    const call = { id: randomUUID(), from, to, placedBy: subjectOf(request) }
    calls.push(call)
    return reply.code(201).send(call)
  })

  app.get('/calls', { onRequest: requireScope('calls:read') }, async (request) => ({
    calls: calls.filter(({ placedBy }) => placedBy === subjectOf(request)),
  }))

  return app
}
