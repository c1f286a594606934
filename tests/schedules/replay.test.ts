/** A thief who presents what is long superseded always ends the session: at every door, after any honest life, and for everybody who has its tokens. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { A_PASSWORD, PLAIN_ACCOUNT, refreshTokenOf, valueFrom } from '../../packages/server/src/testing/test-house.ts'
import type { SessionTokens } from '../../packages/server/src/use-cases/use-cases.ts'
import { SEED } from '../seed.ts'
import { DOORS, LIFETIMES, openStage, passTime, type Stage, TENANT } from './stage.ts'

const RUNS = 15
const CALLER = { address: '192.0.2.7', requestId: 'req-test' }

let stage: Stage
let accounts = 0
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

/** @returns the tokens of each generation of a new session; its owner has waited before each renewal */
async function liveOn(door: string, waits: readonly number[]): Promise<SessionTokens[]> {
  passTime(stage.machine, 3600)
  await stage.beat()
  accounts += 1
  const login = `${accounts}@acme.example`
  const account = { ...PLAIN_ACCOUNT, tenant: TENANT, organisation: 'Switchboard', loginIds: [login], password: A_PASSWORD }
  valueFrom(await stage.useCases().createAccount(account))
  const request = { tenant: stage.tenant(), client: { kind: 'door', door } as const, caller: CALLER }
  let tokens: SessionTokens = valueFrom(await stage.useCases().signIn({ ...request, login, password: A_PASSWORD }))
  const generations = [tokens]
  for (const seconds of waits) {
    await stage.wait(seconds)
    tokens = valueFrom(await stage.useCases().refreshSession({ ...request, refreshToken: refreshTokenOf(tokens) }))
    generations.push(tokens)
  }
  return generations
}

async function refreshed(door: string, tokens: SessionTokens | undefined): Promise<string> {
  const refreshToken = tokens === undefined ? '' : refreshTokenOf(tokens)
  const request = { tenant: stage.tenant(), client: { kind: 'door', door } as const, caller: CALLER }
  const outcome = await stage.useCases().refreshSession({ ...request, refreshToken })
  return outcome.ok ? 'tokens' : outcome.refusal.code
}

async function expectOver(door: string, generations: readonly SessionTokens[]): Promise<void> {
  for (const tokens of generations) {
    expect(await refreshed(door, tokens)).toBe('session_ended')
    const { accessToken: token } = tokens
    expect((await stage.useCases().describeCaller({ tenant: stage.tenant(), token })).ok, 'its access tokens are inactive').toBe(false)
  }
  const sessionId = generations[0]?.sessionId
  const audit = valueFrom(await stage.useCases().list.audit({ tenant: TENANT, max: 5 }))
  expect(audit.filter(({ subject, action }) => subject === sessionId && action.includes('reuse'))).toHaveLength(1)
}

describe.each(DOORS.map(({ name }) => name))('at the door %s', (door) => {
  it('S32, S45: generation 0 presented at generation 3 or later ends the session, and all that came of it', async () => {
    const waits = fc.array(fc.constantFrom(0, 1, 30, 31, 59, 100), { minLength: 3, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(waits, fc.nat(3), async (before, index) => {
        const generations = await liveOn(door, before)
        expect(await refreshed(door, generations[Math.min(index, generations.length - 4)])).toBe('refresh_reused')
        await expectOver(door, generations)
      }),
      { numRuns: RUNS, seed: SEED },
    )
  })

  it('S32: of two generations back is refused within 30 s, and later ends the session', async () => {
    const generations = await liveOn(door, [5, 5])
    await stage.wait(25)
    expect(await refreshed(door, generations[0])).toBe('refresh_superseded')
    await stage.wait(1)
    expect(await refreshed(door, generations[0])).toBe('refresh_reused')
    await expectOver(door, generations)
  })

  it('S36: of one generation back is answered with the same token until its window closes, is refused while copies may be on their way, and later ends the session', async () => {
    const policy = DOORS.find(({ name }) => name === door)?.defaults.refreshPolicy
    const window = policy === undefined || policy.name === 'device' ? LIFETIMES.idleSeconds - 1 : policy.windowSeconds
    const generations = await liveOn(door, [5])
    await stage.wait(window)
    expect(await refreshed(door, generations[0])).toBe('tokens')
    await stage.wait(1)
    if (policy?.name === 'device') return expect(await refreshed(door, generations[0])).toBe('session_expired')
    // The answer that was given again may have copies on their way.
    expect(await refreshed(door, generations[0])).toBe('refresh_superseded')
    await stage.wait(30)
    expect(await refreshed(door, generations[0])).toBe('refresh_reused')
    await expectOver(door, generations)
  })
})
