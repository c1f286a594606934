import { expect, it } from 'vitest'
import { COMMON_PASSWORDS } from './common-passwords.ts'
import { isCommonPassword } from './is-common-password.ts'

it('knows at least three thousand that are long enough to be chosen, each once', () => {
  const all = COMMON_PASSWORDS.split(' ')
  expect(all.length).toBeGreaterThanOrEqual(3000)
  expect(new Set(all).size).toBe(all.length)
  expect(all.filter((one) => [...one].length < 8 || one !== one.toLowerCase())).toEqual([])
})

it.each([
  ['password', true],
  ['qwertyuiop', true],
  ['trustno1', true],
  ['correct horse battery staple', false],
  ['', false],
  ['__proto__', false],
])('%s: %s', async (password, isCommon) => {
  expect(await isCommonPassword(password)).toBe(isCommon)
})
