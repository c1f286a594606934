/** `POST /oauth2/tokens`: a code, or a refresh token, for tokens (RFC 6749, sections 4.1.3 and 6). */
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import type { SessionTokens } from '../../use-cases/use-cases.ts'
import { callerOf } from '../caller.ts'
import { type ClientFields, filledFields, type NamedClient, readFormClient } from '../form-client.ts'
import type { DoorDeps } from '../front-door.ts'
import { tenantOf } from '../request-context.ts'
import { answerError, refuse } from '../wire-error.ts'
import { EXCHANGE_REFUSALS, MISSING_GRANT_TYPE, missing, REFRESH_REFUSALS, UNREADABLE_CLIENTS, UNSUPPORTED_GRANT_TYPE } from './wire.ts'

interface Form extends ClientFields {
  readonly grant_type?: string
  readonly code?: string
  readonly redirect_uri?: string
  readonly code_verifier?: string
  readonly refresh_token?: string
  readonly scope?: string
}

type Grant = (request: FastifyRequest, reply: FastifyReply, client: NamedClient, form: Form) => Promise<unknown>

export function createTokenEndpoint({ useCases }: DoorDeps): RouteHandlerMethod {
  const grants: ReadonlyMap<string, Grant> = new Map([
    ['authorization_code', exchange],
    ['refresh_token', refresh],
  ])

  async function exchange(
    request: FastifyRequest,
    reply: FastifyReply,
    client: NamedClient,
    { code, redirect_uri: redirectUri, code_verifier: codeVerifier }: Form,
  ) {
    if (code === undefined) return answerError(reply, missing('code'))
    if (redirectUri === undefined) return answerError(reply, missing('redirect_uri'))
    const binding = { kind: 'redirect', redirectUri } as const
    const caller = callerOf(request)
    const outcome = await useCases.exchangeCode({ tenant: tenantOf(request), client, code, binding, codeVerifier, caller })
    return outcome.ok ? tokenAnswer(outcome.value) : refuse(reply, EXCHANGE_REFUSALS, outcome.refusal)
  }

  async function refresh(request: FastifyRequest, reply: FastifyReply, client: NamedClient, { refresh_token: refreshToken, scope }: Form) {
    if (refreshToken === undefined) return answerError(reply, missing('refresh_token'))
    const asked = scope === undefined ? {} : { scope }
    const outcome = await useCases.refreshSession({ tenant: tenantOf(request), client, refreshToken, caller: callerOf(request), ...asked })
    return outcome.ok ? tokenAnswer(outcome.value) : refuse(reply, REFRESH_REFUSALS, outcome.refusal)
  }

  return async (request, reply) => {
    const form: Form = filledFields(request)
    if (form.grant_type === undefined) return answerError(reply, MISSING_GRANT_TYPE)
    const grant = grants.get(form.grant_type)
    if (grant === undefined) return answerError(reply, UNSUPPORTED_GRANT_TYPE)
    const client = readFormClient(request, form)
    if (!client.ok) return answerError(reply, UNREADABLE_CLIENTS[client.refusal.code])
    return grant(request, reply, { ...client.value, format: 'signed' }, form)
  }
}

function tokenAnswer({ accessToken, accessExpiresInSeconds, refreshToken, scope }: SessionTokens) {
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: accessExpiresInSeconds,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    scope,
  }
}
