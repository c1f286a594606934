import { describe, expect, it, vi } from 'vitest'
import { accept } from '../domain/outcome.ts'
import { AT_TEXT, anAccount, FakeTerminal, ringkey, stubUseCases } from './testing/cli-bench.ts'

const SECRET = 'correct horse battery'
const CREATE = ['account', 'create', 'alice', '--organisation', 'Org']
const SET = ['account', 'set-password', 'alice']

function withAccounts() {
  const createAccount = vi.fn(async () => accept(anAccount()))
  const setPassword = vi.fn(async () => accept(anAccount()))
  return { createAccount, setPassword, useCases: stubUseCases({ createAccount, setPassword }) }
}

/** A terminal on which these keys are pressed, ahead of the questions. */
function terminalTyping(...keys: readonly string[]): FakeTerminal {
  const terminal = new FakeTerminal()
  for (const pressed of keys) terminal.write(pressed)
  return terminal
}

describe('a password that is set', () => {
  it('is asked for twice on a terminal, in raw mode, and shown nowhere', async () => {
    const { setPassword, useCases } = withAccounts()
    const stdin = terminalTyping(`${SECRET}\r`, `${SECRET}\r`)
    const ran = await ringkey([...SET, '--json'], { useCases, stdin })
    expect(setPassword.mock.calls).toEqual([[{ tenant: 'acme', account: 'alice', password: SECRET }]])
    expect(ran.exit).toBe(0)
    expect(ran.err).toBe('New password: \nThe same again: \nPassword set. All sessions of the account have ended.\n')
    const shown = { id: 'acc_1', organisationId: 'org_1', loginIds: [], name: null, roles: [], mayImpersonate: false, enabled: true }
    expect(ran.json()).toEqual({ account: { ...shown, passwordSetAt: AT_TEXT, createdAt: AT_TEXT, erasesAt: null } })
    expect(stdin.rawModes).toEqual([true, false])
    expect(stdin.readableFlowing).toBe(false)
  })

  it('keeps what is pasted ahead, edits with backspace, and takes blanks as they are', async () => {
    const { createAccount, useCases } = withAccounts()
    const ran = await ringkey([...CREATE, '--login-id', 'alice@example.com'], {
      useCases,
      stdin: terminalTyping(' pässwörd x\x7f\r\n pässwörd \r\n'),
    })
    expect(ran.exit).toBe(0)
    expect(createAccount.mock.calls).toEqual([
      [
        {
          tenant: 'acme',
          organisation: 'Org',
          loginIds: ['alice', 'alice@example.com'],
          password: ' pässwörd ',
          name: undefined,
          roles: [],
          mayImpersonate: false,
        },
      ],
    ])
  })

  it('is not set when the two differ', async () => {
    const ran = await ringkey(SET, { stdin: terminalTyping(`${SECRET}\r`, 'another\r') })
    expect(ran).toMatchObject({ exit: 2, opened: 0, out: '', err: expect.stringContaining('The two passwords differ.') })
  })

  it.each([
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
    ['Ctrl-C after some characters', 'abc\x03'],
  ])('%s at the question ends with code 130 and a terminal as it was', async (_name, pressed) => {
    const stdin = terminalTyping(pressed)
    const ran = await ringkey(SET, { stdin })
    expect(ran).toMatchObject({ exit: 130, opened: 0, err: 'New password: \nInterrupted. Nothing was changed.\n' })
    expect(stdin.rawModes).toEqual([true, false])
  })

  it('is not asked for off a terminal', async () => {
    const ran = await ringkey(SET, { stdin: `${SECRET}\n` })
    expect(ran).toMatchObject({ exit: 2, opened: 0, err: expect.stringContaining('--password-file or --password-stdin') })
  })

  it.each([`${SECRET}`, `${SECRET}\n`, `${SECRET}\r\n`])(
    'is read from a pipe or a file, without the end of its line: %j',
    async (content) => {
      const { setPassword, useCases } = withAccounts()
      await ringkey([...SET, '--password-stdin'], { useCases, stdin: content })
      await ringkey([...SET, '--password-file', './password'], { useCases, files: { './password': content } })
      const request = { tenant: 'acme', account: 'alice', password: SECRET }
      expect(setPassword.mock.calls).toEqual([[request], [request]])
    },
  )

  it('keeps the blanks around it when it is read', async () => {
    const { setPassword, useCases } = withAccounts()
    await ringkey([...SET, '--password-stdin'], { useCases, stdin: ' two blanks \n' })
    expect(setPassword.mock.calls).toEqual([[{ tenant: 'acme', account: 'alice', password: ' two blanks ' }]])
  })

  it.each([
    ['nothing', ''],
    ['an empty line', '\n'],
    ['two lines', `${SECRET}\n${SECRET}\n`],
    ['no UTF-8', Buffer.of(0xff, 0xfe)],
    ['more than 4096 bytes', 'x'.repeat(4097)],
  ])('is not read from a pipe with %s', async (_name, stdin) => {
    expect(await ringkey([...SET, '--password-stdin'], { stdin })).toMatchObject({ exit: 2, opened: 0 })
  })

  it('S157: is refused from a file that others can read', async () => {
    const ran = await ringkey([...SET, '--password-file', 'p'], { files: { p: { ok: true, text: SECRET, othersCanRead: true } } })
    expect(ran).toMatchObject({ exit: 2, opened: 0, err: expect.stringContaining('can be read by others') })
  })

  it('is not taken from a terminal that would show it', async () => {
    expect(await ringkey([...SET, '--password-stdin'], { stdin: new FakeTerminal() })).toMatchObject({ exit: 2, opened: 0 })
  })

  it('comes from one place', async () => {
    const ran = await ringkey([...SET, '--password-stdin', '--password-file', 'p'], { stdin: SECRET, files: { p: SECRET } })
    expect(ran).toMatchObject({ exit: 2, opened: 0 })
  })
})

describe('S154: a password among the arguments', () => {
  const typed = 'hunter2-secret'

  it.each([
    ['a flag with a value', [...SET, '--password', typed]],
    ['a flag with an equals sign', [...CREATE, `--password=${typed}`]],
    ['a further argument', [...SET, typed]],
    ['a further argument of create', [...CREATE, typed]],
    ['what follows --password-stdin', [...SET, '--password-stdin', typed]],
  ])('is refused as %s, with advice and without repeating it', async (_name, args) => {
    const ran = await ringkey(args, { stdin: SECRET })
    expect(ran).toMatchObject({ exit: 2, opened: 0, out: '' })
    expect(ran.err).toContain('A password is never an argument')
    expect(ran.err).not.toContain(typed)
  })

  it.each([
    ['a misspelt flag', [...SET, `--passwort=${typed}`]],
    ['a misspelt flag with a quotation mark in its value', [...SET, `--pass='${typed}'`]],
    ['a short flag', [...SET, `-p${typed}`]],
    ['a flag of a command that takes none', ['tenant', 'list', `--token=${typed}`]],
    ['the name of a file that is not there', [...SET, '--password-file', typed]],
  ])('is not repeated from %s', async (_name, args) => {
    const ran = await ringkey(args)
    expect(ran).toMatchObject({ exit: 2, opened: 0 })
    expect(ran.out + ran.err).not.toContain(typed)
  })
})
