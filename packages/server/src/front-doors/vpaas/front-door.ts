/**
 * Deutsche Telekom VPaaS: a login is started by a program, finished in a browser at the IDM, and its code exchanged by the program.
 * README.md states the protocol; `wire.ts` spells it; the browser's part is in `login-complete.ts`.
 */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { emailOf } from '../../domain/account.ts'
import type { RedirectUri } from '../../domain/redirect-uri.ts'
import { flagsOf } from '../../domain/role.ts'
import type { Scope } from '../../domain/scope.ts'
import type { DescribedUser, SessionTokens } from '../../use-cases/use-cases.ts'
import { bearerTokenOf } from '../bearer.ts'
import { callerOf } from '../caller.ts'
import type { DoorDeps, FrontDoor } from '../front-door.ts'
import { DOOR as IDM } from '../idm/wire.ts'
import { PAGE_TRANSPORT_ERRORS } from '../pages.ts'
import { readQuery } from '../query.ts'
import { contextOf, tenantOf } from '../request-context.ts'
import { answerError, refuse } from '../wire-error.ts'
import { createDemo } from './demo.ts'
import { createLoginComplete } from './login-complete.ts'
import { ABOUT, OPERATIONS } from './operations.ts'
import { trial } from './trial.ts'
import {
  DOOR,
  EXCHANGE_MEMBERS,
  ExchangeRequest,
  exchangeRefusals,
  missingClientId,
  PATHS,
  REFRESH_MEMBERS,
  RefreshRequest,
  refreshRefusals,
  startLoginRefusals,
  TokenAnswer,
  TRANSPORT_ERRORS,
  UserAnswer,
  unreadable,
  userRefusals,
} from './wire.ts'

const DAY_SECONDS = 86_400

export const vpaas: FrontDoor = {
  name: DOOR,
  title: 'Deutsche Telekom VPaaS',
  documentUrl: 'https://developer.telekom.com/idm-token',
  isInEveryTenant: false,
  signsInWithoutClient: false,
  readsRawTokens: false,
  needs: [IDM],
  callbackPath: PATHS.loginComplete,
  applicationDefaults: {
    type: 'public', // its API key is in every copy of an app
    scope: 'CompApp' as Scope,
    tokenFormat: 'sealed',
    algorithm: 'ES256',
    lifetimes: { accessSeconds: 14_399, idleSeconds: 30 * DAY_SECONDS, absoluteSeconds: 180 * DAY_SECONDS },
    refreshPolicy: { name: 'device' }, // a smart speaker may be without a network for long
    pageSignIn: { redirectUris: ['smarthubplatform://login' as RedirectUri], requiresPkce: false, showsCode: false },
  },
  owns: [
    { paths: [PATHS.loginComplete], errors: PAGE_TRANSPORT_ERRORS },
    { paths: ['/user/api/*'], errors: TRANSPORT_ERRORS },
  ],
  demo: createDemo(),
  trial,
  about: ABOUT,
  operations: OPERATIONS,
  plugin: (deps) => async (app) => {
    await app.register(createLogin(deps))
    // It uses things up: who asks by HEAD what is there must not.
    app.get(PATHS.loginComplete, { exposeHeadRoute: false }, createLoginComplete(deps))
    await app.register(createTokenRoutes(deps))
    await app.register(createUserInfo(deps))
  },
}

const LOGIN_PARAMETERS = ['clientId', 'scope', 'redirectUri', 'codeChallenge', 'codeChallengeMethod'] as const

/** 1. Trigger the login: both a redirect and a text that says where to, for who pastes it into a browser. */
function createLogin({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(PATHS.login, async (request, reply) => {
      const { clientId, scope, redirectUri, codeChallenge: challenge, codeChallengeMethod: method } = readQuery(request, LOGIN_PARAMETERS)
      const codeChallenge = challenge === undefined && method === undefined ? undefined : { challenge: challenge ?? '', method }
      const client = clientOf(request, clientId)
      const outcome = await useCases.startLogin({ tenant: tenantOf(request), door: DOOR, client, scope, redirectUri, codeChallenge })
      const { requestId } = contextOf(request)
      if (!outcome.ok) return refuse(reply, startLoginRefusals(requestId), outcome.refusal)
      if (clientId === undefined) return answerError(reply, missingClientId(requestId))
      const { location } = outcome.value
      return reply.code(302).header('location', location).type('text/plain; charset=utf-8').send(`Redirect to ${location}`)
    })
  }
}

/**
 * 2. Exchange the auth code, and 4. refresh the token. What a body lacks is told only to an application that has proved itself; the use
 * case finds that out, so a request that lacks something is put to it all the same, with an empty code or token, which nobody has.
 */
function createTokenRoutes({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      PATHS.exchange,
      { config: { bodies: 'json' }, schema: { body: ExchangeRequest, response: { 200: TokenAnswer } }, attachValidation: true },
      async (request, reply) => {
        const isReadable = request.validationError === undefined
        const {
          authCode: code,
          clientId,
          codeVerifier,
        } = isReadable ? request.body : { authCode: '', clientId: undefined, codeVerifier: undefined }
        const { requestId } = contextOf(request)
        const outcome = await useCases.exchangeCode({
          tenant: tenantOf(request),
          client: clientOf(request, clientId),
          code,
          binding: { kind: 'login' },
          codeVerifier,
          caller: callerOf(request),
        })
        if (outcome.ok) return tokenAnswer(outcome.value)
        const refusals = exchangeRefusals(requestId)
        return refuse(
          reply,
          isReadable ? refusals : { ...refusals, code_refused: unreadable(requestId, EXCHANGE_MEMBERS) },
          outcome.refusal,
        )
      },
    )

    app.post(
      PATHS.refresh,
      { config: { bodies: 'json' }, schema: { body: RefreshRequest, response: { 200: TokenAnswer } }, attachValidation: true },
      async (request, reply) => {
        const isReadable = request.validationError === undefined
        const { refreshToken, clientId } = isReadable ? request.body : { refreshToken: '', clientId: undefined }
        const { requestId } = contextOf(request)
        const client = clientOf(request, clientId)
        const outcome = await useCases.refreshSession({ tenant: tenantOf(request), client, refreshToken, caller: callerOf(request) })
        if (outcome.ok) return tokenAnswer(outcome.value)
        const refusals = refreshRefusals(requestId)
        return refuse(
          reply,
          isReadable ? refusals : { ...refusals, token_invalid: unreadable(requestId, REFRESH_MEMBERS) },
          outcome.refusal,
        )
      },
    )
  }
}

/** 3. Use the token: whose is it? */
function createUserInfo({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    for (const path of [PATHS.userInfo, `${PATHS.userInfo}/`]) {
      app.get(path, { schema: { response: { 200: UserAnswer } } }, async (request, reply) => {
        const client = clientOf(request, undefined)
        const outcome = await useCases.describeUser({ tenant: tenantOf(request), client, token: bearerTokenOf(request) ?? '' })
        if (!outcome.ok) return refuse(reply, userRefusals(contextOf(request).requestId), outcome.refusal)
        return userAnswer(outcome.value)
      })
    }
  }
}

/** The application, as the header `apikey` and the request's own word name it. A missing key is a wrong one. */
function clientOf({ headers }: Pick<FastifyRequest, 'headers'>, clientId: string | undefined) {
  const { apikey } = headers
  const named = clientId === undefined ? {} : { clientId }
  return { kind: 'api_key', apiKey: typeof apikey === 'string' ? apikey : '', format: 'sealed', ...named } as const
}

function tokenAnswer({ accessToken, refreshToken, accessExpiresInSeconds, accessExpiresAt, scope }: SessionTokens) {
  if (refreshToken === undefined) throw new Error('a sealed session has a refresh token')
  return {
    accessToken,
    refreshToken,
    expiresIn: accessExpiresInSeconds,
    expiresAt: `${new Date(accessExpiresAt * 1000).toISOString().slice(0, -1)}000Z`, // microseconds, as the platform writes them
    scope,
  }
}

/** Who has no name is called by the e-mail address, as the platform's own people are. */
function userAnswer({ account, anonymizedId, personalDataUrl }: DescribedUser) {
  const email = emailOf(account)
  return {
    id: account.id,
    anonymizedId,
    name: account.name ?? email ?? account.loginIds[0] ?? account.id,
    email: email ?? null,
    personalDataUrl,
    flags: [...flagsOf(account.roles)],
  }
}
