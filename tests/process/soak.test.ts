/**
 * A server that has worked for long is as small as one that has begun. A run of its own (`npm run test:soak`): `RINGKEY_TEST_SOAK` is
 * how many requests, of which the first half is not judged: caches fill, and the heap takes what it needs. It prints what it has measured.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { type Answer, type Caller, createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { openStage, type Server } from './launch.ts'

const stage = openStage({ serverLifeMs: 3 * 3_600_000 })
const REQUESTS = Number(process.env.RINGKEY_TEST_SOAK ?? 0)
const CLIENTS = 16
const SAMPLES = 40
const MAX_GROWTH_MIB = 40

interface Sample {
  readonly requests: number
  readonly residentMib: number
  readonly files: number
}

function sample({ pid }: Server, requests: number): Sample {
  const [, kib = ''] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return { requests, residentMib: Number(kib) / 1024, files: readdirSync(`/proc/${pid}/fd`).length }
}

/** By the least squares: MiB for the length of the judged part. */
function growthOf(samples: readonly Sample[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(samples.map(({ requests }) => requests)), mean(samples.map(({ residentMib }) => residentMib))]
  const covariance = mean(samples.map(({ requests, residentMib }) => (requests - x) * (residentMib - y)))
  const variance = mean(samples.map(({ requests }) => (requests - x) ** 2))
  const [first, last] = [samples[0]?.requests ?? 0, samples.at(-1)?.requests ?? 0]
  return (covariance / variance) * (last - first)
}

/** One client: refreshes, has tokens checked, sends nonsense, and from time to time signs out and in again. */
function createClient(caller: Caller, smartflo: ReturnType<typeof readDemo>['smartflo'], index: number) {
  let held: string | undefined
  let step = index
  const expectStatus = ({ status, text }: Answer, ...expected: readonly number[]) => {
    if (!expected.includes(status)) throw new Error(`${status}: ${text}`)
  }
  return async () => {
    step += 1
    if (held === undefined) {
      const answer = await caller.signIn(smartflo)
      if (answer.status === 429) return expectStatus(await caller.call('/livez'), 200)
      held = tokenOf(answer)
    } else if (step % 2000 === 0) {
      expectStatus(await caller.signOut(held), 200)
      held = undefined
    } else if (step % 10 === 0) expectStatus(await caller.verify(`${held.slice(0, -6)}AAAAAA`), 401)
    else if (step % 10 === 1) expectStatus(await caller.call(`/nothing/${step}`), 404)
    else if (step % 10 === 2) expectStatus(await caller.introspect(smartflo.apiKey, `${step}`), 200)
    else if (step % 10 < 6) held = tokenOf(await caller.refresh(held))
    else if (step % 10 < 8) expectStatus(await caller.verify(held), 200)
    else expectStatus(await caller.introspect(smartflo.apiKey, held), 200)
  }
}

it.runIf(REQUESTS > 0)(
  `S175: after ${REQUESTS} mixed requests the server is as large, and has as many files open, as after half of them`,
  {
    timeout: 3 * 3_600_000,
  },
  async () => {
    const installation = stage.newInstallation()
    const server = await installation.serve({ demo: true, variables: { RINGKEY_LOG_LEVEL: 'error' } })
    const { smartflo } = readDemo(installation)
    const caller = createCaller(server.url)
    const samples: Sample[] = []
    let done = 0
    const work = Array.from({ length: CLIENTS }, (_, index) => createClient(caller, smartflo, index)).map(async (takeStep) => {
      while (done < REQUESTS) {
        done += 1
        if (done % Math.ceil(REQUESTS / SAMPLES) === 0) samples.push(sample(server, done))
        await takeStep()
      }
    })
    await Promise.all(work)
    const judged = samples.slice(Math.floor(samples.length / 2))
    const growthMib = growthOf(judged)
    const files = judged.map((one) => one.files)
    const measured = {
      growthMib,
      files: [Math.min(...files), Math.max(...files)],
      residentMib: samples.map((one) => Math.round(one.residentMib)),
    }
    process.stdout.write(`${JSON.stringify(measured)}\n`)
    expect(growthMib).toBeLessThan(MAX_GROWTH_MIB)
    expect(Math.max(...files) - Math.min(...files)).toBeLessThanOrEqual(CLIENTS)
    expect(server.stderr()).toBe('')
    caller.close()
  },
)
