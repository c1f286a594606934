import type { Clock, EpochMs } from '../domain/time.ts'

/** A clock that stands still until a test moves it. */
export interface SetClock extends Clock {
  advance(ms: number): void
  /** As if somebody had set the machine's clock forward. */
  stepForward(ms: number): void
}

/** @param startAt by default in the middle of a second, so that rounding shows */
export function createSetClock(startAt: EpochMs = 1_790_000_000_500): SetClock {
  let at = startAt
  let steppedAt: EpochMs | undefined
  return {
    now: () => at,
    lastForwardStepAt: () => steppedAt,
    advance(ms) {
      at += ms
    },
    stepForward(ms) {
      at += ms
      steppedAt = at
    },
  }
}
