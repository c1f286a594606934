/** The files that a server lives on: who may read them, and what it does when they are not as it left them. */
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { findFreePort, type Installation, openStage } from './launch.ts'

const stage = openStage()

/** An installation that has served before, stopped. */
async function newUsedInstallation(): Promise<Installation> {
  const installation = stage.newInstallation()
  expect((await installation.run(['init', '--doors', 'smartflo'])).code).toBe(0)
  return installation
}

const KEY = Buffer.alloc(32, 9).toString('base64url')

describe('the master key', () => {
  let installation: Installation
  let file: string
  let kept: string
  beforeAll(async () => {
    installation = await newUsedInstallation()
    file = join(installation.dataDir, 'master.key')
    kept = readFileSync(file, 'utf8')
  })

  async function expectRefused(message: RegExp, variables: Record<string, string> = {}, commands = [['serve']]): Promise<void> {
    for (const args of commands) {
      const { code, stdout, stderr } = await installation.run(args, { variables: { RINGKEY_PORT: '0', ...variables } })
      expect(stderr).toMatch(message)
      expect(stderr, 'a sentence, not a stack').not.toMatch(/\n\s+at /)
      expect({ code, stdout }).toEqual({ code: 9, stdout: '' })
    }
  }

  it('S156: that is missing stops the start, and none is made in its place', async () => {
    rmSync(file)
    await expectRefused(/master key is missing.*Put back/s, {}, [['serve'], ['serve', '--demo'], ['tenant', 'list']])
    expect(readdirSync(installation.dataDir)).not.toContain('master.key')
    const again = await installation.run(['init', '--doors', 'smartflo'])
    expect(again.code).not.toBe(0)
    expect(existsSync(file)).toBe(false)
    writeFileSync(file, kept, { mode: 0o600 })
    expect((await installation.run(['tenant', 'list'])).code, 'put back, it works again').toBe(0)
  })

  it('S156: that is another one, or none at all, stops the start, and is left as it is', async () => {
    for (const [content, message] of [
      [`${KEY}\n`, /not the one that this store was made with/],
      ['', /master\.key/],
      ['too-short\n', /master\.key/],
      [kept.slice(0, 20), /master\.key/],
    ] as const) {
      writeFileSync(file, content)
      await expectRefused(message)
      expect(readFileSync(file, 'utf8')).toBe(content)
    }
    writeFileSync(file, kept)
    await expectRefused(/not the one that this store was made with/, { RINGKEY_MASTER_KEY: KEY })
    expect(readFileSync(file, 'utf8')).toBe(kept)
  })

  it('S157: that others may read stops the start', async () => {
    chmodSync(file, 0o644)
    await expectRefused(/master\.key can be read by others: chmod 600/)
    chmodSync(file, 0o600)
    const given = join(stage.newFolder(), 'key')
    copyFileSync(file, given)
    chmodSync(given, 0o640)
    await expectRefused(/can be read by others: chmod 600/, { RINGKEY_MASTER_KEY_FILE: given })
    chmodSync(given, 0o600)
    const { code } = await installation.run(['tenant', 'list'], { variables: { RINGKEY_MASTER_KEY_FILE: given } })
    expect(code).toBe(0)
  })
})

describe('the data directory', () => {
  it('S157: and all files in it are their owner’s alone, whatever the umask, while the server runs and afterwards', async () => {
    const installation = stage.newInstallation()
    const modes = () =>
      Object.fromEntries(
        readdirSync(installation.dataDir).map((name) => [name, (statSync(join(installation.dataDir, name)).mode & 0o777).toString(8)]),
      )
    const server = await installation.serve({ demo: true, under: ['sh', '-c', 'umask 0000; exec "$@"', 'sh'] })
    const caller = createCaller(server.url)
    tokenOf(await caller.signIn(readDemo(installation).smartflo))
    expect((statSync(installation.dataDir).mode & 0o777).toString(8)).toBe('700')
    expect(modes()).toEqual({
      'demo.json': '600',
      'master.key': '600',
      'ringkey.sqlite': '600',
      'ringkey.sqlite-shm': '600',
      'ringkey.sqlite-wal': '600',
    })
    await server.end('SIGTERM')
    caller.close()
    expect(new Set(Object.values(modes()))).toEqual(new Set(['600']))
  })

  it('S157: with a database that others may read is refused, and so is one that others may write to', async () => {
    const installation = await newUsedInstallation()
    const database = join(installation.dataDir, 'ringkey.sqlite')
    const cases = [
      [database, 0o644, 0o600, ['serve']],
      [database, 0o620, 0o600, ['serve', '--demo']],
      [installation.dataDir, 0o770, 0o700, ['serve']],
      [installation.dataDir, 0o777, 0o700, ['tenant', 'list']],
    ] as const
    for (const [path, open, closed, args] of cases) {
      chmodSync(path, open)
      const { code, stderr } = await installation.run(args, { variables: { RINGKEY_PORT: '0' } })
      expect(code, `${path} ${open.toString(8)}`).toBe(9)
      expect(stderr).toMatch(/cannot be used/)
      chmodSync(path, closed)
    }
    expect((await installation.run(['tenant', 'list'])).code).toBe(0)
  })

  it('S158: of a newer program, of another program or damaged stops the start with exit code 9', async () => {
    const installation = await newUsedInstallation()
    const database = join(installation.dataDir, 'ringkey.sqlite')
    const whole = readFileSync(database)
    for (const damage of [
      (bytes: Buffer) => bytes.fill(0xff, 4096, 4096 * 3),
      (bytes: Buffer) => bytes.write('This is not a database.', 0),
      (bytes: Buffer) => bytes.writeUInt32BE(0x01020304, 68),
      (bytes: Buffer) => bytes.writeUInt32BE(9999, 60),
    ]) {
      const bytes = Buffer.from(whole)
      damage(bytes)
      writeFileSync(database, bytes)
      const { code, stderr } = await installation.run(['serve'], { variables: { RINGKEY_PORT: '0' } })
      expect({ code, hasStack: /\n\s+at /.test(stderr) }, stderr).toEqual({ code: 9, hasStack: false })
    }
  })

  it('is made anew by nobody but init and the demo', async () => {
    const installation = stage.newInstallation()
    for (const args of [['serve'], ['tenant', 'list'], ['account', 'list']]) {
      const { code, stderr } = await installation.run(args, { variables: { RINGKEY_PORT: await findFreePort() } })
      expect({ code, made: existsSync(installation.dataDir) }, stderr).toEqual({ code: 9, made: false })
      expect(stderr).toContain('ringkey init')
    }
  })
})
