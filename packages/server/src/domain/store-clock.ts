import type { Clock, EpochMs, SystemTime } from './time.ts'

/** A jump of the machine's clock against the monotonic clock beyond this is a step, below it drift. */
const STEP_MS = 2000

export interface ClockAlarm {
  readonly kind: 'behind_store' | 'stepped_back' | 'stepped_forward'
  readonly byMs: number
}

/** The clock of one process on a store that may have others. */
export interface StoreClock extends Clock {
  /** Another process has committed something that happened at `instant`: this clock goes on from there, if it was behind. */
  goOnFrom(instant: EpochMs): void
}

/**
 * The clock of a store: it never runs backwards.
 *
 * While the machine's clock is behind what this clock has already said, or behind the newest instant that the store has
 * committed, it goes on from there at the monotonic clock's pace until the machine has caught up.
 * @param floor the newest instant found in the store when it was opened
 * @param alarm called at most once per step
 */
export function createStoreClock(system: SystemTime, floor: EpochMs, alarm: (alarm: ClockAlarm) => void): StoreClock {
  let last = { said: Math.max(system.wallMs(), floor), wall: system.wallMs(), monotonic: system.monotonicMs() }
  let lastForwardStepAt: EpochMs | undefined
  if (floor - last.wall > STEP_MS) alarm({ kind: 'behind_store', byMs: floor - last.wall })

  function now(): EpochMs {
    const wall = system.wallMs()
    const monotonic = system.monotonicMs()
    const passed = Math.max(0, monotonic - last.monotonic)
    const jump = wall - last.wall - passed
    if (jump < -STEP_MS) alarm({ kind: 'stepped_back', byMs: -jump })
    const said = wall >= last.said ? wall : last.said + passed
    if (jump > STEP_MS && said - last.said - passed > STEP_MS) {
      lastForwardStepAt = Math.floor(said)
      alarm({ kind: 'stepped_forward', byMs: jump })
    }
    last = { said, wall, monotonic }
    return Math.floor(said)
  }

  return {
    now,
    lastForwardStepAt: () => lastForwardStepAt,
    goOnFrom(instant) {
      const byMs = instant - now()
      if (byMs <= 0) return
      last = { ...last, said: instant }
      if (byMs <= STEP_MS) return
      lastForwardStepAt = instant
      alarm({ kind: 'behind_store', byMs })
    },
  }
}
