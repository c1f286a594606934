import type { Account } from '../domain/account.ts'
import type { TokenFormat } from '../domain/application.ts'
import type { AccountId, ApplicationId, SessionId } from '../domain/ids.ts'
import type { Refusal } from '../domain/outcome.ts'
import type { Scope } from '../domain/scope.ts'
import type { EpochMs, EpochSeconds } from '../domain/time.ts'

/** What a refresh token, or a self-refreshing one, says: it is a statement about one row. */
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
  /** How the token looks; a permanent one has no application's format. */
  readonly format: TokenFormat | 'permanent'
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
  /** The account that acts for the subject by impersonation. */
  readonly actorId: AccountId | undefined
  /** All that a token of the format `keycloak` says; undefined for other kinds. */
  readonly stated: Readonly<Record<string, unknown>> | undefined
  /** SHA-256 of the whole token. */
  readonly digest: Buffer
}

/** Whom the tokens of a session are about, where they say more than an id. */
export interface TokenSubject {
  readonly account: Account
  /** The account on whose behalf the session was made by impersonation. */
  readonly actorId: AccountId | undefined
}

export type UnreadableAccess = Refusal<'token_invalid' | 'token_expired'>

export interface PermanentTokenRequest {
  readonly subject: AccountId
  readonly issuedAt: EpochMs
  readonly expiresAt: EpochSeconds
}

/** What a note to ourselves is for: one of another kind is none. Whoever seals one sees to it that it is good for `LONGEST_NOTE_SECONDS` at most. */
export type NoteKind = 'login-state' | 'sign-in-request' | 'browser-session' | 'form' | 'leaving'
