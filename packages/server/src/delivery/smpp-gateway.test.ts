import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import smpp, { type PDU, type Session } from 'smpp'
import { afterEach, expect, test, vi } from 'vitest'
import type { PhoneNumber } from '../domain/phone.ts'
import { textOf } from './code-texts.ts'
import type { CodeMessage } from './message.ts'
import { createSmppGateway, type SmppGatewayOptions } from './smpp-gateway.ts'

const MESSAGE: CodeMessage = {
  id: 'message 1',
  to: '+4915228817386' as PhoneNumber,
  code: '012345',
  purpose: 'registration',
  language: 'en',
  host: 'tokens.example',
  lifeSeconds: 600,
}
const PASSWORD = 'seven77'
const never = new AbortController().signal
const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** What a centre does with a PDU; the usual: it binds whoever knows the password, and takes every message. */
type Does = (pdu: PDU, session: Session) => void
const asUsual: Does = (pdu, session) => {
  if (pdu.isResponse()) return
  const isStranger = pdu.command === 'bind_transceiver' && !(pdu.system_id === 'ringkey' && pdu.password === PASSWORD)
  session.send(pdu.response({ command_status: isStranger ? 0x0e : 0, message_id: 'of the centre' }))
}

interface Centre {
  readonly port: number
  readonly heard: PDU[]
  readonly sessions: Session[]
  of(command: string): PDU[]
  close(): Promise<void>
}

/** A message centre, by the package's own server. */
async function aCentre(does: Does = asUsual, port = 0): Promise<Centre> {
  const heard: PDU[] = []
  const sessions: Session[] = []
  const server = smpp.createServer((session) => {
    sessions.push(session)
    session.on('error', () => session.destroy())
    session.on('pdu', (pdu) => {
      heard.push(pdu)
      does(pdu, session)
    })
  })
  await listen(server, port)
  const close = async () => {
    for (const session of sessions) session.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  stops.push(close)
  return { port: portOf(server), heard, sessions, of: (command) => heard.filter((pdu) => pdu.command === command), close }
}

async function listen(server: Server, port = 0): Promise<void> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

function gatewayTo(
  port: number,
  { query = '', scheme = 'smpp', ...options }: Partial<SmppGatewayOptions> & { query?: string; scheme?: string } = {},
) {
  const receipts: string[] = []
  const gateway = createSmppGateway({
    url: new URL(`${scheme}://ringkey@127.0.0.1:${port}${query}`),
    password: PASSWORD,
    onReceipt: (receipt) => receipts.push(receipt),
    ...options,
    limits: { firstBackOffMs: 10, ...options.limits },
  })
  stops.push(() => gateway.stop())
  return { gateway, receipts }
}

/** A text as the package reads it, put together by the headers of its parts. */
function textIn(pdus: readonly PDU[]): string {
  return pdus
    .map(({ short_message: part }) => part as { message: string; udh?: Buffer[] })
    .sort((one, other) => (one.udh?.[0]?.[4] ?? 0) - (other.udh?.[0]?.[4] ?? 0))
    .map(({ message }) => message)
    .join('')
}

test('a message goes to the number, in the alphabet of the network, with a receipt asked for', async () => {
  const centre = await aCentre()
  const { gateway } = gatewayTo(centre.port, { query: '?from=Ringkey' })
  expect(await gateway.send(MESSAGE, never)).toBe('sent')
  const [bind] = centre.of('bind_transceiver')
  expect([bind?.system_id, bind?.interface_version]).toEqual(['ringkey', 0x34])
  const [submitted, ...more] = centre.of('submit_sm')
  expect(more).toEqual([])
  expect(submitted).toMatchObject({
    destination_addr: '4915228817386',
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    source_addr: 'Ringkey',
    source_addr_ton: 5,
    source_addr_npi: 0,
    data_coding: 0,
    esm_class: 0,
    registered_delivery: 1,
  })
  expect(submitted && textIn([submitted])).toBe(textOf(MESSAGE))
})

test.each([
  ['', { source_addr: '', source_addr_ton: 0, source_addr_npi: 0 }],
  ['?from=%2B4922812345', { source_addr: '4922812345', source_addr_ton: 1, source_addr_npi: 1 }],
  ['?from=54321', { source_addr: '54321', source_addr_ton: 0, source_addr_npi: 0 }],
])('a sender %o is spelled as its kind is', async (query, fields) => {
  const centre = await aCentre()
  await gatewayTo(centre.port, { query }).gateway.send(MESSAGE, never)
  expect(centre.of('submit_sm')[0]).toMatchObject(fields)
})

test('a text in Devanagari goes in UCS-2, in parts that a phone puts together', async () => {
  const centre = await aCentre()
  const message = { ...MESSAGE, language: 'hi' }
  expect(await gatewayTo(centre.port).gateway.send(message, never)).toBe('sent')
  const parts = centre.of('submit_sm')
  expect(parts.length).toBeGreaterThan(1)
  for (const part of parts) expect(part).toMatchObject({ data_coding: 8, esm_class: 0x40 })
  expect(textIn([...parts].reverse())).toBe(textOf(message))
})

test('messages share one connection', async () => {
  const centre = await aCentre()
  const { gateway } = gatewayTo(centre.port)
  expect(await Promise.all([1, 2, 3].map(() => gateway.send(MESSAGE, never)))).toEqual(['sent', 'sent', 'sent'])
  expect(centre.of('bind_transceiver')).toHaveLength(1)
})

test('no more than a window of them is without an answer, and who waits in vain has not been sent', async () => {
  const answers: (() => void)[] = []
  const centre = await aCentre((pdu, session) => {
    if (pdu.command === 'submit_sm') answers.push(() => asUsual(pdu, session))
    else asUsual(pdu, session)
  })
  const { gateway } = gatewayTo(centre.port, { limits: { window: 2 } })
  const inside = [gateway.send(MESSAGE, never), gateway.send(MESSAGE, never)]
  const giveUp = new AbortController()
  const inVain = gateway.send(MESSAGE, giveUp.signal)
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  giveUp.abort()
  expect(await inVain).toBe('not_sent')
  const patient = gateway.send(MESSAGE, never)
  for (const answer of answers.splice(0)) answer()
  expect(await Promise.all(inside)).toEqual(['sent', 'sent'])
  await vi.waitFor(() => expect(answers).toHaveLength(1))
  const others = [gateway.send(MESSAGE, never), gateway.send(MESSAGE, never)]
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  expect(centre.of('submit_sm')).toHaveLength(4)
  answers.shift()?.()
  expect(await patient).toBe('sent')
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  for (const answer of answers.splice(0)) answer()
  expect(await Promise.all(others)).toEqual(['sent', 'sent'])
  expect(centre.of('submit_sm')).toHaveLength(5)
})

test.each([
  ['throttled', 0x58],
  ['a full queue', 0x14],
  ['a bad number', 0x0b],
])('a refusal (%s) means that it has not been sent', async (_name, status) => {
  const centre = await aCentre((pdu, session) => {
    if (pdu.command === 'submit_sm') session.send(pdu.response({ command_status: status }))
    else asUsual(pdu, session)
  })
  expect(await gatewayTo(centre.port).gateway.send(MESSAGE, never)).toBe('not_sent')
})

test('of a text whose later part is refused nobody can say whether a phone shows it', async () => {
  let parts = 0
  const centre = await aCentre((pdu, session) => {
    if (pdu.command === 'submit_sm') parts += 1
    if (parts > 1) session.send(pdu.response({ command_status: 0x58 }))
    else asUsual(pdu, session)
  })
  expect(await gatewayTo(centre.port).gateway.send({ ...MESSAGE, language: 'hi' }, never)).toBe('unknown')
})

test('a connection that ends before the answer leaves it unknown; it is not sent again, and the next goes over a new one', async () => {
  let isFirst = true
  const centre = await aCentre((pdu, session) => {
    if (pdu.command === 'submit_sm' && isFirst) {
      isFirst = false
      session.destroy()
    } else asUsual(pdu, session)
  })
  const { gateway } = gatewayTo(centre.port)
  expect(await gateway.send(MESSAGE, never)).toBe('unknown')
  expect(await gateway.send({ ...MESSAGE, code: '999999' }, never)).toBe('sent')
  expect(centre.of('submit_sm').map((pdu) => textIn([pdu]).slice(0, 6))).toEqual(['012345', '999999'])
  expect(centre.sessions).toHaveLength(2)
})

test('a connection that was lost is made again before somebody needs it, as often as it takes', async () => {
  const first = await aCentre()
  const { gateway } = gatewayTo(first.port)
  expect(await gateway.send(MESSAGE, never)).toBe('sent')
  await first.close()
  let turnedAway = 0
  const closed = createServer((socket) => {
    turnedAway += 1
    socket.destroy()
  })
  await listen(closed, first.port)
  await vi.waitFor(() => expect(turnedAway).toBeGreaterThan(1), { timeout: 20_000 })
  await new Promise((resolve) => closed.close(resolve))
  const again = await aCentre(asUsual, first.port)
  await vi.waitFor(() => expect(again.of('bind_transceiver')).toHaveLength(1), { timeout: 20_000 })
})

test('a centre that does not know us is asked for nothing', async () => {
  const centre = await aCentre()
  const { gateway } = gatewayTo(centre.port, { password: 'another' })
  expect(await gateway.send(MESSAGE, never)).toBe('not_sent')
  expect(centre.of('submit_sm')).toEqual([])
})

test('a centre that is not there has not sent it', async () => {
  const centre = await aCentre()
  await centre.close()
  expect(await gatewayTo(centre.port).gateway.send(MESSAGE, never)).toBe('not_sent')
})

test('a centre that says nothing to us has not sent it', async () => {
  const centre = await aCentre(() => {})
  expect(await gatewayTo(centre.port, { limits: { bindMs: 50 } }).gateway.send(MESSAGE, never)).toBe('not_sent')
  const { gateway } = gatewayTo(centre.port, { limits: { bindMs: 500 } })
  expect(await gateway.send(MESSAGE, AbortSignal.timeout(20))).toBe('not_sent')
  expect(centre.of('submit_sm')).toEqual([])
})

test('an answer that does not come until the deadline leaves it unknown', async () => {
  const centre = await aCentre((pdu, session) => {
    if (pdu.command !== 'submit_sm') asUsual(pdu, session)
  })
  const deadline = new AbortController()
  const sending = gatewayTo(centre.port).gateway.send(MESSAGE, deadline.signal)
  await vi.waitFor(() => expect(centre.of('submit_sm')).toHaveLength(1))
  deadline.abort()
  expect(await sending).toBe('unknown')
})

test('a centre that has fallen silent is noticed, and connected to again', async () => {
  const centre = await aCentre((pdu, session) => {
    if (pdu.command !== 'enquire_link' || centre.sessions.length > 1) asUsual(pdu, session)
  })
  const { gateway } = gatewayTo(centre.port, { limits: { enquireEveryMs: 20, answerMs: 50 } })
  expect(await gateway.send(MESSAGE, never)).toBe('sent')
  await vi.waitFor(() => expect(centre.of('bind_transceiver').length).toBeGreaterThan(1), { timeout: 20_000 })
  expect(await gateway.send(MESSAGE, never)).toBe('sent')
})

test('what is no SMPP ends the connection, and nothing is taken for an answer', async () => {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => socket.destroy()))
    socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')
  })
  await listen(server)
  stops.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  expect(await gatewayTo(portOf(server)).gateway.send(MESSAGE, never)).toBe('not_sent')
})

test.each([
  ['delivered', { message_state: 2, receipted_message_id: 'x', short_message: '' }],
  ['undelivered', { message_state: 5, receipted_message_id: 'x', short_message: '' }],
  ['delivered', { short_message: 'id:1 sub:001 dlvrd:001 submit date:2609210000 done date:2609210001 stat:DELIVRD err:000 text:' }],
  ['undelivered', { short_message: 'id:1 sub:001 dlvrd:000 submit date:2609210000 done date:2609210001 stat:EXPIRED err:001 text:' }],
])('a receipt that says %s is taken and told', async (receipt, fields) => {
  const centre = await aCentre()
  const { gateway, receipts } = gatewayTo(centre.port)
  await gateway.send(MESSAGE, never)
  const [session] = centre.sessions
  const acknowledged = new Promise<PDU>((resolve) => void session?.send(new smpp.PDU('deliver_sm', { ...fields, esm_class: 4 }), resolve))
  expect((await acknowledged).command_status).toBe(0)
  expect(receipts).toEqual([receipt])
})

test('a message from a phone is no receipt; what we do not know is refused, and whether we are there is answered', async () => {
  const centre = await aCentre()
  const { gateway, receipts } = gatewayTo(centre.port)
  await gateway.send(MESSAGE, never)
  const ask = (command: string, fields = {}) =>
    new Promise<PDU>((resolve) => void centre.sessions[0]?.send(new smpp.PDU(command, fields), resolve))
  expect((await ask('deliver_sm', { short_message: 'stat:DELIVRD', esm_class: 0 })).command).toBe('deliver_sm_resp')
  expect((await ask('enquire_link')).command).toBe('enquire_link_resp')
  expect(await ask('data_sm')).toMatchObject({ command: 'generic_nack', command_status: 3 })
  expect(receipts).toEqual([])
})

test('at the end it says goodbye, and comes back no more', async () => {
  const centre = await aCentre()
  const { gateway } = gatewayTo(centre.port)
  await gateway.send(MESSAGE, never)
  await gateway.stop()
  expect(centre.of('unbind')).toHaveLength(1)
  await new Promise((resolve) => setTimeout(resolve, 200)) // for what must not happen
  expect(centre.sessions).toHaveLength(1)
})
