import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createEvents } from '../events/events.ts'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { type BackgroundDuty, startBackgroundTasks } from './background-tasks.ts'
import type { OpenedHouse } from './open-house.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Only what the tasks call. */
function start(renewSealingKeys: () => Promise<void>, duties?: readonly BackgroundDuty[]) {
  const failed: string[] = []
  const done = new Set<string>()
  const does = (task: string) => async () => void done.add(task)
  const newest: number[] = []
  const store = { beat: (at: number) => does('beat')().then(() => at + 7), sweep: does('sweep') }
  const clock = { now: () => 100, goOnFrom: (instant: number) => void newest.push(instant) }
  const retireOldKeys = does('retire_old_keys')
  const eraseLeavers = does('erase_leavers')
  const deliverLetters = does('deliver_letters')
  const house = {
    store,
    clock,
    flushUses: does('flush_uses'),
    renewSealingKeys,
    retireOldKeys,
    eraseLeavers,
    deliverLetters,
  } as unknown as OpenedHouse
  const events = createEvents({
    randomness: createSeededRandomness(),
    sink: { log: (_level, name, fields) => void failed.push(`${name} ${fields.task}`), count: () => {} },
  })
  return { failed, done, newest, tasks: startBackgroundTasks(house, events, duties) }
}

it('sealing keys are renewed at the start and every hour, until the stop', async () => {
  const renew = vi.fn(async () => {})
  const { tasks, failed } = start(renew)
  expect(renew).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(3_599_999)
  expect(renew).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(renew).toHaveBeenCalledTimes(2)
  await tasks.stop()
  await vi.advanceTimersByTimeAsync(10 * 3_600_000)
  expect(renew).toHaveBeenCalledTimes(2)
  expect(failed).toEqual([])
})

it('a renewal that fails is an event, and is tried again at its next turn', async () => {
  const renew = vi.fn(async () => {})
  renew.mockRejectedValueOnce(new Error('down'))
  const { tasks, failed } = start(renew)
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(failed).toEqual(['background_task.failed renew_sealing_keys'])
  expect(renew).toHaveBeenCalledTimes(2)
  await tasks.stop()
})

it('the stop waits for a renewal that is under way', async () => {
  const order: string[] = []
  let finish = () => {}
  const renewal = new Promise<void>((resolve) => {
    finish = resolve
  })
  const { tasks } = start(() => renewal.then(() => void order.push('renewed')))
  const stopping = tasks.stop().then(() => order.push('stopped'))
  await vi.advanceTimersByTimeAsync(1000)
  expect(order).toEqual([])
  finish()
  await stopping
  expect(order).toEqual(['renewed', 'stopped'])
})

it('what is done once for a store is done by one process, and each that answers writes down its own uses', async () => {
  const renew = vi.fn(async () => {})
  const [all, own, shared] = [start(renew), start(renew, ['own']), start(renew, ['shared'])]
  await vi.advanceTimersByTimeAsync(60_000)
  expect([...all.done].sort()).toEqual(['beat', 'deliver_letters', 'erase_leavers', 'flush_uses', 'retire_old_keys', 'sweep'])
  expect([...own.done].sort(), 'a beat says that requests are answered').toEqual(['beat', 'flush_uses'])
  expect([...shared.done].sort()).toEqual(['deliver_letters', 'erase_leavers', 'retire_old_keys', 'sweep'])
  expect(renew).toHaveBeenCalledTimes(2)
  await Promise.all([all, own, shared].map(({ tasks }) => tasks.stop()))
})

it('the clock of each process goes on from the newest instant that another one has committed', async () => {
  const { newest, tasks } = start(async () => {}, ['own'])
  await vi.advanceTimersByTimeAsync(2000)
  expect(newest).toEqual([107])
  await tasks.stop()
})
