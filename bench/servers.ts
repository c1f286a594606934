/** The two servers of a comparison, each a process of its own with a new folder for its files. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { PROGRAM } from '../scripts/build.mjs'
import { type Cores, readCpuMicros } from './machine.ts'

export interface Server {
  readonly port: number
  /** CPU time since its start. */
  cpuMicros(): number | undefined
  stop(): Promise<void>
}

interface Start {
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly cores: Cores | undefined
}

const BARE_SERVER = fileURLToPath(new URL('bare-server.ts', import.meta.url))
const LISTENING = /listens on 127\.0\.0\.1:(\d+)/
const START_MS = 30_000

/** The built program on a data directory that is set up, with the settings that an operator gets. */
export function startRingkey(dataDir: string, cores: Cores | undefined): Promise<Server> {
  return start({ args: [PROGRAM, 'serve'], environment: { RINGKEY_DATA_DIR: dataDir, RINGKEY_PORT: '0' }, cores })
}

/** `bare-server.ts`, with as many threads for hashes as Ringkey allows itself: one a core. */
export function startBareServer(databaseFile: string, cores: Cores | undefined): Promise<Server> {
  const environment = { ...(cores === undefined ? {} : { UV_THREADPOOL_SIZE: '1' }) }
  return start({ args: ['--import', 'tsx', BARE_SERVER, databaseFile], environment, cores })
}

async function start({ args, environment, cores }: Start): Promise<Server> {
  const [command, ...rest] = [...(cores === undefined ? [] : ['taskset', '--cpu-list', String(cores.server)]), process.execPath, ...args]
  const child = spawn(command ?? process.execPath, rest, {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'ignore'], // its log is written, and goes nowhere
  })
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async () => {
    child.kill('SIGTERM')
    await gone
  }
  try {
    const port = await printedPort(child)
    return { port, cpuMicros: () => (child.pid === undefined ? undefined : readCpuMicros(child.pid)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function printedPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const deadline = setTimeout(() => reject(new Error(`a server did not start in time: ${printed}`)), START_MS)
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      printed += chunk
      const [, port] = LISTENING.exec(printed) ?? []
      if (port === undefined) return
      clearTimeout(deadline)
      resolve(Number(port))
    })
    child.once('error', reject)
    child.once('close', () => reject(new Error(`a server has ended: ${printed}`)))
  })
}
