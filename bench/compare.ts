/** Measures one workload on both servers, in turn, and takes medians. */
import type { Contender, Contenders } from './contenders.ts'
import { type Extent, measure, quantile, type Sample } from './measure.ts'
import type { Size, Workload } from './workloads.ts'

export interface Plan {
  readonly round: Extent
  readonly rounds: number
  readonly size: Size
}

/** What one server did in a round, and the other just before or after it. */
export interface Round {
  readonly ringkey: Sample
  readonly bare: Sample
}

export interface Comparison {
  readonly name: string
  readonly rounds: readonly Round[]
}

/** Many short turns rather than few long ones: what else the machine does then falls on both. */
export const WHOLE: Plan = { round: { seconds: 3 }, rounds: 5, size: { connections: 32, share: 1 } }
export const QUICK: Plan = { round: { seconds: 1 }, rounds: 3, size: { connections: 32, share: 0.25 } }

/** The first of a round is the second of the next. */
export async function compare(workload: Workload, contenders: Contenders, plan: Plan): Promise<Comparison> {
  const measureRingkey = await prepare(workload, contenders.ringkey, plan)
  const measureBare = await prepare(workload, contenders.bare, plan)
  const rounds: Round[] = []
  for (let count = 0; count < plan.rounds; count += 1) {
    if (count % 2 === 0) {
      const ringkey = await measureRingkey()
      rounds.push({ ringkey, bare: await measureBare() })
    } else {
      const bare = await measureBare()
      rounds.push({ bare, ringkey: await measureRingkey() })
    }
  }
  return { name: workload.name, rounds }
}

async function prepare(workload: Workload, contender: Contender, { size, round }: Plan): Promise<() => Promise<Sample>> {
  const lanes = await workload.makeLanes(contender, size)
  await measure(contender.server, lanes, { requestsPerLane: Math.ceil(workload.warmUpRequests * size.share) })
  return () => measure(contender.server, lanes, round)
}

/** @returns undefined if one of the numbers is missing */
export function medianOf(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined)
  return known.length === numbers.length
    ? quantile(
        known.sort((a, b) => a - b),
        0.5,
      )
    : undefined
}
