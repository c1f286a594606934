/** A long run in shares, one for each process: chance begins elsewhere in each, and a share's own seed repeats it. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { buildProgram } from './build-program.ts'
import { type Report, runHonestLives, runSchedules } from './run-schedules.ts'

export interface ShareOptions {
  readonly what: 'schedules' | 'lives'
  readonly runs: number
  readonly seed: number
  /** 1: in this process. */
  readonly processes: number
}

/** @throws Error if a process ends without a report: what it threw is in its output */
export async function runShares({ what, runs, seed, processes }: ShareOptions): Promise<Report> {
  if (processes === 1) return what === 'lives' ? runHonestLives({ runs, seed }) : runSchedules({ runs, seed })
  const program = await buildProgram('share-child')
  try {
    const share = Math.ceil(runs / processes)
    const words = Array.from({ length: processes }, (_, index) => [what, String(share), String((seed + index) % 2 ** 31)])
    const reports = await Promise.all(words.map((one) => runShare(program, one)))
    return {
      ran: reports.reduce((sum, { ran }) => sum + ran, 0),
      perSecond: reports.reduce((sum, { perSecond }) => sum + perSecond, 0),
      failure: reports.find(({ failure }) => failure !== undefined)?.failure,
    }
  } finally {
    rmSync(program, { force: true })
  }
}

async function runShare(program: string, words: readonly string[]): Promise<Report> {
  const child = fork(program, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let report: Report | undefined
  child.once('message', (message) => {
    report = message as Report
  })
  const [[code]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')])
  if (report === undefined) throw new Error(`a share (${words.join(' ')}) ended with ${code} and said nothing`)
  return report
}
