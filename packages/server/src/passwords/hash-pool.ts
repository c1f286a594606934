import { Unavailable } from '../domain/fault.ts'
import type { SystemTime } from '../domain/time.ts'

const MAX_QUEUED = 128
const MAX_WAIT_MS = 5000

export interface HashPoolOptions {
  /** At most as many at once: the number of processor cores. */
  readonly workers: number
  /** At most as many waiting. */
  readonly maxQueued?: number
  /** Nothing waits longer for its start. */
  readonly maxWaitMs?: number
  /** To observe how long one takes. Without it an assumed time is used. */
  readonly time?: Pick<SystemTime, 'monotonicMs'>
}

/** Lets expensive work through in order of arrival, so that a storm of sign-ins sheds instead of piling up. */
export interface HashPool {
  /**
   * Runs `work` when it is its turn.
   * @param isGone asked just before the start: for a caller who has gone nothing is done
   * @throws Unavailable if the queue is full, the wait was too long, or the caller has gone; else whatever `work` throws
   */
  run<Result>(work: () => Promise<Result>, isGone?: () => boolean): Promise<Result>
}

interface Waiting {
  readonly start: () => void
  readonly giveUp: (reason: string) => void
  readonly isGone: () => boolean
}

/** Until one was observed: argon2id with our parameters takes about this long. */
const ASSUMED_MS = 50
/** How much of the average the newest observation makes up. */
const SMOOTHING = 0.1

export function createHashPool({ workers, maxQueued = MAX_QUEUED, maxWaitMs = MAX_WAIT_MS, time }: HashPoolOptions): HashPool {
  const queue = new Set<Waiting>() // in order of arrival
  let running = 0
  let averageMs = ASSUMED_MS

  function unavailable(reason: string): Unavailable {
    const waitMs = ((queue.size + running) / workers) * averageMs
    return new Unavailable(`password hashing: ${reason}`, Math.max(1, Math.ceil(waitMs / 1000)))
  }

  function startNext(): void {
    for (const waiting of queue) {
      if (running >= workers) return
      queue.delete(waiting)
      if (waiting.isGone()) {
        waiting.giveUp('the caller has gone')
        continue
      }
      running += 1 // here and not when its promise goes on, or the next of this loop would take the same place
      waiting.start()
    }
  }

  /** The place is taken already. */
  async function perform<Result>(work: () => Promise<Result>): Promise<Result> {
    const startedAt = time?.monotonicMs()
    try {
      return await work()
    } finally {
      running -= 1
      if (time !== undefined && startedAt !== undefined) averageMs += SMOOTHING * (time.monotonicMs() - startedAt - averageMs)
      startNext()
    }
  }

  function takePlace(isGone: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (reason: string) => {
        clearTimeout(deadline)
        queue.delete(waiting)
        reject(unavailable(reason))
      }
      const start = () => {
        clearTimeout(deadline)
        resolve()
      }
      const waiting: Waiting = { start, giveUp, isGone }
      const deadline = setTimeout(() => giveUp('the wait was too long'), maxWaitMs)
      queue.add(waiting)
    })
  }

  return {
    async run(work, isGone = () => false) {
      if (isGone()) throw unavailable('the caller has gone')
      if (running < workers) {
        // then nobody waits: whoever ends work starts the next at once
        running += 1
        return perform(work)
      }
      if (queue.size >= maxQueued) dropGone(queue)
      if (queue.size >= maxQueued) throw unavailable('the queue is full')
      await takePlace(isGone)
      return perform(work)
    },
  }
}

/** Callers who have gone keep nobody out. */
function dropGone(queue: ReadonlySet<Waiting>): void {
  for (const waiting of queue) if (waiting.isGone()) waiting.giveUp('the caller has gone')
}
