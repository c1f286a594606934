/**
 * The token engine: makes and reads every kind of token. It knows keys and spellings, and neither the store nor a door.
 *
 * - `jws.ts` one strict spelling of a compact JWS; sign and verify, synchronous
 *   (`signature.ts` the algorithms, `claims.ts` the payloads)
 * - `key-ring.ts` a tenant's keys, opened once and reloaded; `key-sealing.ts` how they are kept under the master key
 *   (`key-maker.ts` new ones, `key-material.ts` what they are made of)
 * - one file per kind of token: `signed.ts`, `keycloak.ts`, `self-refreshing.ts`, `permanent.ts`, `refresh.ts`
 * - `token-reader.ts` which kind a presented token is, and whether we made it
 * - `verified-cache.ts` what was verified before, by the digest of the whole token
 *
 * A token says who it is about; whether that is still true is asked of the store by a use case, each time.
 */
import { createHash } from 'node:crypto'
import type { Application, TokenFormat } from '../domain/application.ts'
import { type KeyId, makeSessionId, type SessionId } from '../domain/ids.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Randomness } from '../domain/randomness.ts'
import { accessExpiry, type Session } from '../domain/session.ts'
import { type KeyAlgorithm, type KeyPurpose, keyActiveAt, keyStateAt } from '../domain/signing-key.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs, EpochSeconds } from '../domain/time.ts'
import type { KeySource } from './key-loader.ts'
import { createKeyMaker } from './key-maker.ts'
import { publicMembers } from './key-material.ts'
import { createKeyRing } from './key-ring.ts'
import { createKeySealing } from './key-sealing.ts'
import { asksForIdToken, KEYCLOAK, realmUrl, writeKeycloakAccess, writeKeycloakId } from './keycloak.ts'
import type { OpenedKey } from './opened-keys.ts'
import { writePermanent } from './permanent.ts'
import { createRefreshTokens } from './refresh.ts'
import { makeSelfRefreshingIdentity, SELF_REFRESHING, writeSelfRefreshing } from './self-refreshing.ts'
import { SIGNED, writeSigned } from './signed.ts'
import type {
  AccessClaims,
  PermanentTokenRequest,
  RefreshClaim,
  TokenSubject,
  UnreadableAccess,
  UnreadableRefresh,
} from './token-claims.ts'
import { createTokenReader } from './token-reader.ts'

export { realmUrl } from './keycloak.ts'
export type {
  AccessClaims,
  PermanentTokenRequest,
  RefreshClaim,
  TokenSubject,
  UnreadableAccess,
  UnreadableRefresh,
} from './token-claims.ts'

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
 * Makes the tokens of sessions of one application: its keys are at hand. The same session row always gives the same tokens but for
 * signatures that are random by nature (ES256), and for what is said of the account.
 */
export interface Issuer {
  /** Whether its tokens say more of the account than its id: then `issue` must be given the subject. */
  readonly describesSubject: boolean
  issue(session: Session, subject?: TokenSubject): Promise<IssuedTokens>
}

export interface PublicKey {
  readonly id: KeyId
  readonly purpose: KeyPurpose
  /** RFC 7517; public members only, with `kid`, `alg` and `use`. */
  readonly jwk: Readonly<Record<string, string>>
  /** SubjectPublicKeyInfo in PEM. */
  readonly pem: string
}

export interface TokenEngine {
  /** Loads the keys of a tenant's application, making the first ones if there are none. */
  prepare(tenant: Tenant, application: Application, at: EpochMs): Promise<Issuer>
  /** A fresh id and secret for a session whose tokens have this format. */
  newIdentity(format: TokenFormat): { readonly id: SessionId; readonly secret: Buffer }
  /** Form, length, signature or MAC, kind. Expiry is not looked at: the row decides. No query for a forgery. */
  readRefresh(tenant: Tenant, application: Application, presented: string, at: EpochMs): Promise<Outcome<RefreshClaim, UnreadableRefresh>>
  /** Form, length, signature, kind, issuer, `nbf`, `exp`. */
  readAccess(tenant: Tenant, presented: string, at: EpochMs): Promise<Outcome<AccessClaims, UnreadableAccess>>
  /** A permanent token and the SHA-256 under which the store knows it. */
  issuePermanent(tenant: Tenant, request: PermanentTokenRequest): Promise<{ readonly token: string; readonly digest: Buffer }>
  /** Pending, active and retiring asymmetric keys: what a gateway may meet. */
  publicKeys(tenant: Tenant, at: EpochMs): Promise<readonly PublicKey[]>
}

export interface TokenEngineParts {
  readonly keys: KeySource
  /** 32 bytes. */
  readonly masterKey: Buffer
  /** `Store.id`: a refresh token of one store means nothing to another. */
  readonly storeId: Buffer
  readonly randomness: Randomness
  /** The tenant's issuer, without a trailing slash. */
  readonly issuerOf: (tenant: Tenant) => string
}

const SESSION_SECRET_BYTES = 16

/** @throws Error if the master key has not 32 bytes */
export function createTokenEngine({ keys, masterKey, storeId, randomness, issuerOf }: TokenEngineParts): TokenEngine {
  const sealing = createKeySealing(masterKey, randomness)
  const ring = createKeyRing({ source: keys, sealing, makeKey: createKeyMaker(sealing, randomness) })
  const refreshTokens = createRefreshTokens(storeId)
  const reader = createTokenReader({ ring, refreshTokens, issuerOf })

  const prepare: Readonly<Record<TokenFormat, TokenEngine['prepare']>> = {
    async signed(tenant, application, at) {
      const { algorithm } = application
      await ring.ensure(tenant.id, 'access', algorithm, at)
      const { keys, revision } = await ring.ensure(tenant.id, 'refresh', 'HS256', at)
      return {
        describesSubject: false,
        async issue(session) {
          const key = keyOfInstant(keys, 'access', algorithm, session.advancedAt, at)
          const accessToken = await writeSigned(session, application, issuerOf(tenant), key)
          reader.noteIssued(accessToken, SIGNED, key, revision)
          const refreshToken = refreshTokens.write(session, keyOfInstant(keys, 'refresh', 'HS256', session.advancedAt, at))
          return describe(session, application, { accessToken, refreshToken, idToken: undefined })
        },
      }
    },

    async keycloak(tenant, application, at) {
      const { algorithm } = application
      await ring.ensure(tenant.id, 'keycloak-access', algorithm, at)
      await ring.ensure(tenant.id, 'id', algorithm, at)
      const { keys, revision } = await ring.ensure(tenant.id, 'refresh', 'HS256', at)
      return {
        describesSubject: true,
        async issue(session, subject) {
          if (subject === undefined) throw new Error('a Keycloak-shaped token says more of an account than its id')
          const statement = { session, application, subject, issuer: realmUrl(issuerOf(tenant), tenant) }
          const key = keyOfInstant(keys, 'keycloak-access', algorithm, session.advancedAt, at)
          const accessToken = await writeKeycloakAccess(statement, key)
          reader.noteIssued(accessToken, KEYCLOAK, key, revision)
          const refreshToken = refreshTokens.write(session, keyOfInstant(keys, 'refresh', 'HS256', session.advancedAt, at))
          const idKey = keyOfInstant(keys, 'id', algorithm, session.advancedAt, at)
          const idToken = asksForIdToken(session.scope) ? await writeKeycloakId(statement, accessToken, idKey) : undefined
          return describe(session, application, { accessToken, refreshToken, idToken })
        },
      }
    },

    async 'self-refreshing'(tenant, application, at) {
      const { algorithm } = application
      const { keys, revision } = await ring.ensure(tenant.id, 'self-refreshing', algorithm, at)
      return {
        describesSubject: false,
        async issue(session) {
          const key = keyOfInstant(keys, 'self-refreshing', algorithm, session.advancedAt, at)
          const accessToken = await writeSelfRefreshing(session, application, issuerOf(tenant), key)
          reader.noteIssued(accessToken, SELF_REFRESHING, key, revision)
          return describe(session, application, { accessToken, refreshToken: undefined, idToken: undefined })
        },
      }
    },
  }

  return {
    prepare(tenant, application, at) {
      return prepare[application.tokenFormat](tenant, application, at)
    },

    newIdentity(format) {
      if (format === 'self-refreshing') return makeSelfRefreshingIdentity(randomness)
      return { id: makeSessionId(randomness), secret: randomness.bytes(SESSION_SECRET_BYTES) }
    },

    readRefresh(tenant, application, presented, at) {
      const { readSelfRefreshing, readRefreshToken } = reader
      return (application.tokenFormat === 'self-refreshing' ? readSelfRefreshing : readRefreshToken)(tenant, presented, at)
    },

    readAccess: reader.readAccess,

    async issuePermanent(tenant, request) {
      const { keys } = await ring.ensure(tenant.id, 'permanent', 'HS256', request.issuedAt)
      const key = keyOfInstant(keys, 'permanent', 'HS256', request.issuedAt, request.issuedAt)
      const token = writePermanent(request, issuerOf(tenant), key, randomness)
      return { token, digest: createHash('sha256').update(token).digest() }
    },

    async publicKeys(tenant, at) {
      const { keys } = await ring.load(tenant.id, at)
      return keys.filter((key) => keyStateAt(key, keys, at) !== 'retired').flatMap(publicKeyOf)
    },
  }
}

function describe(
  session: Session,
  { lifetimes }: Application,
  tokens: Pick<IssuedTokens, 'accessToken' | 'refreshToken' | 'idToken'>,
): IssuedTokens {
  return { ...tokens, accessExpiresAt: accessExpiry(session, lifetimes.accessSeconds), session }
}

/**
 * The key that was active at `instant`, so that a repeat has the same bytes on every replica; or, where an operator has retired
 * that one since, the one that is active `at` this moment.
 */
function keyOfInstant(keys: readonly OpenedKey[], purpose: KeyPurpose, algorithm: KeyAlgorithm, instant: EpochMs, at: EpochMs): OpenedKey {
  const then = keyActiveAt(keys, purpose, algorithm, instant)
  const key = then !== undefined && keyStateAt(then, keys, at) !== 'retired' ? then : keyActiveAt(keys, purpose, algorithm, at)
  if (key === undefined) throw new Error(`there is no ${algorithm} key for ${purpose} tokens`)
  return key
}

function publicKeyOf(key: OpenedKey): PublicKey[] {
  const members = publicMembers(key)
  if (members === undefined) return []
  const jwk = { ...members, kid: key.id, alg: key.algorithm, use: 'sig' }
  return [{ id: key.id, purpose: key.purpose, jwk, pem: key.verifying.export({ format: 'pem', type: 'spki' }).toString() }]
}
