/** How the tokens of a session are made, one way for each format. */
import type { Application, TokenFormat } from '../domain/application.ts'
import { accessExpiry, type Session } from '../domain/session.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs, EpochSeconds } from '../domain/time.ts'
import type { Authenticator } from './authenticator.ts'
import { keyOfInstant, sealingKeyAt } from './key-of-instant.ts'
import type { KeyRing } from './key-ring.ts'
import { asksForIdToken, KEYCLOAK, realmUrl, writeKeycloakAccess, writeKeycloakId } from './keycloak.ts'
import type { RefreshTokens } from './refresh.ts'
import { SEALED, withRefreshPrefix, writeSealed } from './sealed.ts'
import type { Sealer } from './sealer.ts'
import { SELF_REFRESHING, writeSelfRefreshing } from './self-refreshing.ts'
import { SIGNED, writeSigned } from './signed.ts'
import type { TokenSubject } from './token-claims.ts'

export interface IssuedTokens {
  readonly accessToken: string
  readonly accessExpiresAt: EpochSeconds
  /** undefined where the access token is the refresh credential itself */
  readonly refreshToken: string | undefined
  readonly idToken: string | undefined
  /** The session as the tokens state it; `expiresAt` is the refresh credential's end. */
  readonly session: Session
}

/**
 * Makes the tokens of sessions of one application: its keys are at hand. The same session row always gives the same refresh token. An
 * access token of its own is as fresh as the question, so that who repeats a question has the whole life of one; where it is the
 * refresh credential, it is the same as well.
 */
export interface Issuer {
  /** Whether its tokens say more of the account than its id: then `issue` must be given the subject. */
  readonly describesSubject: boolean
  issue(session: Session, subject?: TokenSubject): Promise<IssuedTokens>
}

const KEYCLOAK_PURPOSES = ['keycloak-access', 'id'] as const

interface Deps {
  readonly ring: KeyRing
  readonly noteIssued: Authenticator['noteIssued']
  readonly refreshTokens: RefreshTokens
  readonly sealer: Sealer
  readonly issuerOf: (tenant: Tenant) => string
}

export type PrepareIssuer = (tenant: Tenant, application: Application, at: EpochMs) => Promise<Issuer>

export function createIssuers({ ring, noteIssued, refreshTokens, sealer, issuerOf }: Deps): Readonly<Record<TokenFormat, PrepareIssuer>> {
  return {
    async signed(tenant, application, at) {
      const { algorithm, lifetimes } = application
      await ring.ensure(tenant, 'access', algorithm, at)
      const { keys, revision } = await ring.ensure(tenant, 'refresh', 'HS256', at)
      return {
        describesSubject: false,
        async issue(session) {
          const issuedAt = Math.max(at, session.advancedAt)
          const key = keyOfInstant(keys, 'access', algorithm, issuedAt, at)
          const accessToken = await writeSigned({ session, application, issuer: issuerOf(tenant), issuedAt }, key, SIGNED)
          noteIssued({ token: accessToken, kind: SIGNED, key, revision })
          const refreshToken = refreshTokens.write(session, keyOfInstant(keys, 'refresh', 'HS256', session.advancedAt, at))
          const accessExpiresAt = accessExpiry(session, lifetimes.accessSeconds, issuedAt)
          return { accessToken, accessExpiresAt, refreshToken, idToken: undefined, session }
        },
      }
    },

    async sealed(tenant, application, at) {
      const { algorithm, lifetimes } = application
      await ring.ensure(tenant, 'sealed-access', algorithm, at)
      await ring.ensure(tenant, 'sealing', 'A256GCM', at)
      const { keys, revision } = await ring.ensure(tenant, 'refresh', 'HS256', at)
      return {
        describesSubject: false,
        async issue(session) {
          const issuedAt = Math.max(at, session.advancedAt)
          const signing = keyOfInstant(keys, 'sealed-access', algorithm, issuedAt, at)
          const sealing = sealingKeyAt(keys, at)
          const statement = { session, application, issuer: issuerOf(tenant), issuedAt }
          const { token: accessToken, inside } = await writeSealed(statement, { signing, sealing }, sealer)
          noteIssued({ token: accessToken, kind: SEALED, key: signing, revision, seal: { inside, key: sealing } })
          const refreshToken = refreshTokens.write(session, keyOfInstant(keys, 'refresh', 'HS256', session.advancedAt, at))
          const accessExpiresAt = accessExpiry(session, lifetimes.accessSeconds, issuedAt)
          return { accessToken, accessExpiresAt, refreshToken: withRefreshPrefix(refreshToken), idToken: undefined, session }
        },
      }
    },

    async keycloak(tenant, application, at) {
      const { algorithm, lifetimes } = application
      await Promise.all(KEYCLOAK_PURPOSES.map((purpose) => ring.ensure(tenant, purpose, algorithm, at)))
      const { keys, revision } = await ring.ensure(tenant, 'refresh', 'HS256', at)
      return {
        describesSubject: true,
        async issue(session, subject) {
          if (subject === undefined) throw new Error('a Keycloak-shaped token says more of an account than its id')
          const issuedAt = Math.max(at, session.advancedAt)
          const statement = { session, application, subject, issuer: realmUrl(issuerOf(tenant), tenant), issuedAt }
          const key = keyOfInstant(keys, 'keycloak-access', algorithm, issuedAt, at)
          const accessToken = await writeKeycloakAccess(statement, key)
          noteIssued({ token: accessToken, kind: KEYCLOAK, key, revision })
          const refreshToken = refreshTokens.write(session, keyOfInstant(keys, 'refresh', 'HS256', session.advancedAt, at))
          const idKey = keyOfInstant(keys, 'id', algorithm, issuedAt, at)
          const idToken = asksForIdToken(session.scope) ? await writeKeycloakId(statement, accessToken, idKey) : undefined
          const accessExpiresAt = accessExpiry(session, lifetimes.accessSeconds, issuedAt)
          return { accessToken, accessExpiresAt, refreshToken, idToken, session }
        },
      }
    },

    async 'self-refreshing'(tenant, application, at) {
      const { algorithm, lifetimes } = application
      const { keys, revision } = await ring.ensure(tenant, 'self-refreshing', algorithm, at)
      return {
        describesSubject: false,
        async issue(session) {
          const key = keyOfInstant(keys, 'self-refreshing', algorithm, session.advancedAt, at)
          const accessToken = await writeSelfRefreshing(session, application, issuerOf(tenant), key)
          noteIssued({ token: accessToken, kind: SELF_REFRESHING, key, revision })
          const accessExpiresAt = accessExpiry(session, lifetimes.accessSeconds, session.advancedAt)
          return { accessToken, accessExpiresAt, refreshToken: undefined, idToken: undefined, session }
        },
      }
    },
  }
}
