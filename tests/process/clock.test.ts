/** The machine's clock is set under the running program, as an operator or a time server does. The monotonic clock is left alone. */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, it, type TestContext } from 'vitest'
import { type Answer, type Caller, createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { findFreePort, type Installation, openStage, type Server, untilFound } from './launch.ts'
import { findLibrary, needs } from './required-programs.ts'

const stage = openStage()
/** Debian's package libfaketime. */
const fakeTime = findLibrary('faketime/libfaketime.so.1')
const DAY = 86_400
/** More than drift, and with the work of a test around it less than an outage. */
const SMALL_STEP_SECONDS = 3
/** A copy of an honest request is no later. */
const LATE_COPY_MS = 30_000

interface Bench {
  readonly installation: Installation
  readonly server: Server
  readonly caller: Caller
  /** Sets the machine's clock to so many seconds from the true time. */
  setClock(offsetSeconds: number): void
  /** A server on the same data, once this one has ended. */
  restart(): Promise<{ server: Server; caller: Caller }>
}

async function begin(context: TestContext): Promise<Bench> {
  needs(context, fakeTime, 'libfaketime')
  const installation = stage.newInstallation()
  const file = join(stage.newFolder(), 'offset')
  const setClock = (offsetSeconds: number) => {
    writeFileSync(`${file}.new`, `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}\n`)
    renameSync(`${file}.new`, file)
  }
  setClock(0)
  const variables = {
    LD_PRELOAD: fakeTime ?? '',
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  const RINGKEY_PORT = await findFreePort()
  const serve = async (demo: boolean) => {
    const server = await installation.serve({ demo, variables: { ...variables, RINGKEY_PORT } })
    return { server, caller: createCaller(server.url) }
  }
  return { installation, ...(await serve(true)), setClock, restart: () => serve(false) }
}

/** The token of an answer, which must be good for a while, and for no longer than a new one. */
function freshTokenOf(answer: Answer): string {
  const token = tokenOf(answer)
  const { expires_in: seconds } = JSON.parse(answer.text)
  expect(seconds).toBeGreaterThan(0)
  expect(seconds).toBeLessThanOrEqual(3600)
  return token
}

function alarmed(server: Server, kind: string, seconds: number): Promise<unknown> {
  return untilFound(() => {
    const lines = server
      .stderr()
      .split('\n')
      .filter((line) => line.includes('"clock.alarmed"') && line.includes(kind))
    return lines.map((line) => JSON.parse(line)).find(({ byMs }) => Math.abs(byMs / 1000 - seconds) < 20)
  })
}

const statusOf = async (answer: Promise<Answer>) => (await answer).status

describe('S167: a clock that is set', () => {
  it('a day forward and back again revives nothing that has expired or was ended, and alarms', async (context) => {
    const { installation, server, caller, setClock } = await begin(context)
    const { smartflo } = readDemo(installation)
    const [old, ended] = [freshTokenOf(await caller.signIn(smartflo)), freshTokenOf(await caller.signIn(smartflo))]
    setClock(DAY)
    expect(await statusOf(caller.verify(old)), 'it has expired').toBe(401)
    await alarmed(server, 'stepped_forward', DAY)
    const young = freshTokenOf(await caller.refresh(old))
    expect(await statusOf(caller.signOut(ended))).toBe(200)

    setClock(0)
    expect(await statusOf(caller.verify(old)), 'what has expired stays so').toBe(401)
    await alarmed(server, 'stepped_back', DAY)
    expect(await statusOf(caller.verify(young)), 'and what was made meanwhile is good').toBe(200)
    expect(await statusOf(caller.refresh(ended)), 'what was ended stays so').toBe(401)
    expect(freshTokenOf(await caller.refresh(old)), 'a repeat is the same').toBe(young)
    freshTokenOf(await caller.refresh(young))
    freshTokenOf(await caller.signIn(smartflo))
    caller.close()
  })

  it.for([-30, 30])('by %i s disturbs no session, and alarms', async (seconds, context) => {
    const { installation, server, caller, setClock } = await begin(context)
    const held = freshTokenOf(await caller.signIn(readDemo(installation).smartflo))
    const lost = freshTokenOf(await caller.refresh(held))
    setClock(seconds)
    expect(freshTokenOf(await caller.refresh(held)), 'a lost answer is given again').toBe(lost)
    await alarmed(server, seconds < 0 ? 'stepped_back' : 'stepped_forward', Math.abs(seconds))
    const next = freshTokenOf(await caller.refresh(lost))
    setClock(0)
    expect(await statusOf(caller.verify(next))).toBe(200)
    freshTokenOf(await caller.refresh(next))
    caller.close()
  })

  /**
   * One big step is an outage in the store, and outages do not count. Of steps that are smaller than an outage only the rule of forward
   * steps knows that they are not time.
   */
  it('on by 30 s in small steps: a token that is then too late is refused, and its session lives', async (context) => {
    const { installation, server, caller, setClock } = await begin(context)
    const { smartflo } = readDemo(installation)
    const [held, neighbour] = [freshTokenOf(await caller.signIn(smartflo)), freshTokenOf(await caller.signIn(smartflo))]
    const current = freshTokenOf(await caller.refresh(freshTokenOf(await caller.refresh(held))))
    const database = new DatabaseSync(join(installation.dataDir, 'ringkey.sqlite'), { readOnly: true })
    const outagesMs = () => Number(database.prepare('select coalesce(sum(to_at - from_at), 0) as away from outages').get()?.away)
    const before = outagesMs()
    let steppedMs = 0
    // Where the machine was slow, a step was an outage after all.
    for (let beat = neighbour; steppedMs - (outagesMs() - before) <= LATE_COPY_MS; steppedMs += SMALL_STEP_SECONDS * 1000) {
      beat = freshTokenOf(await caller.refresh(beat))
      setClock(steppedMs / 1000 + SMALL_STEP_SECONDS)
      beat = freshTokenOf(await caller.refresh(beat))
    }
    database.close()
    await alarmed(server, 'stepped_forward', SMALL_STEP_SECONDS)
    expect(await statusOf(caller.refresh(held)), 'two behind, and later than a copy is').toBe(401)
    freshTokenOf(await caller.refresh(current))
    caller.close()
  })

  it('a day back while the server is down goes on where the store was, and alarms', async (context) => {
    const { installation, server, caller, setClock, restart } = await begin(context)
    const { smartflo } = readDemo(installation)
    const [kept, ended] = [freshTokenOf(await caller.signIn(smartflo)), freshTokenOf(await caller.signIn(smartflo))]
    expect(await statusOf(caller.signOut(ended))).toBe(200)
    await server.end('SIGTERM')
    caller.close()
    setClock(-DAY)
    const again = await restart()
    await alarmed(again.server, 'behind_store', DAY)
    expect(await statusOf(again.caller.verify(kept))).toBe(200)
    expect(await statusOf(again.caller.refresh(ended)), 'what was ended stays so').toBe(401)
    freshTokenOf(await again.caller.refresh(kept))
    freshTokenOf(await again.caller.signIn(smartflo))
    again.caller.close()
  })

  it('a day forward and back locks nobody out of signing in for a day', async (context) => {
    const { caller, setClock } = await begin(context)
    const attempt = () => caller.signIn({ email: 'nobody@demo.example', password: 'a guess that is wrong' })
    const waitOf = ({ status, headers }: Answer) => (status === 429 ? Number(headers['retry-after']) : 0)
    const exhaust = async () => {
      for (let guess = 0; guess < 12; guess += 1) {
        const wait = waitOf(await attempt())
        if (wait > 0) return wait
      }
      throw new Error('there is no limit')
    }
    const wait = await exhaust()
    setClock(-DAY)
    expect(waitOf(await attempt()), 'as long as before').toBeLessThanOrEqual(wait)
    setClock(DAY)
    expect(await statusOf(attempt()), 'a day has passed').toBe(401)
    const later = await exhaust()
    setClock(0)
    expect(waitOf(await attempt())).toBeLessThanOrEqual(later)
    caller.close()
  })
})
