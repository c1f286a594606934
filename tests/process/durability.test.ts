/**
 * An answer leaves after what it acknowledges is on the disk. `kill -9` cannot show a missing sync, because the kernel still has the
 * page: so the system calls are counted. What could not notice a missing sync proves nothing, so it is also run where there is none.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { openStage, untilFound } from './launch.ts'
import { findLibrary, findProgram, needs } from './required-programs.ts'
import { type Durability, isWhole, judgeDurability, STRACE } from './system-call-trace.ts'

const stage = openStage()
const SEQUENTIAL = 40
const PARALLEL = 50

const strace = findProgram('strace')
/** Debian's package eatmydata: a library in whose presence no sync is done. */
const eatMyData = findLibrary('libeatmydata.so')

/** Refreshes one session step by step, then several at once, under strace. @param preload a library that is put before all others */
async function traceRefreshes(preload?: string): Promise<Durability> {
  const installation = stage.newInstallation()
  const file = join(stage.newFolder(), 'trace')
  const environment = preload === undefined ? [] : ['-E', `LD_PRELOAD=${preload}`]
  const server = await installation.serve({ demo: true, under: [...STRACE, ...environment, '-o', file] })
  const caller = createCaller(server.url)
  const { smartflo } = readDemo(installation)
  const tokens = await Promise.all(Array.from({ length: 8 }, () => caller.signIn(smartflo).then(tokenOf)))
  let [token = ''] = tokens
  for (let done = 0; done < SEQUENTIAL; done += 1) token = tokenOf(await caller.refresh(token))
  const others = tokens.slice(1)
  await Promise.all(Array.from({ length: PARALLEL }, (_, index) => caller.refresh(others[index % others.length] ?? '').then(tokenOf)))
  caller.close()
  await server.end('SIGTERM')
  return judgeDurability(await untilFound(() => [readFileSync(file, 'utf8')].find(isWhole)))
}

describe('an acknowledged refresh', () => {
  it('S163: is synced to the disk before its answer leaves, and one after the other each has a sync of its own', async (context) => {
    needs(context, strace, 'strace')
    const { syncs, acknowledged, tooEarly } = await traceRefreshes()
    expect(acknowledged).toBe(SEQUENTIAL + PARALLEL)
    expect(tooEarly).toBe(0)
    expect(syncs).toBeGreaterThanOrEqual(SEQUENTIAL)
  })

  it('S163: would be found to be acknowledged too early where nothing is synced', async (context) => {
    needs(context, strace, 'strace')
    needs(context, eatMyData, 'eatmydata')
    const { syncs, acknowledged, tooEarly } = await traceRefreshes(eatMyData)
    expect(acknowledged).toBe(SEQUENTIAL + PARALLEL)
    expect(tooEarly).toBe(acknowledged)
    expect(syncs).toBe(0)
  })
})

describe('a new data directory', () => {
  it('S163: is synced into the directories around it, or all that is synced inside could be lost with it', async (context) => {
    needs(context, strace, 'strace')
    const [outer, file] = [stage.newFolder(), join(stage.newFolder(), 'trace')]
    const variables = { RINGKEY_DATA_DIR: join(outer, 'var', 'lib') }
    const server = await stage.newInstallation().serve({ demo: true, variables, under: [...STRACE, '-o', file] })
    await server.end('SIGTERM')
    const synced = [...readFileSync(file, 'utf8').matchAll(/fsync\(\d+<([^>]*)>/g)].map(([, path]) => path)
    expect(synced).toEqual(expect.arrayContaining([outer, join(outer, 'var'), join(outer, 'var', 'lib')]))
  })
})

describe('the judgement of a trace', () => {
  const request = '7 read(23<socket:[1]>, "POST /v1/auth/refresh HTTP/1.1\\r\\n"..., 65536) = 300'
  const other = request.replaceAll('23<socket:[1]>', '24<socket:[2]>')
  const sync = '7 fdatasync(19</data/ringkey.sqlite-wal>) = 0'
  const answer = '7 writev(23<socket:[1]>, [{iov_base="HTTP/1.1 200 OK\\r\\n"..., iov_len=9}], 1) = 9'
  const otherAnswer = answer.replaceAll('23<socket:[1]>', '24<socket:[2]>')

  it.each<[string, string[], Durability]>([
    ['a sync before each answer', [request, sync, answer], { syncs: 1, acknowledged: 1, tooEarly: 0 }],
    ['one sync for two requests', [request, other, sync, answer, otherAnswer], { syncs: 1, acknowledged: 2, tooEarly: 0 }],
    ['no sync', [request, answer], { syncs: 0, acknowledged: 1, tooEarly: 1 }],
    ['a sync that was before the request', [sync, request, answer], { syncs: 1, acknowledged: 1, tooEarly: 1 }],
    ['a sync that came after the answer', [request, answer, sync], { syncs: 1, acknowledged: 1, tooEarly: 1 }],
    ['a sync of another file', [request, sync.replace('ringkey.sqlite-wal', 'log'), answer], { syncs: 0, acknowledged: 1, tooEarly: 1 }],
    [
      'a sync that failed',
      [request, sync.replace('= 0', '= -1 EIO (Input/output error)'), answer],
      { syncs: 0, acknowledged: 1, tooEarly: 1 },
    ],
    [
      'a sync that returned after the answer had begun',
      [request, '7 fsync(19</data/ringkey.sqlite> <unfinished ...>', answer.replace('7', '8'), '7 <... fsync resumed>) = 0'],
      { syncs: 1, acknowledged: 1, tooEarly: 1 },
    ],
  ])('sees %s', (_, lines, judgement) => {
    expect(judgeDurability(lines.join('\n'))).toEqual(judgement)
  })
})
