import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseLoginId } from './account.ts'

describe('parseLoginId', () => {
  it.each([
    ['Jane.Doe@Example.COM', 'jane.doe@example.com'],
    ['  jane@example.com\n', 'jane@example.com'],
    ['jane＠example.com', 'jane@example.com'],
    ['ｊａｎｅ@example.com', 'jane@example.com'],
    ['JU\u0308RGEN', 'j\u00fcrgen'],
    ['\u00a0jane\u3000', 'jane'],
    ['\ufb01le', 'file'],
    ['1001', '1001'],
  ])('gives %j the one spelling %j', (text, canonical) => {
    expect(parseLoginId(text)).toBe(canonical)
  })

  it.each([
    ['an empty name', ''],
    ['blanks alone', ' \t\n'],
    ['a blank inside', 'jane doe'],
    ['a no-break space inside', 'jane\u00a0doe'],
    ['a line break inside', 'jane\ndoe'],
    ['NUL', 'jane\u0000'],
    ['an invisible character', 'ja\u200bne'],
    ['a right-to-left override', 'jane\u202e'],
    ['half a surrogate pair', 'jane\ud800'],
    ['more than 255 characters', 'a'.repeat(256)],
    ['what is longer than 255 characters only in its canonical spelling', '\ufdfa'.repeat(100)],
  ])('takes %s for no login name', (_what, text) => {
    expect(parseLoginId(text)).toBeUndefined()
  })

  it('takes 255 characters', () => {
    expect(parseLoginId('a'.repeat(255))).toHaveLength(255)
  })

  it('leaves a canonical spelling as it is, so that one account has one bucket', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const canonical = parseLoginId(text)
        if (canonical !== undefined) expect(parseLoginId(canonical)).toBe(canonical)
      }),
      { numRuns: 2000 },
    )
  })

  it('gives every mixture of cases and surrounding blanks of a name one spelling', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abcxyz0189@.-_'), minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(letters, fc.infiniteStream(fc.boolean()), fc.constantFrom('', ' ', '\t ', '\n'), (name, upper, blank) => {
        const mixed = [...name].map((character) => (upper.next().value ? character.toUpperCase() : character)).join('')
        expect(parseLoginId(blank + mixed + blank)).toBe(name)
      }),
    )
  })
})
