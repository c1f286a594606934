import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWithinScope, parseScope, type Scope, scopeTokens } from './scope.ts'

const scope = (text: string) => parseScope(text) as Scope

describe('parseScope', () => {
  it.each([
    ['profile email', 'profile email'],
    ['  email   profile ', 'email profile'],
    ['a b a', 'a b'],
    ['', ''],
    ['/feature/x calls:read', '/feature/x calls:read'],
  ])('reads %j as %j', (text, read) => {
    expect(parseScope(text)).toBe(read)
  })

  it.each([
    ['a quotation mark', 'a"b'],
    ['a backslash', 'a\\b'],
    ['a tab', 'a\tb'],
    ['a line break', 'a\n'],
    ['a letter beyond ASCII', 'ä'],
    ['a token of 129 characters', 'a'.repeat(129)],
    ['101 tokens', Array.from({ length: 101 }, (_, i) => `s${i}`).join(' ')],
    ['50,000 characters', 'a '.repeat(25_000)],
    ['4,097 characters', `${' '.repeat(4096)}a`],
  ])('refuses %s', (_what, text) => {
    expect(parseScope(text)).toBeUndefined()
  })

  it('reads its own spelling as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = parseScope(text)
        if (read !== undefined) expect(parseScope(read)).toBe(read)
      }),
    )
  })
})

describe('isWithinScope', () => {
  it.each([
    ['', 'a b', true],
    ['', '', true],
    ['b a', 'a b', true],
    ['a c', 'a b', false],
    ['a', '', false],
    ['A', 'a', false],
    ['a', 'ab', false],
  ])('of %j in %j is %s', (asked, granted, within) => {
    expect(isWithinScope(scope(asked), scope(granted))).toBe(within)
  })

  it('the empty scope has no tokens', () => {
    expect(scopeTokens(scope(''))).toEqual([])
  })
})
