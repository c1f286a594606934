/**
 * `serve --workers`: several processes on one socket and one data directory are one server to whoever calls.
 * `RINGKEY_TEST_ROUNDS` is how often many refresh one token at once, 20 by default.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, it } from 'vitest'
import { beginSignIn } from './begun-sign-in.ts'
import { type Answer, type Caller, claimsOf, createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { childrenOf, findFreePort, type Installation, openStage, type Server, untilFound } from './launch.ts'

const stage = openStage()
const ROUNDS = Number(process.env.RINGKEY_TEST_ROUNDS ?? 20)
const PARALLEL = 50
const WORKERS = 2

async function serveDemo(variables: Record<string, string> = {}): Promise<{ installation: Installation; server: Server }> {
  const installation = stage.newInstallation()
  return { installation, server: await installation.serve({ demo: true, workers: WORKERS, variables }) }
}

/** The worker that has given this answer, as its log says. */
async function workerBehind(server: Server, { headers }: Answer): Promise<number> {
  const line = await untilFound(() =>
    server
      .stderr()
      .split('\n')
      .find((text) => text.includes('request.answered') && text.includes(String(headers['x-request-id']))),
  )
  return JSON.parse(line).worker
}

/** One caller for each worker. A caller that waits for its answers has one connection, and so one worker. */
async function callersOfEach(server: Server, baseUrl = server.url): Promise<Caller[]> {
  const found = new Map<number, Caller>()
  while (found.size < WORKERS) {
    const caller = createCaller(baseUrl)
    const worker = await workerBehind(server, await caller.verify('x.y.z'))
    if (found.has(worker)) caller.close()
    else found.set(worker, caller)
  }
  return [...found.values()]
}

function aWorkerOf(server: Server): number {
  const [pid] = childrenOf(server)
  if (pid === undefined) throw new Error('the server has no worker')
  return pid
}

function isThere(pid: number): boolean {
  return existsSync(`/proc/${pid}`)
}

async function readFigure(server: Server, line: RegExp): Promise<number> {
  const text = await (await fetch(`${server.metricsUrl}/metrics`)).text()
  return Number(new RegExp(`^${line.source} (\\S+)$`, 'm').exec(text)?.[1])
}

describe('a server with workers', () => {
  it(`S35: answers ${PARALLEL} refreshes of one token at once with one successor, ${ROUNDS} times, whichever worker is asked`, {
    timeout: 240_000 + ROUNDS * 2000,
  }, async () => {
    const { installation, server } = await serveDemo()
    const caller = createCaller(server.url)
    let token = tokenOf(await caller.signIn(readDemo(installation).smartflo))
    for (let round = 0; round < ROUNDS; round += 1) {
      const held = token
      const answers = await Promise.all(Array.from({ length: PARALLEL }, () => caller.refresh(held)))
      const successors = new Set(answers.map(tokenOf))
      expect(successors.size).toBe(1)
      token = [...successors][0] ?? ''
      expect(claimsOf(token).jti).not.toBe(claimsOf(held).jti)
    }
    const workers = server.stderr().match(/"worker":\d+(?=.*\/v1\/auth\/refresh)/g)
    expect(new Set(workers).size).toBe(WORKERS)
    expect(server.stderr()).not.toMatch(/"level":"(?:error|warn)"/)
    caller.close()
  })

  it('S40: each worker refuses within a second what an operator, or another worker, has ended', async () => {
    const { installation, server } = await serveDemo()
    const { smartflo } = readDemo(installation)
    const callers = await callersOfEach(server)
    const [first] = callers
    const tokens = await Promise.all(callers.map((caller) => caller.signIn(smartflo).then(tokenOf)))
    const [signedOut = '', ended = ''] = tokens
    const statusesOf = (token: string) => Promise.all(callers.map(async (caller) => (await caller.verify(token)).status))
    expect(await statusesOf(signedOut)).toEqual(callers.map(() => 200))
    await first?.signOut(signedOut)
    const signedOutAt = Date.now()
    expect(await statusesOf(signedOut)).toEqual(callers.map(() => 401))
    expect(Date.now() - signedOutAt).toBeLessThan(1000)
    expect(await statusesOf(ended)).toEqual(callers.map(() => 200))
    await installation.ask('account', 'end-sessions', smartflo.email)
    const endedAt = Date.now()
    expect(await statusesOf(ended)).toEqual(callers.map(() => 401))
    expect(Date.now() - endedAt).toBeLessThan(1000)
    for (const caller of callers) caller.close()
  })

  it('each worker knows a tenant that an operator has just made, and what another worker has signed for it', async () => {
    const { installation, server } = await serveDemo()
    const callers = await callersOfEach(server, `${server.url}/t/other`)
    await installation.ask('tenant', 'create', 'other', '--doors', 'servetel')
    await installation.ask('organisation', 'create', 'Acme', '--tenant', 'other')
    const account = ['ann@acme.example', '--organisation', 'Acme', '--tenant', 'other', '--password-stdin']
    const ann = { email: 'ann@acme.example', password: 'a password of her own' }
    expect((await installation.run(['account', 'create', ...account], { input: `${ann.password}\n` })).code).toBe(0)
    for (const signer of callers) {
      const token = tokenOf(await signer.signIn(ann))
      for (const caller of callers) expect((await caller.verify(token)).status).toBe(200)
    }
    for (const caller of callers) caller.close()
  })

  it('S160: puts another one in the place of a worker that is killed; what was acknowledged goes on, and the other answers meanwhile', async () => {
    const { installation, server } = await serveDemo({ RINGKEY_METRICS_PORT: '0' })
    const [caller, setup] = [createCaller(server.url), createCaller(server.url)]
    const held = await Promise.all(Array.from({ length: 8 }, () => setup.signIn(readDemo(installation).smartflo).then(tokenOf)))
    setup.close()
    for (let kill = 0; kill < 3; kill += 1) {
      const victim = aWorkerOf(server)
      let answers = 0
      let isOver = false
      const refreshing = held.map(async (_, index) => {
        while (!isOver) {
          const answer = await caller.refresh(held[index] ?? '').catch(() => undefined) // a connection to the one that was killed
          if (answer !== undefined) held[index] = tokenOf(answer)
          answers += 1
          if (answers === 40) process.kill(victim, 'SIGKILL')
        }
      })
      await untilFound(() => (answers > 40 && !isThere(victim) && childrenOf(server).length === WORKERS) || undefined)
      const startedBefore = kill + 1 + WORKERS
      await untilFound(() => server.stderr().split('"worker.started"').length > startedBefore || undefined)
      isOver = true
      await Promise.all(refreshing)
    }
    expect(await readFigure(server, /ringkey_workers/)).toBe(WORKERS)
    expect(await readFigure(server, /ringkey_events_total\{event="worker\.died"\}/)).toBe(3)
    for (const token of held) expect((await caller.verify(token)).status).toBe(200)
    caller.close()
  })

  it('shows one figure for all workers, which does not fall when one dies', async () => {
    const { server } = await serveDemo({ RINGKEY_METRICS_PORT: '0' })
    const callers = await callersOfEach(server)
    await Promise.all(callers.map((caller) => caller.call('/livez')))
    const count = () => readFigure(server, /ringkey_http_requests_total\{door="none",route="\/livez",status="200"\}/)
    expect(await count()).toBe(callers.length)
    const victim = aWorkerOf(server)
    process.kill(victim, 'SIGKILL')
    await untilFound(() => server.stderr().includes('"worker.died"') || undefined)
    expect(await count()).toBe(callers.length)
    for (const caller of callers) caller.close()
  })

  it('S162: told to stop under load, finishes what it has begun, ends with 0 and leaves no process', async () => {
    const variables = { RINGKEY_PORT: await findFreePort() }
    const { installation, server } = await serveDemo(variables)
    const callers = await callersOfEach(server)
    const held = await Promise.all(callers.map((caller) => caller.signIn(readDemo(installation).smartflo).then(tokenOf)))
    for (const caller of callers) await untilFound(async () => (await caller.call('/readyz')).status === 200 || undefined)
    const begun = await Promise.all(
      Array.from({ length: 4 }, () => beginSignIn(server.url, JSON.stringify(readDemo(installation).smartflo))),
    )
    const workers = childrenOf(server)
    let answers = 0
    const refreshing = callers.map(async (caller, index) => {
      for (;;) {
        const answer = await caller.refresh(held[index] ?? '').catch(() => undefined)
        if (answer === undefined) return
        held[index] = tokenOf(answer) // whatever is answered, it is no refusal and no error
        answers += 1
        if (answers === 50) server.end('SIGTERM')
      }
    })
    await Promise.all(refreshing)
    for (const { finish } of begun) expect((await finish()).statusCode, 'what had begun is finished').toBe(200)
    expect((await server.ended).code).toBe(0)
    expect(workers.filter(isThere)).toEqual([])
    expect(server.stderr()).not.toMatch(/"level":"(?:error|warn)"/)
    const again = await installation.serve({ workers: WORKERS, variables })
    const afterwards = createCaller(again.url)
    for (const token of held) expect((await afterwards.refresh(token)).status).toBe(200)
    for (const caller of [...callers, afterwards]) caller.close()
    expect((await again.end('SIGINT')).code).toBe(0)
  })

  it('that is killed leaves no worker behind', async () => {
    const { server } = await serveDemo()
    const workers = childrenOf(server)
    expect(workers).toHaveLength(WORKERS)
    await server.end('SIGKILL')
    await untilFound(() => !workers.some(isThere) || undefined)
  })

  it('S165: shares the connections that it may hold: each worker drops what is beyond its part', async () => {
    const { server } = await serveDemo({ RINGKEY_MAX_CONNECTIONS: '5' })
    const callers: Caller[] = []
    const isDropping = (worker: number) =>
      server
        .stderr()
        .split('\n')
        .some((line) => line.includes('"connection.dropped"') && line.includes(`"worker":${worker},`))
    let held = 0
    // Each keeps its connection; the kernel decides which worker gets it.
    while (!(isDropping(1) && isDropping(2))) {
      const caller = createCaller(server.url)
      callers.push(caller)
      if ((await caller.call('/livez').catch(() => undefined)) !== undefined) held += 1
    }
    expect(held).toBe(WORKERS * 2)
    for (const caller of callers) caller.close()
  })

  it('that cannot listen says so once and ends with 9', async () => {
    const { installation, server } = await serveDemo()
    await installation.serve() // a server with one process beside it
    const { code, stdout, stderr } = await installation.begin({ workers: WORKERS, variables: { RINGKEY_PORT: new URL(server.url).port } })
      .ended
    expect({ code, stdout }).toEqual({ code: 9, stdout: '' })
    expect(stderr.match(/Another program listens on this address/g)).toHaveLength(1)
    expect(stderr).not.toMatch(/worker\.died|\n\s+at /)
  })
})

describe('another process that holds the database', () => {
  it('keeps no worker from answering what needs no writing; a refresh waits and is then answered', async () => {
    const { installation, server } = await serveDemo()
    const callers = await callersOfEach(server)
    const [first] = callers
    if (first === undefined) throw new Error('no caller')
    const held = tokenOf(await first.signIn(readDemo(installation).smartflo))
    const other = new DatabaseSync(join(installation.dataDir, 'ringkey.sqlite'), { timeout: 5000 })
    other.exec('begin immediate')
    const refreshed = Promise.all(callers.map((caller) => caller.refresh(held)))
    let slowestMs = 0
    for (let round = 0; round < 100; round += 1) {
      const beganAt = performance.now()
      const answers = await Promise.all(callers.map((caller) => caller.verify(held)))
      slowestMs = Math.max(slowestMs, performance.now() - beganAt)
      expect(answers.map(({ status }) => status)).toEqual(callers.map(() => 200))
    }
    other.exec('commit')
    other.close()
    expect(new Set((await refreshed).map(tokenOf)).size).toBe(1)
    // Inside SQLite each try would keep its whole process for the five seconds that it waits there.
    expect(slowestMs).toBeLessThan(4000)
    for (const caller of callers) caller.close()
  })
})

describe('S33: time in which nobody answers', () => {
  it('does not count, although the process that watches lives on', async () => {
    const { installation, server } = await serveDemo()
    const database = new DatabaseSync(join(installation.dataDir, 'ringkey.sqlite'), { readOnly: true })
    const lastBeat = () => Number(database.prepare('select beat_at from clock').get()?.beat_at)
    const workers = childrenOf(server)
    const begun = lastBeat()
    await untilFound(() => lastBeat() > begun || undefined) // they beat
    for (const pid of workers) process.kill(pid, 'SIGSTOP')
    const stopped = lastBeat()
    // An outage is told by what nobody wrote: longer than the shortest that is seen, and only then does anybody go on.
    await untilFound(() => Date.now() - stopped > 7000 || undefined)
    for (const pid of workers) process.kill(pid, 'SIGCONT')
    const outages = () => database.prepare('select from_at, to_at from outages where to_at - from_at > 5000').all()
    expect(await untilFound(() => outages().find(({ from_at }) => Number(from_at) >= begun))).toBeDefined()
    database.close()
  })

  it('a worker that cannot start is not counted, and the log says why', async () => {
    const { installation, server } = await serveDemo({ RINGKEY_METRICS_PORT: await findFreePort() })
    expect(await readFigure(server, /ringkey_workers/)).toBe(WORKERS)
    // The key that a successor finds is another one.
    writeFileSync(join(installation.dataDir, 'master.key'), `${Buffer.alloc(32, 9).toString('base64url')}\n`)
    process.kill(aWorkerOf(server), 'SIGKILL')
    await untilFound(() => server.stderr().includes('"master_key_wrong"') || undefined)
    expect(await readFigure(server, /ringkey_workers/)).toBe(WORKERS - 1)
  })
})
