/**
 * Runs a program with a token in its environment. Its streams are ours; signals that this process gets go on to it, and its exit code is
 * ours. On request it learns of each new token: it is started again, or it gets a signal and finds the token in a file.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Connection, RingkeyError, type Token } from '@ringkey/client'
import { type Answer, accept, type Result, type Stop, stop } from './answer.ts'
import { sentenceOf } from './explain-error.ts'
import type { KeeperDeps } from './keeper-deps.ts'
import { openNamed } from './open-sign-in.ts'

export interface ExecOptions {
  readonly variable: string
  /** `restart`, or the name of a signal. */
  readonly renew?: string
}

interface Job {
  readonly deps: KeeperDeps
  readonly connection: Connection
  readonly command: readonly [string, ...string[]]
  readonly variable: string
  readonly renew: 'restart' | NodeJS.Signals | undefined
  /** Where the token lies for a program that is told of a new one. */
  readonly tokenFile: string | undefined
}

export async function exec(deps: KeeperDeps, name: string, command: readonly string[], { variable, renew }: ExecOptions): Promise<Answer> {
  const how = readRenewal(renew)
  if (!how.ok) return how
  if (!/^[A-Za-z_]\w*$/.test(variable)) return stop('usage', 'The variable must be letters, digits and _.')
  // The program is looked for there.
  if (/^path$/i.test(variable)) return stop('usage', 'The token cannot be in PATH. Name another variable.')
  const [program, ...args] = command
  if (program === undefined || program === '') return stop('usage', 'Which program? Write: ringkey exec <name> -- program arguments')
  const opened = await openNamed(deps, name)
  if (!opened.ok) return opened
  const isTold = how.value !== undefined && how.value !== 'restart'
  const folder = isTold ? await mkdtemp(join(tmpdir(), 'ringkey-exec-')) : undefined
  try {
    const tokenFile = folder === undefined ? undefined : join(folder, 'token')
    return await run({ deps, connection: opened.value.connection, command: [program, ...args], variable, renew: how.value, tokenFile })
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }
}

function readRenewal(given: string | undefined): Result<Job['renew']> {
  if (given === undefined || given === 'restart') return accept(given)
  const name = given.toUpperCase().replace(/^(?!SIG)/, 'SIG')
  if (Object.hasOwn(constants.signals, name) && name !== 'SIGKILL' && name !== 'SIGSTOP') return accept(name as NodeJS.Signals)
  return stop('usage', 'After --renew stands restart, or a signal such as SIGHUP.')
}

/** What a person or a service manager sends. On a terminal the first two reach the program without us. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT']
const FORWARDED: readonly NodeJS.Signals[] = [...FROM_TERMINAL, 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']

async function run(job: Job): Promise<Answer> {
  const isTerminal = job.deps.streams.stdin.isTTY === true
  let child: Child | undefined
  let isEnding = false
  const forward = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGUSR1' && signal !== 'SIGUSR2' && signal !== 'SIGHUP') isEnding = true
    if (!(isTerminal && FROM_TERMINAL.includes(signal))) child?.process.kill(signal)
  }
  for (const signal of FORWARDED) process.on(signal, forward)
  try {
    let token = await job.connection.token()
    await keepInFile(job, token)
    for (;;) {
      const started = start(job, token)
      if (!started.ok) return started
      child = started.value
      const renewed = job.renew === undefined ? undefined : await watch(job, child, token)
      if (renewed === undefined || isEnding) return await child.ended
      child.process.kill('SIGTERM')
      const ended = await child.ended
      if (isEnding) return ended
      token = renewed
    }
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward)
  }
}

interface Child {
  readonly process: ChildProcess
  readonly ended: Promise<Answer>
}

function start({ deps, command: [program, ...args], variable, tokenFile }: Job, token: Token): Result<Child> {
  const added = { [variable]: token.value, ...(tokenFile === undefined ? {} : { RINGKEY_TOKEN_FILE: tokenFile }) }
  let child: ChildProcess
  try {
    child = spawn(program, args, { stdio: 'inherit', env: deps.environmentOfChild(added) })
  } catch (error) {
    return unstartable(error as NodeJS.ErrnoException) // some errors are thrown, the others come as events
  }
  const ended = new Promise<Answer>((resolve) => {
    child.on('error', (error) => resolve(unstartable(error)))
    // As a shell has it: 128 and its number for a signal.
    child.on('exit', (code, signal) => resolve(accept({ exit: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) })))
  })
  return accept({ process: child, ended })
}

/** As a shell has it: 127 for what is not there, 126 for all else that cannot be started. */
function unstartable({ code }: NodeJS.ErrnoException): Stop {
  return { ok: false, exit: code === 'ENOENT' ? 127 : 126, sentence: `The program cannot be started (${code ?? 'unknown error'}).` }
}

const MAX_PAUSE_MS = 30_000
const MIN_PAUSE_MS = 1000

/** Looks for new tokens while the program runs. @returns the one to start it again with; undefined: it has ended */
async function watch(job: Job, { process, ended }: Child, first: Token): Promise<Token | undefined> {
  const { deps, connection, renew } = job
  let token = first
  for (;;) {
    const left = (token.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) - deps.now()
    const hasEnded = await Promise.race([ended.then(() => true), deps.pause(Math.max(MIN_PAUSE_MS, Math.min(MAX_PAUSE_MS, left / 20)))])
    if (hasEnded === true) return undefined
    const next = await connection.token().catch((error: unknown) => complain(deps, error))
    if (next === undefined || next.value === token.value) continue
    if (renew === 'restart') return next
    token = next
    await keepInFile(job, token)
    if (renew !== undefined) process.kill(renew)
  }
}

/** The program goes on with what it has; the next look may find better. */
function complain({ streams }: KeeperDeps, error: unknown): undefined {
  if (!(error instanceof RingkeyError)) throw error
  streams.stderr.write(`${sentenceOf(error)}\n`)
}

/** In one step, so that a reader finds the old token or the new one. The folder is this user's alone. */
async function keepInFile({ tokenFile }: Job, { value }: Token): Promise<void> {
  if (tokenFile === undefined) return
  await writeFile(`${tokenFile}.new`, value, { mode: 0o600 })
  await rename(`${tokenFile}.new`, tokenFile)
}
