import type { Events } from '../events/events.ts'
import type { OpenedHouse } from './open-house.ts'

/** Shorter than half of the gap that counts as an outage. Each that is written is a sync; under load refreshes are beats. */
const BEAT_MS = 2000
/** "Last used" is right to within a minute. */
const FLUSH_USES_MS = 30_000
const SWEEP_MS = 60_000
const SWEPT_ROWS = 500
const RENEW_SEALING_KEYS_MS = 3_600_000
/** A look at the store, while there is none. */
const DELIVER_LETTERS_MS = 2000
const ERASE_LEAVERS_MS = 60_000
const RETIRE_OLD_KEYS_MS = 3_600_000

export interface BackgroundTasks {
  /** Ends them, and resolves when none is under way. */
  stop(): Promise<void>
}

/**
 * What every process does that answers requests, and what one process does for a store. A beat says that requests are answered, which
 * nobody can say for another.
 */
export type BackgroundDuty = 'own' | 'shared'

/** What a server does unasked. A task that fails is an event and is tried again at its next turn. */
export function startBackgroundTasks(
  { store, clock, flushUses, renewSealingKeys, retireOldKeys, eraseLeavers, deliverLetters }: OpenedHouse,
  events: Events,
  duties: readonly BackgroundDuty[] = ['own', 'shared'],
): BackgroundTasks {
  const underWay = new Set<Promise<void>>()

  function every(intervalMs: number, task: string, work: () => Promise<unknown>, atOnce = false): NodeJS.Timeout {
    let isBusy = false
    const run = async () => {
      try {
        await work()
      } catch (error) {
        events.publish(events.backgroundTaskFailed({}, { task, reason: error instanceof Error ? error.name : 'unknown' }))
      } finally {
        isBusy = false
      }
    }
    const turn = () => {
      if (isBusy) return
      isBusy = true
      const running = run().finally(() => underWay.delete(running))
      underWay.add(running)
    }
    if (atOnce) turn()
    return setInterval(turn, intervalMs)
  }

  const start: { readonly [Duty in BackgroundDuty]: () => NodeJS.Timeout[] } = {
    own: () => [
      // Two processes whose clocks have seen different things of the machine's go on from the one that is ahead.
      every(BEAT_MS, 'beat', async () => clock.goOnFrom(await store.beat(clock.now()))),
      every(FLUSH_USES_MS, 'flush_uses', flushUses),
    ],
    shared: () => [
      every(SWEEP_MS, 'sweep', () => store.sweep({ at: clock.now(), maxRows: SWEPT_ROWS })),
      every(DELIVER_LETTERS_MS, 'deliver_letters', deliverLetters),
      every(ERASE_LEAVERS_MS, 'erase_leavers', eraseLeavers),
      every(RETIRE_OLD_KEYS_MS, 'retire_old_keys', retireOldKeys, true),
      every(RENEW_SEALING_KEYS_MS, 'renew_sealing_keys', renewSealingKeys, true), // a server that runs for minutes only does it too
    ],
  }
  const timers = duties.flatMap((duty) => start[duty]())
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await Promise.all(underWay)
    },
  }
}
