/**
 * The commands of the README do what it shows. The blocks that are marked `<!-- transcript: name -->` are run in order, those of one
 * name in one shell and one folder, against the built program; only the address is replaced. A line `#> …` is the output that the command before
 * it must have; `…` in it stands for any text.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { type Running, startProgram } from './running-program.ts'
import { matchesPattern, readTranscript, type Step } from './transcript.ts'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const NODE_MODULES = fileURLToPath(new URL('../node_modules', import.meta.url))
const SERVE = 'npx ringkey serve'
const PRINTED_ADDRESS = 'http://127.0.0.1:8080'

const undo: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

/** Where `npx` finds the workspace's programs, as it does for a reader of the README. */
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringkey-readme-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  symlinkSync(NODE_MODULES, join(folder, 'node_modules'))
  return folder
}

async function start(folder: string, ...args: string[]): Promise<Running> {
  const running = await startProgram(folder, args)
  undo.push(() => running.stop())
  return running
}

/** Runs steps in one shell. @returns what each printed on standard output */
async function run(steps: readonly Step[], { folder, address }: { folder: string; address: string }): Promise<string[]> {
  const mark = '\u0003'
  const script = steps.map(({ command }) => `{ ${command.replaceAll(PRINTED_ADDRESS, address)}\n}; printf '${mark}'\n`).join('')
  const environment = {
    PATH: process.env.PATH,
    HOME: folder,
    RINGKEY_PORT: new URL(address).port,
    npm_config_offline: 'true',
  }
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile('bash', ['-c', script], { cwd: folder, env: environment }, (_error, stdout, stderr) => resolve({ stdout, stderr }))
  })
  const outputs = stdout.split(mark).slice(0, -1)
  if (outputs.length !== steps.length) throw new Error(`the shell stopped after ${outputs.length} steps: ${stderr}`)
  return outputs
}

function expectShown(steps: readonly Step[], outputs: readonly string[]): void {
  for (const [index, { command, shown }] of steps.entries()) {
    if (shown === undefined) continue
    const printed = outputs[index]?.trim() ?? ''
    expect(matchesPattern(printed, shown), `${command}\nprinted ${printed}\nand not ${shown}`).toBe(true)
  }
}

describe('the README', () => {
  it('shows what the demo really answers, command by command', async () => {
    const folder = makeFolder()
    const { address } = await start(folder, 'serve', '--demo')
    const steps = readTranscript(README, 'demo')
    expect(steps.filter(({ shown }) => shown !== undefined).length).toBeGreaterThanOrEqual(9)
    expectShown(steps, await run(steps, { folder, address }))
  })

  it('leads an operator from nothing to a first token', async () => {
    const folder = makeFolder()
    const steps = readTranscript(README, 'operate')
    const serve = steps.findIndex(({ command }) => command === SERVE)
    expect(serve).toBeGreaterThan(0)
    const before = steps.slice(0, serve)
    await run(before, { folder, address: PRINTED_ADDRESS })
    const { address } = await start(folder, 'serve')
    const after = steps.slice(serve + 1)
    expect(after.at(-1)?.shown).toBeDefined()
    expectShown(after, await run(after, { folder, address }))
  })
})

describe('a transcript', () => {
  const text = [
    '<!-- transcript: a -->',
    '',
    '```sh',
    '# a comment',
    'one \\',
    '  --two',
    '#> {"a":"…"}',
    '',
    'three',
    '```',
    '',
    '```sh',
    'other',
    '```',
  ].join('\n')

  it('is the commands of the marked blocks, each with what it shows', () => {
    expect(readTranscript(text, 'a')).toEqual([
      { command: 'one \\\n  --two', shown: '{"a":"…"}' },
      { command: 'three', shown: undefined },
    ])
    expect(readTranscript(text, 'b')).toEqual([])
  })

  it('is not content with another output', () => {
    expect(matchesPattern('{"a":"b"}', '{"a":"…"}')).toBe(true)
    expect(matchesPattern('{"a":1}', '{"a":"…"}')).toBe(false)
    expect(matchesPattern('{"a":"b"}, and more', '{"a":"…"}')).toBe(false)
    expect(matchesPattern('200', '2.0')).toBe(false)
  })
})
