import { expect, it } from 'vitest'
import { pauseAfter } from './worker-pool.ts'

it.each([
  [1, 100],
  [2, 200],
  [5, 1600],
  [9, 25_600],
  [10, 30_000],
  [2000, 30_000],
])('after %i deaths in a row a worker has a successor in %i ms', (deaths, pauseMs) => {
  expect(pauseAfter(deaths)).toBe(pauseMs)
})
