import { describe, expect, it } from 'vitest'
import { type KeyState, keyActiveAt, keyStateAt, type StoredKey } from './signing-key.ts'

type Key = Pick<StoredKey, 'purpose' | 'algorithm' | 'ordinal' | 'activatesAt' | 'retiresAt'>

function aKey(ordinal: number, activatesAt: number, retiresAt?: number, overrides: Partial<Key> = {}): Key {
  return { purpose: 'access', algorithm: 'ES256', ordinal, activatesAt, retiresAt, ...overrides }
}

const active = (keys: readonly Key[], at: number) => keyActiveAt(keys, 'access', 'ES256', at)?.ordinal

describe('the key that signs', () => {
  const rotated = [aKey(1, 0, 1500), aKey(2, 1000)]

  it.each([
    [0, 1],
    [999, 1],
    [1000, 2],
    [5000, 2],
  ])('at %i is the one activated last, number %i', (at, ordinal) => {
    expect(active(rotated, at)).toBe(ordinal)
    expect(active(rotated.toReversed(), at)).toBe(ordinal)
  })

  it('is never one of another purpose or algorithm', () => {
    const others = [aKey(1, 0, undefined, { purpose: 'permanent' }), aKey(2, 0, undefined, { algorithm: 'EdDSA' })]
    expect(active(others, 10)).toBeUndefined()
  })

  it('is none before the first is activated', () => {
    expect(active([aKey(1, 100)], 99)).toBeUndefined()
  })

  it('is never a retired one: after an emergency the one before it signs, or none', () => {
    expect(active([aKey(1, 0), aKey(2, 1000, 1200)], 1199)).toBe(2)
    expect(active([aKey(1, 0), aKey(2, 1000, 1200)], 1200)).toBe(1)
    expect(active([aKey(1, 0, 1200)], 1200)).toBeUndefined()
  })

  it('is the one made last of two that are activated together, in whatever order they are listed', () => {
    const keys = [aKey(1, 0), aKey(2, 1000), aKey(3, 1000)]
    expect(active(keys, 1000)).toBe(3)
    expect(active(keys.toReversed(), 1000)).toBe(3)
  })
})

describe('the state of a key', () => {
  const first = aKey(1, 0, 2000)
  const second = aKey(2, 1000)
  const cases: [number, KeyState, KeyState][] = [
    [0, 'active', 'pending'],
    [999, 'active', 'pending'],
    [1000, 'retiring', 'active'],
    [1999, 'retiring', 'active'],
    [2000, 'retired', 'active'],
  ]
  it.each(cases)('at %i is %s for the first and %s for its successor', (at, ofFirst, ofSecond) => {
    expect([keyStateAt(first, [first, second], at), keyStateAt(second, [first, second], at)]).toEqual([ofFirst, ofSecond])
  })
})
