/** Processes with the built client in them. They are ended with the test file. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

const PROGRAM = fileURLToPath(new URL('renew.mjs', import.meta.url))

export interface ClientProcess {
  readonly process: ChildProcess
  say(line: string): void
  /** The next line that it prints; undefined when it has gone. */
  hear(): Promise<Record<string, unknown> | undefined>
  /** Resolves when it has gone. */
  kill(): Promise<void>
}

export interface ClientOrders {
  readonly platform: string
  readonly credentials: Readonly<Record<string, string>>
  readonly folder: string
  readonly offsetMs?: number
  readonly options: Readonly<Record<string, unknown>>
  /** A program that runs it, with its own arguments: `unshare …` */
  readonly under?: readonly string[]
  /** Of its environment, beside the path. */
  readonly variables?: Readonly<Record<string, string>>
}

const living = new Set<ChildProcess>()
afterAll(() => {
  for (const child of living) child.kill('SIGKILL')
})

/** Starts one and waits until it is ready. */
export async function startClient({ under = [], variables = {}, ...orders }: ClientOrders): Promise<ClientProcess> {
  const [program = '', ...args] = [...under, process.execPath, PROGRAM]
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, ...variables },
    timeout: 120_000,
  })
  living.add(child)
  const gone = once(child, 'close').then(() => void living.delete(child))
  child.stdin.on('error', () => {}) // it may be killed before it has read all
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const hear = async () => {
    const { value, done } = await lines.next()
    if (done || value === '') return undefined
    try {
      return JSON.parse(value) as Record<string, unknown>
    } catch {
      return undefined // a line that a kill has cut off
    }
  }
  const say = (line: string) => void child.stdin.write(`${line}\n`)
  say(JSON.stringify(orders))
  const started: ClientProcess = {
    process: child,
    say,
    hear,
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
  if ((await hear())?.ready !== true) throw new Error('the client did not start')
  return started
}
