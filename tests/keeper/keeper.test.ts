/** The built program as integrators start it: tokens in files, programs that it starts, and how long its help waits. */
import { spawnSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { furnishForPasswords } from '../../packages/server/src/http/testing/furnish-for-passwords.ts'
import { openServedHouse, type ServedHouse } from '../../packages/server/src/testing/served-house.ts'
import { PROGRAM } from '../../scripts/build.mjs'
import { type Ended, openStage, type Started, untilFound } from '../process/launch.ts'

const stage = openStage()
let server: ServedHouse
let given: Record<string, string>
beforeAll(async () => {
  server = await openServedHouse()
  given = await furnishForPasswords(server.house, { tenant: 'shell', door: 'smartflo', issuer: 'http://127.0.0.1' })
})
afterAll(() => server.stop())

interface Shell {
  readonly folder: string
  readonly home: string
  run(args: readonly string[], input?: string): Promise<Ended>
  begin(args: readonly string[]): Started
}

function openShell(): Shell {
  const folder = stage.newFolder()
  const home = join(folder, 'home')
  const variables = { PATH: process.env.PATH ?? '', RINGKEY_HOME: home }
  const command = (args: readonly string[]) => [process.execPath, PROGRAM, ...args]
  return {
    folder,
    home,
    run: (args, input = '') => stage.start(command(args), variables, input).ended,
    begin: (args) => stage.start(command(args), variables),
  }
}

async function openSignedIn(): Promise<Shell> {
  const shell = openShell()
  const args = [
    'login',
    'smartflo',
    '--base-url',
    `http://127.0.0.1:${server.port}/t/shell`,
    '--email',
    given.email ?? '',
    '--secret-stdin',
  ]
  expect(await shell.run(args, given.password)).toMatchObject({ code: 0, stdout: '' })
  return shell
}

/** A program of a shell's, and where it writes. */
function script(shell: Shell, text: string): readonly string[] {
  const path = join(shell.folder, 'program.mjs')
  writeFileSync(
    path,
    `import { writeFileSync, readFileSync, appendFileSync, existsSync } from 'node:fs'\nconst folder = ${JSON.stringify(shell.folder)}\n${text}`,
  )
  return ['--', process.execPath, path]
}

function read(shell: Shell, name: string): string | undefined {
  return readdirSync(shell.folder).includes(name) ? readFileSync(join(shell.folder, name), 'utf8') || undefined : undefined
}

it('what is kept is for its owner alone, and is what a second process prints', async () => {
  const shell = await openSignedIn()
  expect(statSync(shell.home).mode & 0o777).toBe(0o700)
  for (const name of readdirSync(shell.home)) expect(statSync(join(shell.home, name)).mode & 0o777, name).toBe(0o600)
  const first = await shell.run(['token'])
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(await shell.run(['token'])).toEqual(first)
  for (const name of readdirSync(shell.home)) expect(readFileSync(join(shell.home, name), 'utf8'), name).not.toContain(given.password)
})

it('a folder that cannot be made is code 9', async () => {
  const shell = openShell()
  writeFileSync(shell.home, '')
  expect(await shell.run(['token'])).toMatchObject({ code: 9, stdout: '', stderr: expect.stringContaining(shell.home) })
})

describe('exec', () => {
  it('hands the token to the program, and its streams and exit code back', async () => {
    const shell = await openSignedIn()
    const { stdout: token } = await shell.run(['token'])
    const program = script(
      shell,
      'process.stdin.pipe(process.stdout); console.log(process.env.MINE + process.argv[2]); process.exitCode = 42',
    )
    const ended = await shell.run(['exec', 'smartflo', '--variable', 'MINE', ...program, '--json'], 'typed')
    expect(ended).toEqual({ code: 42, stdout: `${token.trim()}--json\ntyped`, stderr: '' })
  })

  it('a program that is not there is code 127; wrong flags are code 2', async () => {
    const shell = await openSignedIn()
    expect(await shell.run(['exec', 'smartflo', '--', join(shell.folder, 'nothing')])).toMatchObject({ code: 127, stdout: '' })
    for (const flags of [
      ['--renew', 'SIGKILL'],
      ['--renew', 'often'],
      ['--variable', 'a=b'],
    ]) {
      expect(await shell.run(['exec', 'smartflo', ...flags, '--', 'true']), flags.join(' ')).toMatchObject({ code: 2, stdout: '' })
    }
    expect(await shell.run(['exec', 'other', '--', 'true'])).toMatchObject({ code: 4 })
  })

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const)(
    '%s goes on to the program, and what it ends with comes back',
    async (signal) => {
      const shell = await openSignedIn()
      const program = script(
        shell,
        `process.on('${signal}', () => process.exit(7)); setInterval(() => {}, 1000); writeFileSync(folder + '/ready', '1')`,
      )
      const started = shell.begin(['exec', 'smartflo', ...program])
      await untilFound(() => read(shell, 'ready'))
      started.signal(signal)
      expect(await started.ended).toMatchObject({ code: 7 })
    },
  )

  it('a program that a signal has ended is 128 and its number, as in a shell', async () => {
    const shell = await openSignedIn()
    expect(await shell.run(['exec', 'smartflo', ...script(shell, "process.kill(process.pid, 'SIGKILL')")])).toMatchObject({ code: 137 })
  })
})

describe('doctor', () => {
  it('finds nothing wrong, then a file that others can read, which is code 9 before anything is asked', async () => {
    const shell = await openSignedIn()
    expect(await shell.run(['doctor'])).toMatchObject({ code: 0, stderr: 'Nothing is wrong.\n' })
    for (const name of readdirSync(shell.home)) chmodSync(join(shell.home, name), 0o644)
    expect(await shell.run(['doctor'])).toMatchObject({
      code: 9,
      stdout: expect.not.stringContaining('network'),
      stderr: expect.stringContaining(`Run: chmod -R go= ${shell.home}`),
    })
  })

  it('a machine without a network is code 6, and is told so', async (context) => {
    const shell = await openSignedIn()
    const offline = ['unshare', '-n', process.execPath, PROGRAM, 'doctor', '--json']
    if (spawnSync('unshare', ['-n', 'true']).status !== 0) context.skip('a network of its own cannot be made here')
    const { code, stdout } = await stage.start(offline, { PATH: process.env.PATH ?? '', RINGKEY_HOME: shell.home }, '').ended
    expect(code).toBe(6)
    const { findings } = JSON.parse(stdout) as { findings: { check: string; result: string; remedy: string | null }[] }
    expect(findings.filter(({ result }) => result === 'wrong')).toMatchObject([
      { check: 'network', remedy: expect.stringContaining('offline') },
    ])
  })

  it('--server: settings that do not hold are told one by one, and a directory that is not there', async () => {
    const shell = openShell()
    const nowhere = ['doctor', '--server', '--data-dir', join(shell.folder, 'nowhere')]
    const asked = await shell.run([...nowhere, '--json'])
    expect(asked).toMatchObject({ code: 9, stderr: expect.stringContaining('ringkey init') })
    const variables = { PATH: process.env.PATH ?? '', RINGKEY_PORT: 'x', RINGKEY_HOSTT: 'y' }
    const { code, stdout } = await stage.start([process.execPath, PROGRAM, ...nowhere], variables, '').ended
    expect(code).toBe(9)
    expect(stdout.match(/^wrong +settings/gm)).toHaveLength(2)
    expect(readdirSync(shell.folder)).toEqual([])
  })
})

describe('the program', () => {
  /** The files that are read before a command is known. */
  function filesAtStart(path = PROGRAM, found = new Set<string>()): Set<string> {
    if (found.has(path)) return found
    found.add(path)
    for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(/^(?:import|export)\b[^;]*?"\.\/(ringkey-\w+\.js)";$/gm)) {
      filesAtStart(join(dirname(PROGRAM), name), found)
    }
    return found
  }

  it('reads for its help neither the client nor a server, and little at all', () => {
    const text = [...filesAtStart()].map((path) => readFileSync(path, 'utf8')).join('\n')
    expect(text).toContain('// packages/server/src/cli/keeper/add-keeper-commands.ts')
    expect(text).not.toMatch(
      /^\/\/ (?:packages\/client\/|node_modules\/(?!commander\/)|packages\/server\/src\/(?:composition\/(?!node-version)|http|store|front-doors))/m,
    )
    expect(text.length).toBeLessThan(400_000)
  })
})
