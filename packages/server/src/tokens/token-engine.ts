/**
 * The token engine: makes and reads every kind of token. It knows keys and spellings, and neither the store nor a door.
 *
 * - `jws.ts` one strict spelling of a compact JWS; sign and verify, synchronous
 * - `key-ring.ts` a tenant's keys, opened once and reloaded; `key-sealing.ts` how they are kept under the master key
 * - one file per kind of token: `signed.ts`, `self-refreshing.ts`, `permanent.ts`, `refresh.ts`
 * - `verified-cache.ts` what was verified before, by the digest of the whole token
 *
 * A token says who it is about; whether that is still true is asked of the store by a use case, each time.
 */
import type { Application, TokenFormat } from '../domain/application.ts'
import type { AccountId, ApplicationId, KeyId, SessionId } from '../domain/ids.ts'
import type { Outcome, Refusal } from '../domain/outcome.ts'
import type { Scope } from '../domain/scope.ts'
import type { Session } from '../domain/session.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs, EpochSeconds } from '../domain/time.ts'

export interface IssuedTokens {
  readonly accessToken: string
  readonly accessExpiresAt: EpochSeconds
  /** undefined where the access token is the refresh credential itself */
  readonly refreshToken: string | undefined
  /** The session as the tokens state it; `expiresAt` is the refresh credential's end. */
  readonly session: Session
}

/** Makes the tokens of sessions of one application, synchronously: its keys are at hand. The same session row always gives the same tokens but for signatures that are random by nature (ES256). */
export interface Issuer {
  issue(session: Session): IssuedTokens
}

export interface RefreshClaim {
  /** undefined where the token does not say it; then the row does */
  readonly applicationId: ApplicationId | undefined
  readonly sessionId: SessionId
  readonly secret: Buffer
  readonly generation: number
}

export type UnreadableRefresh = Refusal<'token_invalid' | 'token_is_permanent'>

export interface AccessClaims {
  readonly kind: 'session' | 'permanent'
  /** undefined for a permanent token */
  readonly sessionId: SessionId | undefined
  /** The session key of a self-refreshing token, to be compared with the row's; undefined for other kinds. */
  readonly secret: Buffer | undefined
  /** The generation of a self-refreshing token; undefined for other kinds. */
  readonly generation: number | undefined
  readonly subject: AccountId
  readonly issuer: string
  readonly tokenId: string
  readonly issuedAt: EpochSeconds
  readonly notBefore: EpochSeconds
  readonly expiresAt: EpochSeconds
  /** undefined where the token states none; then its application's hold */
  readonly clientId: string | undefined
  readonly scope: Scope | undefined
  readonly audience: readonly string[] | undefined
  /** SHA-256 of the whole token. */
  readonly digest: Buffer
}

export type UnreadableAccess = Refusal<'token_invalid' | 'token_expired'>

export interface PublicKey {
  readonly id: KeyId
  /** RFC 7517; public members only, with `kid`, `alg` and `use`. */
  readonly jwk: Readonly<Record<string, string>>
  /** SubjectPublicKeyInfo in PEM. */
  readonly pem: string
}

export interface PermanentTokenRequest {
  readonly subject: AccountId
  readonly issuedAt: EpochMs
  readonly expiresAt: EpochSeconds
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
