import { type AddressInfo, createServer } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, expect, test, vi } from 'vitest'
import type { MailAddress } from '../domain/mail-address.ts'
import type { LetterAnswer, MailMessage } from './message.ts'
import { createSmtpGateway, type SmtpGatewayOptions } from './smtp-gateway.ts'

const MESSAGE: MailMessage = {
  id: 'message-1',
  to: 'anna@acme.example' as MailAddress,
  subject: 'Ihr Konto: मेरा खाता',
  text: 'Jemand hat sich von einem neuen Gerät angemeldet.\n.\nमेरा खाता\n',
  language: 'de',
}
const FROM = 'Ringkey <no-reply@tokens.example>'
const PASSWORD = 'of the mail server'
const never = new AbortController().signal
const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

interface Letter {
  readonly from: string
  readonly to: readonly string[]
  readonly source: string
}

/** A mail server, by npm's own; on this machine it asks for a password without TLS. */
async function aMailServer(options: SMTPServerOptions = {}) {
  const letters: Letter[] = []
  const server = new SMTPServer({
    authOptional: true,
    closeTimeout: 50,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      let source = ''
      stream.on('data', (chunk: Buffer) => (source += chunk.toString('latin1')))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        letters.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), source })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {}) // connections that a test breaks
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  stops.push(close)
  return { port: (server.server.address() as AddressInfo).port, letters, close }
}

async function gatewayTo(port: number, { user = '', ...options }: Partial<SmtpGatewayOptions> & { user?: string } = {}) {
  const gateway = await createSmtpGateway({
    url: new URL(`smtp://${user}127.0.0.1:${port}`),
    password: undefined,
    from: FROM,
    ...options,
  })
  stops.push(() => gateway.stop())
  return gateway
}

/** What stands in quoted-printable or base64. */
function textIn({ source }: Letter): string {
  const [head = '', body = ''] = source.split(/\r\n\r\n(.*)/s)
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString()
  const octets = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(octets, 'latin1').toString().replaceAll('\r\n', '\n')
}

test('a letter goes to its owner alone, is marked as a machine’s, and its text arrives as it is', async () => {
  const { port, letters } = await aMailServer()
  expect(await (await gatewayTo(port)).send(MESSAGE, never)).toBe('sent')
  const [letter = expect.fail('nothing came')] = letters
  expect([letter.from, letter.to]).toEqual(['no-reply@tokens.example', ['anna@acme.example']])
  expect(letter.source).toMatch(/^Message-ID: <message-1@tokens\.example>\r$/m)
  expect(letter.source).toMatch(/^Auto-Submitted: auto-generated\r$/m)
  expect(letter.source).toMatch(/^Content-Language: de\r$/m)
  expect(textIn(letter).trimEnd()).toBe(MESSAGE.text.trimEnd())
})

test.each([
  ['a subject', { subject: 'Hello\r\nBcc: eve@evil.example\r\n\r\nwords' }],
  ['an address', { to: 'anna@acme.example\r\nBcc: eve@evil.example' as MailAddress }],
  ['an address', { to: 'anna@acme.example, eve@evil.example' as MailAddress }],
])('%s cannot add a line or somebody else', async (_name, change) => {
  const { port, letters } = await aMailServer()
  await (await gatewayTo(port)).send({ ...MESSAGE, ...change }, never)
  for (const { to, source } of letters) {
    expect(to.filter((each) => each === 'eve@evil.example')).toEqual([])
    expect(source).not.toMatch(/^bcc:/im)
  }
})

test('the password is said where the server wants one, and a wrong one means that nothing was sent', async () => {
  const options: SMTPServerOptions = {
    authOptional: false,
    onAuth: ({ username, password }, _session, done) =>
      username === 'mailer' && password === PASSWORD ? done(null, { user: username }) : done(new Error('no')),
  }
  const { port, letters } = await aMailServer(options)
  expect(await (await gatewayTo(port, { user: 'mailer@', password: PASSWORD })).send(MESSAGE, never)).toBe('sent')
  expect(await (await gatewayTo(port, { user: 'mailer@', password: 'wrong' })).send(MESSAGE, never)).toBe('not_sent')
  expect(await (await gatewayTo(port)).send(MESSAGE, never)).toBe('not_sent')
  expect(letters).toHaveLength(1)
})

const busy = Object.assign(new Error('later'), { responseCode: 451 })
test.each<[string, SMTPServerOptions]>([
  ['the recipient', { onRcptTo: (_address, _session, done) => done(busy) }],
  ['the letter', { onData: (stream, _session, done) => stream.resume().on('end', () => done(busy)) }],
])('a server that refuses %s has not sent it', async (_name, options) => {
  const { port } = await aMailServer(options)
  expect(await (await gatewayTo(port)).send(MESSAGE, never)).toBe('not_sent')
})

test('a server that is not there has not sent it', async () => {
  const { port, close } = await aMailServer()
  await close()
  expect(await (await gatewayTo(port)).send(MESSAGE, never)).toBe('not_sent')
})

test('what is no address is sent to nobody', async () => {
  const { port, letters } = await aMailServer()
  expect(await (await gatewayTo(port)).send({ ...MESSAGE, to: '' as MailAddress }, never)).toBe('not_sent')
  expect(letters).toEqual([])
})

const unknown = Object.assign(new Error('5.1.1 nobody of that name'), { responseCode: 550 })
const notForUs = Object.assign(new Error('5.7.1 relaying denied'), { responseCode: 550 })
test.each<[string, Error, LetterAnswer]>([
  ['knows no such recipient says so for good', unknown, 'refused'],
  ['does not relay for us may do so later', notForUs, 'not_sent'],
])('a server that %s', async (_name, reply, answer) => {
  const { port } = await aMailServer({ onRcptTo: (_address, _session, done) => done(reply) })
  expect(await (await gatewayTo(port)).send(MESSAGE, never)).toBe(answer)
})

/** A server that answers all but one command, or says nothing at all. @param mute the first word of what it hears and does not answer */
async function aMuteServer(mute: string) {
  const heard: string[] = []
  const server = createServer((socket) => {
    stops.push(() => socket.destroy())
    socket.on('error', () => {})
    if (mute !== '') socket.write('220 here\r\n')
    socket.on('data', (chunk) => {
      const command = chunk.toString()
      heard.push(command)
      if (mute !== '' && !command.startsWith(mute)) socket.write(/^DATA/.test(command) ? '354 go on\r\n' : '250 fine\r\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => new Promise((resolve) => server.close(resolve)))
  return { port: (server.address() as AddressInfo).port, heard }
}

test.each(['', 'EHLO', 'MAIL', 'RCPT', 'DATA'])(
  'S171: a server that falls silent before it has asked for the letter (%j) has not sent it',
  async (mute) => {
    const { port, heard } = await aMuteServer(mute)
    const gateway = await gatewayTo(port, mute === '' ? { limits: { connectMs: 300 } } : {})
    const sending = gateway.send(MESSAGE, never)
    await vi.waitFor(() => expect(heard.some((command) => command.startsWith(mute))).toBe(mute !== ''))
    if (mute !== '') await gateway.stop()
    expect(await sending).toBe('not_sent')
  },
)

test('whoever ends waits for nobody: what a server has not confirmed is unknown at once', async () => {
  let heard = false
  const { port } = await aMailServer({ onData: (stream) => void stream.resume().on('end', () => (heard = true)) })
  const gateway = await gatewayTo(port)
  const sending = gateway.send(MESSAGE, never)
  await vi.waitFor(() => expect(heard).toBe(true))
  await gateway.stop()
  expect(await sending).toBe('unknown')
  expect(await gateway.send(MESSAGE, never), 'and nothing more is begun').toBe('not_sent')
})

test('a server that hangs up after it has heard the letter leaves it unknown, and hears it once', async () => {
  let heard = 0
  const server = createServer((socket) => {
    socket.on('error', () => {}).write('220 here\r\n')
    socket.on('data', (chunk) => {
      if (/^DATA/.test(chunk.toString())) return socket.write('354 go on\r\n')
      if (!chunk.toString().endsWith('\r\n.\r\n')) return socket.write('250 fine\r\n')
      heard += 1
      return socket.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => new Promise((resolve) => server.close(resolve)))
  expect(await (await gatewayTo((server.address() as AddressInfo).port)).send(MESSAGE, never)).toBe('unknown')
  expect(heard).toBe(1)
})

test('a server that says nothing until the deadline leaves it unknown', async () => {
  let heard = false
  const { port } = await aMailServer({ onData: (stream) => void stream.resume().on('end', () => (heard = true)) })
  const deadline = new AbortController()
  const sending = (await gatewayTo(port)).send(MESSAGE, deadline.signal)
  await vi.waitFor(() => expect(heard).toBe(true))
  deadline.abort()
  expect(await sending).toBe('unknown')
})

test('beyond this machine a server that offers no TLS is told nothing', async () => {
  const { port, letters } = await aMailServer()
  // 0.0.0.0 is this machine to the system, and no loopback address to us.
  expect(await (await gatewayTo(port, { url: new URL(`smtp://0.0.0.0:${port}`) })).send(MESSAGE, never)).toBe('not_sent')
  expect(letters).toEqual([])
})

test('a certificate that nobody vouches for is good on this machine alone', async () => {
  const { port, letters } = await aMailServer({ disabledCommands: [] })
  expect(await (await gatewayTo(port)).send(MESSAGE, never)).toBe('sent')
  expect(await (await gatewayTo(port, { url: new URL(`smtp://0.0.0.0:${port}`) })).send(MESSAGE, never)).toBe('not_sent')
  expect(letters).toHaveLength(1)
})

test.each([
  ['no-reply@tokens.example', 'no-reply@tokens.example'],
  ['Ringkey <no-reply@tokens.example>', 'Ringkey <no-reply@tokens.example>'],
  ['Frau Müller <a@b.example>', '=?UTF-8?Q?Frau_M=C3=BCller?= <a@b.example>'],
])('the sender %s stands in the letter, and its address alone is told to the server', async (from, shown) => {
  const { port, letters } = await aMailServer()
  expect(await (await gatewayTo(port, { from })).send(MESSAGE, never)).toBe('sent')
  expect(letters[0]?.source).toContain(`From: ${shown}\r\n`)
  expect(letters[0]?.from).toBe(/[^ <]+@[^>]+/.exec(from)?.[0])
})
