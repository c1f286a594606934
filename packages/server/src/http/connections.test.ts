import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { accept } from '../domain/outcome.ts'
import { createHttpServer, type HttpServer } from './listen.ts'
import { someTokens, startApp, type TestApp } from './testing/start-app.ts'

let stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.reverse()) await stop()
  stops = []
})

async function anApp(options: Parameters<typeof startApp>[0] = {}): Promise<TestApp> {
  const app = await startApp(options)
  stops.push(() => app.stop())
  return app
}

interface Bare {
  readonly port: number
  readonly begun: { readonly req: IncomingMessage; readonly res: ServerResponse }[]
}

/** A server whose requests a test answers. */
async function aBareServer(limits: NonNullable<Parameters<typeof createHttpServer>[0]['limits']> = {}): Promise<Bare> {
  const begun: Bare['begun'] = []
  const server: HttpServer = createHttpServer({
    app: {
      handle: (req, res) => void begun.push({ req, res }),
      newRequestId: () => '0'.repeat(24),
      refuseHead: async () => ({ status: 400 }),
    },
    limits: { stopDeadlineMs: 10, ...limits },
  })
  const port = await server.listen(0, '127.0.0.1')
  stops.push(() => server.stop())
  return { port, begun }
}

/** What is sent on a connection, and all that comes back. */
async function aConnection(port: number): Promise<{ socket: Socket; received: () => string; closed: Promise<unknown> }> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  stops.push(() => socket.destroy())
  let received = ''
  socket.on('data', (bytes) => (received += bytes.toString('latin1'))).on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve).once('end', resolve))
  await once(socket, 'connect')
  return { socket, received: () => received, closed }
}

const GET = 'GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n'
const statusesIn = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))

describe('requests that come in one go', () => {
  test('are begun one after the other, and answered in their order', async () => {
    const { port, begun } = await aBareServer()
    const { socket, received } = await aConnection(port)
    socket.write(GET.repeat(3))
    for (const count of [1, 2, 3]) {
      await expect.poll(() => begun.length).toBe(count)
      begun[count - 1]?.res.end(`answer ${count};`)
    }
    await expect.poll(() => received().match(/answer \d/g)).toEqual(['answer 1', 'answer 2', 'answer 3'])
  })

  test('are not begun for a caller that has gone', async () => {
    const { port, begun } = await aBareServer()
    const { socket } = await aConnection(port)
    socket.write(GET.repeat(50))
    await expect.poll(() => begun.length).toBe(1)
    const [first] = begun
    socket.resetAndDestroy()
    if (first !== undefined) await once(first.res, 'close')
    const other = await aConnection(port)
    other.socket.write(GET)
    await expect.poll(() => begun.length).toBe(2) // which is the other one's
  })

  test('are answered as far as so many may wait, and the last of them ends the connection', async () => {
    const { port, begun } = await aBareServer()
    const { socket, received, closed } = await aConnection(port)
    socket.write(GET.repeat(150))
    for (let count = 1; count <= 101; count += 1) {
      await expect.poll(() => begun.length).toBe(count)
      begun[count - 1]?.res.end(`answer ${count};`)
    }
    await closed
    expect(received().match(/answer \d+/g)).toEqual(Array.from({ length: 101 }, (_, index) => `answer ${index + 1}`))
    expect(received().toLowerCase().split('connection: close')).toHaveLength(2)
    expect(begun).toHaveLength(101)
  })
})

describe('who sends no more after this', () => {
  test.each([1, 3])('is answered all %d that have come, and then the connection ends', async (count) => {
    const { port, begun } = await aBareServer()
    const { socket, received, closed } = await aConnection(port)
    socket.end(GET.repeat(count))
    for (let answered = 1; answered <= count; answered += 1) {
      await expect.poll(() => begun.length).toBe(answered)
      await once(begun[answered - 1]?.req.resume() ?? socket, 'end')
      await new Promise((resolve) => setTimeout(resolve, 20)) // the end has come by now
      begun[answered - 1]?.res.end(`answer ${answered};`)
    }
    await closed
    expect(received().match(/answer \d/g)).toHaveLength(count)
  })
})

describe('no answer is taken for that of another request', () => {
  test.each([
    ['bytes that are no HTTP', '{}'],
    ['a NUL', '\0'],
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'],
  ])('where %s follow a request that is still at work', async (_what, more) => {
    const { port, begun } = await aBareServer()
    const { socket, received, closed } = await aConnection(port)
    socket.write(`${GET}${more}`)
    await expect.poll(() => begun.length).toBe(1)
    begun[0]?.res.writeHead(204).end()
    await closed
    expect(statusesIn(received())).toEqual([204])
    expect(received().toLowerCase()).toContain('connection: close')
  })

  test('where several have come before them', async () => {
    const { port, begun } = await aBareServer()
    const { socket, received, closed } = await aConnection(port)
    socket.write(`${GET}${GET}nonsense\r\n\r\n`)
    for (const [index, status] of [200, 204].entries()) {
      await expect.poll(() => begun.length).toBe(index + 1)
      begun[index]?.res.writeHead(status).end()
    }
    await closed
    expect(statusesIn(received())).toEqual([200, 204])
  })

  test('where a body that nobody waits for never ends', async () => {
    const app = await anApp({ server: { limits: { requestTimeoutMs: 300, headersTimeoutMs: 200 } } })
    const { socket, received, closed } = await aConnection(app.port)
    socket.write('POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\na')
    await closed
    expect(statusesIn(received())).toEqual([405])
  })
})

test('a body that breaks off in nonsense is refused in the shape of its door, and its connection ends', async () => {
  const app = await anApp({ useCases: { signIn: async () => accept(someTokens()) } })
  const { socket, received, closed } = await aConnection(app.port)
  const head = 'POST /v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
  socket.write(`${head}zz\r\n`)
  await closed
  expect(statusesIn(received())).toEqual([400])
  expect(received()).toContain('{"message":"Bad Request"}')
  expect(app.faults).toEqual([])
})

test('a caller that does not read what it has asked for is cut off', async () => {
  const { port, begun } = await aBareServer({ stalledMs: 200 })
  const { socket } = await aConnection(port)
  socket.pause()
  socket.write(GET)
  await expect.poll(() => begun.length).toBe(1)
  const [first] = begun
  first?.res.end(Buffer.alloc(64 * 1024 * 1024))
  if (first !== undefined) await once(first.res, 'close')
  expect(first?.req.socket.destroyed).toBe(true)
})
