import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApp, type TestApp } from './testing/start-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startApp({ server: { limits: { headersTimeoutMs: 300, requestTimeoutMs: 600 } } })
})
afterAll(() => app.stop())

const HOST = 'Host: localhost\r\n'
const LOGIN = 'POST /v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'

/** All that comes back on one connection. @param parts are sent one by one, each as it has gone out */
async function talk(...parts: readonly string[]): Promise<string> {
  const socket = connect({ port: app.port, host: '127.0.0.1', noDelay: true })
  let received = ''
  socket.on('data', (bytes) => (received += bytes.toString('latin1'))).on('error', () => {})
  await once(socket, 'connect')
  for (const part of parts) await new Promise((resolve) => socket.write(part, 'latin1', resolve))
  await new Promise((resolve) => void (socket.closed ? resolve(undefined) : socket.once('close', resolve)))
  return received
}
const statusesIn = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))

describe('a first line that is not three parts with one blank between them', () => {
  test.each([
    ['GET  /v1/auth/login HTTP/1.1', 400],
    ['GET /v1/auth/login  HTTP/1.1', 400],
    ['GET   /livez HTTP/1.1', 400],
    ['GET /v1/auth/login RTSP/1.0', 400],
    ['SOURCE /v1/auth/login ICE/1.0', 400],
    ['GET  /verify HTTP/1.1', 403],
  ])('is refused, and its connection ends: %s', async (line, status) => {
    const answer = await talk(`${line}\r\n${HOST}\r\nGET /livez HTTP/1.1\r\n${HOST}\r\n`)
    expect(statusesIn(answer)).toEqual([status])
    expect(answer.toLowerCase()).toContain('connection: close')
  })

  test.each([
    ['in one go', (bytes: string) => [bytes]],
    ['byte by byte', (bytes: string) => [...bytes]],
  ])('is found behind bodies of every kind, sent %s', async (_how, cut) => {
    const bad = `GET  /livez HTTP/1.1\r\n${HOST}X: GET /livez HTTP/1.1\r\n\r\n`
    const chunked = `${LOGIN}Transfer-Encoding: chunked\r\n\r\n3;a=b\r\n{\r\n\r\nA\r\n\n/ HTTP/1.\r\n0\r\nA: b\r\n\r\n`
    const before = [`GET /livez HTTP/1.1\r\n${HOST}\r\n`, `${LOGIN}Content-Length: 8\r\n\r\n{"a":"\r\n`, chunked, '\r\n\r\n']
    const answer = await talk(...cut([...before, bad].join('')))
    expect(statusesIn(answer)).toEqual([200, 400, 400, 400])
    expect(answer).toContain('bad_request')
  })

  test('is none where a good one follows bodies of every kind', async () => {
    const get = (more = '') => `GET /livez HTTP/1.1\r\n${HOST}${more}\r\n`
    const chunked = `${LOGIN}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`
    const all = [get(), chunked, get('Content-Length: 0\r\n'), `${LOGIN}Content-Length: 2\r\n\r\n{}`, '\r\n', get('Connection: close\r\n')]
    const [first, ...more] = statusesIn(await talk(...all.join('')))
    expect([first, more.length, more.at(1), more.at(-1)]).toEqual([200, 4, 200, 200])
  })
})

describe('a request that asks for another protocol', () => {
  const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\n${HOST}${more}\r\n`
  const upgrade = get('/livez', 'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n')

  test.each([
    ['by itself', [upgrade]],
    ['with others behind it in the same segment', [upgrade + get('/readyz')]],
    ['and others in the next', [upgrade + get('/readyz'), get('/nothing')]],
    ['with a malformed one behind it', [upgrade, 'GET  /livez HTTP/1.1\r\n']],
    ['with what is no request', [`${upgrade}x y\r\n\r\n`, get('/livez')]],
  ])('is answered as any other, and its connection ends: %s', async (_what, parts) => {
    const answer = await talk(...parts)
    expect(statusesIn(answer)).toEqual([200])
    expect(answer.toLowerCase()).toContain('connection: close')
  })

  test('comes after the answers to those before it', async () => {
    expect(statusesIn(await talk(get('/nothing') + upgrade + get('/readyz')))).toEqual([404, 200])
  })
})

describe('a head that cannot be read is answered in the shape of the door whose path it names', () => {
  const LONG = `A: ${'x'.repeat(20_000)}\r\n`
  test.each([
    ['a header without a colon', 'nonsense\r\n', 400],
    ['a blank before the colon', 'Content-Type : text/plain\r\n', 400],
    ['too long a header', LONG, 431],
  ])('where there is %s', async (_what, header, status) => {
    for (const path of ['/v1/auth/login', '/t/demo/v1/auth/login']) {
      const answer = await talk(`POST ${path} HTTP/1.1\r\n${HOST}${header}\r\n`)
      expect(statusesIn(answer)).toEqual([status])
      expect(answer.split('\r\n\r\n')[1]).toBe('{"message":"Bad Request"}')
      expect(answer.toLowerCase()).toContain('cache-control: no-store')
    }
    const other = await talk(`GET /nothing HTTP/1.1\r\n${HOST}${header}\r\n`)
    expect(JSON.parse(other.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      error: status === 431 ? 'request_header_fields_too_large' : 'bad_request',
      requestId: expect.stringMatching(/./),
    })
  })

  test('where it stops coming', async () => {
    const answer = await talk(`POST /v1/auth/login HTTP/1.1\r\n${HOST}A: b`)
    expect(statusesIn(answer)).toEqual([408])
    expect(answer).toContain('{"message":"Bad Request"}')
    expect(statusesIn(await talk(`${LOGIN}Content-Length: 9\r\n\r\n{`))).toEqual([408])
  })

  test('and at /verify by the status by which a gateway goes, without a body', async () => {
    const answer = await talk(`GET /verify HTTP/1.1\r\n${HOST}nonsense\r\n\r\n`)
    expect(statusesIn(answer)).toEqual([403])
    expect(answer.split('\r\n\r\n')[1]).toBe('')
    const long = await talk(`GET /verify HTTP/1.1\r\n${HOST}Authorization: Bearer ${'x'.repeat(20_000)}\r\n\r\n`)
    expect([statusesIn(long), long.split('\r\n\r\n')[1]]).toEqual([[431], ''])
  })

  test('to HEAD without a body, and plainly where no first line has come', async () => {
    expect((await talk(`HEAD /v1/auth/login HTTP/1.1\r\n${HOST}nonsense\r\n\r\n`)).split('\r\n\r\n')[1]).toBe('')
    expect(await talk('nonsense\r\n\r\n')).toContain('The request cannot be answered.')
  })
})

test.each(['https', 'HTTPS', 'ftp'])(
  'an address that begins with %s, which is not ours, is 400 in the shape of its door',
  async (scheme) => {
    const answer = await talk(`POST ${scheme}://localhost/v1/auth/login HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`)
    expect(statusesIn(answer)).toEqual([400])
    expect(answer).toContain('{"message":"Bad Request"}')
  },
)
