/** The comparison with a document can find fault: each rule with an exchange that breaks it. */
import { describe, expect, it } from 'vitest'
import type { OpenApiDocument } from '../../packages/server/src/front-doors/guide/openapi-document.ts'
import { createFitter, type SentRequest } from '../../packages/server/src/testing/openapi-fit.ts'
import type { RawAnswer } from '../../vectors/raw-socket.ts'
import { everyDocument } from './documents.ts'

const [document = expect.fail('no document')] = [...(await everyDocument()).values()].filter(({ paths }) => '/v1/auth/login' in paths)

const SIGN_IN: SentRequest = {
  method: 'POST',
  target: '/v1/auth/login',
  contentType: 'application/json; charset=utf-8',
  body: '{"email":"ann","password":"p"}',
}
const TOKEN = '{"success":true,"access_token":"a.b.c","token_type":"bearer","expires_in":3600,"number_of_days_left":75}'

function anAnswer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): RawAnswer {
  const all = { 'content-type': 'application/json', ...headers }
  return { statusLine: `HTTP/1.1 ${status} X`, status, headers: new Map(Object.entries(all)), head: '', body }
}

const fitter = createFitter(document)

describe('fits', () => {
  it.each<[string, SentRequest, RawAnswer]>([
    ['a good sign-in', SIGN_IN, anAnswer(200, TOKEN)],
    ['by its other path', { ...SIGN_IN, target: '/api/v1/auth/login' }, anAnswer(200, TOKEN)],
    ['as a form', { ...SIGN_IN, contentType: 'application/x-www-form-urlencoded', body: 'email=a&password=b' }, anAnswer(200, TOKEN)],
    ['a refusal of a body that does not fit', { ...SIGN_IN, body: '{' }, anAnswer(400, '{"message":"Bad Request"}')],
    ['a path that there is not', { ...SIGN_IN, target: '/v1/nothing' }, anAnswer(404, '{}')],
    ['a method that there is not', { ...SIGN_IN, method: 'PUT' }, anAnswer(405, '{}')],
    [
      'a method of a path for any',
      { method: 'PROPFIND', target: '/verify', contentType: undefined, body: '' },
      anAnswer(401, '', { 'www-authenticate': 'Bearer' }),
    ],
    [
      'the head of what has a body',
      { method: 'HEAD', target: '/openapi.json', contentType: undefined, body: '' },
      anAnswer(200, '', { etag: '"x"', 'cache-control': 'x' }),
    ],
  ])('%s', (_what, request, answer) => {
    expect(fitter.fit(request, answer)).toEqual([])
  })
})

describe('does not fit', () => {
  it.each<[string, SentRequest, RawAnswer]>([
    ['a status that is not described', SIGN_IN, anAnswer(418, '{"message":"x"}')],
    ['a good answer of a path that there is not', { ...SIGN_IN, target: '/v1/nothing' }, anAnswer(200, '{}')],
    ['a member that is not described', SIGN_IN, anAnswer(200, TOKEN.replace('{', '{"more":1,'))],
    ['a member that is missing', SIGN_IN, anAnswer(200, TOKEN.replace('"success":true,', ''))],
    ['a member of another type', SIGN_IN, anAnswer(200, TOKEN.replace('3600', '"3600"'))],
    ['an error in the shape of another status', SIGN_IN, anAnswer(401, '{"message":"x"},"errors":{}'.replace('},', ','))],
    ['no JSON', SIGN_IN, anAnswer(401, '{"message":')],
    ['another media type', SIGN_IN, anAnswer(401, 'no', { 'content-type': 'text/html' })],
    ['no body', SIGN_IN, anAnswer(200, '')],
    [
      'a body where there is none',
      { method: 'GET', target: '/verify', contentType: undefined, body: '' },
      anAnswer(401, '{}', { 'www-authenticate': 'Bearer' }),
    ],
    ['a header that is missing', SIGN_IN, anAnswer(429, '{"message":"Too Many Attempts."}')],
    ['a request without its body that went well', { ...SIGN_IN, body: '' }, anAnswer(200, TOKEN)],
    ['a request with a body that the document forbids', { ...SIGN_IN, body: '{"email":1,"password":"p"}' }, anAnswer(200, TOKEN)],
    ['a request of another media type', { ...SIGN_IN, contentType: 'text/plain' }, anAnswer(200, TOKEN)],
  ])('%s', (_what, request, answer) => {
    expect(fitter.fit(request, answer)).not.toEqual([])
  })

  it('what a document no longer says', () => {
    const poorer = JSON.parse(JSON.stringify(document), (key, value: unknown) => (key === '401' ? undefined : value)) as OpenApiDocument
    const refused = anAnswer(401, '{"success":false,"message":"x","login_failed_count":1}')
    expect(fitter.fit(SIGN_IN, refused)).toEqual([])
    expect(createFitter(poorer).fit(SIGN_IN, refused)).toEqual(['the status 401 is not described'])
  })
})
