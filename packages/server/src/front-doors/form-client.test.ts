import { describe, expect, test } from 'vitest'
import { filledFields, readFormClient } from './form-client.ts'

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`
const read = (form: { client_id?: string; client_secret?: string }, authorization?: string) =>
  readFormClient({ headers: { authorization } }, form)
const client = (clientId: string, clientSecret?: string) => ({ ok: true, value: { kind: 'client', clientId, clientSecret } })

describe('the application of a form', () => {
  test.each([
    ['in the form', { client_id: 'a' }, undefined, client('a')],
    ['in the form with its secret', { client_id: 'a', client_secret: 's' }, undefined, client('a', 's')],
    ['by Basic', {}, basic('a:s'), client('a', 's')],
    ['by Basic without a secret', {}, basic('a:'), client('a')],
    ['by both alike', { client_id: 'a', client_secret: 's' }, basic('a:s'), client('a', 's')],
    ['in the form beside a token', { client_id: 'a' }, 'Bearer x.y.z', client('a')],
    ['in the form beside another scheme', { client_id: 'a' }, 'Digest x', client('a')],
    ['in the form beside the word Basic alone', { client_id: 'a' }, 'Basic', client('a')],
    ['in the form beside a scheme that begins alike', { client_id: 'a' }, 'Basically x', client('a')],
  ] as const)('is named %s', (_how, form, authorization, expected) => {
    expect(read(form, authorization)).toEqual(expected)
  })

  test.each([
    ['is not named', {}, undefined, 'client_missing'],
    ['is not named beside a secret', { client_secret: 's' }, undefined, 'client_missing'],
    ['is named by two ids', { client_id: 'b' }, basic('a:s'), 'client_unreadable'],
    ['is named with two secrets', { client_id: 'a', client_secret: 't' }, basic('a:s'), 'client_unreadable'],
    ['has a secret in the form that Basic has not', { client_id: 'a', client_secret: 's' }, basic('a:'), 'client_unreadable'],
    ['is named by a token alone', {}, 'Bearer x.y.z', 'client_unreadable'],
    ['is named by junk alone', {}, 'Basic ???', 'client_unreadable'],
    ['is named beside junk', { client_id: 'a' }, 'Basic ???', 'client_unreadable'],
    ['is named beside Basic twice', { client_id: 'a' }, `${basic('a:s')}, ${basic('a:s')}`, 'client_unreadable'],
    ['is named beside Basic after a blank that is none', { client_id: 'a' }, basic('a:s').replace(' ', '\u00a0'), 'client_unreadable'],
  ] as const)('that %s is refused', (_how, form, authorization, code) => {
    expect(read(form, authorization)).toMatchObject({ ok: false, refusal: { code } })
  })
})

test('an empty field of a form is as if it were not there, and a form may be missing', () => {
  expect(filledFields({ body: { a: '', b: ' ', c: 'd' } })).toEqual({ b: ' ', c: 'd' })
  expect(filledFields({ body: undefined })).toEqual({})
})
