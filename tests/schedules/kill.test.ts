/**
 * The same schedules in a process of their own, which is killed in the middle of one: what it had answered holds in the next process,
 * and what it had not may have happened or not. `RINGKEY_SCHEDULES_KILLS` is how often, a few dozen by default.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SEED } from '../seed.ts'
import { buildProgram } from './build-program.ts'
import { runBurst } from './life.ts'
import { conclude, live, takeStep } from './machine.ts'
import { Broken } from './promises.ts'
import { openRemoteStage, type RemoteStage } from './remote-stage.ts'
import { type KilledSchedule, killedSchedules } from './schedule.ts'

const KILLS = Number(process.env.RINGKEY_SCHEDULES_KILLS ?? 30)
const SCHEDULES_A_FILE = 50

let folder: string
let program: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringkey-killed-'))
  program = await buildProgram('killed-child')
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  rmSync(program, { force: true })
})

/** @returns how many were run until a promise was broken */
async function runKilled(runs: number, ...words: string[]): Promise<{ readonly ran: number; readonly broken: Broken | undefined }> {
  let stage: RemoteStage | undefined
  let ran = 0
  try {
    for (const schedule of fc.sample(killedSchedules, { numRuns: runs, seed: SEED })) {
      if (ran % SCHEDULES_A_FILE === 0) {
        await stage?.close()
        stage = await openRemoteStage(program, join(mkdtempSync(join(folder, 'file-')), 'store.db'), ...words)
      }
      ran += 1
      if (stage !== undefined) await runOne(stage, schedule, `killed-${ran}@acme.example`)
    }
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    return { ran, broken: error }
  } finally {
    await stage?.close()
  }
  return { ran, broken: undefined }
}

function runOne(stage: RemoteStage, { door, before, ops, microseconds }: KilledSchedule, name: string): Promise<void> {
  return live(stage, door, name, async (life) => {
    for (const step of before) await takeStep(stage, life, step)
    stage.killAfter(microseconds)
    await runBurst(life, ops, [])
    await stage.killed()
    await conclude(life)
  })
}

it(
  'S43, S160: what was answered before a kill holds after it, whatever was under way',
  async () => {
    const startedAt = performance.now()
    const { ran, broken } = await runKilled(KILLS)
    process.stdout.write(
      `${ran} schedules with a kill, ${(ran / ((performance.now() - startedAt) / 1000)).toFixed(1)} per second, seed ${SEED}\n`,
    )
    expect(broken?.message).toBeUndefined()
    expect(ran).toBe(KILLS)
  },
  60_000 + KILLS * 5000,
)

it.each(['answers a refresh before it has committed', 'answers a sign-out before it has committed'])(
  'a product that %s is found out',
  async (mutant) => {
    const { ran, broken } = await runKilled(2000, mutant)
    process.stdout.write(`a product that ${mutant}: after ${ran}, ${broken?.promise}\n`)
    expect(broken).toBeDefined()
  },
  600_000,
)
