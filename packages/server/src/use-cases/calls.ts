/** What verbs have in common: who calls, for which application, and the tokens that they get. */
import type { TokenFormat } from '../domain/application.ts'
import type { SessionId } from '../domain/ids.ts'
import type { Refusal } from '../domain/outcome.ts'
import type { DoorName } from '../domain/tenant.ts'
import type { EpochSeconds } from '../domain/time.ts'

/** Who sends the request, as far as the transport can tell. Recorded and counted, never trusted for a decision about a session. */
export interface Caller {
  /** Network address of the client, after trusted proxies. */
  readonly address: string
  readonly requestId: string
  /** What it says that it is, in words of ours; undefined: nothing that we know. */
  readonly device?: string | undefined
  /** What a browser keeps of us to be known again; undefined: nothing, or the caller is none. */
  readonly deviceKey?: string | undefined
  /** Whether the caller has gone meanwhile: work that was not begun need not be done. */
  readonly isGone?: () => boolean
}

/** How a request names its application: not at all (then the door's own), by a client id with or without a secret, or by an API key. */
export type ClientCredentials =
  | { readonly kind: 'door'; readonly door: DoorName }
  | {
      readonly kind: 'client'
      readonly clientId: string
      readonly clientSecret: string | undefined
      /** What the door speaks: an application whose tokens look otherwise is as good as none there. */
      readonly format?: TokenFormat
    }
  | {
      readonly kind: 'api_key'
      readonly apiKey: string
      /** What the request calls its application besides: an API key of another one is as good as none. */
      readonly clientId?: string
      readonly format?: TokenFormat
    }

/** `client_unknown`: there is none, or it is disabled. `client_unproven`: it is confidential and its secret is missing or wrong, or public and has none. */
export type ClientRefusal = Refusal<'client_unknown' | 'client_unproven'>

/** What a sign-in or a refresh hands out. */
export interface SessionTokens {
  readonly accessToken: string
  /** What remains of the access token's life, rounded up. */
  readonly accessExpiresInSeconds: number
  readonly accessExpiresAt: EpochSeconds
  /** undefined where the access token is the refresh credential */
  readonly refreshToken: string | undefined
  readonly refreshExpiresInSeconds: number
  /** OpenID Connect Core 1.0, section 2; undefined unless `openid` was asked and the application's tokens come with one. */
  readonly idToken: string | undefined
  readonly sessionId: SessionId
  readonly scope: string
}

/** `token_invalid`: not ours, expired, or a permanent one that was revoked. The others are why the session of an authentic token is over. */
export type TokenRefusal = Refusal<'token_invalid' | 'session_ended' | 'session_expired' | 'session_stale'>
