import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { compareAnswer, parseExchange, replayExchange, type Variables } from './exchange.ts'
import type { RawAnswer } from './raw-socket.ts'

const FILE = `# Where it is from.
# What it shows.
POST {{path}}/login HTTP/1.1
Host: localhost
Content-Length: {{content_length}}

{"user":"{{user}}"}
---
HTTP/1.1 200 OK
Content-Type: application/json
!Set-Cookie

{"token":"{{token=*:jwt}}","expires_in":{{*:int}}}
`

function anAnswer(given: { status?: string; headers?: [string, string][]; body?: string } = {}): RawAnswer {
  const statusLine = `HTTP/1.1 ${given.status ?? '200 OK'}`
  return {
    statusLine,
    status: Number(statusLine.split(' ')[1]),
    headers: new Map([['content-type', 'application/json'], ['date', 'now'], ...(given.headers ?? [])]),
    head: '',
    body: given.body ?? '{"token":"eyJh.eyJi.c2ln","expires_in":3600}',
  }
}

/** Answers every request with what `answers` has next, and keeps the requests. */
async function withServer<Result>(answers: string[], run: (port: number, requests: string[]) => Promise<Result>): Promise<Result> {
  const requests: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (bytes) => {
      requests.push(bytes.toString())
      socket.write(answers.shift() ?? 'HTTP/1.1 500 None left\r\nContent-Length: 0\r\n\r\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  try {
    return await run(typeof address === 'object' && address !== null ? address.port : 0, requests)
  } finally {
    server.close()
  }
}

describe('reading', () => {
  test('a file is comments, a request, a divider and an answer', () => {
    expect(parseExchange('a.http', FILE)).toEqual({
      name: 'a.http',
      comments: ['# Where it is from.', '# What it shows.'],
      request: {
        head: 'POST {{path}}/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: {{content_length}}',
        body: '{"user":"{{user}}"}',
      },
      answer: {
        statusLine: 'HTTP/1.1 200 OK',
        headers: [{ name: 'Content-Type', value: 'application/json' }],
        absentHeaders: ['Set-Cookie'],
        body: '{"token":"{{token=*:jwt}}","expires_in":{{*:int}}}',
      },
      repeat: undefined,
    })
  })
  test.each([
    '# only comments\n',
    'GET / HTTP/1.1\nHost: a\n',
    'GET / HTTP/1.1\n---\nOK\n',
    'GET / HTTP/1.1\n---\nHTTP/1.1 200 OK\nno header\n',
  ])('%j is refused by name', (text) => {
    expect(() => parseExchange('bad.http', text)).toThrow(/^bad\.http: /)
  })
  test('a repetition is read', () => {
    expect(parseExchange('a.http', `#! repeat until 429, at most 60\n${FILE}`).repeat).toEqual({ untilStatus: 429, atMost: 60 })
  })
})

describe('comparing', () => {
  const { answer: expected } = parseExchange('a.http', FILE)
  test('headers that are not listed may be there, and captures are kept', () => {
    const variables: Variables = {}
    expect(compareAnswer(expected, anAnswer(), variables)).toEqual([])
    expect(variables).toEqual({ token: 'eyJh.eyJi.c2ln' })
  })
  test.each([
    ['another status', { status: '201 Created' }],
    ['another header', { headers: [['content-type', 'text/plain']] as [string, string][] }],
    ['a header that must be absent', { headers: [['set-cookie', 'a=b']] as [string, string][] }],
    ['another order of keys', { body: '{"expires_in":3600,"token":"eyJh.eyJi.c2ln"}' }],
    ['a blank more', { body: '{"token": "eyJh.eyJi.c2ln","expires_in":3600}' }],
    ['a line end more', { body: '{"token":"eyJh.eyJi.c2ln","expires_in":3600}\n' }],
    ['text where a number is due', { body: '{"token":"eyJh.eyJi.c2ln","expires_in":"3600"}' }],
    ['no JWT', { body: '{"token":"abc","expires_in":3600}' }],
  ])('%s is a difference', (_what, given) => {
    expect(compareAnswer(expected, anAnswer(given), {})).toHaveLength(1)
  })
  test('a variable is compared as text, not as a pattern', () => {
    const exact = { ...expected, body: '{{value}}' }
    expect(compareAnswer(exact, anAnswer({ body: 'a.b' }), { value: 'a.b' })).toEqual([])
    expect(compareAnswer(exact, anAnswer({ body: 'aXb' }), { value: 'a.b' })).toHaveLength(1)
  })
  test('an unknown variable or kind is an error', () => {
    expect(() => compareAnswer({ ...expected, body: '{{nothing}}' }, anAnswer(), {})).toThrow('no variable "nothing"')
    expect(() => compareAnswer({ ...expected, body: '{{*:nothing}}' }, anAnswer(), {})).toThrow('no kind "nothing"')
  })
})

describe('replaying', () => {
  test('the bytes of the file go out with CRLF and the length of the body', async () => {
    const answer =
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 41\r\n\r\n{"token":"eyJ0.eyJ1.c2ln","expires_in":1}'
    await withServer([answer], async (port, requests) => {
      const variables = { path: '/t/a', user: 'zoë' }
      expect(await replayExchange(parseExchange('a.http', FILE), port, variables)).toEqual([])
      expect(requests).toEqual(['POST /t/a/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 15\r\n\r\n{"user":"zoë"}'])
      expect(variables).toHaveProperty('token', 'eyJ0.eyJ1.c2ln')
    })
  })
  test('an answer in chunks is put together', async () => {
    const file = 'GET / HTTP/1.1\nHost: a\n---\nHTTP/1.1 200 OK\n\nabcde\n'
    await withServer(['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'], async (port) => {
      expect(await replayExchange(parseExchange('a.http', file), port, {})).toEqual([])
    })
  })
  test('a repetition ends with the status that it waits for, or with its number', async () => {
    const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
    const many = 'HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n'
    const file = (atMost: number) =>
      parseExchange('a.http', `#! repeat until 429, at most ${atMost}\nGET / HTTP/1.1\n---\nHTTP/1.1 429 Too Many Requests\n`)
    await withServer([ok, ok, many, many], async (port, requests) => {
      expect(await replayExchange(file(10), port, {})).toEqual([])
      expect(requests).toHaveLength(3)
    })
    await withServer([ok, ok, many], async (port) => {
      expect(await replayExchange(file(2), port, {})).toHaveLength(1)
    })
  })
})
