/** The machine finds every weakened product: a promise that it could not see broken would be no promise. */
import { afterAll, expect, it } from 'vitest'
import { SEED } from '../seed.ts'
import { MUTANTS } from './mutants.ts'
import { PROMISES } from './promises.ts'
import { runHonestLives, runSchedules } from './run-schedules.ts'

const MOST = 10_000
const rows: string[] = []

it.each(Object.keys(MUTANTS))(
  'a product that %s is found out within 10,000 schedules',
  async (name) => {
    const weakening = MUTANTS[name]
    if (weakening === undefined) throw new Error('no such mutant')
    const { ran, failure } = await runSchedules({ runs: MOST, seed: SEED, shrinks: false, stage: () => ({ weakening }) })
    rows.push(`${name.padEnd(56)} ${String(ran).padStart(6)}  ${failure?.promise ?? 'SURVIVED'}`)
    expect(failure?.promise).toBeDefined()
  },
  600_000,
)

/** Of these an honest client is the victim, which is seen without the model. */
const UNKIND = [
  'has no replay window',
  'counts the time in which it could not answer',
  'ends at two generations behind',
  'forgets when it last gave an answer again',
  'takes a late copy for a thief where the window is short',
  'reads first and writes then',
  'counts the window from the generation before',
]

it.each(UNKIND)(
  'a product that %s throws an honest client out within 10,000 lives',
  async (name) => {
    const weakening = MUTANTS[name] ?? {}
    const { ran, failure } = await runHonestLives({ runs: MOST, seed: SEED, shrinks: false, stage: () => ({ weakening }) })
    rows.push(`${name.padEnd(56)} ${String(ran).padStart(6)}  ${failure?.promise ?? 'SURVIVED'}`)
    expect(failure?.promise).toBe(PROMISES.honest)
  },
  600_000,
)

afterAll(() => {
  process.stdout.write(`\n${'a product that …'.padEnd(56)} after   found out because not:  (seed ${SEED})\n${rows.join('\n')}\n`)
})
