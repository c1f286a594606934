/** Text messages by the real program: the demo's outbox, also of several processes, and a carrier that is slow while the server ends. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { type Answer, type Caller, createCaller } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { openStage, type Server, untilFound } from './launch.ts'

const stage = openStage()
const stops: (() => void)[] = []
afterAll(() => {
  for (const stop of stops) stop()
})

/** It is given to nobody: one of those that Germany keeps for films. */
const NUMBER = '+4915228817386'

function callerOf(baseUrl: string): Caller {
  const caller = createCaller(baseUrl)
  stops.push(() => caller.close())
  return caller
}

async function tokenFor(caller: Caller, account: { readonly email: string; readonly password: string }): Promise<string> {
  return JSON.parse((await caller.signIn(account)).text).access_token
}

function post(caller: Caller, path: string, token: string, body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  return caller.call(path, { method: 'POST', headers, body: JSON.stringify(body) })
}

interface Outbox {
  readonly messages: readonly { readonly to: string; readonly text: string }[]
}

async function outboxOf({ url }: Server): Promise<Outbox['messages']> {
  const answer = await fetch(`${url}/dev/outbox`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as Outbox).messages
}

describe.each([1, 2])('the demo, with %i workers,', (workers) => {
  it('prints a message and shows it whoever is asked, and takes its code back', async () => {
    const installation = stage.newInstallation()
    const server = await installation.serve({ demo: true, workers })
    const { servetel } = readDemo(installation)
    const caller = callerOf(servetel.baseUrl)
    const token = await tokenFor(caller, servetel)
    const sent = await post(caller, '/v1/otp/dnc/send', token, { mobile_number: NUMBER })
    expect([sent.status, sent.text]).toEqual([200, expect.stringContaining('"success":true')])
    await untilFound(() => server.stdout().includes(`--- message to ${NUMBER}\n`) || undefined)
    // Each of these may be answered by another process.
    await untilFound(
      async () => (await Promise.all(Array.from({ length: 12 }, () => outboxOf(server)))).every((all) => all.length === 1) || undefined,
    )
    const [{ to, text } = expect.fail('no message')] = await outboxOf(server)
    expect(to).toBe(NUMBER)
    const otp = /#(\d{4})$/.exec(text)?.[1]
    const verified = await post(caller, '/v1/otp/dnc/verify', token, { id: JSON.parse(sent.text).id, otp })
    expect([verified.status, verified.text]).toEqual([200, '{"success":true,"message":"OTP verified successfully"}'])
    expect(server.stderr(), 'neither code nor number is in the log').not.toMatch(new RegExp(`${otp}"|${NUMBER.slice(1)}`))
  })
})

interface Carrier {
  readonly url: string
  readonly heard: ServerResponse[]
}

/** Takes messages, and answers when it is told to. */
async function aCarrier(): Promise<Carrier> {
  const heard: ServerResponse[] = []
  const server = createServer((req: IncomingMessage, res) => {
    req.resume().on('end', () => heard.push(res))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`, heard }
}

describe('a server with a carrier', () => {
  async function serveWith({ url }: Carrier, workers: number) {
    const installation = stage.newInstallation()
    const variables = { RINGKEY_SMS_URL: url, RINGKEY_SMS_SECRET: 'a secret that the carrier knows too', RINGKEY_METRICS_PORT: '0' }
    const server = await installation.serve({ demo: true, workers, variables })
    const { servetel } = readDemo(installation)
    const caller = callerOf(servetel.baseUrl)
    return { server, caller, token: await tokenFor(caller, servetel) }
  }

  it.each([1, 2])('waits, when it ends, for what the carrier has still to say (workers: %i)', async (workers) => {
    const carrier = await aCarrier()
    const { server, caller, token } = await serveWith(carrier, workers)
    const sent = await post(caller, '/v1/otp/dnc/send', token, { mobile_number: NUMBER })
    expect(sent.status, 'nobody waits for a carrier that is slow').toBe(200)
    const ended = server.end('SIGTERM')
    await untilFound(() =>
      fetch(`${server.url}/livez`).then(
        () => undefined,
        () => true,
      ),
    )
    carrier.heard[0]?.writeHead(202).end()
    const { code, stderr } = await ended
    expect(code).toBe(0)
    expect(stderr).toMatch(/"event":"gateway.answered","answer":"sent"[\s\S]*"event":"server.stopped"/)
    expect(carrier.heard).toHaveLength(1)
  })

  it.each([1, 2])('does not wait for ever for a carrier that says nothing (workers: %i)', async (workers) => {
    const carrier = await aCarrier()
    const { server, caller, token } = await serveWith(carrier, workers)
    await post(caller, '/v1/otp/dnc/send', token, { mobile_number: NUMBER })
    const { code, stderr } = await server.end('SIGTERM')
    expect(code).toBe(0)
    expect(stderr, 'it has given up by itself').toMatch(/"event":"gateway.answered","answer":"unknown"[\s\S]*"event":"server.stopped"/)
  })

  it('S133: tells in figures and in its log that messages do not leave, and goes on with all else', async () => {
    const carrier = await aCarrier()
    const { server, caller, token } = await serveWith(carrier, 2)
    for (const [index, network] of [151, 152, 157, 160, 170].entries()) {
      const asked = post(caller, '/v1/otp/dnc/send', token, { mobile_number: `+49${network}28817386` })
      await untilFound(() => carrier.heard.length > index || undefined)
      carrier.heard[index]?.writeHead(503).end()
      expect((await asked).status).toBe(503)
    }
    await untilFound(() => server.stderr().includes('"gateway.failed"') || undefined)
    const figures = await (await fetch(`${server.metricsUrl}/metrics`)).text()
    expect(figures).toMatch(/^ringkey_messages_total\{answer="not_sent"\} 5$/m)
    expect(figures, 'one of the two processes has found out').toMatch(/^ringkey_message_gateway_up 0$/m)
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  })
})
