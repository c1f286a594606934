/** A sign-in on a terminal, with a program in the place of the one that opens browsers. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { signInAt } from '../../../../../tests/process/vpaas-visit.ts'
import { FakeTerminal } from '../testing/cli-bench.ts'
import { type KeeperBench, openKeeperBench } from '../testing/keeper-bench.ts'
import type { KeeperDeps } from './keeper-deps.ts'
import { openerOf } from './open-browser.ts'

vi.mock('@node-rs/argon2', () => import('../../testing/quick-argon2.ts'))

let bench: KeeperBench
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringkey-browser-test-'))
  bench = await openKeeperBench('vpaas')
})
afterEach(async () => {
  await bench.world.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Writes down its arguments, one a line. @param exit what it ends with */
function putOpener(exit = 0): void {
  const path = join(folder, 'xdg-open')
  const log = JSON.stringify(join(folder, 'opened'))
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$@" > ${log}.new && /bin/mv ${log}.new ${log}\nexit ${exit}\n`)
  chmodSync(path, 0o700)
}

const opened = () => (existsSync(join(folder, 'opened')) ? readFileSync(join(folder, 'opened'), 'utf8') : undefined)

interface Typed {
  readonly exit: number
  readonly shown: string
  readonly address: string
}

/** Signs in as a person does: reads the address, goes there, and pastes what the browser shows at the end. */
async function signIn(
  variables: Record<string, string>,
  { args = [], stdout = new FakeTerminal(), until }: { args?: readonly string[]; stdout?: PassThrough; until: (shown: string) => boolean },
): Promise<Typed> {
  const { api_key: key = '', email = '', password = '' } = bench.world.given
  const stdin = new FakeTerminal()
  const stderr = new PassThrough({ encoding: 'utf8' })
  let shown = ''
  stderr.on('data', (text: string) => {
    shown += text
  })
  const environment = { PATH: folder, ...variables }
  const keeper: Partial<KeeperDeps> = {
    platform: 'linux',
    streams: { stdin, stdout, stderr },
    variables: () => environment,
    environmentOfChild: (added) => ({ ...environment, ...added }),
  }
  const given = ['login', 'vpaas', '--client-id', 'app', '--base-url', bench.world.baseUrl, '--secret-file', '/key', ...args]
  const ran = bench.type(given, { files: { '/key': key }, keeper })
  const findAddress = () => /^ {2}(http\S+)$/m.exec(shown)?.[1]
  await vi.waitUntil(() => findAddress() !== undefined && shown.includes('Paste') && until(shown), { timeout: 60_000 })
  const address = findAddress() ?? ''
  stdin.write(`${(await signInAt(address, { email, password })).authCode}\n`)
  return { exit: (await ran).exit, shown, address }
}

const DISPLAY = { DISPLAY: ':0' }

describe('login vpaas on a terminal', () => {
  it('opens the address in the browser, as one argument and without a shell, and prints it too', async () => {
    putOpener()
    const { exit, address } = await signIn(DISPLAY, { until: () => opened() !== undefined })
    expect(exit).toBe(0)
    expect(address).toContain('&')
    expect(opened()).toBe(`${address}\n`)
    expect(await bench.type(['token'])).toMatchObject({ exit: 0 })
    expect(opened()).not.toContain(bench.world.given.api_key?.trim())
  })

  it.each([
    ['is not there', () => {}, 'ENOENT'],
    ['fails', () => putOpener(3), 'ended with 3'],
  ])('goes on where the program that opens browsers %s, and says so', async (_what, put, why) => {
    put()
    const { exit, shown } = await signIn({ ...DISPLAY, PATH: folder }, { until: (text) => text.includes('No browser') })
    expect(exit).toBe(0)
    expect(shown).toContain(why)
  })

  it.each([
    ['with --no-browser', DISPLAY, { args: ['--no-browser'] }],
    ['in CI', { ...DISPLAY, CI: 'true' }, {}],
    ['without a screen', {}, {}],
    ['over SSH without a screen', { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, {}],
    ['where standard output is no terminal', DISPLAY, { stdout: new PassThrough() }],
  ])('opens none %s, and prints the address', async (_where, variables, options) => {
    putOpener()
    const { exit, address } = await signIn(variables, { ...options, until: () => true })
    expect(exit).toBe(0)
    expect(address).toMatch(/^http/)
    expect(opened()).toBeUndefined()
  })
})

it('off a terminal none is opened', async () => {
  putOpener()
  const environment = { PATH: folder, ...DISPLAY }
  const keeper: Partial<KeeperDeps> = { platform: 'linux', variables: () => environment, environmentOfChild: () => environment }
  const args = ['login', 'vpaas', '--client-id', 'app', '--base-url', bench.world.baseUrl, '--secret-file', '/key']
  expect(await bench.type(args, { files: { '/key': bench.world.given.api_key ?? '' }, keeper })).toMatchObject({ exit: 8 })
  expect(opened()).toBeUndefined()
})

it.each([
  ['darwin', 'open'],
  ['win32', 'rundll32'],
  ['linux', 'xdg-open'],
] as const)('the program that opens browsers, which is no shell: %s has %s', (platform, program) => {
  expect(openerOf(platform)[0]).toBe(program)
})
