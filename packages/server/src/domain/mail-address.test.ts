import { expect, test } from 'vitest'
import type { LoginId } from './account.ts'
import { mailAddressOf, parseMailAddress } from './mail-address.ts'

test.each([
  'anna@acme.example',
  'a.b+c@sub-domain.acme.example',
  "o'neil@acme.example",
  `${'a'.repeat(64)}@acme.example`,
  'x@xn--mller-kva.example',
])('%s can be written to', (text) => {
  expect(parseMailAddress(text)).toBe(text)
})

test.each([
  '',
  'anna',
  '@acme.example',
  'anna@',
  'anna@localhost',
  'anna@10.0.0.1',
  'anna@[10.0.0.1]',
  'anna@@acme.example',
  'anna@acme..example',
  '.anna@acme.example',
  'an..na@acme.example',
  'anna@-acme.example',
  '"anna"@acme.example',
  'anna smith@acme.example',
  'anna@acme.example\r\nbcc:eve@evil.example',
  'anna@acme.example\n',
  'anna@acme.example,eve@evil.example',
  'anna<eve@evil.example>',
  'müller@acme.example',
  'anna@müller.example',
  `${'a'.repeat(65)}@acme.example`,
  `a@${'a.'.repeat(130)}example`,
])('%j cannot, and nobody is written to instead', (text) => {
  expect(parseMailAddress(text)).toBeUndefined()
})

test('of the names of an account the first that can be written to is', () => {
  const loginIds = ['+4915228817386', 'anna', 'anna@localhost', 'anna@acme.example', 'eve@acme.example'] as LoginId[]
  expect(mailAddressOf({ loginIds })).toBe('anna@acme.example')
  expect(mailAddressOf({ loginIds: loginIds.slice(0, 3) })).toBeUndefined()
})
