/**
 * S190: a server that has been fuzzed has no more memory than before. The built program is a process of its own, so that nothing of the
 * tests is in its memory; it is asked for it after it has collected its garbage.
 */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import type { OpenApiDocument } from '../../packages/server/src/front-doors/guide/openapi-document.ts'
import { openStage, type Server } from '../process/launch.ts'
import { documentedRoutes, requestsFrom } from './from-document.ts'
import { sendAnything } from './send.ts'

const stage = openStage()
const SEED = 190
/** Until all code is compiled, all pages of the store are read and every limit is known. */
const WARM_UP = 1000
const REQUESTS = 1200
/** After the last of these it must have come to rest. */
const ROUNDS = 3
const AT_ONCE = 8

interface Memory {
  readonly rss: number
  /** The heap, and buffers beside it. */
  readonly used: number
}

async function measure(server: Server): Promise<Memory> {
  const before = server.stdout().length
  server.signal('SIGUSR2')
  const [, found = ''] = await vi.waitUntil(() => /^memory (\{.*\})$/m.exec(server.stdout().slice(before)), { timeout: 60_000 })
  return JSON.parse(found) as Memory
}

/** Requests made from its document, good and bad, the same in each run. */
async function fuzz(server: Server, count: number): Promise<void> {
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApiDocument
  const routes = ['checking', 'guide', 'idm', 'vpaas', 'voipex', 'smartflo'].flatMap((door) => documentedRoutes(document, door))
  const cases = fc.sample(fc.oneof(...routes.map((route) => requestsFrom(route, [], ''))), { numRuns: count, seed: SEED })
  const port = Number(new URL(server.url).port)
  const next = cases.values()
  const send = async () => {
    for (const { bytes } of next) await sendAnything(port, bytes)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, send))
}

async function memoryBeforeAndAfter(
  variables: Readonly<Record<string, string>> = {},
): Promise<{ readonly before: Memory; readonly after: Memory }> {
  const nodeOptions = ['--expose-gc', `--import=${join(import.meta.dirname, 'report-memory.mjs')}`]
  const server = await stage.newInstallation().serve({ demo: true, nodeOptions, variables })
  await fuzz(server, WARM_UP)
  let before = await measure(server)
  let after = before
  // The allocator takes from the system until it has enough, sooner or later by release of Node; a leak never has.
  for (let round = 1; round <= ROUNDS; round += 1) {
    await fuzz(server, REQUESTS)
    after = await measure(server)
    if (round === ROUNDS || !grows({ before, after })) break
    before = after
  }
  await server.end('SIGTERM')
  return { before, after }
}

/** What is used is exact after a collection; of what the system counts the allocator may keep a little for later. */
function grows({ before, after }: { readonly before: Memory; readonly after: Memory }): boolean {
  return after.used > before.used * 1.1 || after.rss > before.rss * 1.1
}

it('S190: after it has been fuzzed a server has the memory that it had before', async () => {
  const found = await memoryBeforeAndAfter()
  expect(grows(found), JSON.stringify(found)).toBe(false)
})

it('S190: a server that keeps something of each request is found', async () => {
  const found = await memoryBeforeAndAfter({ TEST_LEAK: '1' })
  expect(grows(found), JSON.stringify(found)).toBe(true)
})
