/** That the comparison runs, with a few requests. How fast anything is, no test says. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compare, medianOf, type Plan } from './compare.ts'
import { type Contenders, startContenders } from './contenders.ts'
import { readCores } from './machine.ts'
import { quantile } from './measure.ts'
import { renderTable } from './report.ts'
import { WORKLOADS } from './workloads.ts'

const FEW: Plan = { warmUp: { requestsPerLane: 1 }, round: { requestsPerLane: 2 }, rounds: 1, size: 0.1 }
const SAMPLE = { requests: 10, requestsPerSecond: 100, cpuMicrosPerRequest: 200, p50Ms: 1, p99Ms: 2 }

describe('the benchmark', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkey-bench-test-'))
  let contenders: Contenders | undefined
  beforeAll(async () => {
    contenders = await startContenders(folder, undefined)
  })
  afterAll(async () => {
    await contenders?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it.each(WORKLOADS)('has both servers answer every request of $name', async (workload) => {
    if (contenders === undefined) throw new Error('there are no servers')
    const lanes = workload.name === 'sign-in' ? 4 : 32
    const { ringkey, bare } = await compare(workload, contenders, FEW)
    expect([ringkey.requests, bare.requests]).toEqual([2 * lanes, 2 * lanes])
  })
})

describe('a comparison', () => {
  it('is a table with a ratio for each number', () => {
    const table = renderTable([{ name: 'refresh', ringkey: SAMPLE, bare: { ...SAMPLE, cpuMicrosPerRequest: 100, p99Ms: 4 } }])
    expect(table.split('\n').slice(2)).toEqual([
      '| refresh | Ringkey | 200 | 100 | 1.0 | 2.0 |',
      '|  | bare Fastify | 100 | 100 | 1.0 | 4.0 |',
      '|  | **ratio** | **2.00** | **1.00** | **1.00** | **0.50** |',
    ])
  })

  it('takes the median of each number by itself, and has no CPU time where one is missing', () => {
    const samples = [1, 3, 2].map((p50Ms) => ({ ...SAMPLE, p50Ms, p99Ms: 10 - p50Ms }))
    expect(medianOf(samples)).toEqual({ ...SAMPLE, p50Ms: 2, p99Ms: 8 })
    expect(medianOf([...samples, { ...SAMPLE, cpuMicrosPerRequest: undefined }]).cpuMicrosPerRequest).toBeUndefined()
  })

  it('knows quantiles and lists of cores', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1)
    expect([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile([7], 0.99)]).toEqual([51, 100, 7])
    expect(readCores("pid 7's current affinity list: 0-2,5\n")).toEqual([0, 1, 2, 5])
  })
})
