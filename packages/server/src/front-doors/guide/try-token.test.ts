import { describe, expect, test } from 'vitest'
import type { EpochSeconds } from '../../domain/time.ts'
import { decodeToken, sayTime } from './try-token.ts'

const AT = Date.UTC(2026, 10, 21, 15, 26, 50) / 1000
const at = AT as EpochSeconds

const part = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const signed = (claims: unknown) => `${part({ alg: 'ES256', kid: 'k1' })}.${part(claims)}.c2ln`

describe('a token, decoded', () => {
  test('that is signed has its header and its claims, with times in words', () => {
    const { about, header, claims } = decodeToken(signed({ sub: 'acc_1', aud: ['a', 'b'], exp: AT + 3600, iat: AT - 90, n: 1 }), at)
    expect(about).toMatch(/^The token is signed/)
    expect(header).toEqual([
      { name: 'alg', value: 'ES256' },
      { name: 'kid', value: 'k1' },
    ])
    expect(claims).toEqual([
      { name: 'sub', value: 'acc_1' },
      { name: 'aud', value: '["a","b"]' },
      { name: 'exp', value: String(AT + 3600), words: '21 November 2026, 16:26:50 UTC, in 1 hour' },
      { name: 'iat', value: String(AT - 90), words: '21 November 2026, 15:25:20 UTC, 1 minute ago' },
      { name: 'n', value: '1' },
    ])
  })

  test('that is sealed says so, and has a header alone', () => {
    const { about, header, claims } = decodeToken(`${part({ alg: 'dir', enc: 'A256GCM' })}..aXY.Y3Q.dGFn`, at)
    expect(about).toMatch(/^The token is sealed/)
    expect(header.map(({ value }) => value)).toEqual(['dir', 'A256GCM'])
    expect(claims).toEqual([])
  })

  test('that is permanent says so', () => {
    expect(decodeToken(signed({ iss: 'https://a.example/token/generate', exp: AT }), at).about).toMatch(/this is a permanent token/)
    expect(decodeToken(signed({ iss: 'https://a.example/api/v1/auth/login' }), at).about).not.toContain('permanent')
  })

  test.each([
    ['an algorithm that is none', `${part({ alg: 'none' })}.${part({ iss: 'https://a.example/token/generate' })}.eA`],
    ['no algorithm', `${part({})}.${part({})}.eA`],
    ['no signature', `${part({ alg: 'ES256' })}.${part({})}.`],
  ])('with %s is said to be unsigned, whatever it claims', (_what, token) => {
    expect(decodeToken(token, at).about).toBe('The token bears no signature: anybody can have made it.')
  })

  test('of the refreshing of VPaaS is said to be none that opens anything', () => {
    expect(decodeToken('RTSVH2:eyJhIjoxfQ', at)).toMatchObject({ about: expect.stringContaining('refresh token'), header: [], claims: [] })
  })

  test.each([
    ['', 'nothing'],
    ['x', 'one part'],
    ['a.b', 'two parts'],
    [`${part({})}.${part({})}`, 'two readable parts'],
    [`${part([])}.${part({})}.a`, 'a header that is a list'],
    [`${part('null')}.${part({})}.a`, 'a header that is null'],
    [`${part('"a"')}.${part({})}.a`, 'a header that is a text'],
    [signed('{'), 'claims that are no JSON'],
    [signed(`{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`), 'claims in which something is nested 30000 times'],
  ])('%# that cannot be read is said to be none: %s', (token) => {
    const { about, claims } = decodeToken(token, at)
    expect(about).toMatch(/no token that can be read|is signed/)
    expect(claims.length).toBeLessThan(2)
  })

  test.each([
    [AT, 'now'],
    [AT + 59, 'in 59 seconds'],
    [AT + 7199, 'in 1 hour'],
    [AT + 86_400 * 365, 'in 365 days'],
    [AT - 86_400, 'yesterday'],
  ])('says how far off %i is: %s', (seconds, words) => {
    expect(sayTime(seconds, at)).toMatch(new RegExp(` UTC, ${words}$`))
  })

  test.each([8_640_000_000_001, -1e300, Number.POSITIVE_INFINITY])('has no words for %d, which is no date', (seconds) => {
    expect(sayTime(seconds, at)).toBeUndefined()
  })
})
