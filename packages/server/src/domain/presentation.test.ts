import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AccountId, ApplicationId, SessionId, TenantId } from './ids.ts'
import { judgePresentation, LATE_COPY_MS, type Presentation, type Verdict } from './presentation.ts'
import { defaultPolicy, type RefreshPolicy } from './refresh-policy.ts'
import type { Scope } from './scope.ts'
import type { Session } from './session.ts'

const SECOND = 1000
/** When the row reached generation 7, and when it had reached 6. */
const ADVANCED_AT = 1_790_000_000_500
const PREVIOUS_ADVANCED_AT = ADVANCED_AT - 20 * SECOND
const CURRENT = 7

const STRICT = defaultPolicy('strict', 3600)
const DEVICE = defaultPolicy('device', 3600)
const BEARER = defaultPolicy('bearer', 3600)

const REPEAT: Verdict = { verdict: 'repeat' }
const END: Verdict = { verdict: 'end' }
const SUPERSEDED: Verdict = { verdict: 'refuse', code: 'refresh_superseded' }

function aSession(overrides: Partial<Session> = {}): Session {
  return {
    id: 'a-session' as SessionId,
    secret: Buffer.alloc(16),
    tenantId: 'ten_a' as TenantId,
    applicationId: 'app_a' as ApplicationId,
    accountId: 'acc_a' as AccountId,
    scope: '' as Scope,
    actorSessionId: undefined,
    generation: CURRENT,
    advancedAt: ADVANCED_AT,
    previousAdvancedAt: PREVIOUS_ADVANCED_AT,
    repeatedAt: undefined,
    origin: { device: undefined, block: undefined, isPassing: false },
    expiresAt: Math.floor(ADVANCED_AT / 1000) + 30 * 86_400,
    startedAt: ADVANCED_AT - 86_400 * SECOND,
    epochs: { tenant: 0, application: 0, account: 0 },
    endedAt: undefined,
    endReason: undefined,
    ...overrides,
  }
}

function aPresentation(overrides: Partial<Presentation> = {}): Presentation {
  return {
    session: aSession(),
    current: true,
    presentedGeneration: CURRENT,
    at: ADVANCED_AT + SECOND,
    policy: STRICT,
    outages: [],
    lastForwardStepAt: undefined,
    ...overrides,
  }
}

/** `after`: seconds since `advancedAt`; `afterPrevious`: seconds since `previousAdvancedAt`. */
type Row = readonly [RefreshPolicy, behind: number, moment: { after: number } | { afterPrevious: number }, Verdict]

const TABLE: readonly Row[] = [
  [STRICT, 0, { after: 0 }, { verdict: 'advance' }],
  [STRICT, 0, { after: 86_400 }, { verdict: 'advance' }],
  [DEVICE, 0, { after: 86_400 }, { verdict: 'advance' }],
  [BEARER, 0, { after: 86_400 }, { verdict: 'advance' }],

  [STRICT, 1, { after: 0 }, REPEAT],
  [STRICT, 1, { after: 30 }, REPEAT],
  [STRICT, 1, { after: 30.001 }, END],
  [DEVICE, 1, { after: 0 }, REPEAT],
  [DEVICE, 1, { after: 29 * 86_400 }, REPEAT],
  [BEARER, 1, { after: 0 }, REPEAT],
  [BEARER, 1, { after: 3900 }, REPEAT],
  [BEARER, 1, { after: 3900.001 }, END],
  [{ name: 'strict', windowSeconds: 10 }, 1, { after: 10 }, REPEAT],
  [{ name: 'strict', windowSeconds: 10 }, 1, { after: 10.001 }, SUPERSEDED],
  [{ name: 'strict', windowSeconds: 10 }, 1, { after: 30 }, SUPERSEDED],
  [{ name: 'strict', windowSeconds: 10 }, 1, { after: 30.001 }, END],

  [STRICT, 2, { afterPrevious: 30 }, SUPERSEDED],
  [STRICT, 2, { afterPrevious: 30.001 }, END],
  [DEVICE, 2, { afterPrevious: 30 }, SUPERSEDED],
  [DEVICE, 2, { afterPrevious: 30.001 }, END],
  [BEARER, 2, { afterPrevious: 30 }, SUPERSEDED],
  [BEARER, 2, { afterPrevious: 30.001 }, END],

  [STRICT, 3, { after: 0 }, END],
  [DEVICE, 3, { after: 0 }, END],
  [BEARER, 3, { after: 0 }, END],
  [DEVICE, 7, { after: 0 }, END],

  [STRICT, -1, { after: 0 }, { verdict: 'commits_lost' }],
  [DEVICE, -1, { after: 86_400 }, { verdict: 'commits_lost' }],
  [BEARER, -5, { after: 0 }, { verdict: 'commits_lost' }],
]

describe('the table of a presentation', () => {
  for (const [policy, behind, moment, verdict] of TABLE) {
    const [since, seconds] = 'after' in moment ? [ADVANCED_AT, moment.after] : [PREVIOUS_ADVANCED_AT, moment.afterPrevious]
    const when = `${seconds} s after ${'after' in moment ? 'the last advance' : 'the one before'}`
    const what = 'code' in verdict ? `${verdict.verdict} (${verdict.code})` : verdict.verdict
    it(`under ${policy.name}${'windowSeconds' in policy ? ` (${policy.windowSeconds} s)` : ''}, c ${behind < 0 ? '+' : '-'} ${Math.abs(behind)} presented ${when} means: ${what}`, () => {
      const at = since + seconds * SECOND
      expect(judgePresentation(aPresentation({ policy, presentedGeneration: CURRENT - behind, at }))).toEqual(verdict)
    })
  }
})

describe('a request that asked again, and was given the answer once more', () => {
  const again = (behind: number, repeatedAfter: number, after: number, policy: RefreshPolicy) =>
    judgePresentation(
      aPresentation({
        session: aSession({ repeatedAt: ADVANCED_AT + repeatedAfter * SECOND }),
        presentedGeneration: CURRENT - behind,
        policy,
        at: ADVANCED_AT + after * SECOND,
      }),
    )

  it.each([STRICT, DEVICE])('S36: has late copies for 30 s, which are refused and end nothing, under $name', (policy) => {
    if (policy === STRICT) {
      expect(again(1, 29, 31, policy), 'its answer was not used yet').toEqual(SUPERSEDED)
      expect(again(1, 29, 59, policy)).toEqual(SUPERSEDED)
      expect(again(1, 29, 59.001, policy)).toEqual(END)
    }
    expect(again(2, -1, 29, policy), 'its answer was used a second later').toEqual(SUPERSEDED)
    expect(again(2, -1, 29.001, policy)).toEqual(END)
    expect(again(3, 0, 0, policy)).toEqual(END)
  })
})

describe('a session that may not be used', () => {
  const refusals = [
    ['ended', aPresentation({ session: aSession({ endedAt: ADVANCED_AT, endReason: 'signed_out' }) }), 'session_ended'],
    ['born under an older epoch', aPresentation({ current: false }), 'session_stale'],
    ['past its end', aPresentation({ at: aSession().expiresAt * SECOND }), 'session_expired'],
  ] as const

  for (const [state, presentation, code] of refusals) {
    it(`refuses every generation when it is ${state}, and is not ended by it`, () => {
      for (const presentedGeneration of [0, CURRENT - 3, CURRENT - 2, CURRENT - 1, CURRENT, CURRENT + 1]) {
        expect(judgePresentation({ ...presentation, presentedGeneration })).toEqual({ verdict: 'refuse', code })
      }
    })
  }

  it('is expired from its last second on, and not a millisecond sooner', () => {
    const at = aSession().expiresAt * SECOND
    expect(judgePresentation(aPresentation({ at: at - 1 }))).toEqual({ verdict: 'advance' })
    expect(judgePresentation(aPresentation({ at }))).toEqual({ verdict: 'refuse', code: 'session_expired' })
  })
})

describe('time in which the store could not answer', () => {
  const previous = (overrides: Partial<Presentation>) =>
    judgePresentation(aPresentation({ presentedGeneration: CURRENT - 1, ...overrides }))

  it('does not count against a replay window', () => {
    const outages = [{ from: ADVANCED_AT + 5 * SECOND, to: ADVANCED_AT + 605 * SECOND }]
    expect(previous({ outages, at: ADVANCED_AT + 630 * SECOND })).toEqual(REPEAT)
    expect(previous({ outages, at: ADVANCED_AT + 630 * SECOND + 1 })).toEqual(END)
  })

  it('does not count against the 30 s of a late copy', () => {
    const outages = [{ from: ADVANCED_AT, to: ADVANCED_AT + 600 * SECOND }]
    const at = PREVIOUS_ADVANCED_AT + LATE_COPY_MS + 600 * SECOND
    expect(judgePresentation(aPresentation({ presentedGeneration: CURRENT - 2, outages, at }))).toEqual(SUPERSEDED)
    expect(judgePresentation(aPresentation({ presentedGeneration: CURRENT - 2, outages, at: at + 1 }))).toEqual(END)
  })

  it('counts only where it overlaps the window: what lay before the advance gives nothing', () => {
    const outages = [{ from: ADVANCED_AT - 600 * SECOND, to: ADVANCED_AT + 10 * SECOND }]
    expect(previous({ outages, at: ADVANCED_AT + 40 * SECOND })).toEqual(REPEAT)
    expect(previous({ outages, at: ADVANCED_AT + 40 * SECOND + 1 })).toEqual(END)
  })

  it('adds up over several outages, and one that is not over yet counts until now', () => {
    const outages = [
      { from: ADVANCED_AT + SECOND, to: ADVANCED_AT + 11 * SECOND },
      { from: ADVANCED_AT + 20 * SECOND, to: ADVANCED_AT + 900 * SECOND },
    ]
    expect(previous({ outages, at: ADVANCED_AT + 300 * SECOND })).toEqual(REPEAT)
  })
})

describe('after the machine was set forward', () => {
  const steppedAt = ADVANCED_AT + 3600 * SECOND
  const late = (overrides: Partial<Presentation>) => judgePresentation(aPresentation({ lastForwardStepAt: steppedAt, ...overrides }))

  it('late tokens are refused and not punished for one window', () => {
    for (const behind of [1, 2]) {
      const presentedGeneration = CURRENT - behind
      expect(late({ presentedGeneration, at: steppedAt })).toEqual(SUPERSEDED)
      expect(late({ presentedGeneration, at: steppedAt + 30 * SECOND })).toEqual(SUPERSEDED)
      expect(late({ presentedGeneration, at: steppedAt + 30 * SECOND + 1 })).toEqual(END)
    }
  })

  it('under device, whose window no step can shorten, c - 2 is spared for the 30 s of a late copy', () => {
    expect(late({ policy: DEVICE, presentedGeneration: CURRENT - 2, at: steppedAt + LATE_COPY_MS })).toEqual(SUPERSEDED)
    expect(late({ policy: DEVICE, presentedGeneration: CURRENT - 2, at: steppedAt + LATE_COPY_MS + 1 })).toEqual(END)
    expect(late({ policy: DEVICE, presentedGeneration: CURRENT - 1, at: steppedAt })).toEqual(REPEAT)
  })

  it('c - 3 ends the session all the same: no clock explains it', () => {
    expect(late({ presentedGeneration: CURRENT - 3, at: steppedAt })).toEqual(END)
  })
})

describe('whatever is presented', () => {
  const policies = fc.constantFrom(STRICT, DEVICE, BEARER)
  const anyPresentation = fc
    .record({
      generation: fc.nat(20),
      presentedGeneration: fc.nat(25),
      policy: policies,
      sinceAdvance: fc.integer({ min: -5000, max: 40 * 86_400 * SECOND }),
      betweenAdvances: fc.nat(86_400 * SECOND),
      current: fc.boolean(),
      ended: fc.boolean(),
      stepped: fc.option(fc.nat(86_400 * SECOND), { nil: undefined }),
    })
    .map(({ generation, presentedGeneration, policy, sinceAdvance, betweenAdvances, current, ended, stepped }) =>
      aPresentation({
        session: aSession({
          generation,
          previousAdvancedAt: ADVANCED_AT - betweenAdvances,
          endedAt: ended ? ADVANCED_AT : undefined,
        }),
        presentedGeneration,
        policy,
        at: ADVANCED_AT + sinceAdvance,
        current,
        lastForwardStepAt: stepped === undefined ? undefined : ADVANCED_AT + stepped,
      }),
    )

  it('only the current generation of a living session advances, and it always does', () => {
    fc.assert(
      fc.property(anyPresentation, (presentation) => {
        const { session, current, at, presentedGeneration } = presentation
        const lives = session.endedAt === undefined && current && at < session.expiresAt * SECOND
        expect(judgePresentation(presentation).verdict === 'advance').toBe(lives && presentedGeneration === session.generation)
      }),
    )
  })

  it('a repeat is only ever one generation behind, and only a superseded token of a living session ends it', () => {
    fc.assert(
      fc.property(anyPresentation, (presentation) => {
        const behind = presentation.session.generation - presentation.presentedGeneration
        const { verdict } = judgePresentation(presentation)
        if (verdict === 'repeat') expect(behind).toBe(1)
        if (verdict === 'end') expect([behind > 0, presentation.current, presentation.session.endedAt]).toEqual([true, true, undefined])
      }),
    )
  })

  it('more time in outages never turns a repeat into an end', () => {
    const limited = fc.constantFrom(STRICT, BEARER)
    fc.assert(
      fc.property(limited, fc.nat(5000 * SECOND), fc.nat(5000 * SECOND), fc.nat(5000 * SECOND), (policy, since, from, length) => {
        const presentation = aPresentation({ policy, presentedGeneration: CURRENT - 1, at: ADVANCED_AT + since })
        if (judgePresentation(presentation).verdict !== 'repeat') return
        const outages = [{ from: ADVANCED_AT + from, to: ADVANCED_AT + from + length }]
        expect(judgePresentation({ ...presentation, outages }).verdict).toBe('repeat')
      }),
    )
  })
})
