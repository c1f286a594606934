import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createVerifiedCache } from './verified-cache.ts'

const digestOf = (token: string) => createHash('sha256').update(token).digest()
const entry = (verified: string, overrides: { revision?: number; endsAt?: number } = {}) => ({
  verified,
  revision: 1,
  endsAt: 1000,
  ...overrides,
})

describe('the cache of verified tokens', () => {
  it('gives back what was verified until the entry ends, and not at that instant', () => {
    const cache = createVerifiedCache<string>()
    cache.set(digestOf('token'), entry('claims'))
    expect(cache.get(digestOf('token'), 1, 999)).toBe('claims')
    expect(cache.get(digestOf('token'), 1, 1000)).toBeUndefined()
  })

  it('falls with the revision of the keys, for good', () => {
    const cache = createVerifiedCache<string>()
    cache.set(digestOf('token'), entry('claims'))
    expect(cache.get(digestOf('token'), 2, 0)).toBeUndefined()
    expect(cache.get(digestOf('token'), 1, 0)).toBeUndefined()
  })

  it('keeps two tokens apart that share all but a character', () => {
    const cache = createVerifiedCache<string>()
    cache.set(digestOf('token a'), entry('claims of a'))
    expect(cache.get(digestOf('token b'), 1, 0)).toBeUndefined()
  })

  it('is bounded, and lets go what was not used for longest', () => {
    const cache = createVerifiedCache<string>(3)
    for (const name of ['a', 'b', 'c']) cache.set(digestOf(name), entry(name))
    cache.get(digestOf('a'), 1, 0)
    cache.set(digestOf('d'), entry('d'))
    const kept = ['a', 'b', 'c', 'd'].map((name) => cache.get(digestOf(name), 1, 0))
    expect(kept).toEqual(['a', undefined, 'c', 'd'])
  })

  it('holds 10,000 tokens unless told otherwise', () => {
    const cache = createVerifiedCache<number>()
    for (let i = 0; i <= 10_000; i += 1) cache.set(digestOf(String(i)), { verified: i, revision: 1, endsAt: 1000 })
    expect(cache.get(digestOf('0'), 1, 0)).toBeUndefined()
    expect(cache.get(digestOf('1'), 1, 0)).toBe(1)
    expect(cache.get(digestOf('10000'), 1, 0)).toBe(10_000)
  })
})
