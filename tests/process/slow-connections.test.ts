/** Callers that are slow on purpose: they hold connections for as long as they may, and nobody else waits for them. */
import { connect, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { openStage } from './launch.ts'

const stage = openStage()
const CONNECTIONS = 2000
/** So many at once are slow at least: on a busy machine the first have had their time before the last are there. */
const HELD = 1000
/** What a server that waits for slow callers answers none of meanwhile. */
const REFRESHES = 20

interface SlowCaller {
  readonly socket: Socket
  /** What it was told before its connection was closed. */
  readonly ended: Promise<string>
}

/** Sends the beginning of a request, and after it a byte a second. */
function beSlow(port: number, beginning: string, more: string): SlowCaller {
  let told = ''
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(beginning)
    const dripping = setInterval(() => socket.write(more), 1000)
    socket.once('close', () => clearInterval(dripping))
  })
  const ended = new Promise<string>((resolve) => {
    socket.on('data', (bytes) => (told += bytes.toString('latin1')))
    socket.on('error', () => {}) // written to after the server has closed it
    socket.once('close', () => resolve(told))
  })
  return { socket, ended }
}

it('S105: two thousand connections that send a byte a second keep nobody waiting, and are closed when their time is over', async () => {
  const installation = stage.newInstallation()
  const server = await installation.serve({ demo: true })
  const port = Number(new URL(server.url).port)
  const caller = createCaller(server.url)
  let token = tokenOf(await caller.signIn(readDemo(installation).smartflo))

  const ofHeaders = 'POST /v1/auth/refresh HTTP/1.1\r\nHost: localhost\r\nX-Slow: '
  const ofBody = 'POST /v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{'
  const slow = Array.from({ length: CONNECTIONS }, (_, index) => beSlow(port, index % 2 === 0 ? ofHeaders : ofBody, 'x'))
  let held = 0
  let left = CONNECTIONS
  for (const { socket } of slow) {
    socket.once('connect', () => (held += 1))
    socket.once('close', () => {
      held -= 1
      left -= 1
    })
  }
  let refreshes = 0
  while (refreshes < REFRESHES && left > 0) {
    token = tokenOf(await caller.refresh(token))
    if (held >= HELD) refreshes += 1
  }
  expect(refreshes, 'refreshes that were answered while a thousand and more were slow').toBe(REFRESHES)

  const answers = await Promise.all(slow.map(({ ended }) => ended))
  const statuses = new Set(answers.map((answer) => answer.slice(0, 12)))
  expect(statuses).toEqual(new Set(['HTTP/1.1 408']))
  expect((await caller.verify(token)).status).toBe(200)
  caller.close()
  const { code, stderr } = await server.end('SIGTERM')
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('fault.happened') })
})
