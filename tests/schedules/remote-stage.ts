/** A stage in another process, on a file, so that it can be killed at any instant. What it had not answered by then is lost. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Unavailable } from '../../packages/server/src/domain/fault.ts'
import { createInterleaver } from './interleaver.ts'
import { type Machine, passTime, START_AT, type Stage } from './stage.ts'
import { Lost } from './told.ts'

const BEAT_SECONDS = 5

export interface RemoteStage extends Stage {
  /** Kills it so long after the next question, whatever it does then. */
  killAfter(microseconds: number): void
  /** It has been killed, if it was to be. */
  killed(): Promise<void>
}

interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
  /** Of an error that says "later". */
  readonly retryAfterSeconds?: number
}

/** One process, from its start to its end. */
interface Remote {
  readonly child: ChildProcess
  readonly waiting: Map<number, { resolve(value: unknown): void; reject(reason: unknown): void }>
  readonly ended: Promise<unknown>
}

/** @param program the built `killed-child.ts` @param words its arguments */
export async function openRemoteStage(program: string, ...words: string[]): Promise<RemoteStage> {
  const machine: Machine = { wall: START_AT, monotonic: 0 }
  const interleaver = createInterleaver()
  let remote = start()
  let asked = 0
  let killIn: number | undefined

  function start(): Remote {
    const child = spawn(process.execPath, [program, ...words], { stdio: ['pipe', 'pipe', 'inherit'] })
    const waiting: Remote['waiting'] = new Map()
    const lines = createInterface({ input: child.stdout })
    child.stdin.on('error', () => {}) // it has been killed; that is what its end says
    lines.on('line', (line) => {
      const { id, value, error, retryAfterSeconds }: Answer = JSON.parse(line)
      if (error === undefined) waiting.get(id)?.resolve(value)
      else waiting.get(id)?.reject(retryAfterSeconds === undefined ? new Error(error) : new Unavailable(error, retryAfterSeconds))
      waiting.delete(id)
    })
    // What it had written is read to the end before the rest is given up.
    const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]).then(() => {
      for (const { reject } of waiting.values()) reject(new Lost())
    })
    return { child, waiting, ended }
  }

  function hasEnded({ child }: Remote): boolean {
    return child.exitCode !== null || child.signalCode !== null || child.killed
  }

  async function ask(name: string, args: readonly unknown[]): Promise<unknown> {
    if (hasEnded(remote)) {
      await remote.ended
      if (hasEnded(remote)) remote = start()
    }
    const { child, waiting } = remote
    asked += 1
    const id = asked
    const answer = new Promise((resolve, reject) => void waiting.set(id, { resolve, reject }))
    child.stdin?.write(`${JSON.stringify({ id, machine, name, args })}\n`)
    if (killIn !== undefined) killWhen(child, process.hrtime.bigint() + BigInt(killIn) * 1000n)
    killIn = undefined
    return answer
  }

  function killWhen(child: ChildProcess, at: bigint): void {
    if (process.hrtime.bigint() >= at) child.kill('SIGKILL')
    else setImmediate(() => killWhen(child, at))
  }

  /** A beat is nobody's question: the next process makes up for it. */
  async function beat(): Promise<void> {
    await ask('beat', []).catch((reason: unknown) => {
      if (!(reason instanceof Lost)) throw reason
      return beat()
    })
  }

  const tenant = (await ask('tenant', [])) as ReturnType<Stage['tenant']>
  // Every verb that the machine calls is a name and arguments that are data.
  const useCases = new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...args: unknown[]) =>
          ask(String(name), args),
    },
  ) as ReturnType<Stage['useCases']>
  return {
    machine,
    interleaver,
    tenant: () => tenant,
    useCases: () => useCases,
    now: () => machine.wall,
    beat,
    async wait(seconds) {
      for (let left = seconds; left > 0; left -= BEAT_SECONDS) {
        passTime(machine, Math.min(left, BEAT_SECONDS))
        await beat()
      }
    },
    async restart() {
      await end(remote, 'SIGTERM')
    },
    killAfter(microseconds) {
      killIn = microseconds
    },
    async killed() {
      killIn = undefined
      await end(remote, 'SIGKILL')
    },
    close: () => end(remote, 'SIGTERM'),
  }
}

async function end({ child, ended }: Remote, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal)
  await ended
}
