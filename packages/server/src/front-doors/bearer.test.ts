import { expect, test } from 'vitest'
import { readAuthorization } from './bearer.ts'

test.each([
  [undefined, { kind: 'none' }],
  ['', { kind: 'none' }],
  ['None', { kind: 'none' }],
  ['null', { kind: 'none' }],
  ['undefined', { kind: 'none' }],
  ['Bearer', { kind: 'none' }],
  ['Bearer null', { kind: 'none' }],
  ['Bearer Bearer', { kind: 'none' }],
  ['Bearer a.b.c', { kind: 'bearer', token: 'a.b.c' }],
  ['bEARER   a', { kind: 'bearer', token: 'a' }],
  ['a.b.c', { kind: 'raw', token: 'a.b.c' }],
  ['Basic YTpi', { kind: 'other' }],
  ['Bearer a b', { kind: 'other' }],
  ['Bearer\ta', { kind: 'other' }],
  ['Bearer é', { kind: 'other' }],
  ['Bearer a\u00a0', { kind: 'other' }],
  ['\u00a0a.b.c', { kind: 'other' }],
])('%j', (header, expected) => {
  expect(readAuthorization(header)).toEqual(expected)
})
