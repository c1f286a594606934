/** `POST /token-exchange`: the tokens of another account, for an access that may impersonate. VOIPEX's own, beside Keycloak. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { bearerTokenOf } from '../bearer.ts'
import { callerOf } from '../caller.ts'
import type { DoorDeps } from '../front-door.ts'
import { tenantOf } from '../request-context.ts'
import { answerError, refuse } from '../wire-error.ts'
import { tokenAnswer } from './token-answer.ts'
import { ExchangeRequest, exchangeRefusals, MISSING_EMAIL, noBearer, PATHS } from './wire.ts'

export function createTokenExchange({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      PATHS.tokenExchange,
      {
        config: { bodies: 'json' },
        schema: { body: ExchangeRequest },
        attachValidation: true,
        /** Before the body is read: a stranger learns nothing of what would be wrong with it. */
        onRequest: async (request, reply) => {
          if (bearerTokenOf(request) === undefined) return answerError(reply, noBearer(tenantOf(request).name))
        },
      },
      async (request, reply) => {
        const tenant = tenantOf(request)
        const token = bearerTokenOf(request)
        if (token === undefined) return answerError(reply, noBearer(tenant.name))
        if (request.validationError) return answerError(reply, MISSING_EMAIL)
        const outcome = await useCases.impersonate({ tenant, token, login: request.body.email, caller: callerOf(request) })
        if (!outcome.ok) return refuse(reply, exchangeRefusals(tenant.name), outcome.refusal)
        return tokenAnswer(outcome.value, tenant)
      },
    )
  }
}
