/** Codes to people on the do-not-call register (https://docs.servetel.in/docs/whitelisting): sent for an account, told to it, and given back. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import { readAuthorization } from '../bearer.ts'
import { callerOf } from '../caller.ts'
import type { DoorDeps } from '../front-door.ts'
import { tenantOf } from '../request-context.ts'
import { NO_TOKEN } from '../smartflo/wire.ts'
import { answerError, refuse } from '../wire-error.ts'
import {
  PATHS,
  readGivenCode,
  SEND_REFUSALS,
  SENT,
  SendAnswer,
  SendRequest,
  UNREADABLE_SEND,
  UNREADABLE_VERIFY,
  VERIFIED,
  VERIFY_REFUSALS,
  VerifyAnswer,
  VerifyRequest,
} from './wire.ts'

export function createDoNotCall({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addHook('onRequest', refuseWithoutToken)

    app.post(
      PATHS.send,
      { schema: { body: SendRequest, response: { 200: SendAnswer } }, attachValidation: true },
      async (request, reply) => {
        if (request.validationError) return answerError(reply, UNREADABLE_SEND)
        const phone = String(request.body.mobile_number)
        const outcome = await useCases.askToAllowCalls({
          tenant: tenantOf(request),
          token: tokenOf(request),
          phone,
          caller: callerOf(request),
        })
        return outcome.ok ? { ...SENT, id: outcome.value.id } : refuse(reply, SEND_REFUSALS, outcome.refusal)
      },
    )

    app.post(
      PATHS.verify,
      { schema: { body: VerifyRequest, response: { 200: VerifyAnswer } }, attachValidation: true },
      async (request, reply) => {
        if (request.validationError) return answerError(reply, UNREADABLE_VERIFY)
        const outcome = await useCases.allowCalls({
          tenant: tenantOf(request),
          token: tokenOf(request),
          ...readGivenCode(request.body),
          caller: callerOf(request),
        })
        return outcome.ok ? VERIFIED : refuse(reply, VERIFY_REFUSALS, outcome.refusal)
      },
    )
  }
}

/** Before the body is read: a stranger learns nothing of what would be wrong with it. */
const refuseWithoutToken: onRequestAsyncHookHandler = async (request, reply) => {
  if (tokenOf(request) === '') return answerError(reply, NO_TOKEN)
}

/** Raw or after `Bearer`, as everywhere at this platform. */
function tokenOf({ headers }: FastifyRequest): string {
  const authorization = readAuthorization(headers.authorization)
  return 'token' in authorization ? authorization.token : ''
}
