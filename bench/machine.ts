/** What a comparison needs to know of the machine, and to ask of it. */
import { execFileSync } from 'node:child_process'
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

export interface Cores {
  readonly generator: number
  readonly server: number
}

/** The kernel states times of processes in hundredths of a second, whatever its own tick. */
const MICROS_PER_TICK = 10_000

/**
 * Puts this process on one core, so that a server can have another one to itself.
 * @returns undefined where there is no `taskset`, or only one core
 */
export function divideCores(): Cores | undefined {
  const pid = String(process.pid)
  try {
    const [generator, server] = readCores(execFileSync('taskset', ['--pid', '--cpu-list', pid], { encoding: 'utf8' }))
    if (generator === undefined || server === undefined) return undefined
    execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', String(generator), pid])
    return { generator, server }
  } catch {
    return undefined
  }
}

/** @param printed `pid 7's current affinity list: 0-2,5` */
export function readCores(printed: string): number[] {
  const ranges = printed.slice(printed.lastIndexOf(':') + 1).split(',')
  return ranges.flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}

/** CPU time that a process has used since its start, all threads, in user and kernel mode; undefined where there is no `/proc`. */
export function readCpuMicros(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // from the third on: the second may have blanks
    return (Number(fields[11]) + Number(fields[12])) * MICROS_PER_TICK
  } catch {
    return undefined
  }
}

/** What a durable write costs here: the median of some, each followed by a sync. */
export function measureSyncMs(folder: string): number {
  const path = join(folder, 'sync')
  const file = openSync(path, 'w')
  const page = Buffer.alloc(4096, 1)
  const times: number[] = []
  for (let count = 0; count < 100; count += 1) {
    const startedAt = performance.now()
    writeSync(file, page)
    fdatasyncSync(file)
    times.push(performance.now() - startedAt)
  }
  closeSync(file)
  rmSync(path)
  return times.sort((a, b) => a - b)[times.length / 2] ?? Number.NaN
}

/** In general terms, for under a table. Called before the cores are divided. */
export function describeMachine(): string {
  const cores = availableParallelism()
  return `${cores} ${cores === 1 ? 'core' : 'cores'}, ${process.platform} ${process.arch}, Node ${process.versions.node}`
}
