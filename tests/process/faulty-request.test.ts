/** A fault that nothing catches, in one request: it costs that request and at most its process, and its traces show no secret. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { childrenOf, findFreePort, openStage, untilFound } from './launch.ts'

const stage = openStage()
const HEADER = 'x-test-fault'

/** Read before the program: a request with the header has a fault that no handler sees, and that knows the whole request. */
const FAULT_HOOK = `
import { subscribe } from 'node:diagnostics_channel'
subscribe('http.server.request.start', ({ request }) => {
  const { '${HEADER}': kind, ...headers } = request.headers
  if (kind === undefined) return
  const fault = Object.assign(new RangeError('about ' + headers.authorization), { headers })
  if (kind === 'exception') setImmediate(() => { throw fault })
  if (kind === 'rejection') setImmediate(() => Promise.reject(fault))
})
`

function faulty(): readonly string[] {
  const file = join(stage.newFolder(), 'fault-hook.mjs')
  writeFileSync(file, FAULT_HOOK)
  return ['--import', file]
}

const refreshWithFault = (token: string, kind: string) => ({
  path: '/v1/auth/refresh',
  options: { method: 'POST', headers: { authorization: `Bearer ${token}`, [HEADER]: kind } },
})

/** One line of the log says what and where; nothing is printed beside the log. */
function expectTraces(stderr: string, secret: string): void {
  const lines = stderr.trim().split('\n')
  const failed = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'process.failed')
  expect(failed).toMatchObject([{ level: 'error', error: 'RangeError', stack: expect.stringContaining('fault-hook') }])
  expect(stderr).not.toContain(secret)
}

describe.each(['exception', 'rejection'])('S174: an %s that nothing catches, in one request', (kind) => {
  it('with workers: another process takes the place, and what was acknowledged goes on', async () => {
    const installation = stage.newInstallation()
    const server = await installation.serve({ demo: true, workers: 2, nodeOptions: faulty() })
    const { smartflo } = readDemo(installation)
    const caller = createCaller(server.url)
    const held = tokenOf(await caller.signIn(smartflo))
    const workers = childrenOf(server)
    const { path, options } = refreshWithFault(held, kind)
    const answer = await caller.call(path, options).catch(() => undefined)
    expect([undefined, 200, 500], 'no refusal').toContain(answer?.status)
    await untilFound(() => server.stderr().includes('"worker.died"') || undefined)
    await untilFound(
      () => (childrenOf(server).length === workers.length && server.stderr().split('"worker.started"').length > 3) || undefined,
    )
    expect(
      childrenOf(server).filter((pid) => workers.includes(pid)),
      'the other one lives',
    ).toHaveLength(1)
    const other = createCaller(server.url)
    tokenOf(await other.refresh(tokenOf(await other.refresh(held))))
    expectTraces(server.stderr(), held)
    expect(server.stdout()).not.toContain(held)
    for (const one of [caller, other]) one.close()
    expect((await server.end('SIGTERM')).code).toBe(0)
  })

  it('with one process: it ends, says why without a secret, and another one goes on', async () => {
    const installation = stage.newInstallation()
    const variables = { RINGKEY_PORT: await findFreePort() }
    const server = await installation.serve({ demo: true, variables, nodeOptions: faulty() })
    const caller = createCaller(server.url)
    const held = tokenOf(await caller.signIn(readDemo(installation).smartflo))
    const { path, options } = refreshWithFault(held, kind)
    const answer = await caller.call(path, options).catch(() => undefined)
    expect([undefined, 200, 500], 'no refusal').toContain(answer?.status)
    const { code, stdout, stderr } = await server.ended
    expect(code, 'whoever watches it starts it again').not.toBe(0)
    expectTraces(stderr, held)
    expect(stdout).not.toContain(held)
    await installation.serve({ variables })
    tokenOf(await caller.refresh(held))
    caller.close()
  })
})
