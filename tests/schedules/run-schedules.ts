/** Many schedules, one after the other, on stages that are renewed now and then. */
import fc from 'fast-check'
import { type HonestLife, honestLives, liveHonestly } from './honest.ts'
import { runSchedule } from './machine.ts'
import { Broken } from './promises.ts'
import { type Schedule, schedules } from './schedule.ts'
import { openStage, type Stage, type StageOptions } from './stage.ts'

/** Rows pile up, and keys, all of which every restart opens. */
const SCHEDULES_A_STAGE = 200
const ROTATIONS_A_STAGE = 3
/** A run of hours says how far it is. */
const SCHEDULES_A_LINE = 10_000

export interface Report {
  /** How many were run; of those that failed the first counts, not how it was made smaller. */
  readonly ran: number
  readonly perSecond: number
  readonly failure: { readonly promise: string; readonly text: string } | undefined
}

export interface RunOptions<What> {
  readonly runs: number
  readonly seed: number
  /** Options of each new stage. */
  readonly stage?: () => StageOptions
  /** Make a failing schedule as small as it can be. */
  readonly shrinks?: boolean
  readonly from: fc.Arbitrary<What>
  readonly run: (stage: Stage, what: What, name: string) => Promise<void>
}

export function runSchedules(options: Omit<RunOptions<Schedule>, 'run' | 'from'>): Promise<Report> {
  return runMany({ ...options, from: schedules, run: runSchedule })
}

export function runHonestLives(options: Omit<RunOptions<HonestLife>, 'run' | 'from'>): Promise<Report> {
  return runMany({ ...options, from: honestLives, run: liveHonestly })
}

/** @throws what is no broken promise: a fault of the product or of the machine */
async function runMany<What extends { readonly steps: readonly { readonly step: string }[] }>(options: RunOptions<What>): Promise<Report> {
  const { runs, seed, stage: optionsOf = () => ({}), shrinks = true, run, from } = options
  const startedAt = performance.now()
  let stage: Stage | undefined
  let begun = 0
  let rotations = 0
  const perSecond = () => begun / ((performance.now() - startedAt) / 1000)

  async function stageForNext(): Promise<Stage> {
    if (stage !== undefined && begun % SCHEDULES_A_STAGE !== 0 && rotations < ROTATIONS_A_STAGE) return stage
    rotations = 0
    await stage?.close()
    stage = await openStage(optionsOf())
    return stage
  }

  const property = fc.asyncProperty(from, async (schedule) => {
    const on = await stageForNext()
    begun += 1
    if (begun % SCHEDULES_A_LINE === 0) process.stdout.write(`${begun} done, ${perSecond().toFixed(0)} per second, seed ${seed}\n`)
    rotations += schedule.steps.filter((step) => step.step === 'rotate_keys').length
    await run(on, schedule, `someone-${begun}@acme.example`)
  })
  const { numRuns, failed, counterexample, errorInstance } = await fc.check(property, { numRuns: runs, seed, endOnFailure: !shrinks })
  const rate = perSecond()
  await stage?.close()
  if (!failed) return { ran: numRuns, perSecond: rate, failure: undefined }
  if (!(errorInstance instanceof Broken)) throw errorInstance
  const text = `${errorInstance.message}\n\nseed ${seed}, schedule ${numRuns}:\n${JSON.stringify(counterexample?.[0], undefined, 1)}`
  return { ran: numRuns, perSecond: rate, failure: { promise: errorInstance.promise, text } }
}
