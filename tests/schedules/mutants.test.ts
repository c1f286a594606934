/** The machine finds every weakened product: a promise that it could not see broken would be no promise. */
import { afterAll, expect, it } from 'vitest'
import { MUTANTS } from './mutants.ts'
import { runSchedules } from './run-schedules.ts'

const MOST = Number(process.env.MOST ?? 10_000)
const SEED = Number(process.env.RINGKEY_SCHEDULES_SEED ?? Math.floor(Math.random() * 2 ** 31))
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

afterAll(() => {
  process.stdout.write(`\n${'a product that …'.padEnd(56)} after   found out because not:  (seed ${SEED})\n${rows.join('\n')}\n`)
})
