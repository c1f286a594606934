/**
 * What every tenant has, whatever its doors: the ways in which an API, a gateway or a SIP server checks a token.
 * Introspection (RFC 7662) tells an application about a token, `/verify` (verify.ts) decides by its status, and the public keys let
 * others check signatures by themselves.
 */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { defaultPolicy } from '../../domain/refresh-policy.ts'
import type { Scope } from '../../domain/scope.ts'
import type { CheckedToken, ClientCredentials } from '../../use-cases/use-cases.ts'
import { callerOf } from '../caller.ts'
import { readClientCredentials } from '../client-credentials.ts'
import type { DoorDeps, FrontDoor } from '../front-door.ts'
import { tenantOf } from '../request-context.ts'
import { RequestRefused } from '../request-refused.ts'
import { refuse } from '../wire-error.ts'
import { createDemo } from './demo.ts'
import { ABOUT, OPERATIONS } from './operations.ts'
import { trial } from './trial.ts'
import { ANY_METHOD, createVerify } from './verify.ts'
import {
  INACTIVE,
  INTROSPECTION_REFUSALS,
  IntrospectionAnswer,
  IntrospectionRequest,
  KEYS_CACHE_CONTROL,
  PATHS,
  TRANSPORT_ERRORS,
  UNREADABLE_CLIENTS,
  VERIFY_TRANSPORT_ERRORS,
} from './wire.ts'

export const checking: FrontDoor = {
  name: 'checking',
  title: 'Checking tokens',
  documentUrl: 'https://www.rfc-editor.org/rfc/rfc7662',
  isInEveryTenant: true,
  signsInWithoutClient: false,
  readsRawTokens: false,
  applicationDefaults: {
    type: 'confidential',
    scope: '' as Scope,
    tokenFormat: 'signed',
    algorithm: 'ES256',
    lifetimes: { accessSeconds: 600, idleSeconds: 14 * 86_400, absoluteSeconds: 90 * 86_400 },
    refreshPolicy: defaultPolicy('device', 600),
  },
  owns: [
    { paths: [PATHS.verify], errors: VERIFY_TRANSPORT_ERRORS },
    { paths: [PATHS.introspect, PATHS.jwks, `${PATHS.keys}/*`], errors: TRANSPORT_ERRORS },
  ],
  demo: createDemo(),
  trial,
  about: ABOUT,
  operations: OPERATIONS,
  plugin: (deps) => async (app) => {
    await app.register(createIntrospection(deps))
    await app.register(createPublicKeys(deps))
    const readsRawTokens = deps.doors.some((door) => door.readsRawTokens)
    for (const method of ANY_METHOD) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
    app.route({
      method: ANY_METHOD,
      url: PATHS.verify,
      config: { writesCacheControl: true },
      onRequest: createVerify(deps.useCases.authorizeCall, readsRawTokens),
      handler: () => {
        throw new Error('/verify is answered before its handler')
      },
    })
  },
}

function createIntrospection({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  const clients = new WeakMap<FastifyRequest, ClientCredentials>()

  return async (app) => {
    /** Before the body is parsed: a stranger learns nothing of what would be wrong with it. */
    app.addHook('onRequest', async (request, reply) => {
      const client = readClientCredentials(request)
      if (!client.ok) return refuse(reply, UNREADABLE_CLIENTS, client.refusal)
      clients.set(request, client.value)
    })
    app.post(
      PATHS.introspect,
      {
        config: { bodies: 'form' },
        schema: { body: IntrospectionRequest, response: { 200: IntrospectionAnswer } },
      },
      async (request, reply) => {
        const client = clients.get(request)
        if (client === undefined) throw new Error('introspection was reached without an application')
        const outcome = await useCases.introspectToken({
          tenant: tenantOf(request),
          client,
          token: request.body.token,
          caller: callerOf(request),
        })
        if (!outcome.ok) return refuse(reply, INTROSPECTION_REFUSALS, outcome.refusal)
        return outcome.value === undefined ? INACTIVE : describeToken(outcome.value)
      },
    )
  }
}

function describeToken(token: CheckedToken) {
  return {
    active: true,
    scope: token.scope,
    client_id: token.clientId,
    token_type: 'Bearer',
    exp: token.expiresAt,
    iat: token.issuedAt,
    nbf: token.notBefore,
    sub: token.subject,
    ...(token.audience.length === 0 ? {} : { aud: [...token.audience] }),
    iss: token.issuer,
    jti: token.tokenId,
    ...(token.sessionId === undefined ? {} : { sid: token.sessionId }),
    ...(token.actor === undefined ? {} : { act: { sub: token.actor } }),
  } as const
}

function createPublicKeys({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    const config = { writesCacheControl: true }
    app.get(PATHS.jwks, { config }, async (request, reply) => {
      const keys = await useCases.listPublicKeys(tenantOf(request))
      return reply.header('cache-control', KEYS_CACHE_CONTROL).send({ keys: keys.map((key) => key.jwk) })
    })
    app.get(`${PATHS.keys}/:file`, { config, schema: { params: Type.Object({ file: Type.String() }) } }, async (request, reply) => {
      const keys = await useCases.listPublicKeys(tenantOf(request))
      const key = keys.find(({ id }) => `${id}.pem` === request.params.file)
      if (key === undefined) throw new RequestRefused('not_found')
      return reply.header('cache-control', KEYS_CACHE_CONTROL).type('application/x-pem-file').send(key.pem)
    })
  }
}
