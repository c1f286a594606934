import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accept } from '../domain/outcome.ts'
import { MAX_BODY_BYTES, readMediaType } from './bodies.ts'
import { parseFormBody } from './strict-form.ts'
import { parseJsonBody } from './strict-json.ts'
import { someTokens, startApp, type TestApp } from './testing/start-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startApp({ useCases: { signIn: async () => accept(someTokens()), listPublicKeys: async () => [] } })
})
afterAll(() => app.stop())

const LOGIN = '{"email":"a@b.example","password":"p"}'
const statusOf = async (contentType: string, body: string | Buffer) =>
  (await app.ask('POST /v1/auth/login', [`Content-Type: ${contentType}`], body)).status

describe('content types', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; version=1',
  ])('%s is JSON', async (type) => {
    expect(await statusOf(type, LOGIN)).toBe(200)
  })
  test.each([
    'application/json\ta',
    'application/json a',
    'application/json;',
    'application/json; a',
    'application/json, text/plain',
    'application/json; charset=latin1',
    'application/json; charset=utf-16',
    'application/json;charset=utf-8;charset=utf-7',
    'text/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    'json',
    '*/*',
  ])('%j is 415', async (type) => {
    expect(await statusOf(type, LOGIN)).toBe(415)
  })
  test('a body without a type is 415, no body without a type is none', async () => {
    expect((await app.ask('POST /v1/auth/login', [], LOGIN)).status).toBe(415)
    expect((await app.ask('POST /v1/auth/login')).status).toBe(422)
  })
  test('an empty body may have any type', async () => {
    expect((await app.ask('POST /v1/auth/login', ['Content-Type: text/plain', 'Content-Length: 0'])).status).toBe(422)
  })
  test('a charset hidden in a quoted parameter is none', () => {
    expect(readMediaType('application/json; a="; charset=latin1"')).toBeUndefined()
    expect(readMediaType('a/b; charset=utf8')).toBe('a/b')
  })
})

describe('size', () => {
  test('a body of 64 KiB is read', async () => {
    const filler = 'x'.repeat(MAX_BODY_BYTES - LOGIN.length - 7)
    expect(await statusOf('application/json', LOGIN.replace('{', `{"f":"${filler}",`).slice(0, MAX_BODY_BYTES))).toBe(200)
  })
  test('S107: a longer one, announced, is 413 in the shape of the door before it is read, and the connection is closed', async () => {
    const answer = await app.send(
      `POST /v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n{`,
    )
    expect([answer.status, answer.headers.get('connection'), answer.body]).toEqual([413, 'close', '{"message":"Content Too Large"}'])
  })
  test('of a GET means nothing, whatever it is', async () => {
    for (const header of ['Content-Encoding: gzip', 'Content-Type: text/html', 'Content-Type: nonsense'])
      expect((await app.ask('GET /v1/auth/login', [header], '{}')).status).toBe(405)
    expect((await app.ask('GET /.well-known/jwks.json', ['Content-Type: application/json', 'Content-Encoding: gzip'], '{}')).status).toBe(
      200,
    )
  })

  test('S107: a longer one in chunks without a length is 413', async () => {
    const chunk = `4000\r\n${'a'.repeat(0x4000)}\r\n`
    const answer = await app.send(
      `POST /v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(8)}0\r\n\r\n`,
    )
    expect([answer.status, answer.headers.get('connection')]).toEqual([413, 'close'])
  })
  test('S107: what a caller still sends after the 413 does not reset its connection', async () => {
    const socket = connect({ port: app.port, host: '127.0.0.1', allowHalfOpen: true })
    const errors: Error[] = []
    socket.on('error', (error) => errors.push(error))
    socket.write('POST /v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 400000\r\n\r\n')
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /)
    for (let sent = 0; sent < 400_000; sent += 1000) socket.write('a'.repeat(1000))
    await once(socket, 'end')
    socket.end()
    await once(socket, 'close')
    expect(errors).toEqual([])
  })
})

describe('JSON', () => {
  const parse = (text: string) => parseJsonBody(Buffer.from(text))
  test('an empty body is none', () => expect(parse('')).toBeUndefined())
  test.each([
    '{',
    '{"a":1}x',
    "{'a':1}",
    '\ufeff{}',
    '{"__proto__":1}',
    '{"a":[{"__proto__":{}}]}',
    '{"a":"\\ud800"}',
    '{"a":["\\udc00x"]}',
    '{"\\ud800":1}',
    '{"\\u005f_proto__":1}',
    '[NaN]',
    `${'['.repeat(33)}${']'.repeat(33)}`,
    '['.repeat(60_000),
  ])('%.30s is refused', (text) => {
    expect(() => parse(text)).toThrow('bad_request')
  })
  test('invalid UTF-8 is refused', () => {
    expect(() => parseJsonBody(Buffer.from([0x22, 0xff, 0x22]))).toThrow('bad_request')
    expect(() => parseJsonBody(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toThrow('bad_request')
  })
  test('brackets in strings do not count as depth', () => {
    expect(parse(`{"a":"${'['.repeat(100)}\\"["}`)).toEqual({ a: `${'['.repeat(100)}"[` })
  })
  test('a character may be spelled as a surrogate pair', () => expect(parse('{"a":"\\ud83d\\ude00"}')).toEqual({ a: '😀' }))
  test('a string may speak of __proto__', () => expect(parse('{"a":"__proto__"}')).toEqual({ a: '__proto__' }))
  test('what cannot be parsed is 400 in the shape of the door', async () => {
    const answer = await app.ask('POST /v1/auth/login', ['Content-Type: application/json'], '{"email":')
    expect([answer.status, answer.body]).toEqual([400, '{"message":"Bad Request"}'])
  })
})

describe('forms', () => {
  const parse = (text: string) => ({ ...parseFormBody(Buffer.from(text)) })
  test('names and values are decoded', () => {
    expect(parse('a=1+2&b=%C3%A9%2B&c&d=')).toEqual({ a: '1 2', b: 'é+', c: '', d: '' })
    expect(parse('')).toEqual({})
  })
  test('a member may have any name', () =>
    expect(Object.keys(parseFormBody(Buffer.from('__proto__=1&constructor=2')))).toEqual(['__proto__', 'constructor']))
  test.each(['a=1&a=2', 'a=1&%61=2', 'a=1&b=2&a=1', 'a&a='])('%s names a parameter twice', (text) => {
    expect(() => parse(text)).toThrow('repeated_parameter')
  })
  test.each(['a=%', 'a=%zz', 'a=%ff', 'a=%c3%28', '=1'])('%s is refused', (text) => {
    expect(() => parse(text)).toThrow('bad_request')
  })
  test('empty pairs are passed over: programs append "&" in a loop', () => {
    for (const text of ['a=1&&b=2', '&a=1&b=2&', 'a=1&b=2&&&']) expect({ ...parse(text) }).toEqual({ a: '1', b: '2' })
  })
  test('a hundred parameters are read, one more is refused', () => {
    const pairs = Array.from({ length: 101 }, (_, index) => `p${index}=1`)
    expect(Object.keys(parse(pairs.slice(1).join('&')))).toHaveLength(100)
    expect(() => parse(pairs.join('&'))).toThrow('bad_request')
  })
  test('bytes that are not UTF-8 are refused', () => {
    expect(() => parseFormBody(Buffer.from([0x61, 0x3d, 0xff]))).toThrow('bad_request')
  })
})

describe('a body that two readers could read in two ways', () => {
  test.each([
    ['a member twice', '{"email":"a@b.example","password":"x","password":"p"}'],
    ['a member twice in two spellings', '{"email":"a@b.example","password":"x","pass\\u0077ord":"p"}'],
    ['a member twice behind a value with a bracket', '{"email":"a@b.example","more":"}","password":"x","password":"p"}'],
    ['a member twice further down', '{"email":"a@b.example","password":"p","more":[{"a":1,"a":2}]}'],
  ])('is refused: %s', async (_what, body) => {
    expect(await statusOf('application/json', body)).toBe(400)
  })
  test('names may come again in other objects, and in values', async () => {
    const body = '{"email":"a@b.example","password":"p","more":[{"a":1},{"a":"a","b":{"a":2}}],"text":"\\"email\\":{"}'
    expect(await statusOf('application/json', body)).toBe(200)
  })
  test.each(['gzip', 'identity, gzip', 'foo'])('is refused with Content-Encoding: %s', async (encoding) => {
    const answer = await app.ask('POST /v1/auth/login', ['Content-Type: application/json', `Content-Encoding: ${encoding}`], LOGIN)
    expect(answer.status).toBe(415)
  })
  test('is read with Content-Encoding: identity', async () => {
    const answer = await app.ask('POST /v1/auth/login', ['Content-Type: application/json', 'Content-Encoding: identity'], LOGIN)
    expect(answer.status).toBe(200)
  })
})
