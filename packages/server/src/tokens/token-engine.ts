/**
 * The token engine: makes and reads every kind of token. It knows keys and spellings, and neither the store nor a door.
 *
 * - `jws.ts` one strict spelling of a compact JWS; sign and verify, synchronous
 *   (`signature.ts` the algorithms, `claims.ts` the payloads)
 * - `jwe.ts` one strict spelling of a compact JWE, for our own eyes; `sealer.ts` seals, with IVs that never come twice
 * - `key-ring.ts` a tenant's keys, opened once and reloaded; `key-sealing.ts` how they are kept under the master key
 *   (`key-maker.ts` new ones, `key-material.ts` what they are made of, `key-of-instant.ts` which one is due)
 * - `issuers.ts` which tokens a session of each format has
 * - one file per kind of token: `signed.ts`, `keycloak.ts`, `self-refreshing.ts`, `permanent.ts`, `refresh.ts`, `sealed.ts`
 * - `notes.ts` what a browser carries for us; `pseudonym.ts` what an account is called to one application
 * - `authenticator.ts` which kind a presented access token is, and whether we made it; `token-reader.ts` what a token says that is good
 * - `verified-cache.ts` what was verified before, by the digest of the whole token
 *
 * A token says who it is about; whether that is still true is asked of the store by a use case, each time.
 */
import { createHash } from 'node:crypto'
import type { Application, TokenFormat } from '../domain/application.ts'
import { type AccountId, type KeyId, makeSessionId, type SessionId } from '../domain/ids.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Randomness } from '../domain/randomness.ts'
import { type KeyPurpose, keyStateAt } from '../domain/signing-key.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import { createAuthenticator } from './authenticator.ts'
import { createIssuers, type Issuer } from './issuers.ts'
import type { KeySource } from './key-loader.ts'
import { createKeyMaker } from './key-maker.ts'
import { publicMembers } from './key-material.ts'
import { keyOfInstant } from './key-of-instant.ts'
import { createKeyRing } from './key-ring.ts'
import { createKeySealing } from './key-sealing.ts'
import { createNotes } from './notes.ts'
import type { OpenedKey } from './opened-keys.ts'
import { writePermanent } from './permanent.ts'
import { writePseudonym } from './pseudonym.ts'
import { createRefreshTokens } from './refresh.ts'
import { withoutRefreshPrefix } from './sealed.ts'
import { createSealer } from './sealer.ts'
import { makeSelfRefreshingIdentity } from './self-refreshing.ts'
import { signBytes } from './signature.ts'
import type { AccessClaims, NoteKind, PermanentTokenRequest, RefreshClaim, UnreadableAccess, UnreadableRefresh } from './token-claims.ts'
import { createTokenReader } from './token-reader.ts'

export type { IssuedTokens, Issuer } from './issuers.ts'
export type {
  AccessClaims,
  NoteKind,
  PermanentTokenRequest,
  RefreshClaim,
  TokenSubject,
  UnreadableAccess,
  UnreadableRefresh,
} from './token-claims.ts'

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
  /** A text that a browser carries for us and cannot read, change or make. Not bound to anything and not used up: its content says what it is good for. */
  sealNote(tenant: Tenant, kind: NoteKind, content: string, at: EpochMs): Promise<string>
  /** @returns the content; undefined for what is none of ours, of another tenant, of another kind, or sealed with a key that has retired */
  openNote(tenant: Tenant, kind: NoteKind, presented: string, at: EpochMs): Promise<string | undefined>
  /** What an account is called to one application: the same for as long as both exist, and nothing that another application knows. 22 base62 characters. */
  pseudonymOf(tenant: Tenant, application: Pick<Application, 'id'>, accountId: AccountId, at: EpochMs): Promise<string>
  /**
   * A MAC that keeps a code of a few digits: who has the database and not the key cannot find the code by trying all. What a browser is known
   * by is kept so too, under statements that begin otherwise. 43 characters of base64url.
   */
  macOfCode(tenant: Tenant, statement: readonly string[], at: EpochMs): Promise<string>
  /** Pending, active and retiring asymmetric keys: what a gateway may meet. Not those of what is inside a seal: nobody else comes to see it. */
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
  const sealer = createSealer(randomness)
  const { authenticate, noteIssued } = createAuthenticator({ ring, issuerOf })
  const reader = createTokenReader({ ring, authenticate, refreshTokens })
  const prepare = createIssuers({ ring, noteIssued, refreshTokens, sealer, issuerOf })

  return {
    prepare(tenant, application, at) {
      return prepare[application.tokenFormat](tenant, application, at)
    },

    newIdentity(format) {
      if (format === 'self-refreshing') return makeSelfRefreshingIdentity(randomness)
      return { id: makeSessionId(randomness), secret: randomness.bytes(SESSION_SECRET_BYTES) }
    },

    readRefresh(tenant, application, presented, at) {
      if (application.tokenFormat === 'self-refreshing') return reader.readSelfRefreshing(tenant, presented, at)
      const isPrefixed = application.tokenFormat === 'sealed'
      return reader.readRefreshToken(tenant, isPrefixed ? withoutRefreshPrefix(presented) : presented, at)
    },

    readAccess: reader.readAccess,

    ...createNotes(ring, sealer),

    async pseudonymOf(tenant, application, accountId, at) {
      const { keys } = await ring.ensure(tenant, 'pseudonym', 'HS256', at)
      return writePseudonym(application.id, accountId, keyOfInstant(keys, 'pseudonym', 'HS256', at, at))
    },

    async macOfCode(tenant, statement, at) {
      const { keys } = await ring.ensure(tenant, 'one-time-code', 'HS256', at)
      const key = keyOfInstant(keys, 'one-time-code', 'HS256', at, at)
      return signBytes(Buffer.from(JSON.stringify(statement)), key).toString('base64url')
    },

    async issuePermanent(tenant, request) {
      const { keys } = await ring.ensure(tenant, 'permanent', 'HS256', request.issuedAt)
      const key = keyOfInstant(keys, 'permanent', 'HS256', request.issuedAt, request.issuedAt)
      const token = writePermanent(request, issuerOf(tenant), key, randomness)
      return { token, digest: createHash('sha256').update(token).digest() }
    },

    async publicKeys(tenant, at) {
      const { keys } = await ring.load(tenant, at)
      return keys.filter((key) => key.purpose !== 'sealed-access' && keyStateAt(key, keys, at) !== 'retired').flatMap(publicKeyOf)
    },
  }
}

function publicKeyOf(key: OpenedKey): PublicKey[] {
  const members = publicMembers(key)
  if (members === undefined || key.algorithm === 'A256GCM') return []
  const jwk = { ...members, kid: key.id, alg: key.algorithm, use: 'sig' }
  return [{ id: key.id, purpose: key.purpose, jwk, pem: key.verifying.export({ format: 'pem', type: 'spki' }).toString() }]
}
