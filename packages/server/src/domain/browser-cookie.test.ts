import { describe, expect, it } from 'vitest'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { digestText, isBrowserKey, isDigestOf, makeBrowserKey, signInCookieName } from './browser-cookie.ts'

describe("a browser's key", () => {
  it('is 32 bytes in their one spelling, and nothing else is one', () => {
    const randomness = createSeededRandomness()
    const key = makeBrowserKey(randomness)
    expect(key).toMatch(/^[\w-]{43}$/)
    expect(makeBrowserKey(randomness)).not.toBe(key)
    expect(isBrowserKey(key)).toBe(true)
    for (const text of [undefined, '', 'A', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}B`, `${'A'.repeat(43)}=`, ` ${key}`])
      expect(isBrowserKey(text), text).toBe(false)
  })

  it('is known by its digest alone', () => {
    const digest = digestText('a key')
    expect(digest).not.toContain('a key')
    expect(isDigestOf(digest, 'a key')).toBe(true)
    for (const [kept, text] of [
      [digest, 'another key'],
      [digest, ''],
      [digest.slice(1), 'a key'],
      ['', ''],
      ['', 'a key'],
    ] as const)
      expect(isDigestOf(kept, text)).toBe(false)
  })
})

describe("the name of a sign-in's cookie", () => {
  it('can be set by this host alone, and is another for each state', () => {
    const names = ['', 'account', 'state', 'state ', 'State', 'ü'].map(signInCookieName)
    for (const name of names) expect(name).toMatch(/^__Host-sign-in-[\w-]{16}$/)
    expect(new Set(names).size).toBe(names.length)
    expect(signInCookieName('state')).toBe(names[2])
  })
})
