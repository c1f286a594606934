/**
 * Random schedules of everything that can happen to sessions, on the real use cases and the real store, against the model of
 * `model.ts`. `npm test` runs a few thousand, `npm run test:schedules` a million; RINGKEY_SEED repeats a run.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { SEED } from '../seed.ts'
import { runSchedules } from './run-schedules.ts'
import { runShares } from './run-shares.ts'

const SCHEDULES = Number(process.env.RINGKEY_SCHEDULES ?? 1500)
/** A long run has all cores to itself; in the suite other files have the others. */
const processes = SCHEDULES >= 10_000 ? availableParallelism() : 1
/** Of so many one is on a file, which a restart closes and opens again. */
const FILE_SHARE = 20
const TIMEOUT_MS = 240_000 + SCHEDULES * 500

const folder = mkdtempSync(join(tmpdir(), 'ringkey-schedules-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it(
  'S32, S33, S36, S37, S38, S40, S41, S42, S44, S45: in every schedule all is answered as the rules allow, and every promise about sessions is kept',
  async () => {
    const { ran, perSecond, failure } = await runShares({ what: 'schedules', runs: SCHEDULES, seed: SEED, processes })
    process.stdout.write(`${ran} schedules in memory, ${perSecond.toFixed(0)} per second, seed ${SEED}\n`)
    expect(failure?.text).toBeUndefined()
    expect(ran).toBeGreaterThanOrEqual(SCHEDULES)
  },
  TIMEOUT_MS,
)

it(
  'S40, S43: the same on a file, which every restart closes and opens again',
  async () => {
    let files = 0
    const runs = Math.ceil(SCHEDULES / FILE_SHARE)
    const stage = () => {
      files += 1
      return { path: join(folder, `${files}.db`) }
    }
    const { ran, perSecond, failure } = await runSchedules({ runs, seed: SEED, stage })
    process.stdout.write(`${ran} schedules on a file, ${perSecond.toFixed(0)} per second, seed ${SEED}\n`)
    expect(failure?.text).toBeUndefined()
    expect(ran).toBe(runs)
  },
  TIMEOUT_MS,
)

it(
  'S33, S36: an honest client is never thrown out, whatever it loses and however its copies arrive',
  async () => {
    const { ran, perSecond, failure } = await runShares({ what: 'lives', runs: SCHEDULES, seed: SEED, processes })
    process.stdout.write(`${ran} honest lives, ${perSecond.toFixed(0)} per second, seed ${SEED}\n`)
    expect(failure?.text).toBeUndefined()
    expect(ran).toBeGreaterThanOrEqual(SCHEDULES)
  },
  TIMEOUT_MS,
)
