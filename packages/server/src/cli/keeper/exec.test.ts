import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type KeeperBench, openKeeperBench } from '../testing/keeper-bench.ts'
import type { KeeperDeps } from './keeper-deps.ts'

vi.mock('@node-rs/argon2', () => import('../../testing/quick-argon2.ts'))

let bench: KeeperBench
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringkey-exec-test-'))
  bench = await openKeeperBench('smartflo')
  const { email = '', password = '' } = bench.world.given
  await bench.login('smartflo', ['--email', email], password)
})
afterEach(async () => {
  await bench.world.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Each line that the program wrote. */
function log(): string[] {
  try {
    return readFileSync(join(folder, 'log'), 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}

/** A program that writes lines, and runs until it is told. */
function program(text: string): readonly string[] {
  const path = join(folder, 'program.mjs')
  const say = `const say = (line) => appendFileSync(${JSON.stringify(join(folder, 'log'))}, line + '\\n')`
  writeFileSync(path, `import { appendFileSync, readFileSync } from 'node:fs'\n${say}\nsetInterval(() => {}, 1000)\n${text}`)
  return ['--', process.execPath, path]
}

/** Once the program runs, every look finds the clock a quarter of an hour on, until the token has been renewed. */
const keeper: Partial<KeeperDeps> = {
  environmentOfChild: (added) => added,
  async pause() {
    if (log().length > 0 && bench.world.count('refresh') === 0) bench.world.advance(900)
    await new Promise((resolve) => setTimeout(resolve, 5))
  },
}

describe('a program that cannot be started', () => {
  it.each([
    ['that is below a file', () => join(process.execPath, 'x'), 126, 'ENOTDIR'],
    ['whose name is too long', () => `/${'x'.repeat(5000)}`, 126, 'ENAMETOOLONG'],
    ['whose name no file can have', () => 'x\0y', 126, 'ERR_INVALID_ARG_VALUE'],
    ['that is not there', () => join(folder, 'none'), 127, 'ENOENT'],
    ['without a name', () => '', 2, 'Which program'],
  ])('%s ends with its code and one line', async (_kind, name, exit, sentence) => {
    const ran = await bench.type(['exec', 'smartflo', '--', name()], { keeper })
    expect(ran).toMatchObject({ exit, out: '', err: expect.stringMatching(new RegExp(`^.*${sentence}.*\n$`)) })
  })

  it('because its PATH would be the token is refused', async () => {
    const ran = await bench.type(['exec', 'smartflo', '--variable', 'PATH', '--', 'true'], { keeper })
    expect(ran).toMatchObject({ exit: 2, err: expect.stringContaining('PATH') })
  })
})

describe('exec --renew', () => {
  it('restart: the program is ended in an orderly way and started again with the new token', async () => {
    const args = program(`
      process.on('SIGTERM', () => { say('ended'); process.exit(0) })
      say(process.env.RINGKEY_TOKEN)
      if (readFileSync(${JSON.stringify(join(folder, 'log'))}, 'utf8').includes('ended')) process.exit(9)`)
    const ran = await bench.type(['exec', 'smartflo', '--renew', 'restart', ...args], { keeper })
    expect(ran).toMatchObject({ exit: 9, out: '', err: '' })
    const [first, ended, second] = log()
    expect(ended).toBe('ended')
    expect([first, second]).toEqual([expect.stringMatching(/^eyJ/), expect.stringMatching(/^eyJ/)])
    expect(second).not.toBe(first)
    expect(bench.world.count('refresh 200')).toBe(1)
  })

  it('a signal: the program finds the new token in a file of its own, which goes with it', async () => {
    const args = program(`
      const file = process.env.RINGKEY_TOKEN_FILE
      process.on('SIGHUP', () => { say(readFileSync(file, 'utf8')); process.exit(9) })
      say(readFileSync(file, 'utf8') === process.env.RINGKEY_TOKEN ? process.env.RINGKEY_TOKEN : 'another')
      say(file)`)
    const modes: number[] = []
    const pause: KeeperDeps['pause'] = (ms) => {
      const [, file] = log()
      if (file !== undefined && modes.length === 0) modes.push(statSync(file).mode & 0o777, statSync(dirname(file)).mode & 0o777)
      return keeper.pause?.(ms) ?? Promise.resolve()
    }
    const ran = await bench.type(['exec', 'smartflo', '--renew', 'hup', ...args], { keeper: { ...keeper, pause } })
    expect(ran).toMatchObject({ exit: 9, out: '', err: '' })
    const [first, file = '', second] = log()
    expect([first, second]).toEqual([expect.stringMatching(/^eyJ/), expect.stringMatching(/^eyJ/)])
    expect(second).not.toBe(first)
    expect(modes).toEqual([0o600, 0o700])
    expect(() => statSync(dirname(file))).toThrow('ENOENT')
  })

  it('what cannot be renewed is said, and the program goes on with what it has', async () => {
    const args = program(`
      process.on('SIGUSR2', () => process.exit(8))
      process.on('SIGTERM', () => process.exit(9))
      say('runs')`)
    let isTold = false
    const stderr: string[] = []
    const pause: KeeperDeps['pause'] = async () => {
      if (log().length > 0) bench.world.advance(3600)
      bench.world.setWire(async () => new Response('{}', { status: 401 }))
      await new Promise((resolve) => setTimeout(resolve, 5))
      if (stderr.length > 0 && !isTold) {
        isTold = true
        process.emit('SIGUSR2', 'SIGUSR2')
      }
    }
    const streams = await quietStreams(stderr)
    const ran = await bench.type(['exec', 'smartflo', '--renew', 'restart', ...args], { keeper: { ...keeper, pause, streams } })
    expect(ran).toMatchObject({ exit: 8, out: '' })
    expect(stderr.join('')).toContain('ringkey login smartflo')
  })
})

async function quietStreams(written: string[]): Promise<KeeperDeps['streams']> {
  const { PassThrough } = await import('node:stream')
  const stderr = new PassThrough({ encoding: 'utf8' })
  stderr.on('data', (text: string) => void written.push(text))
  return { stdin: new PassThrough(), stdout: new PassThrough(), stderr }
}
