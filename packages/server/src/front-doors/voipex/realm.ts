/** What Keycloak's clients find below `/realms/<tenant>`, beside the token endpoint. README.md states each. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest, preHandlerHookHandler, RouteHandlerMethod } from 'fastify'
import { emailOf } from '../../domain/account.ts'
import { parseScope, scopeTokens } from '../../domain/scope.ts'
import type { CheckedToken, DescribeCaller } from '../../use-cases/use-cases.ts'
import { bearerTokenOf } from '../bearer.ts'
import { callerOf } from '../caller.ts'
import { KEYS_CACHE_CONTROL } from '../checking/wire.ts'
import type { DoorDeps } from '../front-door.ts'
import { tenantOf } from '../request-context.ts'
import { answerError, refuse } from '../wire-error.ts'
import { formOf, readClient } from './client.ts'
import { describeRealm } from './discovery.ts'
import { createTokenEndpoint, TOKEN_ROUTE, type TokenEndpointOptions } from './token-endpoint.ts'
import {
  ASKER_UNKNOWN,
  INACTIVE,
  INTROSPECTION_MISSING_TOKEN,
  INTROSPECTION_REFUSALS,
  INTROSPECTION_UNSUPPORTED_TYPE,
  MISSING_REFRESH_TOKEN,
  MISSING_TOKEN,
  noBearer,
  PATHS,
  REVOCATION_REFUSALS,
  SIGN_OUT_REFUSALS,
  TWO_TOKENS,
  UNKNOWN_REALM,
  UNREADABLE_CLIENTS,
  UNSUPPORTED_TOKEN_TYPE,
  userinfoRefusals,
} from './wire.ts'

const FORM = { config: { bodies: 'form' } } as const
/** RFC 7009, section 2.1, and Keycloak's name for a token of its introspection. */
const TOKEN_TYPES: ReadonlySet<string> = new Set(['access_token', 'refresh_token', 'requesting_party_token'])

export function createRealm(deps: DoorDeps, options: TokenEndpointOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addHook('preHandler', refuseOtherRealm)
    app.post(`${PATHS.protocol}/token`, TOKEN_ROUTE, createTokenEndpoint(deps, options))
    app.post(`${PATHS.protocol}/logout`, FORM, createLogout(deps))
    app.post(`${PATHS.protocol}/revoke`, FORM, createRevocation(deps))
    app.post(`${PATHS.protocol}/token/introspect`, FORM, createIntrospection(deps))
    app.get(`${PATHS.protocol}/userinfo`, createUserinfo(deps))
    app.post(`${PATHS.protocol}/userinfo`, FORM, createUserinfo(deps))
    const published = { config: { writesCacheControl: true } } as const
    app.get(`${PATHS.protocol}/certs`, published, createCerts(deps))
    app.get(PATHS.discovery, published, async (request, reply) =>
      reply.header('cache-control', KEYS_CACHE_CONTROL).send(describeRealm(deps.issuerOf(tenantOf(request)), tenantOf(request))),
    )
  }
}

/** The tenant is chosen by the host and the prefix; the realm in the path must be that one. */
const refuseOtherRealm: preHandlerHookHandler = (request, reply, done) => {
  const { realm } = request.params as { readonly realm: string } // every route here has it
  if (realm === tenantOf(request).name) return done()
  answerError(reply, UNKNOWN_REALM)
}

function createLogout({ useCases }: DoorDeps): RouteHandlerMethod {
  return async (request, reply) => {
    const form = formOf(request)
    const client = readClient(request, form)
    if (!client.ok) return answerError(reply, UNREADABLE_CLIENTS[client.refusal.code])
    const { refresh_token: refreshToken } = form
    if (refreshToken === undefined) return answerError(reply, MISSING_REFRESH_TOKEN)
    const outcome = await useCases.signOut({ tenant: tenantOf(request), client: client.value, refreshToken, caller: callerOf(request) })
    return outcome.ok ? reply.code(204).send() : refuse(reply, SIGN_OUT_REFUSALS, outcome.refusal)
  }
}

function createRevocation({ useCases }: DoorDeps): RouteHandlerMethod {
  return async (request, reply) => {
    const form = formOf(request)
    const client = readClient(request, form)
    if (!client.ok) return answerError(reply, UNREADABLE_CLIENTS[client.refusal.code])
    const { token, token_type_hint: hint } = form
    if (token === undefined) return answerError(reply, MISSING_TOKEN)
    if (hint !== undefined && !TOKEN_TYPES.has(hint)) return answerError(reply, UNSUPPORTED_TOKEN_TYPE)
    const outcome = await useCases.revokeToken({ tenant: tenantOf(request), client: client.value, token, caller: callerOf(request) })
    return outcome.ok ? reply.code(200).send() : refuse(reply, REVOCATION_REFUSALS, outcome.refusal)
  }
}

function createIntrospection({ useCases }: DoorDeps): RouteHandlerMethod {
  return async (request, reply) => {
    const form = formOf(request)
    const client = readClient(request, form)
    if (!client.ok) return answerError(reply, ASKER_UNKNOWN)
    const { token, token_type_hint: hint } = form
    if (token === undefined) return answerError(reply, INTROSPECTION_MISSING_TOKEN)
    if (hint !== undefined && !TOKEN_TYPES.has(hint)) return answerError(reply, INTROSPECTION_UNSUPPORTED_TYPE)
    const outcome = await useCases.introspectToken({ tenant: tenantOf(request), client: client.value, token, caller: callerOf(request) })
    if (!outcome.ok) return refuse(reply, INTROSPECTION_REFUSALS, outcome.refusal)
    return outcome.value === undefined ? INACTIVE : describeToken(outcome.value)
  }
}

function describeToken(token: CheckedToken) {
  const named = { client_id: token.clientId, token_type: 'Bearer', active: true }
  const { stated } = token
  if (stated !== undefined) {
    const { preferred_username: username } = stated
    return { ...stated, scope: token.scope, ...(username === undefined ? {} : { username }), ...named }
  }
  const { expiresAt, issuedAt, tokenId, issuer, audience, subject, clientId, sessionId, scope } = token
  const what = {
    exp: expiresAt,
    iat: issuedAt,
    jti: tokenId,
    iss: issuer,
    aud: audience,
    sub: subject,
    typ: 'Bearer',
    azp: clientId,
    scope,
  }
  return { ...what, ...(sessionId === undefined ? {} : { sid: sessionId }), ...named }
}

function createUserinfo({ useCases }: DoorDeps): RouteHandlerMethod {
  return async (request, reply) => {
    const tenant = tenantOf(request)
    const tokens = [bearerTokenOf(request), request.method === 'POST' ? formOf(request).access_token : undefined].filter(isPresent)
    const [token] = tokens
    if (token === undefined) return answerError(reply, noBearer(tenant.name))
    if (tokens.length > 1) return answerError(reply, TWO_TOKENS)
    const outcome = await useCases.describeCaller({ tenant, token })
    return outcome.ok ? describePerson(outcome.value) : refuse(reply, userinfoRefusals(tenant.name), outcome.refusal)
  }
}

function isPresent<Value>(value: Value | undefined): value is Value {
  return value !== undefined
}

/** OpenID Connect Core 1.0, section 5.3.2: what the scopes of the token say, as the account is now. */
function describePerson({ token, account }: Extract<Awaited<ReturnType<DescribeCaller>>, { ok: true }>['value']) {
  const scopes = scopeTokens(parseScope(token.scope) ?? ('' as never))
  const email = emailOf(account)
  return {
    sub: account.id,
    ...(scopes.includes('email') ? { email_verified: false } : {}),
    ...(scopes.includes('profile') && account.name !== undefined ? { name: account.name } : {}),
    ...(scopes.includes('profile') ? { preferred_username: account.loginIds[0] } : {}),
    ...(scopes.includes('email') && email !== undefined ? { email } : {}),
  }
}

/** The keys of this door's tokens and no others: Keycloak's clients stumble over kinds of keys that it has not. */
function createCerts({ useCases }: DoorDeps): RouteHandlerMethod {
  return async (request: FastifyRequest, reply) => {
    const keys = await useCases.listPublicKeys(tenantOf(request))
    const own = keys.filter(({ purpose }) => purpose === 'keycloak-access' || purpose === 'id')
    return reply.header('cache-control', KEYS_CACHE_CONTROL).send({ keys: own.map(({ jwk }) => jwk) })
  }
}
