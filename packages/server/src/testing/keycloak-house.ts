/** A test house whose one application, `api`, gets tokens as Keycloak writes them, by password and under its own name. */
import type { ApplicationDefaults } from '../domain/application.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Scope } from '../domain/scope.ts'
import type { ClientCredentials, NewApplication, SessionTokens, SignInRefusal } from '../use-cases/use-cases.ts'
import { A_PASSWORD, openTestHouse, PLAIN_DOORS, type TestHouse, valueFrom } from './test-house.ts'

export const ACCESS_SECONDS = 3000
export const IDLE_SECONDS = 7200
export const API: ClientCredentials = { kind: 'client', clientId: 'api', clientSecret: undefined }
export const CALLER = { address: '192.0.2.7', requestId: 'req-test' }

const DEFAULTS: ApplicationDefaults = {
  type: 'public',
  scope: 'profile email' as Scope,
  tokenFormat: 'keycloak',
  algorithm: 'ES256', // an RSA key takes half a second to make
  lifetimes: { accessSeconds: ACCESS_SECONDS, idleSeconds: IDLE_SECONDS, absoluteSeconds: 30 * 86_400 },
  refreshPolicy: { name: 'device' },
}

export interface KeycloakHouse extends TestHouse {
  makeApplication(overrides?: Partial<NewApplication>): Promise<ClientCredentials>
  /** An account of the organisation `Switchboard` with the login name `<name>@acme.example`. */
  makeAccount(name: string, rights?: { roles?: readonly string[]; mayImpersonate?: boolean; organisation?: string }): Promise<string>
  enter(login: string, scope?: string, client?: ClientCredentials): Promise<Outcome<SessionTokens, SignInRefusal>>
  renew(tokens: SessionTokens, client?: ClientCredentials): ReturnType<TestHouse['useCases']['refreshSession']>
}

export async function openKeycloakHouse(): Promise<KeycloakHouse> {
  const house = await openTestHouse({ doors: { ...PLAIN_DOORS, defaultsOf: () => DEFAULTS, signsInWithoutClient: () => false } })
  const { useCases, tenant } = house
  const keycloakHouse: KeycloakHouse = {
    ...house,
    async makeApplication(overrides = {}) {
      const named = { tenant: 'acme', door: 'realm', clientId: 'api', name: 'API', passwordGrant: true }
      const { application, secret } = valueFrom(await useCases.createApplication({ ...named, ...overrides }))
      return { kind: 'client', clientId: application.clientId, clientSecret: secret }
    },
    async makeAccount(name, { organisation = 'Switchboard', roles = [], mayImpersonate = false } = {}) {
      const login = `${name}@acme.example`
      valueFrom(
        await useCases.createAccount({
          tenant: 'acme',
          organisation,
          loginIds: [login],
          password: A_PASSWORD,
          name: undefined,
          roles,
          mayImpersonate,
        }),
      )
      return login
    },
    enter: (login, scope, client = API) =>
      useCases.signIn({ tenant, client, login, password: A_PASSWORD, caller: CALLER, ...(scope === undefined ? {} : { scope }) }),
    renew: ({ refreshToken = '' }, client = API) => useCases.refreshSession({ tenant, client, refreshToken, caller: CALLER }),
  }
  await keycloakHouse.makeApplication()
  return keycloakHouse
}

/** What these tests look at by name. */
interface Claims {
  readonly sub: string
  readonly scope: string
  readonly iat: number
  readonly jti: string
  readonly auth_time?: number
  readonly act?: unknown
  readonly email?: string
}

export function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
