import { afterAll, beforeAll, expect, test } from 'vitest'
import { readStrictHeaders } from './strict-headers.ts'
import { startApp, type TestApp } from './testing/start-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.stop())

test.each([
  ['Authorization: Bearer a', 'Authorization: Bearer b'],
  ['Authorization: Bearer a', 'AUTHORIZATION: Bearer a'],
  ['apikey: a', 'ApiKey: b'],
  ['Content-Type: application/json', 'Content-Type: application/x-www-form-urlencoded'],
  ['X-Forwarded-For: 192.0.2.1', 'X-Forwarded-For: 192.0.2.2'],
  ['X-Forwarded-Proto: https', 'x-forwarded-proto: http'],
  ['X-Forwarded-Host: a.example', 'X-Forwarded-Host: b.example'],
  ['Forwarded: for=192.0.2.1', 'Forwarded: for=192.0.2.2'],
  ['X-Forwarded-Uri: /a', 'X-Forwarded-Uri: /b'],
  ['X-Real-IP: 192.0.2.1', 'X-Real-IP: 192.0.2.1'],
  ['X-Forwarded-Ssl: on', 'X-Forwarded-Ssl: off'],
  ['X-Forwarded-Of-Next-Year: a', 'x-forwarded-of-next-year: a'],
  ['X-Original-Url: /a', 'X-Original-Url: /b'],
  ['Content-Encoding: identity', 'Content-Encoding: identity'],
  ['Origin: https://a.example', 'Origin: https://b.example'],
  ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site'],
])('"%s" and "%s" together are 400 in the shape of the door', async (one, other) => {
  const answer = await app.ask('POST /v1/auth/refresh', [one, other])
  expect([answer.status, answer.body]).toEqual([400, '{"message":"Bad Request"}'])
})

test.each([
  ['HTTP/1.1', 'gzip, chunked'],
  ['HTTP/1.1', 'foo, gzip, chunked'],
  ['HTTP/1.1', 'chunked, chunked'],
  ['HTTP/1.0', 'chunked'],
])('a body in %s that is coded as "%s" is 400, and nothing after it is a request', async (version, coding) => {
  const login = `POST /v1/auth/refresh ${version}\r\nHost: localhost\r\nConnection: keep-alive\r\nTransfer-Encoding: ${coding}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`
  const answer = await app.send(login)
  expect(answer.status).toBe(400)
  if (version === 'HTTP/1.0') expect(answer.headers.get('connection')).toBe('close')
})

test('two lengths are 400', async () => {
  const answer = await app.send('POST /v1/auth/refresh HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}')
  expect(answer.status).toBe(400)
})

test('a length beside a transfer coding is 400', async () => {
  const answer = await app.send(
    'POST /v1/auth/refresh HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  )
  expect(answer.status).toBe(400)
})

test('at /verify a doubled Authorization is 401, as is a doubled or missing host', async () => {
  const doubled = await app.ask('GET /verify', ['Authorization: Bearer a', 'Authorization: Bearer a'])
  expect([doubled.status, doubled.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="api", error="invalid_request"'])
  expect((await app.ask('GET /verify', ['Host: localhost'])).status).toBe(401)
  expect((await app.ask('GET /t/demo/verify', ['Host: localhost'])).status).toBe(401)
  expect((await app.send('GET /verify HTTP/1.0\r\n\r\n')).status).toBe(401)
  expect((await app.send('GET /verify HTTP/1.1\r\n\r\n')).status).toBe(401)
})

test('a header beyond the two thousandth is seen', async () => {
  const many = Array.from({ length: 2500 }, () => 'a:')
  const answer = await app.ask('GET /verify', ['Authorization: Bearer a', ...many, 'Authorization: Bearer b'])
  expect(answer.headers.get('www-authenticate')).toContain('invalid_request')
})

test('headers that may come twice are let through', () => {
  expect(readStrictHeaders(['Host', 'a', 'Accept', 'x', 'Accept', 'y', 'Cookie', '1', 'Cookie', '2'])).toEqual({
    host: 'a',
    hosts: 1,
    isAmbiguous: false,
  })
})
