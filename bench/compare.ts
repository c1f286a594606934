/** Measures one workload on both servers, in turn, and takes medians. */
import type { Contenders } from './contenders.ts'
import { type Extent, type Lane, measure, quantile, type Sample } from './measure.ts'
import type { Workload } from './workloads.ts'

export interface Plan {
  readonly warmUp: Extent
  readonly round: Extent
  readonly rounds: number
  /** How much of each workload; 1 is the whole. */
  readonly size: number
}

export interface Comparison {
  readonly name: string
  readonly ringkey: Sample
  readonly bare: Sample
}

export const WHOLE: Plan = { warmUp: { seconds: 3 }, round: { seconds: 5 }, rounds: 3, size: 1 }
export const QUICK: Plan = { warmUp: { seconds: 1 }, round: { seconds: 1 }, rounds: 3, size: 0.25 }

/** The servers take turns within a round, and the first of a round is the second of the next: what drifts, drifts for both. */
export async function compare(workload: Workload, contenders: Contenders, plan: Plan): Promise<Comparison> {
  const ringkey = await prepare(workload, contenders.ringkey, plan)
  const bare = await prepare(workload, contenders.bare, plan)
  const samples: { ringkey: Sample[]; bare: Sample[] } = { ringkey: [], bare: [] }
  for (let round = 0; round < plan.rounds; round += 1) {
    const measureBoth = [
      async () => void samples.ringkey.push(await ringkey(plan.round)),
      async () => void samples.bare.push(await bare(plan.round)),
    ]
    for (const measureOne of round % 2 === 0 ? measureBoth : measureBoth.reverse()) await measureOne()
  }
  return { name: workload.name, ringkey: medianOf(samples.ringkey), bare: medianOf(samples.bare) }
}

async function prepare(workload: Workload, contender: Contenders['ringkey'], plan: Plan): Promise<(extent: Extent) => Promise<Sample>> {
  const lanes: Lane[] = await workload.makeLanes(contender, plan.size)
  await measure(contender.server, lanes, plan.warmUp)
  return (extent) => measure(contender.server, lanes, extent)
}

/** Each number by itself. */
export function medianOf(samples: readonly Sample[]): Sample {
  const median = (read: (sample: Sample) => number) =>
    quantile(
      samples.map(read).sort((a, b) => a - b),
      0.5,
    )
  const hasCpu = samples.every(({ cpuMicrosPerRequest }) => cpuMicrosPerRequest !== undefined)
  return {
    requests: median(({ requests }) => requests),
    requestsPerSecond: median(({ requestsPerSecond }) => requestsPerSecond),
    cpuMicrosPerRequest: hasCpu ? median(({ cpuMicrosPerRequest = Number.NaN }) => cpuMicrosPerRequest) : undefined,
    p50Ms: median(({ p50Ms }) => p50Ms),
    p99Ms: median(({ p99Ms }) => p99Ms),
  }
}
