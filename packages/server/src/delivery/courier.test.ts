import { expect, test } from 'vitest'
import { createSetClock } from '../testing/set-clock.ts'
import { createCourier } from './courier.ts'
import type { Gateway, SendAnswer } from './message.ts'

/** A gateway whose answers a test gives, one after the other. */
function aGateway() {
  const waiting: ((answer: SendAnswer) => void)[] = []
  let stopped = false
  const gateway: Gateway<string> = {
    send: () => new Promise((resolve) => waiting.push(resolve)),
    stop: async () => {
      stopped = true
    },
  }
  return { gateway, waiting, isStopped: () => stopped, answer: (answer: SendAnswer) => waiting.shift()?.(answer) }
}

function aCourier(limits: { patienceMs?: number; maxUnderWay?: number; stopMs?: number } = {}) {
  const parts = aGateway()
  const clock = createSetClock()
  const told: string[] = []
  const healths: boolean[] = []
  const onHealth = (isWell: boolean) => healths.push(isWell)
  const courier = createCourier({
    ...parts,
    clock,
    onAnswer: (answer) => told.push(answer),
    onHealth,
    limits: { patienceMs: 20, ...limits },
  })
  /** Dispatches a message that the gateway answers like this. */
  const dispatch = (answer: SendAnswer) => {
    const answered = courier.dispatch('message')
    parts.answer(answer)
    return answered
  }
  return { ...parts, clock, told, healths, courier, dispatch }
}

test('what the gateway says in time is told', async () => {
  const { dispatch, told } = aCourier({ patienceMs: 10_000 })
  expect([await dispatch('sent'), await dispatch('not_sent'), await dispatch('unknown')]).toEqual(['sent', 'not_sent', 'under_way'])
  expect(told).toEqual(['sent', 'not_sent', 'unknown'])
})

test('nobody waits for a gateway that is slow; its answer counts when it comes', async () => {
  const { courier, answer, told } = aCourier()
  expect(await courier.dispatch('message')).toBe('under_way')
  expect(told).toEqual([])
  answer('sent')
  await expect.poll(() => told).toEqual(['sent'])
})

test('a gateway that fails five times is left alone for half a minute, and then tried by one message', async () => {
  const { clock, courier, dispatch, told, healths, waiting } = aCourier()
  for (let failure = 0; failure < 5; failure += 1) await dispatch(failure % 2 === 0 ? 'not_sent' : 'unknown')
  expect(courier.isWell()).toBe(false)
  expect(healths).toEqual([false])
  expect(await courier.dispatch('message')).toBe('not_sent')
  expect([told.at(-1), waiting.length]).toEqual(['resting', 0])
  clock.advance(30_000)
  expect(await dispatch('not_sent')).toBe('not_sent')
  expect(await courier.dispatch('message'), 'and rests again').toBe('not_sent')
  clock.advance(30_000)
  expect(healths, 'it is told once').toEqual([false])
  expect(await dispatch('sent')).toBe('sent')
  expect(courier.isWell()).toBe(true)
  expect(healths).toEqual([false, true])
})

test('no more are under way than there may be', async () => {
  const { courier, told, answer } = aCourier({ maxUnderWay: 2 })
  await Promise.all([courier.dispatch('one'), courier.dispatch('two')])
  expect(await courier.dispatch('three')).toBe('not_sent')
  expect(told).toEqual(['too_many'])
  answer('sent')
  await expect.poll(() => told.length).toBe(2)
  expect(await courier.dispatch('four')).toBe('under_way')
})

test('a stop waits a little for what is under way, and then ends the gateway', async () => {
  const { courier, isStopped } = aCourier({ stopMs: 20 })
  void courier.dispatch('message')
  await courier.stop()
  expect(isStopped()).toBe(true)
})
