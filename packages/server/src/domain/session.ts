import type { AddressBlock } from './address-block.ts'
import type { Lifetimes } from './application.ts'
import type { AccountId, ApplicationId, SessionId, TenantId } from './ids.ts'
import type { Scope } from './scope.ts'
import { type EpochMs, type EpochSeconds, toSeconds } from './time.ts'

/** The integers of tenant, application and account that a session was born under. Raising one ends all that is older. */
export interface Epochs {
  readonly tenant: number
  readonly application: number
  readonly account: number
}

export type EndReason = 'signed_out' | 'revoked' | 'refresh_token_reused' | 'code_reused' | 'session_cap' | 'actor_ended'

/** Where somebody has signed in, for the person to tell sessions apart. Nothing is decided by it. */
export interface SessionOrigin {
  /** In words of ours; undefined: nothing that we have words for. */
  readonly device: string | undefined
  /** undefined: not known, or not where the person was */
  readonly block: AddressBlock | undefined
  /** A sign-in at the page of which nothing stays in the browser: it lasts until the application has fetched its tokens, and signs nobody in again. */
  readonly isPassing: boolean
}

/** One sign-in of one account at one application: one row, however long it lives. */
export interface Session {
  readonly id: SessionId
  /**
   * Random bytes that are in no other token or answer: 16, or for a self-refreshing token the 8 of the session key in its `jti`.
   * Neither the database alone nor the key alone can make a refresh token.
   */
  readonly secret: Buffer
  readonly tenantId: TenantId
  readonly applicationId: ApplicationId
  readonly accountId: AccountId
  readonly scope: Scope
  /** The session on whose behalf this one was made by impersonation. When that one would be refused, so is this. */
  readonly actorSessionId: SessionId | undefined
  /** How often the refresh token has been advanced. */
  readonly generation: number
  readonly advancedAt: EpochMs
  /** When the generation before was reached; at generation 0 the sign-in. */
  readonly previousAdvancedAt: EpochMs
  /** When the current token of this session, whichever it was then, was last given again; undefined: never. */
  readonly repeatedAt: EpochMs | undefined
  /** The earlier of idle and absolute end, computed at each advance. */
  readonly expiresAt: EpochSeconds
  readonly startedAt: EpochMs
  readonly epochs: Epochs
  readonly origin: SessionOrigin
  readonly endedAt: EpochMs | undefined
  readonly endReason: EndReason | undefined
}

/** The earlier of idle and absolute end of a session that is advanced at `advancedAt`. The store computes the same in SQL. */
export function sessionExpiry(startedAt: EpochMs, advancedAt: EpochMs, lifetimes: Lifetimes): EpochSeconds {
  return Math.min(toSeconds(advancedAt) + lifetimes.idleSeconds, toSeconds(startedAt) + lifetimes.absoluteSeconds)
}

/** When an access token that is issued at `issuedAt` expires: never later than its session. */
export function accessExpiry(session: Pick<Session, 'expiresAt'>, accessSeconds: number, issuedAt: EpochMs): EpochSeconds {
  return Math.min(toSeconds(issuedAt) + accessSeconds, session.expiresAt)
}

export type Standing = 'living' | 'ended' | 'expired' | 'stale'

/**
 * Whether a session may still be used. Expiry is judged from `expiresAt` each time, never written as a state.
 * @param current whether its epochs are those of today, all that it belongs to is enabled, and its actor's session lives
 */
export function standingOf(session: Session, current: boolean, at: EpochMs): Standing {
  if (session.endedAt !== undefined) return 'ended'
  if (!current) return 'stale'
  if (session.expiresAt * 1000 <= at) return 'expired'
  return 'living'
}
