/**
 * Who goes first. Every call of a gated verb waits until it is let through, and which one is next is said by a list of numbers, so
 * that a schedule that has failed fails again, and shrinks.
 */

export interface Interleaver {
  /** The same thing, whose verbs wait at the gate while jobs run. */
  gate<Noun extends object>(noun: Noun): Noun
  /**
   * Runs jobs side by side. The beginning of each is a step as well.
   * @param choices 0 lets all through that wait, which makes one batch of them; another number one of them. After the last it is 0 again
   */
  run(jobs: readonly (() => Promise<void>)[], choices: readonly number[]): Promise<void>
  /** Grows with every step. */
  tick(): number
}

type Release = () => void

export function createInterleaver(): Interleaver {
  let waiting: Release[] = []
  let isRunning = false
  let underWay = 0
  let ticks = 0

  function pass(): Promise<void> {
    return new Promise((resolve) => void waiting.push(resolve))
  }

  async function call<T>(verb: () => Promise<T>): Promise<T> {
    if (!isRunning) return verb()
    await pass()
    underWay += 1
    try {
      return await verb()
    } finally {
      underWay -= 1
    }
  }

  /** Until nobody can go on by themselves: all that run are at the gate, or have ended. */
  async function settle(): Promise<void> {
    do await new Promise((resolve) => void setImmediate(resolve))
    while (underWay > 0)
  }

  function takeNext(choice: number): Release[] {
    const taken = choice === 0 ? waiting : waiting.splice((choice - 1) % waiting.length, 1)
    if (choice === 0) waiting = []
    return taken
  }

  return {
    tick: () => ticks,
    gate: (noun) =>
      new Proxy(noun, {
        get(target, name, receiver) {
          const member: unknown = Reflect.get(target, name, receiver)
          return typeof member === 'function' ? (...args: unknown[]) => call(() => member.apply(target, args)) : member
        },
      }),
    async run(jobs, choices) {
      isRunning = true
      let unfinished = jobs.length
      const outcome = Promise.allSettled(
        jobs.map(async (job) => {
          await pass()
          try {
            await job()
          } finally {
            unfinished -= 1
          }
        }),
      )
      for (let step = 0; unfinished > 0; ) {
        await settle()
        if (waiting.length === 0) continue // somebody waits for what has no gate, and comes by itself
        ticks += 1
        for (const release of takeNext(choices[step] ?? 0)) release()
        step += 1
      }
      isRunning = false
      ticks += 1
      for (const one of await outcome) if (one.status === 'rejected') throw one.reason
    },
  }
}
