/**
 * `POST /token`: a password, or a refresh token, for tokens (RFC 6749, sections 4.3 and 6).
 *
 * What a grant lacks is told only to an application that there is and that has proved itself, as Keycloak does it. The use case finds
 * that out; so a request that lacks something is put to it all the same, with an empty name or token, which nobody has.
 */
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import type { ClientCredentials } from '../../use-cases/use-cases.ts'
import { callerOf } from '../caller.ts'
import type { DoorDeps } from '../front-door.ts'
import { tenantOf } from '../request-context.ts'
import { answerError, refuse } from '../wire-error.ts'
import { type Form, formOf, readOwnClient } from './client.ts'
import { tokenAnswer } from './token-answer.ts'
import {
  MISSING_GRANT_TYPE,
  MISSING_USERNAME,
  refreshRefusals,
  signInRefusals,
  UNREADABLE_CLIENTS,
  UNSUPPORTED_GRANT_TYPE,
} from './wire.ts'

export const TOKEN_ROUTE = { config: { bodies: 'form' } } as const

type Grant = (request: FastifyRequest, reply: FastifyReply, client: ClientCredentials, form: Form) => Promise<unknown>

export interface TokenEndpointOptions {
  /** Of a wrong password: 401 up to Keycloak 26.5, 400 later. */
  readonly badPasswordStatus: 400 | 401
}

export function createTokenEndpoint({ useCases }: DoorDeps, { badPasswordStatus }: TokenEndpointOptions): RouteHandlerMethod {
  const grants: ReadonlyMap<string, Grant> = new Map([
    ['password', signIn],
    ['refresh_token', refresh],
  ])

  async function signIn(request: FastifyRequest, reply: FastifyReply, client: ClientCredentials, { username, password = '', scope }: Form) {
    const tenant = tenantOf(request)
    const asked = scope === undefined ? {} : { scope }
    const outcome = await useCases.signIn({ tenant, client, login: username ?? '', password, caller: callerOf(request), ...asked })
    if (!outcome.ok) {
      const refusals = signInRefusals(badPasswordStatus, scope ?? '')
      return refuse(reply, username === undefined ? { ...refusals, credentials_wrong: MISSING_USERNAME } : refusals, outcome.refusal)
    }
    return tokenAnswer(outcome.value, tenant)
  }

  async function refresh(
    request: FastifyRequest,
    reply: FastifyReply,
    client: ClientCredentials,
    { refresh_token: refreshToken = '', scope }: Form,
  ) {
    const tenant = tenantOf(request)
    const asked = scope === undefined ? {} : { scope }
    const outcome = await useCases.refreshSession({ tenant, client, refreshToken, caller: callerOf(request), ...asked })
    if (!outcome.ok) return refuse(reply, refreshRefusals(scope ?? '', refreshToken), outcome.refusal)
    return tokenAnswer(outcome.value, tenant)
  }

  return async (request, reply) => {
    const form = formOf(request)
    const { grant_type: grantType } = form
    if (grantType === undefined) return answerError(reply, MISSING_GRANT_TYPE)
    const grant = grants.get(grantType)
    if (grant === undefined) return answerError(reply, UNSUPPORTED_GRANT_TYPE)
    const client = readOwnClient(request, form)
    if (!client.ok) return answerError(reply, UNREADABLE_CLIENTS[client.refusal.code])
    return grant(request, reply, client.value, form)
  }
}
