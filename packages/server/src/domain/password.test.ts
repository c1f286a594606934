import { describe, expect, it } from 'vitest'
import { isPattern, normalisePassword, parseNewPassword } from './password.ts'

describe('a new password', () => {
  it.each([
    ['8 characters', 'a'.repeat(8)],
    ['128 characters', 'a'.repeat(128)],
    ['8 characters that are 16 units of UTF-16', '😀'.repeat(8)],
    ['128 characters that are 256 units of UTF-16', '😀'.repeat(128)],
    ['blanks at both ends', '  pass  word  '],
  ])('may have %s', (_what, text) => {
    expect(parseNewPassword(text)).toEqual({ ok: true, value: text })
  })

  it.each([
    ['7 characters', 'a'.repeat(7), 'password_too_short'],
    ['no characters', '', 'password_too_short'],
    ['7 characters that are 14 units of UTF-16', '😀'.repeat(7), 'password_too_short'],
    ['7 characters of which one was written as two', 'aaaaaau\u0308', 'password_too_short'],
    ['129 characters', 'a'.repeat(129), 'password_too_long'],
  ])('may not have %s', (_what, text, code) => {
    expect(parseNewPassword(text)).toEqual({ ok: false, refusal: { code } })
  })

  it('is one password whether a keyboard composes its characters or not', () => {
    expect(normalisePassword('passwo\u0308rter')).toBe(normalisePassword('passw\u00f6rter'))
  })

  it('is not trimmed, cut or folded: these are other passwords', () => {
    for (const other of [' password', 'Password', 'password ', 'ｐassword']) expect(normalisePassword(other)).toBe(other)
  })
})

describe('a pattern', () => {
  it.each([
    ...['aaaaaaaa', '1111111111', 'ababababab', '12341234', '123123123', 'abcabcab', '987654321', '0123456789', '0987654321', 'abcdefgh'],
    ...['ＡＢＣＤＥＦＧＨ', 'zyxwvutsr', '        ', '\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b', '1234 5678 90'],
  ])('%s is one', (password) => {
    expect(isPattern(normalisePassword(password))).toBe(true)
  })

  it.each(['abcdefgi', 'correct horse', 'aaaabbbc', '12345679', 'tRee tree tree2', 'größer als groß'])('%s is none', (password) => {
    expect(isPattern(normalisePassword(password))).toBe(false)
  })
})
