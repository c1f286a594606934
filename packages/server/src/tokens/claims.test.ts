import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readClaims, writeClaims } from './claims.ts'

const SHAPE = { iss: 'text', exp: 'integer', aud: 'texts' } as const
const GOOD = '{"iss":"https://tokens.example","exp":1790003600,"aud":["a","b"]}'

const read = (text: string | Buffer) => readClaims(SHAPE, Buffer.from(text))

describe('the claims of a token', () => {
  it('are read from the bytes that they are written as', () => {
    const claims = { iss: 'https://tökens.example/"\\\u0000\u2028', exp: 0, aud: 'one' }
    expect(read(writeClaims(SHAPE, claims))).toEqual(claims)
    expect(read(GOOD)).toEqual({ iss: 'https://tokens.example', exp: 1790003600, aud: ['a', 'b'] })
  })

  it('are written in the order of their shape, whatever the order they come in', () => {
    expect(writeClaims(SHAPE, { aud: ['a', 'b'], exp: 1790003600, iss: 'https://tokens.example' })).toBe(GOOD)
  })

  it('survive writing and reading, whatever they hold', () => {
    const anyClaims = fc.record({ iss: fc.string(), exp: fc.nat(), aud: fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 2 })) })
    fc.assert(
      fc.property(anyClaims, (claims) => {
        expect(read(writeClaims(SHAPE, claims))).toEqual(claims)
      }),
    )
  })

  it.each([
    ['in another order', '{"exp":1790003600,"iss":"https://tokens.example","aud":["a","b"]}'],
    ['with a blank', GOOD.replace(',', ', ')],
    ['with a blank after them', `${GOOD} `],
    ['with a byte order mark', `\ufeff${GOOD}`],
    ['with escapes that are not needed', GOOD.replaceAll('/', '\\/')],
    ['with one missing', '{"iss":"https://tokens.example","exp":1790003600}'],
    ['with an unknown one', GOOD.replace('}', ',"x":1}')],
    ['with __proto__', GOOD.replace('{', '{"__proto__":{"iss":"x"},')],
    ['with a number where text belongs', GOOD.replace('"https://tokens.example"', '1')],
    ['with text where a number belongs', GOOD.replace('1790003600', '"1790003600"')],
    ['with a negative number', GOOD.replace('1790003600', '-1')],
    ['with minus zero', GOOD.replace('1790003600', '-0')],
    ['with a fraction', GOOD.replace('1790003600', '1790003600.5')],
    ['with a fraction of zero', GOOD.replace('1790003600', '1790003600.0')],
    ['with an exponent', GOOD.replace('1790003600', '1.7900036e9')],
    ['with a number beyond all', GOOD.replace('1790003600', '1e400')],
    ['with a number beyond the safe ones', GOOD.replace('1790003600', '9007199254740993')],
    ['with null', GOOD.replace('1790003600', 'null')],
    ['with true', GOOD.replace('1790003600', 'true')],
    ['with a list of one', GOOD.replace('["a","b"]', '["a"]')],
    ['with an empty list', GOOD.replace('["a","b"]', '[]')],
    ['with a list of numbers', GOOD.replace('["a","b"]', '[1,2]')],
    ['in a list', `[${GOOD}]`],
    ['as text', JSON.stringify(GOOD)],
    ['as null', 'null'],
    ['cut off', GOOD.slice(0, -1)],
    ['empty', ''],
    ['nested ten thousand deep', '['.repeat(10_000)],
  ])('are refused %s', (_how, payload) => {
    expect(read(payload)).toBeUndefined()
  })

  it('S21: are refused with a member that occurs twice, whichever of the two a parser would take', () => {
    expect(read(GOOD.replace('{', '{"iss":"https://evil.example",'))).toBeUndefined()
    expect(read(GOOD.replace('}', ',"iss":"https://tokens.example"}'))).toBeUndefined()
    expect(read(GOOD.replace('{', '{"\\u0069ss":"https://tokens.example",'))).toBeUndefined()
  })

  it('are refused with bytes that are no UTF-8, also where a parser would replace them', () => {
    const bytes = Buffer.from(GOOD.replace('tokens', 'tok\u00fens'), 'latin1')
    expect(read(bytes)).toBeUndefined()
    expect(read(Buffer.from(GOOD.replace('tokens', 'tok\ufffdns')))).toBeDefined()
  })
})
