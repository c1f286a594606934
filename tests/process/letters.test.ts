/** Letters by the real program: written by the process that answers, brought away by one, whatever the mail server does. */
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, describe, expect, it } from 'vitest'
import { readDemo } from './demo-settings.ts'
import { openStage, type Server, untilFound } from './launch.ts'
import { fieldOf, openBrowser, type Person } from './vpaas-visit.ts'

const stage = openStage()
const NEW_PASSWORD = 'fünf grüne tassen'
const stops: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const stop of stops) await stop()
})

/** Takes letters, or says nothing once it has heard one. */
async function aMailServer({ isSilent = false } = {}) {
  const letters: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    closeTimeout: 50,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      let source = ''
      stream.on('data', (chunk: Buffer) => (source += chunk.toString()))
      stream.on('end', () => {
        letters.push(source)
        if (!isSilent) done()
      })
    },
  })
  server.on('error', () => {}) // of a program that is ended while it is heard
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => new Promise((resolve) => server.close(() => resolve())))
  return { port: (server.server.address() as AddressInfo).port, letters }
}

/** The person signs in at the page and sets another password there. */
async function changePassword(baseUrl: string, { email, password }: Person): Promise<number> {
  const browser = openBrowser()
  const start = await browser.get(`${baseUrl}/account`)
  const page = start.location === undefined ? start : await browser.get(new URL(start.location, baseUrl).href)
  const form = { request: fieldOf(page, 'request'), login: email, password, answer: 'password' }
  await browser.post(`${baseUrl}/oauth2/auth`, form)
  const formToken = fieldOf(await browser.get(`${baseUrl}/account/password`), 'formToken')
  const fields = { formToken, answer: 'send', current_password: password, password: NEW_PASSWORD, ui_locales: 'de' }
  return (await browser.post(`${baseUrl}/account/password`, fields)).status
}

async function serveWith(port: number | undefined, workers: number) {
  const installation = stage.newInstallation()
  const mail = { RINGKEY_MAIL_URL: `smtp://127.0.0.1:${port}`, RINGKEY_MAIL_FROM: 'Ringkey <no-reply@tokens.example>' }
  const variables = { RINGKEY_METRICS_PORT: '0', ...(port === undefined ? {} : mail) }
  const server: Server = await installation.serve({ demo: true, workers, variables })
  return { server, person: readDemo(installation).idm }
}

describe.each([1, 2])('with %i workers', (workers) => {
  it('S83: who has no number is told by letter, once, that the password was changed', async () => {
    const { port, letters } = await aMailServer()
    const { server, person } = await serveWith(port, workers)
    expect(await changePassword(person.baseUrl, person)).toBe(303)
    await untilFound(() => server.stderr().includes('"letter.sent"') || undefined)
    expect(letters).toHaveLength(1)
    expect(letters[0]).toContain(`To: ${person.email}\r\n`)
    const figures = await (await fetch(`${server.metricsUrl}/metrics`)).text()
    expect(figures).toMatch(/^ringkey_letters_total\{answer="sent"\} 1$/m)
    expect(figures).toMatch(/^ringkey_mail_server_up 1$/m)
    expect(figures).toMatch(/^ringkey_letters_waiting 0$/m)
    expect(server.stderr(), 'no address is in the log').not.toContain(person.email)
    expect((await server.end('SIGTERM')).code).toBe(0)
  })

  it('the demo shows its letters where it shows its messages', async () => {
    const { server, person } = await serveWith(undefined, workers)
    expect(await changePassword(person.baseUrl, person)).toBe(303)
    await untilFound(() => server.stdout().includes(`--- message to ${person.email}\n`) || undefined)
    const shown = await untilFound(async () => {
      const { messages } = (await (await fetch(`${server.url}/dev/outbox`)).json()) as { messages: { to: string; text: string }[] }
      return messages[0]
    })
    // In the language in which the person has signed in, whatever the form says.
    expect(shown).toEqual({ to: person.email, text: expect.stringMatching(/^The password of your account was changed\n\n/) })
  })
})

it('S171: a mail server that says nothing keeps neither a page nor the end of the program', async () => {
  const { port, letters } = await aMailServer({ isSilent: true })
  const { server, person } = await serveWith(port, 2)
  expect(await changePassword(person.baseUrl, person)).toBe(303)
  await untilFound(() => (letters.length > 0 ? true : undefined))
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  const { code, stderr } = await server.end('SIGTERM')
  expect(code).toBe(0)
  expect(stderr, 'nobody knows what became of it').toMatch(/"event":"letter.lost"[\s\S]*"event":"server.stopped"/)
})
