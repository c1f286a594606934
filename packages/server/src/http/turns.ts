/** Begins work now, or in one of the next turns of the event loop, in order of arrival. */
export type Begin = (work: () => void) => void

/**
 * Lets at most so much work begin in one turn of the event loop: what hundreds of connections bring at once is then done a few
 * milliseconds at a time, and timers, other connections and finished commits come in between. There is no limit to what waits;
 * that is the listener's.
 */
export function createTurns(maxPerTurn: number): Begin {
  let waiting: (() => void)[] = []
  let begun = 0

  function beginNow(work: () => void): void {
    if (begun === 0) setImmediate(endTurn)
    begun += 1
    work()
  }

  function endTurn(): void {
    begun = 0
    const next = waiting.slice(0, maxPerTurn)
    waiting = waiting.slice(maxPerTurn)
    for (const work of next) beginNow(work)
  }

  return (work) => {
    if (begun < maxPerTurn && waiting.length === 0) beginNow(work)
    else waiting.push(work)
  }
}
