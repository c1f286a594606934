/**
 * Tata Smartflo, and every platform of its family. How they differ is a `Dialect`: data, no code.
 * README.md states the protocol; `wire.ts` spells it; `login-validation.ts` is Laravel's part of it.
 */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { preValidationHookHandler } from 'fastify'
import type { ApplicationDefaults } from '../../domain/application.ts'
import type { Scope } from '../../domain/scope.ts'
import type { ClientCredentials, SessionTokens } from '../../use-cases/use-cases.ts'
import { callerOf } from '../caller.ts'
import type { DoorDeps, FrontDoor } from '../front-door.ts'
import { tenantOf } from '../request-context.ts'
import { answerError, refuse } from '../wire-error.ts'
import { createDemo } from './demo.ts'
import type { Dialect } from './dialect.ts'
import { trimFields, unprocessable } from './login-validation.ts'
import { aboutFamily, operationsOf } from './operations.ts'
import { presentedToken } from './presented-token.ts'
import { createTrial } from './trial.ts'
import {
  BASES,
  LOGGED_OUT,
  LoginAnswer,
  LoginRequest,
  NO_TOKEN,
  PASSWORD_DAYS,
  PATHS,
  REFRESH_REFUSALS,
  SIGN_OUT_REFUSALS,
  signInRefusals,
  TokenAnswer,
  TRANSPORT_ERRORS,
} from './wire.ts'

const DAY_SECONDS = 86_400
const ACCESS_SECONDS = 3600

const APPLICATION_DEFAULTS: ApplicationDefaults = {
  type: 'public',
  scope: '' as Scope,
  tokenFormat: 'self-refreshing',
  algorithm: 'EdDSA',
  lifetimes: { accessSeconds: ACCESS_SECONDS, idleSeconds: ACCESS_SECONDS + 3 * DAY_SECONDS, absoluteSeconds: 14 * DAY_SECONDS },
  refreshPolicy: { name: 'bearer', windowSeconds: ACCESS_SECONDS + 300 },
}

export function createSmartfloFamilyDoor(dialect: Dialect): FrontDoor {
  return {
    name: dialect.name,
    title: dialect.title,
    documentUrl: dialect.documentUrl,
    isInEveryTenant: false,
    signsInWithoutClient: true,
    readsRawTokens: true,
    applicationDefaults: APPLICATION_DEFAULTS,
    owns: [{ paths: BASES.map((base) => `${base}/*` as const), errors: TRANSPORT_ERRORS }],
    demo: createDemo(dialect.name),
    trial: createTrial(dialect.title),
    about: aboutFamily(dialect),
    operations: operationsOf(dialect),
    plugin: (deps) => async (app) => {
      for (const prefix of BASES) await app.register(createRoutes(dialect, deps), { prefix })
    },
  }
}

function createRoutes(dialect: Dialect, { useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  const client: ClientCredentials = { kind: 'door', door: dialect.name }
  const refusals = signInRefusals(dialect.answersFailedCount)
  const readsQuery = dialect.readsTokenInQuery

  return async (app) => {
    /** Requesting a token. */
    app.post(
      PATHS.login,
      {
        schema: { body: LoginRequest, response: { 200: LoginAnswer } },
        attachValidation: true,
        preValidation: trimBody,
      },
      async (request, reply) => {
        if (request.validationError) return answerError(reply, unprocessable(request.validationError.validation))
        const { email: login, password } = request.body
        const outcome = await useCases.signIn({ tenant: tenantOf(request), client, login, password, caller: callerOf(request) })
        if (!outcome.ok) return refuse(reply, refusals, outcome.refusal)
        const { passwordAgeDays } = outcome.value
        return {
          ...tokenAnswer(outcome.value),
          ...(dialect.answersDaysLeft ? { number_of_days_left: Math.max(0, PASSWORD_DAYS - passwordAgeDays) } : {}),
        }
      },
    )

    /** Refreshing a token: the access token is the refresh credential. */
    app.post(PATHS.refresh, { schema: { response: { 200: TokenAnswer } } }, async (request, reply) => {
      const refreshToken = presentedToken(request, { readsQuery })
      if (refreshToken === undefined) return answerError(reply, NO_TOKEN)
      const outcome = await useCases.refreshSession({ tenant: tenantOf(request), client, refreshToken, caller: callerOf(request) })
      if (!outcome.ok) return refuse(reply, REFRESH_REFUSALS, outcome.refusal)
      return tokenAnswer(outcome.value)
    })

    /** Signing out; not in the document. */
    app.post(PATHS.logout, async (request, reply) => {
      const refreshToken = presentedToken(request, { readsQuery })
      if (refreshToken === undefined) return answerError(reply, NO_TOKEN)
      const outcome = await useCases.signOut({ tenant: tenantOf(request), client, refreshToken, caller: callerOf(request) })
      if (!outcome.ok) return refuse(reply, SIGN_OUT_REFUSALS, outcome.refusal)
      return LOGGED_OUT
    })
  }
}

const trimBody: preValidationHookHandler = (request, _reply, done) => {
  request.body = trimFields(request.body)
  done()
}

/** As the family spells it. */
export function tokenAnswer(tokens: SessionTokens) {
  return { success: true, access_token: tokens.accessToken, token_type: 'bearer', expires_in: tokens.accessExpiresInSeconds } as const
}

export const smartflo = createSmartfloFamilyDoor({
  name: 'smartflo',
  title: 'Tata Smartflo',
  documentUrl: 'https://docs.smartflo.tatatelebusiness.com/reference/generate-a-token',
  answersDaysLeft: true,
  answersFailedCount: true,
  readsTokenInQuery: false,
})
