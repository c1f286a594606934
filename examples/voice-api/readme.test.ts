/** The commands of the README do what it shows, with the built program and the example as a program of its own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { startProgram } from '../../tests/running-program.ts'
import { matchesPattern, readTranscript, type Step } from '../../tests/transcript.ts'

const README = readFileSync(new URL('README.md', import.meta.url), 'utf8')
const PRINTED = { ringkey: 'http://127.0.0.1:8080', api: 'http://127.0.0.1:3000' }
/** It starts eight programs. */
const MAX_MS = 90_000
const MARK = '\u0003'

type Addresses = Readonly<Record<keyof typeof PRINTED, string>>

const undo: (() => Promise<unknown> | undefined)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

/** A folder in which everything of the repository that the commands name is found. */
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringkey-voice-api-'))
  undo.push(async () => rmSync(folder, { recursive: true, force: true }))
  for (const name of ['node_modules', 'examples']) symlinkSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), join(folder, name))
  return folder
}

function withAddresses(command: string, addresses: Partial<Addresses>): string {
  const { ringkey = PRINTED.ringkey, api = PRINTED.api } = addresses
  return command.replaceAll(PRINTED.ringkey, ringkey).replaceAll(PRINTED.api, api)
}

function environmentIn(folder: string) {
  return { PATH: process.env.PATH, HOME: folder, npm_config_offline: 'true' }
}

/** @returns the address that it prints */
async function startApi(command: string, folder: string): Promise<string> {
  const child: ChildProcess = spawn('bash', ['-c', command], {
    cwd: folder,
    env: { ...environmentIn(folder), PORT: '0' },
    detached: true, // a group of its own, because `npx` starts others
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise((resolve) => child.once('close', resolve))
  undo.push(async () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    await gone
  })
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout?.on('data', (chunk) => {
      printed += chunk
      const [, address] = /listens on (http:\S+)/.exec(printed) ?? []
      if (address !== undefined) resolve(address)
    })
    gone.then(() => reject(new Error(`the example ended: ${printed}`)))
  })
}

/** Runs steps in one shell. @returns what each printed on standard output */
async function run(steps: readonly Step[], folder: string, addresses: Addresses): Promise<string[]> {
  const script = steps.map(({ command }) => `{ ${withAddresses(command, addresses)}\n}; printf '${MARK}'\n`).join('')
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile('bash', ['-c', script], { cwd: folder, env: environmentIn(folder) }, (_error, stdout, stderr) => resolve({ stdout, stderr }))
  })
  const outputs = stdout.split(MARK).slice(0, -1)
  if (outputs.length !== steps.length) throw new Error(`the shell stopped after ${outputs.length} steps: ${stderr}`)
  return outputs
}

it(
  'the README of the voice API shows a call with a Smartflo token, with a permanent one, and with a revoked one',
  async () => {
    const [serve, ...steps] = readTranscript(README, 'voice-api')
    expect(steps.filter(({ shown }) => shown !== undefined).length).toBeGreaterThanOrEqual(6)
    const folder = makeFolder()
    const demo = await startProgram(folder, ['serve', '--demo'])
    undo.push(() => demo.stop())
    const api = await startApi(withAddresses(serve?.command ?? '', { ringkey: demo.address }), folder)
    const outputs = await run(steps, folder, { ringkey: demo.address, api })
    for (const [index, { command, shown }] of steps.entries()) {
      const printed = outputs[index]?.trim() ?? ''
      if (shown !== undefined) expect(matchesPattern(printed, shown), `${command}\nprinted ${printed}\nand not ${shown}`).toBe(true)
    }
  },
  MAX_MS,
)
