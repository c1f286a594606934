import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { PhoneNumber } from '../domain/phone.ts'
import { createHttpGateway } from './http-gateway.ts'
import type { CodeMessage } from './message.ts'

const MESSAGE: CodeMessage = {
  id: 'message 1',
  to: '+4915228817386' as PhoneNumber,
  code: '012345',
  purpose: 'registration',
  language: 'en',
  host: 'tokens.example',
  lifeSeconds: 600,
}
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

interface Heard {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A carrier that answers as it is told. */
async function aCarrier(answer: (res: ServerResponse) => void): Promise<{ url: URL; heard: Heard[] }> {
  const heard: Heard[] = []
  const server = createServer((req, res) => {
    let body = ''
    req
      .on('data', (chunk) => (body += chunk))
      .on('end', () => {
        heard.push({ headers: req.headers, body })
        answer(res)
      })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/send?account=7`), heard }
}

function gatewayTo(url: URL) {
  return createHttpGateway({ url, secret: 'a secret', now: () => 1_790_000_000_500 })
}
const never = new AbortController().signal

test('a message is signed together with its time, and carries its id for who would take it twice', async () => {
  const { url, heard } = await aCarrier((res) => res.writeHead(202).end('taken'))
  expect(await gatewayTo(url).send(MESSAGE, never)).toBe('sent')
  const [{ headers, body } = expect.fail('nothing came')] = heard
  const text = '012345 is your code to register. Nobody from us will ask you for it.\n\n@tokens.example #012345'
  expect(JSON.parse(body)).toEqual({ id: 'message 1', to: '+4915228817386', text })
  expect(headers['idempotency-key']).toBe('message 1')
  const signature = createHmac('sha256', 'a secret').update(`1790000000.${body}`).digest('hex')
  expect(headers['ringkey-signature']).toBe(`t=1790000000,v1=${signature}`)
})

test.each([
  [200, 'sent'],
  [204, 'sent'],
  [301, 'not_sent'],
  [400, 'not_sent'],
  [401, 'not_sent'],
  [429, 'not_sent'],
  [503, 'not_sent'],
  [500, 'unknown'],
  [502, 'unknown'],
  [504, 'unknown'],
])('%i means %s', async (status, meaning) => {
  const { url } = await aCarrier((res) => res.writeHead(status, { location: '/elsewhere' }).end())
  expect(await gatewayTo(url).send(MESSAGE, never)).toBe(meaning)
})

test('a carrier that hangs up after it has heard the message leaves it unknown, and is not asked again', async () => {
  const { url, heard } = await aCarrier((res) => res.destroy())
  expect(await gatewayTo(url).send(MESSAGE, never)).toBe('unknown')
  expect(heard).toHaveLength(1)
})

test('a carrier that says nothing until the deadline leaves it unknown', async () => {
  const { url } = await aCarrier(() => {})
  expect(await gatewayTo(url).send(MESSAGE, AbortSignal.timeout(50))).toBe('unknown')
})

test('a carrier that is not there has not sent it', async () => {
  const { url } = await aCarrier(() => {})
  for (const stop of stops.splice(0)) await stop()
  expect(await gatewayTo(url).send(MESSAGE, never)).toBe('not_sent')
})

test('one that is ended waits for no answer any more', async () => {
  const { url } = await aCarrier(() => {})
  const gateway = gatewayTo(url)
  const sending = gateway.send(MESSAGE, never)
  await gateway.stop()
  expect(await sending).toBe('unknown')
})
