import { describe, expect, it } from 'vitest'
import { defaultPolicy, maxRetryAfterSeconds, windowMs } from './refresh-policy.ts'

describe('a refresh policy', () => {
  it.each([
    ['strict', 30_000],
    ['device', Number.POSITIVE_INFINITY],
    ['bearer', 3_900_000],
  ] as const)('%s has by default a window of %d ms beside an access token of one hour', (name, ms) => {
    expect(windowMs(defaultPolicy(name, 3600))).toBe(ms)
  })

  it.each([
    [{ name: 'strict', windowSeconds: 30 }, 10],
    [{ name: 'strict', windowSeconds: 10 }, 3],
    [{ name: 'bearer', windowSeconds: 3900 }, 30],
    [{ name: 'device' }, 30],
    [{ name: 'strict', windowSeconds: 1 }, 1],
  ] as const)('lets a client of %o wait for %i s at most: a third of the window', (policy, seconds) => {
    expect(maxRetryAfterSeconds(policy)).toBe(seconds)
  })
})
