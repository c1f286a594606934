/** Two servers on one data directory are one server: they share sessions, limits and revocations, and no caller meets their meeting. */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Answer, type Caller, claimsOf, createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { type Installation, openStage } from './launch.ts'

const stage = openStage()
const ROUNDS = 20
const PARALLEL = 50

let installation: Installation
let callers: readonly [Caller, Caller]
beforeAll(async () => {
  installation = stage.newInstallation()
  const first = await installation.serve({ demo: true })
  const second = await installation.serve({ variables: { RINGKEY_PUBLIC_URL: first.url } })
  callers = [createCaller(first.url), createCaller(second.url)]
})

/** Calls both in turn, all at once. */
function spread(calls: number, call: (caller: Caller, index: number) => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(Array.from({ length: calls }, (_, index) => call(callers[index % 2 === 0 ? 0 : 1], index)))
}

describe('two servers on one data directory', () => {
  it(`S35: answer ${PARALLEL} refreshes of one token at once with one successor, ${ROUNDS} times, and nobody gets an error`, async () => {
    const { smartflo } = readDemo(installation)
    let token = tokenOf(await callers[0].signIn(smartflo))
    for (let round = 0; round < ROUNDS; round += 1) {
      const held = token
      const answers = await spread(PARALLEL, (caller) => caller.refresh(held))
      const successors = new Set(answers.map(tokenOf))
      expect(successors.size).toBe(1)
      token = [...successors][0] ?? ''
      expect(claimsOf(token).jti).not.toBe(claimsOf(held).jti)
    }
  })

  it('S35: serve different sessions at once without an error', async () => {
    const { smartflo } = readDemo(installation)
    const tokens = await Promise.all(Array.from({ length: 8 }, () => callers[1].signIn(smartflo).then(tokenOf)))
    await Promise.all(
      tokens.map(async (first, index) => {
        let token = first
        for (let step = 0; step < 20; step += 1) token = tokenOf(await callers[(index + step) % 2 === 0 ? 0 : 1].refresh(token))
      }),
    )
  })

  it('S40: both refuse at once what an operator ends', async () => {
    const { smartflo } = readDemo(installation)
    const token = tokenOf(await callers[0].signIn(smartflo))
    for (const caller of callers) expect((await caller.verify(token)).status).toBe(200)
    await installation.ask('account', 'end-sessions', smartflo.email)
    for (const caller of callers) {
      expect((await caller.verify(token)).status).toBe(401)
      expect((await caller.refresh(token)).status).toBe(401)
    }
  })

  it('S75: share the limits, which outlive both', async () => {
    const stranger = { email: 'nobody@demo.example' }
    const answers = await spread(14, (caller, index) => caller.signIn({ ...stranger, password: `guess number ${index}` }))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(4)
    for (const caller of callers) {
      const { status, headers } = await caller.signIn({ ...stranger, password: 'one more guess' })
      expect(status).toBe(429)
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    }
    const third = await installation.serve()
    expect((await createCaller(third.url).signIn({ ...stranger, password: 'one more guess' })).status).toBe(429)
  })
})
