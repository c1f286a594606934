/**
 * Starts the built program as a process of its own, in a data directory of its own, and ends it. Nothing of our environment is
 * handed on, and only processes that were started here are ended.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, vi } from 'vitest'
import { PROGRAM } from '../../scripts/build.mjs'

type Variables = Readonly<Record<string, string>>

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly pid: number
  /** Everything that it has printed so far. */
  stdout(): string
  stderr(): string
  /** Resolves when it has gone, whoever ended it. */
  readonly ended: Promise<Ended>
  /** Sends a signal that does not end it. */
  signal(signal: NodeJS.Signals): void
  /** Sends the signal and waits until it has gone. */
  end(signal: NodeJS.Signals): Promise<Ended>
}

export interface Server extends Started {
  /** `http://host:port`, as it says itself where it listens. */
  readonly url: string
  readonly metricsUrl: string | undefined
}

export interface ServeOptions {
  readonly demo?: boolean
  readonly variables?: Variables
  readonly workers?: number
  /** A program that runs the server, with its own arguments: `strace …` */
  readonly under?: readonly string[]
  /** For Node, before the program. */
  readonly nodeOptions?: readonly string[]
}

/** A data directory, and the program on it. */
export interface Installation {
  readonly dataDir: string
  /** Starts a server and waits until it says that it listens. */
  serve(options?: ServeOptions): Promise<Server>
  /** The same command without waiting for anything: for a start that fails, or is cut off. */
  begin(options?: ServeOptions): Started
  /** Runs one command to its end. @param input is what it reads on standard input */
  run(
    args: readonly string[],
    options?: { readonly variables?: Variables; readonly input?: string; readonly under?: readonly string[] },
  ): Promise<Ended>
  /** Runs one command with `--json` and hands back its document. @throws if the command fails */
  ask(...args: readonly string[]): Promise<Record<string, unknown>>
}

/** What the processes of one test file stand on. At the end of the file all are ended and all folders go. */
export interface Stage {
  newFolder(): string
  newInstallation(): Installation
}

const LISTENING = /^Ringkey listens on (\S+:\d+)(?:, metrics on (\S+:\d+))?\. /m
/** Processes are slow to start where all cores are busy, and no promise is about that. */
const TEST_MS = 240_000
/** Nothing is left behind by a test that hangs. A command does not serve for ever. */
const LIFE_MS = { server: 240_000, command: 120_000 }

/** @param serverLifeMs how long a server may live, where that is long */
export function openStage({ serverLifeMs = LIFE_MS.server }: { readonly serverLifeMs?: number } = {}): Stage {
  vi.setConfig({ testTimeout: TEST_MS, hookTimeout: TEST_MS })
  const folders: string[] = []
  const living = new Set<Started>()
  afterAll(async () => {
    await Promise.all([...living].map((one) => one.end('SIGKILL')))
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })

  function newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'ringkey-process-'))
    folders.push(folder)
    return folder
  }

  function start(command: readonly string[], variables: Variables, input?: string): Started {
    const started = startProcess(command, variables, input === undefined ? serverLifeMs : LIFE_MS.command, input)
    living.add(started)
    started.ended.then(() => living.delete(started))
    return started
  }

  return {
    newFolder,
    newInstallation() {
      const dataDir = join(newFolder(), 'ringkey-data')
      const base = { PATH: process.env.PATH ?? '', RINGKEY_DATA_DIR: dataDir }
      const begin = ({ demo = false, workers, variables = {}, under = [], nodeOptions = [] }: ServeOptions = {}) => {
        const flags = [...(demo ? ['--demo'] : []), ...(workers === undefined ? [] : ['--workers', String(workers)])]
        const command = [...under, process.execPath, ...nodeOptions, PROGRAM, 'serve', ...flags]
        return start(command, { ...base, RINGKEY_PORT: '0', ...variables })
      }
      const run: Installation['run'] = (args, { variables = {}, input = '', under = [] } = {}) =>
        start([...under, process.execPath, PROGRAM, ...args], { ...base, ...variables }, input).ended
      return {
        dataDir,
        begin,
        run,
        serve: async (options = {}) => untilListening(begin(options), options.variables?.RINGKEY_TLS_CERT_FILE !== undefined),
        async ask(...args) {
          const { code, stdout, stderr } = await run([...args, '--json'])
          if (code !== 0) throw new Error(`ringkey ${args.join(' ')} ended with ${code}: ${stderr}`)
          return JSON.parse(stdout)
        },
      }
    },
  }
}

function startProcess([program = '', ...args]: readonly string[], variables: Variables, lifeMs: number, input?: string): Started {
  const child: ChildProcess = spawn(program, args, {
    env: variables,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: lifeMs,
    killSignal: 'SIGKILL',
  })
  const printed = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (printed.stdout += chunk))
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (printed.stderr += chunk))
  child.stdin?.on('error', () => {}) // it may end before it has read all
  child.stdin?.end(input)
  const ended = once(child, 'close').then(([code]): Ended => ({ code, ...printed }))
  return {
    pid: child.pid ?? 0,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    ended,
    signal: (signal) => void child.kill(signal),
    end(signal) {
      child.kill(signal)
      return ended
    },
  }
}

async function untilListening(started: Started, servesHttps: boolean): Promise<Server> {
  const gone = started.ended.then(({ code, stdout, stderr }): never => {
    throw new Error(`the server ended with ${code}: ${stdout}${stderr}`)
  })
  const [, address, metrics] = await Promise.race([gone, untilFound(() => LISTENING.exec(started.stdout()) ?? undefined)])
  gone.catch(() => {})
  return {
    ...started,
    url: `${servesHttps ? 'https' : 'http'}://${address}`,
    metricsUrl: metrics === undefined ? undefined : `http://${metrics}`,
  }
}

/** Asks again and again until there is an answer. @throws when there was none for too long */
export async function untilFound<Found>(look: () => Found | undefined | Promise<Found | undefined>, maxMs = 90_000): Promise<Found> {
  for (const deadline = Date.now() + maxMs; ; ) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`nothing was found for ${maxMs} ms by ${look}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** The processes that a process has started. */
export function childrenOf({ pid }: Pick<Started, 'pid'>): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}

/** A port for a server that is to be started again under the same address. */
export async function findFreePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return String(port)
}
