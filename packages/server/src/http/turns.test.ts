import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

test('S86 two hundred requests that come at once begin eight in a turn of the event loop, in their order', async () => {
  const begin = createTurns(8)
  const begun: number[] = []
  for (let request = 0; request < 200; request += 1) begin(() => begun.push(request))
  expect(begun).toHaveLength(8)
  for (let turn = 2; turn <= 25; turn += 1) {
    await nextTurn()
    expect(begun).toHaveLength(turn * 8)
  }
  expect(begun).toEqual(Array.from({ length: 200 }, (_, request) => request))
})

test('what comes alone begins at once, in every turn', async () => {
  const begin = createTurns(2)
  for (let turn = 0; turn < 3; turn += 1) {
    let begun = 0
    begin(() => (begun += 1))
    begin(() => (begun += 1))
    expect(begun).toBe(2)
    await nextTurn()
  }
})

test('nothing overtakes what waits', async () => {
  const begin = createTurns(1)
  const begun: string[] = []
  begin(() => begun.push('first'))
  begin(() => {
    begun.push('second')
    begin(() => begun.push('third'))
  })
  await nextTurn()
  expect(begun).toEqual(['first', 'second'])
  await nextTurn()
  expect(begun).toEqual(['first', 'second', 'third'])
})
