import type { AddressBlock } from '../domain/address-block.ts'
import type { Lifetimes } from '../domain/application.ts'
import type { AuditRow } from '../domain/audit-row.ts'
import type { AccountId, ApplicationId, SessionId, TenantId } from '../domain/ids.ts'
import type { BucketKey, Charge } from '../domain/limit.ts'
import type { Outage } from '../domain/presentation.ts'
import type { RefreshPolicy } from '../domain/refresh-policy.ts'
import type { EndReason, Session } from '../domain/session.ts'
import type { EpochMs } from '../domain/time.ts'
import type { Consumption } from './one-use-things.ts'

/** The end of a sign-in: the session, and all that its success changes. */
export interface SessionStart {
  readonly session: Session
  /** Given back, because they were charged for an attempt that has succeeded. */
  readonly refunds: readonly Charge[]
  /** The bucket whose count of attempts goes back to 0. */
  readonly clearedCount: BucketKey | undefined
  /** The address block that this account is from now on known at. */
  readonly block: AddressBlock | undefined
  /**
   * At most `max` living sessions of this account at this application: those advanced longest ago end, but none that was
   * advanced within the last `spareSeconds` (an access token's life): there the cap yields. Sessions that impersonation made are
   * counted by themselves, so that they never push out the owner's.
   */
  readonly cap: { readonly max: number; readonly spareSeconds: number }
  /** The one-use thing that is consumed with it, so that one thing never makes two sessions; its outcome is this session's id. */
  readonly consuming: Omit<Consumption, 'outcome' | 'at'> | undefined
  /** How often the person had taken back what the application has when what is consumed was begun: it must be so still. undefined: that is nothing to it */
  readonly grantEnds?: number | undefined
  readonly audit: AuditRow
}

/** A refresh token's claim to be the current one. */
export interface Advance {
  readonly sessionId: SessionId
  /** The application that presents it. A session of another one is `missing` to it. */
  readonly applicationId: ApplicationId
  readonly secret: Buffer
  readonly generation: number
  readonly at: EpochMs
  readonly lifetimes: Lifetimes
  readonly refreshPolicy: RefreshPolicy
}

export type Turn =
  /** There is no such row, or its secret or its application is another. */
  | { readonly kind: 'missing' }
  /** The row as it is after the step. */
  | { readonly kind: 'advanced'; readonly session: Session }
  /**
   * The row as it was before the batch. It has not moved; if this was a repeat (`isRepeat`), the row says so from now on.
   * `current`: epochs, enabled flags and the actor's session are in order.
   */
  | { readonly kind: 'held'; readonly session: Session; readonly current: boolean; readonly outages: readonly Outage[] }

export interface Sessions {
  /**
   * Commits a sign-in. Unless it answers `started` nothing was changed.
   * @returns `taken` if the id is another session's; `not_consumed` if what it consumes is not to be had any more, or was begun before an end of what the application has
   */
  start(start: SessionStart): Promise<'started' | 'taken' | 'not_consumed'>
  /**
   * Moves a session from `generation` to the next: of N concurrent calls with one generation exactly one row change is made, and
   * all N get the answer `advanced` with the same row if they were in one batch, else the later ones `held`.
   * The condition is one statement: id, application, secret, generation, not ended, not expired, all epochs current, all that it belongs to enabled.
   * After a rejection the outcome is unknown; calling again with the same generation is safe.
   * @param isAbandoned asked just before the batch is sent; an abandoned entry is dropped and its promise resolves to `missing`
   */
  advance(advance: Advance, isAbandoned?: () => boolean): Promise<Turn>
  /** @param at the instant for which `current` is said: whether the actor's session has expired depends on it */
  find(tenantId: TenantId, id: SessionId, at: EpochMs): Promise<{ readonly session: Session; readonly current: boolean } | undefined>
  /**
   * Ends a session that has not ended, with its audit row.
   * @param generation if given, only if the row is still at it, and was not repeated since: what it was judged by must hold
   * @param repeatedAt of the row that was judged; looked at beside a generation only
   * @returns whether this call ended it
   */
  end(request: {
    readonly id: SessionId
    readonly generation?: number
    readonly repeatedAt?: EpochMs | undefined
    readonly at: EpochMs
    readonly reason: EndReason
    readonly audit: AuditRow
  }): Promise<boolean>
  /**
   * Ends all sessions that an application has of an account and that have not ended, with one audit row, in one statement: each of them
   * is ended for whoever asks after this. In the same transaction `countGrantEnds` goes up, so that what was begun before makes no session.
   * @returns whether there was a session; if there was none, no row is written
   */
  endAll(request: {
    readonly tenantId: TenantId
    readonly accountId: AccountId
    readonly applicationId: ApplicationId
    readonly at: EpochMs
    readonly reason: EndReason
    readonly audit: AuditRow
  }): Promise<boolean>
  /** How often an account has taken back what an application has. */
  countGrantEnds(accountId: AccountId, applicationId: ApplicationId): Promise<number>
  /** Which applications have living sessions of an account, the one used last first. */
  listApplications(request: { readonly tenantId: TenantId; readonly accountId: AccountId; readonly at: EpochMs }): Promise<
    {
      readonly applicationId: ApplicationId
      /** Of the oldest. */
      readonly startedAt: EpochMs
      /** Of the one that was used last. */
      readonly advancedAt: EpochMs
    }[]
  >
  /** When sessions of browsers were last used. What has a refresh token says so itself: a session that was advanced is left as it is. */
  recordUse(uses: ReadonlyMap<SessionId, EpochMs>): Promise<void>
  /** Those that are neither ended nor expired, newest sign-in first. */
  list(request: {
    readonly tenantId: TenantId
    readonly accountId?: AccountId
    readonly applicationId?: ApplicationId
    readonly at: EpochMs
    readonly max: number
  }): Promise<{ readonly session: Session; readonly current: boolean }[]>
}
