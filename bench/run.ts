/**
 * `npm run bench [-- --quick] [-- refresh … keeper]`: Ringkey beside a bare Fastify server that does the same store work, and the client
 * beside other libraries that keep tokens, on this machine, now. docs/benchmarks.md says what is compared, and why so.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from '../scripts/build.mjs'
import { type Comparison, compare, QUICK, WHOLE } from './compare.ts'
import { startContenders } from './contenders.ts'
import { runHerds } from './herd/run-herds.ts'
import { describeMachine, divideCores, measureSyncMs } from './machine.ts'
import { renderTable } from './report.ts'
import { WORKLOADS } from './workloads.ts'

const { values, positionals } = parseArgs({ options: { quick: { type: 'boolean', default: false } }, allowPositionals: true })
const KEEPER = 'keeper'
const isAsked = (name: string) => positionals.length === 0 || positionals.includes(name)
const names = [...WORKLOADS.map(({ name }) => name), KEEPER]
const unknown = positionals.filter((asked) => !names.some((name) => name === asked))

if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. There are ${names.join(', ')}.`)
  process.exitCode = 2
} else {
  await build()
  const workloads = WORKLOADS.filter(({ name }) => isAsked(name))
  if (workloads.length > 0) await compareServers(workloads)
  if (isAsked(KEEPER)) {
    console.error(`measuring ${KEEPER} …`)
    console.log(`\n${await runHerds({ quick: values.quick })}`)
  }
}

async function compareServers(workloads: typeof WORKLOADS): Promise<void> {
  const plan = values.quick ? QUICK : WHOLE
  const machine = describeMachine()
  const cores = divideCores()
  const folder = mkdtempSync(join(tmpdir(), 'ringkey-bench-'))
  try {
    const syncMs = measureSyncMs(folder)
    const contenders = await startContenders(folder, cores)
    const comparisons: Comparison[] = []
    try {
      for (const workload of workloads) {
        console.error(`measuring ${workload.name} …`)
        comparisons.push(await compare(workload, contenders, plan))
      }
    } finally {
      await contenders.stop()
    }
    console.log(renderTable(comparisons))
    const pinning = cores === undefined ? 'not pinned to cores' : 'server and load generator each pinned to one core'
    console.log(`\n${machine}; a durable write of 4 KiB takes ${syncMs.toFixed(2)} ms; ${pinning}; medians of ${plan.rounds} rounds.`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
