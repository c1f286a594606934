import { describe, expect, test } from 'vitest'
import { challengeOf, parseCodeChallenge } from './pkce.ts'

/** RFC 7636, appendix B. */
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

describe('the code challenge', () => {
  test('a challenge of 32 bytes is read as it is', () => {
    expect(parseCodeChallenge(CHALLENGE, 'S256')).toBe(CHALLENGE)
  })

  test.each([
    ['plain', 'plain'],
    ['left out', undefined],
    ['empty', ''],
    ['in lower case', 's256'],
    ['another', 'S512'],
  ])('S50: a method that is %s is refused', (_what, method) => {
    expect(parseCodeChallenge(CHALLENGE, method)).toBeUndefined()
  })

  test.each([
    ['empty', ''],
    ['of 42 characters', CHALLENGE.slice(1)],
    ['of 44 characters', `${CHALLENGE}A`],
    ['of 129 characters', 'A'.repeat(129)],
    ['of 43 characters with bits to spare', `${CHALLENGE.slice(0, -1)}N`],
    ['padded', `${CHALLENGE}=`],
    ['of the other alphabet', CHALLENGE.replace('-', '+')],
    ['with a line break', `${CHALLENGE}\n`],
    ['with a letter beyond ASCII', `${CHALLENGE.slice(0, -1)}ä`],
  ])('S50: a challenge that is %s is refused', (_what, challenge) => {
    expect(parseCodeChallenge(challenge, 'S256')).toBeUndefined()
  })
})

describe('the code verifier', () => {
  test('RFC 7636, appendix B: a verifier answers its challenge', () => {
    expect(challengeOf(VERIFIER)).toBe(CHALLENGE)
  })

  test.each([
    ['of 43 characters', `${'a'.repeat(39)}-._~`],
    ['of 128 characters', 'Z9'.repeat(64)],
  ])('one %s is a verifier, whose challenge can be sent', (_what, verifier) => {
    expect(parseCodeChallenge(challengeOf(verifier) ?? '', 'S256')).toHaveLength(43)
  })

  test.each([
    ['empty', ''],
    ['of 42 characters', 'a'.repeat(42)],
    ['of 129 characters', 'a'.repeat(129)],
    ['with a blank', `${'a'.repeat(42)} `],
    ['with a line break', `${'a'.repeat(43)}\n`],
    ['with a character that is not unreserved', `${'a'.repeat(42)}+`],
    ['with a letter beyond ASCII', `${'a'.repeat(42)}ä`],
  ])('S50: one %s is no verifier', (_what, verifier) => {
    expect(challengeOf(verifier)).toBeUndefined()
  })
})
