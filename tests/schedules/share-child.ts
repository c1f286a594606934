/** One share of a long run, in a process of its own: `share-child.mjs <schedules|lives> <runs> <seed>`. */
import { type Report, runHonestLives, runSchedules } from './run-schedules.ts'

const [what, runs, seed] = process.argv.slice(2)
const options = { runs: Number(runs), seed: Number(seed) }
const report: Report = await (what === 'lives' ? runHonestLives(options) : runSchedules(options))
process.send?.(report)
process.disconnect()
