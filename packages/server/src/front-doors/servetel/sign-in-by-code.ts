/** `POST /auth/otp`: programs of the platform send it a telephone number and get a code by text message; what follows is our decision. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ClientCredentials } from '../../use-cases/use-cases.ts'
import { callerOf } from '../caller.ts'
import type { DoorDeps } from '../front-door.ts'
import { tenantOf } from '../request-context.ts'
import { tokenAnswer } from '../smartflo/front-door.ts'
import { answerError, refuse } from '../wire-error.ts'
import { ASK_REFUSALS, CODE_SIGN_IN_REFUSALS, OTP_ANSWERS, OtpRequest, PATHS, readGivenCode, SENT, UNREADABLE_OTP } from './wire.ts'

export function createSignInByCode(
  client: Extract<ClientCredentials, { kind: 'door' }>,
  { useCases }: DoorDeps,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(PATHS.otp, { schema: { body: OtpRequest, response: OTP_ANSWERS }, attachValidation: true }, async (request, reply) => {
      if (request.validationError) return answerError(reply, UNREADABLE_OTP)
      const asked = { tenant: tenantOf(request), client, caller: callerOf(request) }
      const { body } = request
      if (body.otp !== undefined) {
        const signedIn = await useCases.signInWithCode({ ...asked, ...readGivenCode(body) })
        return signedIn.ok ? tokenAnswer(signedIn.value) : refuse(reply, CODE_SIGN_IN_REFUSALS, signedIn.refusal)
      }
      const sent = await useCases.askForSignInCode({ ...asked, phone: String(body.mobile_number) })
      return sent.ok ? { ...SENT, id: sent.value.id } : refuse(reply, ASK_REFUSALS, sent.refusal)
    })
  }
}
