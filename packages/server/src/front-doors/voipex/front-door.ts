/**
 * VOIPEX, whose authorization server is a Keycloak behind paths of its own, and with it every Keycloak realm that programs reach by
 * password. README.md states the protocol; `wire.ts` spells it.
 */
import type { onRequestHookHandler } from 'fastify'
import type { Scope } from '../../domain/scope.ts'
import type { FrontDoor } from '../front-door.ts'
import { answerPreflights, tellWhoMayRead } from './cors.ts'
import { createDemo } from './demo.ts'
import { ABOUT, OPERATIONS } from './operations.ts'
import { createRealm } from './realm.ts'
import { createTokenEndpoint, TOKEN_ROUTE, type TokenEndpointOptions } from './token-endpoint.ts'
import { createTokenExchange } from './token-exchange.ts'
import { trial } from './trial.ts'
import { KEYCLOAK_HEADERS, PATHS, TRANSPORT_ERRORS } from './wire.ts'

const DAY_SECONDS = 86_400

export function createVoipexDoor(options: TokenEndpointOptions): FrontDoor {
  return {
    name: 'voipex',
    title: 'VOIPEX',
    documentUrl: 'https://ipexcloud.github.io/voipex-docs/docs/auth',
    isInEveryTenant: false,
    signsInWithoutClient: false,
    readsRawTokens: false,
    applicationDefaults: {
      type: 'public',
      scope: 'profile email' as Scope,
      tokenFormat: 'keycloak',
      algorithm: 'RS256', // Keycloak's own clients verify nothing else
      lifetimes: { accessSeconds: 3000, idleSeconds: 7200, absoluteSeconds: 30 * DAY_SECONDS },
      refreshPolicy: { name: 'device' }, // programs keep their first refresh token, as Keycloak's default allows
    },
    owns: [{ paths: [PATHS.token, PATHS.tokenExchange, '/realms/*'], errors: TRANSPORT_ERRORS }],
    demo: createDemo(),
    trial,
    about: ABOUT,
    operations: OPERATIONS,
    plugin: (deps) => async (app) => {
      app.addHook('onRequest', addKeycloakHeaders)
      tellWhoMayRead(app, deps)
      answerPreflights(
        app,
        deps,
        [PATHS.token, PATHS.tokenExchange].map((path) => ({ path, methods: ['POST'] })),
      )
      app.post(PATHS.token, TOKEN_ROUTE, createTokenEndpoint(deps, options))
      await app.register(createTokenExchange(deps))
      await app.register(createRealm(deps, options))
    },
  }
}

const addKeycloakHeaders: onRequestHookHandler = (_request, reply, done) => {
  reply.headers(KEYCLOAK_HEADERS)
  done()
}

export const voipex = createVoipexDoor({ badPasswordStatus: 401 })
