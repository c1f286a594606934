import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { anAdvance, createSeededRandomness, createWorldWithSession, NOON } from '../contract/builders.ts'
import { openSqliteStore } from './open.ts'
import { createTemporaryPath } from './temporary-path.ts'

const temporary = createTemporaryPath()
const randomness = createSeededRandomness('processes')
const SCRIPT = fileURLToPath(new URL('./testing/second-process.ts', import.meta.url))

interface Second {
  readonly child: ChildProcess
  /** What it has said so far. */
  readonly lines: string[]
  said(line: (text: string) => boolean): Promise<void>
  readonly ended: Promise<number | null>
}

function start(...words: string[]): Second {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => lines.push(line))
  return {
    child,
    lines,
    async said(isIt) {
      while (!lines.some(isIt)) await once(reader, 'line')
    },
    ended: Promise.all([once(child, 'exit'), once(reader, 'close')]).then(([[code]]) => code),
  }
}

/** A file with one session in it. */
async function aFileWithSession() {
  const path = temporary.next()
  const store = await openSqliteStore({ path, randomness })
  const { session, tenant } = await createWorldWithSession(store)
  return { path, store, session, tenant }
}

async function untilFileAppears(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise((resolve) => setImmediate(resolve))
}

const stepsOf = ({ lines }: Second) => lines.filter((line) => /^\d+$/.test(line)).map(Number)

describe('several processes on one file', () => {
  test('S35: refreshing one session at full speed, each step is made once, by one of them, and no error reaches a caller', async () => {
    const { path, store, session, tenant } = await aFileWithSession()
    const others = [start('refresh', path, tenant.id, session.id), start('refresh', path, tenant.id, session.id)]
    await Promise.all(others.map((other) => other.said((line) => line.startsWith('open'))))
    const mine: number[] = []
    for (let round = 0; round < 300; round += 1) {
      const found = await store.sessions.find(tenant.id, session.id, NOON)
      const turn = await store.sessions.advance(anAdvance(found?.session ?? session, { at: NOON }))
      if (turn.kind !== 'advanced') continue
      expect(turn.session.generation).toBe((found?.session.generation ?? 0) + 1)
      mine.push(turn.session.generation)
    }
    expect(await Promise.all(others.map(({ ended }) => ended))).toEqual([0, 0])
    const steps = [...mine, ...others.flatMap(stepsOf)].sort((a, b) => a - b)
    expect(others.flatMap(({ lines }) => lines)).not.toContain('a second lineage')
    expect(steps).toEqual(steps.map((_, index) => index + 1))
    expect((await store.sessions.find(tenant.id, session.id, NOON))?.session.generation).toBe(steps.length)
    await store.close()
  })

  test('S158: of several that start on a new file at once all open the same store', async () => {
    const path = temporary.next()
    const all = Array.from({ length: 4 }, () => start('open', path))
    expect(await Promise.all(all.map(({ ended }) => ended))).toEqual([0, 0, 0, 0])
    expect(new Set(all.map(({ lines }) => lines[0])).size).toBe(1)
  })
})

describe('a process that is killed', () => {
  test('S160: every step that it was answered is there afterwards, and at most one more', async () => {
    const { path, store: first, session, tenant } = await aFileWithSession()
    await first.close()
    for (const steps of [1, 20]) {
      const other = start('refresh-for-ever', path, tenant.id, session.id)
      const before = other.lines.length
      await other.said(() => other.lines.length > before + steps)
      other.child.kill('SIGKILL')
      await other.ended
      const store = await openSqliteStore({ path, randomness })
      const generation = (await store.sessions.find(tenant.id, session.id, NOON))?.session.generation ?? 0
      const answered = Math.max(...stepsOf(other))
      expect(generation - answered).toBeGreaterThanOrEqual(0)
      expect(generation - answered).toBeLessThanOrEqual(1)
      expect((await store.sessions.advance(anAdvance(session, { generation, at: NOON }))).kind).toBe('advanced')
      await store.close()
    }
  })

  test('S43: what it had revoked stays revoked', async () => {
    const { path, store: first, session, tenant } = await aFileWithSession()
    await first.close()
    const other = start('end', path, tenant.id, session.id)
    await other.said((line) => line === 'ended')
    other.child.kill('SIGKILL')
    await other.ended
    const store = await openSqliteStore({ path, randomness })
    expect(await store.sessions.advance(anAdvance(session))).toMatchObject({ kind: 'held', session: { endReason: 'revoked' } })
    await store.close()
  })

  test('S158: in the middle of making a new store leaves one that the next start completes', async () => {
    for (const delayMs of [0, 4, 9]) {
      const path = temporary.next()
      const other = start('refresh-for-ever', path)
      await Promise.race([other.said((line) => line.startsWith('open')), untilFileAppears(path)])
      await new Promise((resolve) => setTimeout(resolve, delayMs)) // somewhere else in the making each time
      other.child.kill('SIGKILL')
      await other.ended
      const store = await openSqliteStore({ path, randomness })
      expect(await store.isHealthy()).toBe(true)
      expect(store.id).toHaveLength(16)
      await store.close()
    }
  })
})
