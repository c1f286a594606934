import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { algFirstHeader, isAuthentic, keyIdIn, MAX_TOKEN_CHARACTERS, parseJws, typFirstHeader, writeJws } from './jws.ts'
import { makeKeyMaterial, openKeyMaterial } from './key-material.ts'

const KEY = openKeyMaterial('HS256', await makeKeyMaterial('HS256', createSeededRandomness()))
const HEADER = algFirstHeader('at+jwt', 'HS256', 'abcdefghijklmnop')
const TOKEN = writeJws(HEADER, '{"sub":"acc_alice"}', KEY)

/** Whether a token is accepted as the one of this header and the key. */
function isAccepted(token: string, header = HEADER): boolean {
  const jws = parseJws(token)
  return jws !== undefined && isAuthentic(jws, header, KEY)
}

describe('the form of a token', () => {
  it('S24: may be 8 kB long; a character more is neither made nor accepted, and so are 16 kB and 1 MB', () => {
    const header = algFirstHeader('at+jwt', 'HS256', 'abcdefghijklmnopqr') // of a length that lets the whole be 8192
    const longest = writeJws(header, `"${'x'.repeat(6051)}"`, KEY)
    expect(longest).toHaveLength(MAX_TOKEN_CHARACTERS)
    expect(isAccepted(longest, header)).toBe(true)
    expect(() => writeJws(header, `"${'x'.repeat(6052)}"`, KEY)).toThrow('characters')
    for (const length of [MAX_TOKEN_CHARACTERS + 1, 16_384, 1_048_576]) expect(parseJws(TOKEN.padEnd(length, 'A'))).toBeUndefined()
  })

  it.each([
    ['0 dots', TOKEN.replaceAll('.', '')],
    ['1 dot', TOKEN.replace('.', '')],
    ['3 dots', `${TOKEN}.`],
    ['4 dots', `${TOKEN}.a.b`],
    ['8,000 dots', '.'.repeat(8000)],
    ['15 kB of dots', '.'.repeat(15_000)],
    ['nothing', ''],
    ['two dots alone', '..'],
    ['no header', TOKEN.slice(TOKEN.indexOf('.'))],
    ['the JSON serialisation', JSON.stringify({ protected: 'e30', payload: 'e30', signature: 'e30' })],
  ])('S24: %s are refused', (_what, text) => {
    expect(parseJws(text)).toBeUndefined()
  })

  it.each([
    ['a blank before it', ` ${TOKEN}`],
    ['a line break after it', `${TOKEN}\n`],
    ['padding', `${TOKEN}=`],
    ['a blank inside', TOKEN.replace('.', ' .')],
    ['NUL inside', TOKEN.replace('.', '\u0000.')],
    ['the other alphabet', `${TOKEN.slice(0, -1)}+`],
    ['a full-width letter', TOKEN.replace('e', 'ｅ')],
    ['a header beyond 512 characters', `${'A'.repeat(516)}${TOKEN.slice(TOKEN.indexOf('.'))}`],
  ])('a token with %s is refused', (_what, text) => {
    expect(parseJws(text)).toBeUndefined()
  })

  it('every prefix of a token is refused, and every continuation', () => {
    for (let length = 0; length < TOKEN.length; length += 1) expect(isAccepted(TOKEN.slice(0, length))).toBe(false)
    for (const character of 'Aa0-_=.') expect(isAccepted(TOKEN + character)).toBe(false)
  })

  it('a token has one accepted spelling: with any one character changed it is refused', () => {
    const characters = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ')
    fc.assert(
      fc.property(fc.nat(TOKEN.length - 1), characters, (index, character) => {
        const changed = TOKEN.slice(0, index) + character + TOKEN.slice(index + 1)
        expect(isAccepted(changed)).toBe(changed === TOKEN)
      }),
      { numRuns: 3000 },
    )
  })
})

describe('the header of a token', () => {
  it('names its key when it is an object with a text for kid, and else none', () => {
    expect(keyIdIn(HEADER)).toBe('abcdefghijklmnop')
    for (const header of ['{}', '[]', 'null', '1', '"kid"', '', '{"kid":1}', '{"kid":["a"]}', '{"kid":null}', '{"kid":', '\u0000']) {
      expect(keyIdIn(header)).toBeUndefined()
    }
  })

  it('is the expected one byte for byte, or the token is not authentic', () => {
    const others = [
      HEADER.replace(',', ', '),
      `${HEADER} `,
      HEADER.replace('at+jwt', 'AT+JWT'),
      HEADER.replace('at+jwt', 'application/at+jwt'),
      HEADER.replace('at+jwt', 'at\\u002bjwt'),
      typFirstHeader('HS256', 'abcdefghijklmnop'),
      algFirstHeader('at+jwt', 'ES256', 'abcdefghijklmnop'),
      algFirstHeader('at+jwt', 'HS256', 'abcdefghijklmnoq'),
      HEADER.replace('}', ',"kid":"abcdefghijklmnop"}'),
    ]
    expect(isAccepted(writeJws(HEADER, '{}', KEY))).toBe(true)
    for (const other of others) expect(isAccepted(writeJws(other, '{}', KEY))).toBe(false)
  })

  it('begins as the documents of the platforms show it', () => {
    expect(writeJws(algFirstHeader('at+jwt', 'HS256', 'k'), '{}', KEY)).toMatch(/^eyJhbGci/)
    expect(writeJws(typFirstHeader('HS256', 'k'), '{}', KEY)).toMatch(/^eyJ0eXAiOiJKV1QiLCJhbGciOi/)
  })
})
