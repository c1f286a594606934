import fc from 'fast-check'
import { expect, it } from 'vitest'
import { defaultPolicy, type RefreshPolicyName } from '../domain/refresh-policy.ts'
import { anAccountAt, openTestHouse, refreshTokenOf, type TestHouse } from '../testing/test-house.ts'

/*
 * Random lives of sessions, against a model that knows nothing but the table of a presentation. Presentations of one step are made
 * in one turn of the event loop, so they are one batch: all are judged against the row as it was before.
 */

type Step =
  | { readonly kind: 'wait'; readonly seconds: number }
  /** Time passes and the store cannot answer. */
  | { readonly kind: 'outage'; readonly seconds: number }
  /** How far behind the newest token each presented one is. */
  | { readonly kind: 'present'; readonly behind: readonly number[] }
  | { readonly kind: 'sign_out'; readonly behind: number }
  | { readonly kind: 'end_sessions' }
  | { readonly kind: 'step_clock'; readonly seconds: number }

interface Model {
  generation: number
  advancedAt: number
  previousAdvancedAt: number
  repeatedAt: number
  readonly startedAt: number
  expiresAt: number
  over: boolean
  steppedAt: number
  outages: { from: number; to: number }[]
}

const ACCESS = 60
const IDLE = 700
const ABSOLUTE = 3000
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('outage' as const), seconds: fc.integer({ min: 6, max: 900 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      seconds: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(0, 1, 10, 25, 29, 30, 31, 60, 359, 360, 361) },
        { weight: 1, arbitrary: fc.nat(900) },
      ),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant('present' as const),
      behind: fc.array(
        fc.oneof(
          { weight: 4, arbitrary: fc.constant(0) },
          { weight: 2, arbitrary: fc.constantFrom(1, 2) },
          { weight: 1, arbitrary: fc.nat(4) },
        ),
        { minLength: 1, maxLength: 6 },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sign_out' as const), behind: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'end_sessions' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('step_clock' as const), seconds: fc.integer({ min: 3, max: 900 }) }) },
)

const policies: readonly { readonly door: string; readonly policy: RefreshPolicyName }[] = [
  { door: 'strict', policy: 'strict' },
  { door: 'device', policy: 'device' },
  { door: 'bearer', policy: 'bearer' },
  { door: 'keycloak', policy: 'device' },
]

for (const { door, policy } of policies) {
  it(`every presentation of a random life is answered as the table says, under the policy ${policy} at the door ${door}`, async () => {
    const house = await openTestHouse({ lifetimes: { accessSeconds: ACCESS, idleSeconds: IDLE, absoluteSeconds: ABSOLUTE } })
    const account = await anAccountAt(house, door)
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const life = await beginLife(house, account, door)
        for (const one of steps) await takeStep(house, door, policy, life, one)
      }),
      { numRuns: 250 },
    )
    await house.close()
  }, 240_000)
}

interface Life {
  readonly model: Model
  /** tokens[g] is the token of generation g. */
  readonly tokens: string[]
  readonly login: string
}

async function beginLife(house: TestHouse, account: { login: string; password: string }, door: string): Promise<Life> {
  const signedIn = await house.signIn(door, account)
  if (!signedIn.ok) throw new Error(signedIn.refusal.code)
  const at = house.clock.now()
  const model = {
    generation: 0,
    advancedAt: at,
    previousAdvancedAt: at,
    repeatedAt: at,
    startedAt: at,
    expiresAt: expiry(at, at),
    over: false,
    steppedAt: house.clock.lastForwardStepAt() ?? Number.NEGATIVE_INFINITY,
    outages: [],
  }
  return { model, tokens: [refreshTokenOf(signedIn.value)], login: account.login }
}

async function takeStep(house: TestHouse, door: string, policy: RefreshPolicyName, life: Life, one: Step): Promise<void> {
  const { model, tokens } = life
  switch (one.kind) {
    case 'wait':
      return house.wait(one.seconds)
    case 'outage': {
      const from = house.clock.now()
      await house.store.beat(from)
      house.clock.advance(one.seconds * 1000)
      await house.store.beat(house.clock.now())
      model.outages.push({ from, to: house.clock.now() })
      return
    }
    case 'step_clock':
      await house.store.beat(house.clock.now())
      model.outages.push({ from: house.clock.now(), to: house.clock.now() + one.seconds * 1000 }) // nobody could tell it from an outage
      house.clock.stepForward(one.seconds * 1000)
      await house.store.beat(house.clock.now())
      model.steppedAt = house.clock.now()
      return
    case 'end_sessions':
      await house.useCases.endSessions({ noun: 'account', tenant: house.tenant.name, account: life.login })
      model.over = true
      return
    case 'sign_out': {
      await house.signOut(door, tokenBehind(life, one.behind))
      model.over = true
      return
    }
    case 'present': {
      const at = house.clock.now()
      const generations = one.behind.map((behind) => Math.max(0, model.generation - behind))
      const before = { ...model }
      const answers = await Promise.all(generations.map((generation) => house.refresh(door, tokens[generation] ?? '')))
      const expected = generations.map((generation) => predict(before, generation, at, policy))
      answers.forEach((answer, index) => {
        const verdict = expected[index]
        const shown = answer.ok ? 'tokens' : answer.refusal.code
        if (verdict === 'advance' || verdict === 'repeat')
          expect(shown, `generation ${generations[index]} of ${before.generation}`).toBe('tokens')
        else if (verdict === 'over') expect(['session_ended', 'session_stale']).toContain(shown)
        else if (verdict === 'end') expect(['refresh_reused', 'session_ended']).toContain(shown)
        else expect(shown, `generation ${generations[index]} of ${before.generation}`).toBe(verdict)
        if (!answer.ok) return
        const generation = before.generation + (verdict === 'advance' ? 1 : 0)
        const token = refreshTokenOf(answer.value)
        if (tokens[generation] === undefined) tokens[generation] = token
        expect(token, 'there is one lineage, and a repeat is the same bytes').toBe(tokens[generation])
      })
      if (expected.includes('advance')) {
        model.generation += 1
        model.previousAdvancedAt = before.advancedAt
        model.advancedAt = at
        model.expiresAt = expiry(model.startedAt, at)
      }
      if (expected.includes('repeat')) model.repeatedAt = at
      if (expected.includes('end')) model.over = true
    }
  }
}

function tokenBehind({ model, tokens }: Life, behind: number): string {
  return tokens[Math.max(0, model.generation - behind)] ?? ''
}

function expiry(startedAt: number, advancedAt: number): number {
  return Math.min(Math.floor(advancedAt / 1000) + IDLE, Math.floor(startedAt / 1000) + ABSOLUTE)
}

/** The table, written again in the plainest way, without the code under test. */
function predict(row: Model, presented: number, at: number, policy: RefreshPolicyName): string {
  if (row.over) return 'over'
  if (at >= row.expiresAt * 1000) return 'session_expired'
  if (presented === row.generation) return 'advance'
  const window = { strict: 30_000, bearer: (ACCESS + 300) * 1000, device: 1e15 }[policy]
  if (presented === row.generation - 1 && answeringSince(row, row.advancedAt, at) <= window) return 'repeat'
  const answeredAt = Math.max(row.repeatedAt, presented === row.generation - 1 ? row.advancedAt : row.previousAdvancedAt)
  if (presented >= row.generation - 2 && answeringSince(row, answeredAt, at) <= 30_000) return 'refresh_superseded'
  const afterStep = at - row.steppedAt <= (policy === 'device' ? 30_000 : window)
  if (presented >= row.generation - 2 && afterStep) return 'refresh_superseded'
  return 'end'
}

function answeringSince(row: Model, since: number, at: number): number {
  const away = row.outages.filter(({ from, to }) => to - from > 5000 && from >= since).reduce((sum, { from, to }) => sum + to - from, 0)
  return at - since - away
}

it('the model and the product agree on the windows', () => {
  expect(defaultPolicy('bearer', ACCESS)).toEqual({ name: 'bearer', windowSeconds: ACCESS + 300 })
  expect(defaultPolicy('strict', ACCESS)).toEqual({ name: 'strict', windowSeconds: 30 })
})
