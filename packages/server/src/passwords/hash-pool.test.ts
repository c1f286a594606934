import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Unavailable } from '../domain/fault.ts'
import { createHashPool, type HashPoolOptions } from './hash-pool.ts'

/** A pool whose work a test finishes by hand, in any order. */
function aPool(options: Partial<HashPoolOptions> = {}) {
  const pool = createHashPool({ workers: 2, ...options })
  const started: number[] = []
  const finish = new Map<number, (fault?: Error) => void>()
  const outcomes = new Map<number, Promise<unknown>>()
  const submit = (id: number, isGone?: () => boolean) => {
    const outcome = pool.run(() => {
      started.push(id)
      return new Promise<number>((resolve, reject) => finish.set(id, (fault) => (fault === undefined ? resolve(id) : reject(fault))))
    }, isGone)
    outcomes.set(
      id,
      outcome.catch((fault: unknown) => fault),
    )
  }
  /** Lets what is under way go on until nothing changes. */
  const settle = () => vi.advanceTimersByTimeAsync(0)
  const end = async (id: number, fault?: Error) => {
    finish.get(id)?.(fault)
    await settle()
  }
  return { started, submit, settle, end, outcomeOf: (id: number) => outcomes.get(id) }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the hash pool', () => {
  it('runs as many at once as it has workers, the others in order of arrival', async () => {
    const { started, submit, settle, end } = aPool()
    for (const id of [1, 2, 3, 4, 5]) submit(id)
    await settle()
    expect(started).toEqual([1, 2])
    await end(2)
    expect(started).toEqual([1, 2, 3])
    await end(3)
    await end(1)
    expect(started).toEqual([1, 2, 3, 4, 5])
  })

  it('starts only one for each that ends, however many end together', async () => {
    const { started, submit, settle, end } = aPool()
    for (const id of [1, 2, 3, 4, 5, 6]) submit(id)
    await settle()
    await Promise.all([end(1), end(2)])
    expect(started).toEqual([1, 2, 3, 4])
  })

  it('gives each caller the result or the fault of its own work, and a fault frees its worker', async () => {
    const { submit, settle, end, outcomeOf, started } = aPool({ workers: 1 })
    for (const id of [1, 2]) submit(id)
    await settle()
    await end(1, new Error('broken'))
    expect(await outcomeOf(1)).toEqual(new Error('broken'))
    expect(started).toEqual([1, 2])
    await end(2)
    expect(await outcomeOf(2)).toBe(2)
  })

  it('lets nobody overtake who waits', async () => {
    const { started, submit, settle, end } = aPool({ workers: 1 })
    for (const id of [1, 2]) submit(id)
    await settle()
    const ending = end(1)
    submit(3)
    await ending
    expect(started).toEqual([1, 2])
  })

  it('refuses with Unavailable what does not fit into its queue', async () => {
    const { submit, settle, outcomeOf, started } = aPool({ workers: 1, maxQueued: 2 })
    for (const id of [1, 2, 3, 4]) submit(id)
    await settle()
    expect(await outcomeOf(4)).toBeInstanceOf(Unavailable)
    expect(started).toEqual([1])
  })

  it('refuses with Unavailable what has waited for its start too long, and never starts it', async () => {
    const { submit, end, outcomeOf, started } = aPool({ workers: 1, maxWaitMs: 5000 })
    submit(1)
    submit(2)
    await vi.advanceTimersByTimeAsync(4999)
    submit(3)
    await vi.advanceTimersByTimeAsync(1)
    expect(await outcomeOf(2)).toBeInstanceOf(Unavailable)
    await end(1)
    expect(started).toEqual([1, 3])
  })

  it('does not interrupt what has started, however long it takes, and leaves no timer behind', async () => {
    const { submit, end, outcomeOf } = aPool({ workers: 1, maxWaitMs: 5000 })
    submit(1)
    submit(2)
    await end(1)
    expect(vi.getTimerCount()).toBe(0)
    await vi.advanceTimersByTimeAsync(60_000)
    await end(2)
    expect(await outcomeOf(2)).toBe(2)
  })

  it('starts nothing for a caller who has gone, before its turn or while it waited', async () => {
    const { submit, settle, end, outcomeOf, started } = aPool({ workers: 1 })
    let isGone = false
    submit(1)
    submit(2, () => isGone)
    submit(3)
    submit(4, () => true)
    await settle()
    isGone = true
    await end(1)
    expect(started).toEqual([1, 3])
    expect([await outcomeOf(2), await outcomeOf(4)]).toEqual([expect.any(Unavailable), expect.any(Unavailable)])
  })

  it('lets callers who have gone keep nobody out of its queue', async () => {
    const { submit, settle, end, started } = aPool({ workers: 1, maxQueued: 2 })
    let areGone = false
    submit(1)
    submit(2, () => areGone)
    submit(3, () => areGone)
    areGone = true
    submit(4)
    await settle()
    await end(1)
    expect(started).toEqual([1, 4])
  })

  it('S86: with 200 at once runs no more than its workers, queues no more than its bound, and refuses the rest', async () => {
    const { submit, settle, outcomeOf, end, started } = aPool({ workers: 2, maxQueued: 16 })
    for (let id = 0; id < 200; id += 1) submit(id)
    await settle()
    expect(started).toHaveLength(2)
    for (let id = 0; id < 18; id += 1) await end(id)
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, id) => outcomeOf(id)))
    expect(outcomes.filter((outcome) => outcome instanceof Unavailable)).toHaveLength(182)
    expect(outcomes.slice(0, 18)).toEqual(Array.from({ length: 18 }, (_, id) => id))
  })
})

describe('the advice when to come back', () => {
  it('is a second at least', async () => {
    const { submit, outcomeOf } = aPool({ workers: 1, maxQueued: 0 })
    submit(1)
    submit(2)
    expect(await outcomeOf(2)).toMatchObject({ retryAfterSeconds: 1 })
  })

  it('is the time that the queue will take at the speed observed, rounded up', async () => {
    let now = 0
    const { submit, settle, end, outcomeOf } = aPool({ workers: 2, maxQueued: 10, time: { monotonicMs: () => now } })
    for (let id = 0; id < 100; id += 1) {
      submit(id)
      await settle()
      now += 2000
      await end(id)
    }
    for (let id = 100; id < 113; id += 1) submit(id)
    expect(await outcomeOf(112)).toMatchObject({ retryAfterSeconds: 12 }) // 12 before it, 2 at a time, nearly 2 s each
  })
})
