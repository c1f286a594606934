import { expect, test } from 'vitest'
import { readClientCredentials } from './client-credentials.ts'

const basic = (text: string | Buffer) => `Basic ${Buffer.from(text as string).toString('base64')}`

test.each([
  [basic('id:secret'), { kind: 'client', clientId: 'id', clientSecret: 'secret' }],
  [basic('id:'), { kind: 'client', clientId: 'id', clientSecret: '' }],
  [basic('id:a:b'), { kind: 'client', clientId: 'id', clientSecret: 'a:b' }],
  [`bASIC  ${Buffer.from('i+d:%C3%A9').toString('base64')}`, { kind: 'client', clientId: 'i d', clientSecret: 'é' }],
])('%s names a client', (authorization, expected) => {
  expect(readClientCredentials({ headers: { authorization } })).toEqual({ ok: true, value: expected })
})

test.each([
  basic('no colon'),
  basic(':secret'),
  basic('id:%zz'),
  basic('%:secret'),
  basic(Buffer.from([0x61, 0x3a, 0xff])),
  'Basic',
  'Basic !!!',
  'Basic YTpi YTpi',
  'Bearer YTpi',
  'YTpi',
  '',
])('%j cannot be read', (authorization) => {
  expect(readClientCredentials({ headers: { authorization } })).toEqual({ ok: false, refusal: { code: 'client_unreadable' } })
})

test('an API key names its application, beside Authorization it is one name too many', () => {
  expect(readClientCredentials({ headers: { apikey: 'k' } })).toEqual({ ok: true, value: { kind: 'api_key', apiKey: 'k' } })
  expect(readClientCredentials({ headers: { apikey: 'k', authorization: basic('a:b') } })).toMatchObject({
    refusal: { code: 'client_named_twice' },
  })
  expect(readClientCredentials({ headers: { apikey: '' } })).toMatchObject({ refusal: { code: 'client_missing' } })
  expect(readClientCredentials({ headers: {} })).toMatchObject({ refusal: { code: 'client_missing' } })
})
