import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { PROGRAM } from '../scripts/build.mjs'

export interface Running {
  /** Without a trailing slash. */
  readonly address: string
  readonly process: ChildProcess
  /** Everything that it has printed so far. */
  readonly output: () => string
  /** Ends it, and waits until it has gone. */
  stop(): Promise<void>
}

/** The last line of a start. */
const LISTENING = /^Ringkey listens on (127\.0\.0\.1:\d+)/m

/** Starts the built program in a folder on a free port, with nothing of our environment, and waits until it says that it listens. */
export async function startProgram(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, RINGKEY_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 240_000, // nothing is left behind by a test that hangs
  })
  let printed = ''
  const gone = once(child, 'close')
  const address = new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        printed += chunk
        const [, listening] = LISTENING.exec(printed) ?? []
        if (listening !== undefined) resolve(`http://${listening}`)
      })
    }
    gone.then(() => reject(new Error(`the program ended: ${printed}`)), reject)
  })
  return {
    address: await address,
    process: child,
    output: () => printed,
    async stop() {
      child.kill('SIGTERM')
      await gone
    },
  }
}
