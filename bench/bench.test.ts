/** That the comparison runs, with a few requests. How fast anything is, no test says. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compare, type Plan } from './compare.ts'
import { type Contenders, startContenders } from './contenders.ts'
import { type RotatingServer, startRotatingServer } from './herd/rotating-server.ts'
import { renderHerds } from './herd/run-herds.ts'
import { PEERS, type Wakening, wakeHerd } from './herd/wake-herd.ts'
import { readCores } from './machine.ts'
import { quantile } from './measure.ts'
import { renderTable } from './report.ts'
import { WORKLOADS } from './workloads.ts'

const FEW: Plan = { round: { requestsPerLane: 2 }, rounds: 2, size: { connections: 2, share: 0.01 } }
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
    const { rounds } = await compare(workload, contenders, FEW)
    expect(rounds.map(({ ringkey, bare }) => [ringkey.requests, bare.requests])).toEqual([
      [4, 4],
      [4, 4],
    ])
  })
})

describe('the herd', () => {
  let server: RotatingServer | undefined
  beforeAll(async () => {
    server = await startRotatingServer()
  })
  afterAll(() => server?.stop())

  it.each(PEERS)('of one process with one task gets a token by one call from %s, as it is set up here', async (peer) => {
    if (server === undefined) throw new Error('there is no server')
    const woken = await wakeHerd(peer, { processes: 1, tasks: 1 }, server)
    expect(woken).toEqual({ calls: 1, failures: 0, isSessionLost: false, ms: expect.any(Number) })
  })

  it('of several processes on a session that ends when a refresh token comes twice loses nothing with Ringkey', async () => {
    if (server === undefined) throw new Error('there is no server')
    const woken = await wakeHerd('ringkey', { processes: 3, tasks: 5 }, server)
    expect(woken).toEqual({ calls: 1, failures: 0, isSessionLost: false, ms: expect.any(Number) })
  })

  it('is a table of medians, with a ratio for the time', () => {
    const one = (ms: number): Wakening => ({ calls: 8, failures: 7, isSessionLost: true, ms })
    const round = (ms: number) => ({
      ringkey: { calls: 1, failures: 0, isSessionLost: false, ms: 10 },
      'simple-oauth2': one(ms),
      'google-auth-library': one(ms),
      '@aws-sdk/token-providers': one(ms),
    })
    const table = renderHerds([round(20), round(90), round(30)])
    expect(table).toContain('| ringkey | 1 | 0 | 0 of 3 | 1.00 |')
    expect(table).toContain('| simple-oauth2 | 8 | 7 | 3 of 3 | 3.00 |')
  })
})

describe('a comparison', () => {
  it('is a table of medians, with a ratio for each number', () => {
    const rounds = [1, 5, 2].map((times) => ({ ringkey: { ...SAMPLE, cpuMicrosPerRequest: 200 * times, p99Ms: 4 }, bare: SAMPLE }))
    expect(
      renderTable([{ name: 'refresh', rounds }])
        .split('\n')
        .slice(2),
    ).toEqual([
      '| refresh | Ringkey | 400 | 100 | 1.0 | 4.0 |',
      '|  | bare Fastify | 200 | 100 | 1.0 | 2.0 |',
      '|  | **ratio** | **2.00** | **1.00** | **1.00** | **2.00** |',
    ])
  })

  it('has no CPU time where the machine tells none', () => {
    const rounds = [{ ringkey: SAMPLE, bare: { ...SAMPLE, cpuMicrosPerRequest: undefined } }]
    expect(renderTable([{ name: 'refresh', rounds }])).toContain('| **–** | **1.00** |')
  })

  it('knows quantiles and lists of cores', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1)
    expect([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile([7], 0.99)]).toEqual([51, 100, 7])
    expect(readCores("pid 7's current affinity list: 0-2,5\n")).toEqual([0, 1, 2, 5])
  })
})
