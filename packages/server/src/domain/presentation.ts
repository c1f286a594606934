import { type RefreshPolicy, windowMs } from './refresh-policy.ts'
import { type Session, standingOf } from './session.ts'
import type { EpochMs } from './time.ts'

/** A time in which the store could not answer. It does not count against a replay window. */
export interface Outage {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** A refresh token that was presented, beside the row as it was found. */
export interface Presentation {
  readonly session: Session
  /** Epochs, enabled flags and the actor's session were all in order. */
  readonly current: boolean
  readonly presentedGeneration: number
  readonly at: EpochMs
  readonly policy: RefreshPolicy
  readonly outages: readonly Outage[]
  readonly lastForwardStepAt: EpochMs | undefined
}

export type PresentationRefusal = 'session_ended' | 'session_stale' | 'session_expired' | 'refresh_superseded'

export type Verdict =
  | { readonly verdict: 'advance' }
  /** The current token again, byte for byte; nothing is written but when that was. */
  | { readonly verdict: 'repeat' }
  | { readonly verdict: 'refuse'; readonly code: PresentationRefusal }
  /** Somebody holds a stolen token. */
  | { readonly verdict: 'end' }
  /** The store has lost commits that it had acknowledged. */
  | { readonly verdict: 'commits_lost' }

/** A copy of an honest request may arrive this late; it is refused, and nobody is punished. */
export const LATE_COPY_MS = 30_000

/**
 * The rule of the heart: what a presented generation means beside the row.
 *
 * | presented | when | verdict |
 * |---|---|---|
 * | any | the session is ended, stale or expired | refuse |
 * | c | | advance |
 * | c - 1 | inside the window, counted from `advancedAt` | repeat |
 * | c - 1 | later, within 30 s of `advancedAt` or of the last repeat | refuse |
 * | c - 2 | within 30 s of `previousAdvancedAt` or of the last repeat | refuse |
 * | less | | end |
 * | more | | commits lost |
 */
export function judgePresentation(presentation: Presentation): Verdict {
  const { session, presentedGeneration: presented, at } = presentation
  const standing = standingOf(session, presentation.current, at)
  if (standing !== 'living') return { verdict: 'refuse', code: `session_${standing}` }

  const behind = session.generation - presented
  if (behind === 0) return { verdict: 'advance' }
  if (behind < 0) return { verdict: 'commits_lost' }
  if (isRepeat(presentation)) return { verdict: 'repeat' }
  if (behind <= 2 && (isLateCopy(behind, presentation) || isJustAfterForwardStep(presentation)))
    return { verdict: 'refuse', code: 'refresh_superseded' }
  return { verdict: 'end' }
}

/** Whether it is answered with the current token again. The store asks too, because it notes when that was. */
export function isRepeat(presentation: Omit<Presentation, 'lastForwardStepAt'>): boolean {
  const { session, current, presentedGeneration, at, policy } = presentation
  return (
    session.generation - presentedGeneration === 1 &&
    standingOf(session, current, at) === 'living' &&
    elapsedMs(session.advancedAt, presentation) <= windowMs(policy)
  )
}

/**
 * Whether it may be a late copy of an honest request: the one that first used the token, or one that asked again and was given the
 * answer once more.
 */
function isLateCopy(behind: number, presentation: Presentation): boolean {
  const { advancedAt, previousAdvancedAt, repeatedAt } = presentation.session
  const answeredAt = Math.max(behind === 1 ? advancedAt : previousAdvancedAt, repeatedAt ?? 0)
  return elapsedMs(answeredAt, presentation) <= LATE_COPY_MS
}

/** Time from `since` to the presentation, less the outages in between. */
function elapsedMs(since: EpochMs, { at, outages }: Pick<Presentation, 'at' | 'outages'>): number {
  let away = 0
  for (const outage of outages) away += Math.max(0, Math.min(outage.to, at) - Math.max(outage.from, since))
  return at - since - away
}

/**
 * For one window after the machine's clock jumped forward, lateness proves nothing.
 * The `device` window never closes by time, so there is nothing that a step could have cut short but the 30 s of a late copy.
 */
function isJustAfterForwardStep({ lastForwardStepAt, at, policy }: Presentation): boolean {
  if (lastForwardStepAt === undefined) return false
  const window = windowMs(policy)
  return at - lastForwardStepAt <= (Number.isFinite(window) ? window : LATE_COPY_MS)
}
