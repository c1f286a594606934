/** What Keycloak's clients find below `/realms/<tenant>`, beside the token endpoint. README.md states each. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest, onRequestHookHandler, RouteHandlerMethod } from 'fastify'
import { emailOf } from '../../domain/account.ts'
import type { CheckedToken, DescribeCaller } from '../../use-cases/use-cases.ts'
import { bearerTokenOf } from '../bearer.ts'
import { callerOf } from '../caller.ts'
import { KEYS_CACHE_CONTROL } from '../checking/wire.ts'
import { readFormClient } from '../form-client.ts'
import type { DoorDeps } from '../front-door.ts'
import { tenantOf } from '../request-context.ts'
import { answerError, refuse, type WireError } from '../wire-error.ts'
import { type Form, formOf, readOwnClient } from './client.ts'
import { answerPreflights, type CalledByPages, FOR_EVERY_PAGE } from './cors.ts'
import { describeRealm } from './discovery.ts'
import { createTokenEndpoint, TOKEN_ROUTE, type TokenEndpointOptions } from './token-endpoint.ts'
import {
  ASKER_UNKNOWN,
  INACTIVE,
  INTROSPECTION_REFUSALS,
  NOTHING_TO_INTROSPECT,
  noBearer,
  PATHS,
  revocationRefusals,
  signOutRefusals,
  TOKEN_TYPES,
  TWO_TOKENS,
  UNKNOWN_REALM,
  UNREADABLE_CLIENTS,
  UNSUPPORTED_HINT,
  userinfoRefusals,
} from './wire.ts'

const CALLED_BY_PAGES: CalledByPages = [
  ...['token', 'logout', 'revoke'].map((name) => ({ path: `${PATHS.protocol}/${name}`, methods: ['POST'] })),
  { path: `${PATHS.protocol}/userinfo`, methods: ['GET', 'POST'] },
]
const CLAIMS_OF_SCOPES: Readonly<Record<string, readonly string[]>> = {
  profile: ['name', 'preferred_username'],
  email: ['email', 'email_verified'],
}

/** Anybody may read these, the page of anybody too. */
const PUBLISHED = { 'cache-control': KEYS_CACHE_CONTROL, ...FOR_EVERY_PAGE } as const
const FORM = { config: { bodies: 'form' } } as const

export function createRealm(deps: DoorDeps, options: TokenEndpointOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addHook('onRequest', refuseOtherRealm) // before the body is read: nothing is said of it
    answerPreflights(app, deps, CALLED_BY_PAGES)
    app.post(`${PATHS.protocol}/token`, TOKEN_ROUTE, createTokenEndpoint(deps, options))
    app.post(`${PATHS.protocol}/logout`, FORM, createLogout(deps))
    app.post(`${PATHS.protocol}/revoke`, FORM, createRevocation(deps))
    app.post(`${PATHS.protocol}/token/introspect`, FORM, createIntrospection(deps))
    app.get(`${PATHS.protocol}/userinfo`, createUserinfo(deps))
    app.post(`${PATHS.protocol}/userinfo`, FORM, createUserinfo(deps))
    const published = { config: { writesCacheControl: true } } as const
    app.get(`${PATHS.protocol}/certs`, published, createCerts(deps))
    app.get(PATHS.discovery, published, async (request, reply) =>
      reply.headers(PUBLISHED).send(describeRealm(deps.issuerOf(tenantOf(request)), tenantOf(request))),
    )
  }
}

/** The tenant is chosen by the host and the prefix; the realm in the path must be that one. */
const refuseOtherRealm: onRequestHookHandler = (request, reply, done) => {
  const { realm } = request.params as { readonly realm: string } // every route here has it
  if (realm === tenantOf(request).name) return done()
  answerError(reply, UNKNOWN_REALM)
}

function createLogout({ useCases }: DoorDeps): RouteHandlerMethod {
  return async (request, reply) => {
    const form = formOf(request)
    const client = readOwnClient(request, form)
    if (!client.ok) return answerError(reply, UNREADABLE_CLIENTS[client.refusal.code])
    const { refresh_token: refreshToken = '' } = form
    const outcome = await useCases.signOut({ tenant: tenantOf(request), client: client.value, refreshToken, caller: callerOf(request) })
    return outcome.ok ? reply.code(204).send() : refuse(reply, signOutRefusals(refreshToken), outcome.refusal)
  }
}

function createRevocation({ useCases }: DoorDeps): RouteHandlerMethod {
  return async (request, reply) => {
    const form = formOf(request)
    const client = readOwnClient(request, form)
    if (!client.ok) return answerError(reply, UNREADABLE_CLIENTS[client.refusal.code])
    const { token = '' } = form // a hint of its type is passed over, as RFC 7009, section 2.1 allows
    const outcome = await useCases.revokeToken({ tenant: tenantOf(request), client: client.value, token, caller: callerOf(request) })
    return outcome.ok ? reply.code(200).send() : refuse(reply, revocationRefusals(token), outcome.refusal)
  }
}

function createIntrospection({ useCases }: DoorDeps): RouteHandlerMethod {
  return async (request, reply) => {
    const form = formOf(request)
    const client = readFormClient(request, form)
    if (!client.ok) return answerError(reply, ASKER_UNKNOWN)
    // Told when the application is known; until then an empty token stands for it, which is nobody's.
    const problem = problemOf(form)
    const token = problem === undefined ? (form.token ?? '') : ''
    const outcome = await useCases.introspectToken({ tenant: tenantOf(request), client: client.value, token, caller: callerOf(request) })
    if (!outcome.ok) return refuse(reply, INTROSPECTION_REFUSALS, outcome.refusal)
    if (problem !== undefined) return answerError(reply, problem)
    return outcome.value === undefined ? INACTIVE : describeToken(outcome.value)
  }
}

function problemOf({ token, token_type_hint: hint }: Form): WireError | undefined {
  if (token === undefined) return NOTHING_TO_INTROSPECT
  return hint === undefined || TOKEN_TYPES.has(hint) ? undefined : UNSUPPORTED_HINT
}

function describeToken({ stated, ...token }: CheckedToken) {
  const named = { client_id: token.clientId, token_type: 'Bearer', active: true }
  if (stated !== undefined) {
    const left = withoutLost(stated, token.scope)
    const { preferred_username: username } = left
    return { ...left, scope: token.scope, ...(username === undefined ? {} : { username }), ...named }
  }
  const { expiresAt, issuedAt, tokenId, issuer, audience, subject, clientId, sessionId, scope } = token
  return {
    exp: expiresAt,
    iat: issuedAt,
    jti: tokenId,
    iss: issuer,
    ...(audience.length === 0 ? {} : { aud: audience }),
    sub: subject,
    azp: clientId,
    ...(sessionId === undefined ? {} : { sid: sessionId }),
    scope,
    ...named,
  }
}

/** What the token says, less what scopes allowed it that were taken from its application since. */
function withoutLost(stated: Readonly<Record<string, unknown>>, scope: string): Readonly<Record<string, unknown>> {
  const scopes = scope.split(' ')
  const lost = Object.entries(CLAIMS_OF_SCOPES).flatMap(([name, claims]) => (scopes.includes(name) ? [] : claims))
  return Object.fromEntries(Object.entries(stated).filter(([claim]) => !lost.includes(claim)))
}

function createUserinfo({ useCases }: DoorDeps): RouteHandlerMethod {
  return async (request, reply) => {
    const tenant = tenantOf(request)
    const inBody = request.method === 'POST' ? formOf(request).access_token : undefined // RFC 6750, section 2.2
    const inHeader = bearerTokenOf(request)
    if (inBody !== undefined && inHeader !== undefined) return answerError(reply, TWO_TOKENS)
    const token = inHeader ?? inBody
    if (token === undefined) return answerError(reply, noBearer(tenant.name))
    const outcome = await useCases.describeCaller({ tenant, token })
    const refusals = userinfoRefusals(tenant.name)
    if (!outcome.ok) return refuse(reply, refusals, outcome.refusal)
    // A token that another door made says nothing of a person, and opens nothing here.
    if (outcome.value.token.stated === undefined) return refuse(reply, refusals, { code: 'token_invalid' })
    return describePerson(outcome.value)
  }
}

type DescribedCaller = Extract<Awaited<ReturnType<DescribeCaller>>, { ok: true }>['value']

/** OpenID Connect Core 1.0, section 5.3.2: what the scopes of the token say, as the account is now; in the order of its claims. */
function describePerson({ token, account }: DescribedCaller) {
  const scopes = token.scope.split(' ')
  const email = scopes.includes('email') ? { email_verified: false, email: emailOf(account) } : undefined
  const profile = scopes.includes('profile') ? { name: account.name, preferred_username: account.loginIds[0] } : undefined
  return { sub: account.id, email_verified: email?.email_verified, ...profile, email: email?.email }
}

/** The keys of this door's tokens and no others: Keycloak's clients stumble over kinds of keys that it has not. */
function createCerts({ useCases }: DoorDeps): RouteHandlerMethod {
  return async (request: FastifyRequest, reply) => {
    const keys = await useCases.listPublicKeys(tenantOf(request))
    const own = keys.filter(({ purpose }) => purpose === 'keycloak-access' || purpose === 'id')
    return reply.headers(PUBLISHED).send({ keys: own.map(({ jwk }) => jwk) })
  }
}
