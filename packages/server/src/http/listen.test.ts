import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { accept } from '../domain/outcome.ts'
import { someTokens, startApp, type TestApp } from './testing/start-app.ts'

let app: TestApp
afterEach(() => app.stop())

const LOGIN = '{"email":"a@b.example","password":"p"}'
const REQUEST = `POST /v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${LOGIN.length}\r\n\r\n${LOGIN}`

/** A point that a request reaches, and at which a test can hold it. */
function createGate() {
  const gate = { enter: () => {}, open: () => {}, entered: Promise.resolve(), opened: Promise.resolve() }
  gate.entered = new Promise((resolve) => {
    gate.enter = resolve
  })
  gate.opened = new Promise((resolve) => {
    gate.open = resolve
  })
  return gate
}

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400],
  ['an unknown method', 'FOO /there-is-none HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
  ['a header with a bare line feed', 'GET /there-is-none HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n', 400],
  ['a blank before a colon', 'GET /there-is-none HTTP/1.1\r\nHost : localhost\r\n\r\n', 400],
  ['headers of 17 kB', `GET /there-is-none HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`, 431],
  ['S24: a token of 1 MB', `GET /livez HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${'x'.repeat(1_000_000)}\r\n\r\n`, 431],
])('%s is answered plainly where the path is no door’s', async (_what, bytes, status) => {
  app = await startApp()
  const answer = await app.send(bytes)
  expect(answer.status).toBe(status)
  expect(answer.headers.get('connection')).toBe('close')
  expect(Object.keys(JSON.parse(answer.body))).toEqual(['error', 'message', 'requestId'])
  expect(answer.body).not.toMatch(/HPE|Parse|node/i)
  expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{24}$/)
})

test('what a caller still sends after its last answer does not reset its connection', async () => {
  app = await startApp()
  const socket = connect({ port: app.port, host: '127.0.0.1', allowHalfOpen: true })
  const errors: Error[] = []
  socket.on('error', (error) => errors.push(error))
  socket.write(`GET /verify HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${'x'.repeat(20_000)}`)
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toMatch(/^HTTP\/1\.1 431 /)
  await once(socket, 'end')
  for (let sent = 0; sent < 20; sent += 1) await new Promise((resolve) => socket.write('x'.repeat(10_000), resolve))
  socket.end()
  await once(socket, 'close')
  expect(errors).toEqual([])
})

test.each([
  ['an expectation', 'Expect: something'],
  ['an offer to upgrade', 'Connection: Upgrade\r\nUpgrade: websocket'],
  ['a version of ours that it would accept', 'Accept-Version: 2'],
])('%s changes nothing', async (_what, header) => {
  app = await startApp()
  expect((await app.ask('GET /verify', [header])).status).toBe(401)
  expect((await app.ask('GET /livez', [header])).headers.has('x-request-id')).toBe(true)
})

test('an address that is a star is 404', async () => {
  app = await startApp()
  expect((await app.ask('OPTIONS *')).status).toBe(404)
})

test('a request that does not come to its end is 408', async () => {
  app = await startApp({ server: { limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } } })
  expect((await app.send('GET / HTTP/1.1\r\nHost: loc')).status).toBe(408)
  expect(
    (await app.send('POST /v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{'))
      .status,
  ).toBe(408)
})

test('S162: a stop lets a request under way finish, closes its connection and takes no other', async () => {
  const signIn = createGate()
  app = await startApp({
    server: { limits: { firstRequestMs: 60_000 } },
    useCases: {
      signIn: async () => {
        signIn.enter()
        await signIn.opened
        return accept(someTokens())
      },
    },
  })
  const idle = connect(app.port, '127.0.0.1')
  const idleClosed = new Promise((resolve) => idle.once('close', resolve))
  const underWay = app.send(REQUEST)
  await signIn.entered
  const stopped = app.stop()
  await idleClosed
  await expect(app.send(REQUEST)).rejects.toThrow(/ECONNREFUSED/)
  signIn.open()
  const answer = await underWay
  expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close'])
  await stopped
})

test('a stop does not wait for a first request that does not arrive', async () => {
  app = await startApp({ server: { limits: { firstRequestMs: 50, stopDeadlineMs: 60_000 } } })
  const socket = connect(app.port, '127.0.0.1', () => socket.write('GET / HT'))
  await once(socket, 'connect')
  await app.ask('GET /livez') // by now the server has the other one's bytes
  await Promise.all([app.stop(), once(socket, 'close')])
})

test('a stop cuts off after its deadline what does not finish', async () => {
  const signIn = createGate()
  app = await startApp({
    useCases: {
      signIn: () => {
        signIn.enter()
        return new Promise(() => {})
      },
    },
    server: { limits: { stopDeadlineMs: 100 } },
  })
  const underWay = expect(app.send(REQUEST)).rejects.toThrow('without a whole answer')
  await signIn.entered
  await app.stop()
  await underWay
})

test('a caller that hangs up is told of as gone', async () => {
  const gone: (() => boolean)[] = []
  const signIn = createGate()
  app = await startApp({
    useCases: {
      signIn: ({ caller }) => {
        if (caller.isGone) gone.push(caller.isGone)
        signIn.enter()
        return new Promise(() => {})
      },
    },
  })
  const socket = connect(app.port, '127.0.0.1', () => socket.write(REQUEST))
  await signIn.entered
  expect(gone.map((isGone) => isGone())).toEqual([false])
  socket.resetAndDestroy()
  await expect.poll(() => gone[0]?.()).toBe(true)
  await expect.poll(() => app.requests.map(({ status }) => status)).toEqual([undefined])
})

test('a caller that has gone, with its request sent, is known by its address', async () => {
  const addresses: string[] = []
  app = await startApp({
    useCases: {
      async signIn({ caller }) {
        addresses.push(caller.address)
        return accept(someTokens())
      },
    },
  })
  const { port } = app
  for (let left = 30; left > 0; left -= 1) {
    const socket = connect(port, '127.0.0.1', () => socket.write(REQUEST, () => socket.resetAndDestroy()))
    await once(socket, 'close')
  }
  await expect.poll(() => addresses.length).toBeGreaterThan(0)
  await expect.poll(() => app.requests.length, { timeout: 10_000 }).toBe(30)
  expect(new Set(addresses)).toEqual(new Set(['127.0.0.1']))
  expect(app.faults).toEqual([])
})

test('S183: one connection more than are allowed is closed as it comes, and those that are there are served', async () => {
  let dropped = 0
  const countDropped = () => {
    dropped += 1
  }
  app = await startApp({ server: { limits: { maxConnections: 3 }, onDropped: countDropped } })
  const open = async () => {
    const socket = connect(app.port, '127.0.0.1')
    socket.on('error', () => {}) // a connection that is closed as it comes may be reset
    await once(socket, 'connect')
    return socket
  }
  const ask = async (socket: Awaited<ReturnType<typeof open>>) => {
    socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n')
    const answered = once(socket, 'data').then(([bytes]: Buffer[]) => bytes?.toString().slice(0, 12))
    return Promise.race([answered, once(socket, 'close').then(() => 'closed')])
  }
  const held = [await open(), await open(), await open()]
  for (const socket of held) expect(await ask(socket)).toBe('HTTP/1.1 200')
  const beyond = await open()
  await once(beyond, 'close')
  expect(dropped).toBe(1)
  for (const socket of held) expect(await ask(socket)).toBe('HTTP/1.1 200')
  const [first] = held
  first?.destroy()
  if (first !== undefined) await once(first, 'close')
  await expect.poll(async () => ask(await open()), { timeout: 5000 }).toBe('HTTP/1.1 200')
  for (const socket of held) socket.destroy()
})

test('a caller that hangs up in the middle of its body is no fault of ours', async () => {
  app = await startApp()
  const socket = connect(app.port, '127.0.0.1')
  socket.resume()
  socket.end('POST /v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"email":')
  await once(socket, 'close')
  await expect.poll(() => app.requests.length, { timeout: 5000 }).toBe(1)
  expect(app.faults).toEqual([])
})
