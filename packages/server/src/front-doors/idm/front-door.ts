/**
 * The IDM: where people sign in on a page, for a platform of this server or for an application that asks by itself. README.md states the
 * protocol; `wire.ts` spells it; what people see is in `pages/`.
 */
import type { RouteHandlerMethod } from 'fastify'
import { defaultPolicy } from '../../domain/refresh-policy.ts'
import type { Scope } from '../../domain/scope.ts'
import { PATHS as CHECKING_PATHS } from '../checking/wire.ts'
import type { DoorDeps, FrontDoor } from '../front-door.ts'
import { PAGE_TRANSPORT_ERRORS } from '../pages.ts'
import { refuseForeignForms } from '../refuse-foreign-forms.ts'
import { tenantOf } from '../request-context.ts'
import { createAccountData } from './account-data.ts'
import { createAccountPage } from './account-page.ts'
import { createActivityPage } from './activity-page.ts'
import { createCodePages } from './code-pages.ts'
import { createDemo } from './demo.ts'
import { createLeavingPages } from './leaving-pages.ts'
import { createNumberPages } from './number-pages.ts'
import { ABOUT, OPERATIONS } from './operations.ts'
import { createPasswordPage } from './password-page.ts'
import { createSignInAnswer, createSignInPage } from './sign-in-page.ts'
import { createTokenEndpoint } from './token-endpoint.ts'
import { trial } from './trial.ts'
import { DOOR, describeServer, FORM, METADATA_CACHE_CONTROL, PATHS, TRANSPORT_ERRORS } from './wire.ts'

const HOUR_SECONDS = 3600
const DAY_SECONDS = 24 * HOUR_SECONDS

export const idm: FrontDoor = {
  name: DOOR,
  title: 'Sign-in page (IDM)',
  documentUrl: 'https://developer.telekom.com/idm-token',
  isInEveryTenant: false,
  signsInWithoutClient: true,
  readsRawTokens: false,
  applicationDefaults: {
    type: 'public',
    scope: 'offline_access smarthub' as Scope,
    tokenFormat: 'signed',
    algorithm: 'ES256',
    lifetimes: { accessSeconds: HOUR_SECONDS, idleSeconds: 30 * DAY_SECONDS, absoluteSeconds: 365 * DAY_SECONDS },
    refreshPolicy: defaultPolicy('device', HOUR_SECONDS),
  },
  /** A browser stays signed in for half a day. */
  ownApplication: { lifetimes: { accessSeconds: 300, idleSeconds: 12 * HOUR_SECONDS, absoluteSeconds: 12 * HOUR_SECONDS } },
  owns: [
    {
      paths: [PATHS.authorize, PATHS.account, `${PATHS.account}/*`, `${PATHS.register}/*`, `${PATHS.recover}/*`],
      errors: PAGE_TRANSPORT_ERRORS,
    },
    { paths: [PATHS.tokens, PATHS.metadata], errors: TRANSPORT_ERRORS },
  ],
  demo: createDemo(),
  trial,
  about: ABOUT,
  operations: OPERATIONS,
  plugin: (deps) => async (app) => {
    app.post(PATHS.tokens, FORM, createTokenEndpoint(deps))
    app.get(PATHS.metadata, { config: { writesCacheControl: true } }, createMetadata(deps))
    await app.register(async (pages) => {
      pages.addHook('preHandler', refuseForeignForms)
      pages.get(PATHS.authorize, createSignInPage(deps))
      pages.post(PATHS.authorize, FORM, createSignInAnswer(deps))
      await pages.register(createAccountPage(deps))
      await pages.register(createActivityPage(deps))
      await pages.register(createPasswordPage(deps))
      await pages.register(createNumberPages(deps))
      await pages.register(createAccountData(deps))
      await pages.register(createLeavingPages(deps))
      await pages.register(createCodePages(deps))
    })
  },
}

function createMetadata({ issuerOf }: DoorDeps): RouteHandlerMethod {
  return async (request, reply) => {
    reply.header('cache-control', METADATA_CACHE_CONTROL)
    return describeServer(issuerOf(tenantOf(request)), CHECKING_PATHS)
  }
}
