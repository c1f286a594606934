/** What may happen to the sessions of a few accounts: steps one after the other, and in a burst many things at the same time. */
import fc from 'fast-check'
import { APPLICATIONS, type Proof } from './stage.ts'
import type { SCOPES } from './world.ts'

export type Noun = 'tenant' | 'application' | 'account'

export type Op =
  /** @property behind how far behind the newest token; @property door 0: its own application, else another one */
  | {
      readonly op: 'refresh'
      readonly session: number
      readonly behind: number
      readonly door: number
      readonly isGone: boolean
      readonly proof: Proof
      readonly asks: keyof typeof SCOPES
    }
  | { readonly op: 'sign_out'; readonly session: number; readonly behind: number; readonly door: number; readonly proof: Proof }
  /** Asks whether an access token is good. */
  | { readonly op: 'check'; readonly session: number; readonly behind: number }
  /** @property door `first`: the application of the first session */
  | {
      readonly op: 'sign_in'
      readonly door: number | 'first'
      readonly account: number
      readonly password: 'right' | 'old' | 'wrong'
    }
  /** Asks, with an access token, for the tokens of an account. */
  | { readonly op: 'impersonate'; readonly session: number; readonly behind: number; readonly account: number }
  | { readonly op: 'end_session'; readonly session: number }
  | { readonly op: 'raise_epoch'; readonly noun: Noun }
  | { readonly op: 'set_enabled'; readonly noun: Noun; readonly enabled: boolean }
  | { readonly op: 'set_password'; readonly account: number }
  /** Time passes while the others are under way. */
  | { readonly op: 'pause'; readonly seconds: number }

export type Step =
  | { readonly step: 'burst'; readonly ops: readonly Op[]; readonly choices: readonly number[] }
  | { readonly step: 'wait'; readonly seconds: number }
  /** The store cannot answer for so long. */
  | { readonly step: 'away'; readonly seconds: number }
  /** Somebody sets the machine's clock. */
  | { readonly step: 'set_clock'; readonly seconds: number }
  /** The process ends, and another begins so much later, by a clock that was set in between. */
  | { readonly step: 'restart'; readonly seconds: number; readonly setBack: number }
  | { readonly step: 'rotate_keys' }

export interface Schedule {
  /** Where the first session signs in. */
  readonly door: number
  readonly steps: readonly Step[]
  /** Whether what is left at the end is asked for in another process. */
  readonly endsInAnother: boolean
}

/** One pause a burst, at most: more time than this without a beat is an absence. */
const MAX_PAUSE_SECONDS = 4

const NEWEST = { op: 'refresh', session: 0, behind: 0, door: 0, isGone: false, proof: 'right', asks: 'all' } as const satisfies Op
const SIGN_IN = { op: 'sign_in', door: 'first', account: 0, password: 'right' } as const satisfies Op

const behind = fc.oneof(
  { weight: 5, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.constant(1) },
  { weight: 2, arbitrary: fc.constant(2) },
  { weight: 1, arbitrary: fc.nat(4) },
)
const session = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) })
const otherDoor = fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(APPLICATIONS.length - 1) })
const account = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) })
const noun = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Noun>('account') },
  { weight: 1, arbitrary: fc.constantFrom<Noun>('application', 'tenant') },
)

/** Only who has a secret can show a wrong one. */
const proof = fc.oneof(
  { weight: 6, arbitrary: fc.constant('right' as const) },
  { weight: 1, arbitrary: fc.constantFrom('wrong' as const, 'none' as const) },
)

const refresh = fc.record({
  op: fc.constant('refresh' as const),
  session,
  behind,
  door: otherDoor,
  proof,
  asks: fc.oneof(
    { weight: 12, arbitrary: fc.constant('all' as const) },
    { weight: 3, arbitrary: fc.constantFrom('less' as const, 'less' as const, 'more' as const) },
  ),
  isGone: fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
})
const signIn = fc.record({
  op: fc.constant('sign_in' as const),
  door: fc.oneof(fc.constant('first' as const), fc.nat(APPLICATIONS.length - 1)),
  account,
  password: fc.oneof(
    { weight: 4, arbitrary: fc.constant('right' as const) },
    { weight: 1, arbitrary: fc.constantFrom('old' as const, 'wrong' as const) },
  ),
})

const impersonate = fc.record({ op: fc.constant('impersonate' as const), session, behind, account: fc.nat(1) })

/** What ends sessions: rare, or no schedule would get far. */
const ending: fc.Arbitrary<Op> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ op: fc.constant('sign_out' as const), session, behind, door: otherDoor, proof }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('end_session' as const), session }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('raise_epoch' as const), noun }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('set_password' as const), account }) },
)
const switching: fc.Arbitrary<Op> = fc.record({ op: fc.constant('set_enabled' as const), noun, enabled: fc.boolean() })

const anyOp: fc.Arbitrary<Op> = fc.oneof(
  { weight: 16, arbitrary: refresh },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('check' as const), session, behind }) },
  { weight: 2, arbitrary: signIn },
  { weight: 1, arbitrary: impersonate },
  { weight: 1, arbitrary: ending },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('pause' as const), seconds: fc.integer({ min: 1, max: MAX_PAUSE_SECONDS }) }) },
)
/** A revocation, and what is under way meanwhile. */
const contested: fc.Arbitrary<Op[]> = fc
  .tuple(
    fc.oneof(ending, switching),
    fc.array(fc.oneof(refresh, signIn, impersonate), { minLength: 1, maxLength: 2 }),
    fc.option(switching, { nil: undefined }),
  )
  .map(([first, others, last]) => [...others, first, ...(last === undefined ? [] : [last])])

const choices = fc.oneof(
  { weight: 1, arbitrary: fc.constant<number[]>([]) },
  { weight: 2, arbitrary: fc.array(fc.nat(4), { maxLength: 24 }) },
)

const burst = (ops: fc.Arbitrary<Op[]>) => fc.record({ step: fc.constant('burst' as const), ops: ops.map(withOnePause), choices })

function withOnePause(ops: readonly Op[]): readonly Op[] {
  return ops.filter(({ op }, index) => op !== 'pause' || ops.findIndex((other) => other.op === 'pause') === index)
}

const wait = fc.record({
  step: fc.constant('wait' as const),
  seconds: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(0, 1, 9, 10, 11, 29, 30, 31, 60, 359, 360, 361, 660, 699, 700) },
    { weight: 1, arbitrary: fc.nat(900) },
  ),
})

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 60, arbitrary: burst(fc.array(anyOp, { minLength: 1, maxLength: 4 })) },
  { weight: 10, arbitrary: burst(contested) },
  { weight: 30, arbitrary: wait },
  {
    weight: 5,
    arbitrary: fc.record({ step: fc.constant('away' as const), seconds: fc.oneof(fc.constantFrom(3, 6, 16, 40, 400), fc.nat(900)) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      step: fc.constant('set_clock' as const),
      seconds: fc.oneof(fc.constantFrom(3, 4, 12, 40, 400, -5, -40, -4000), fc.integer({ min: -900, max: 900 })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      step: fc.constant('restart' as const),
      seconds: fc.constantFrom(0, 1, 20, 40),
      setBack: fc.constantFrom(0, 0, 100),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ step: 'rotate_keys' as const }) },
)

/** Somebody who is never idle for too long: the way to the end of the absolute life. */
const kept: fc.Arbitrary<Step[]> = fc.array(fc.constantFrom(630, 660, 690, 150), { minLength: 1, maxLength: 4 }).map((waits) =>
  waits.flatMap((seconds): Step[] => [
    { step: 'wait', seconds },
    { step: 'burst', ops: [NEWEST], choices: [] },
  ]),
)

/** The owner goes on while an old token is judged. */
const overtaken: fc.Arbitrary<Step[]> = fc
  .tuple(fc.constantFrom(11, 25, 31), fc.integer({ min: 1, max: 2 }), fc.array(fc.nat(3), { minLength: 4, maxLength: 16 }))
  .map(([seconds, late, order]): Step[] => [
    { step: 'burst', ops: [NEWEST], choices: [] },
    { step: 'wait', seconds },
    { step: 'burst', ops: [{ ...NEWEST, behind: late }, NEWEST], choices: order },
  ])

/**
 * One asks again just before the window closes, and another just after it, who is judged first and comes to end the session last. The
 * choices let the first begin, the time pass and the second begin; then the second goes on to its verdict, and then the first.
 */
const crossed: fc.Arbitrary<Step[]> = fc
  .record({
    waited: fc.constantFrom(28, 29, 30, 358, 359, 360),
    paused: fc.integer({ min: 2, max: MAX_PAUSE_SECONDS }),
    second: fc.integer({ min: 2, max: 4 }),
    first: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ waited, paused, second, first }): Step[] => [
    { step: 'burst', ops: [NEWEST], choices: [] },
    { step: 'wait', seconds: waited },
    {
      step: 'burst',
      ops: [
        { ...NEWEST, behind: 1 },
        { op: 'pause', seconds: paused },
        { ...NEWEST, behind: 1 },
      ],
      choices: [1, 1, 1, ...Array<number>(second).fill(2), 1, ...Array<number>(first).fill(2)],
    },
  ])

/** Somebody signs in again and again at one application. */
const crowded: fc.Arbitrary<Step[]> = fc
  .array(fc.tuple(fc.constantFrom(0, 30, 59, 60, 61, 120), fc.option(refresh, { nil: undefined })), { minLength: 2, maxLength: 4 })
  .map((visits) =>
    visits.flatMap(([seconds, used]): Step[] => [
      { step: 'wait', seconds },
      { step: 'burst', ops: used === undefined ? [SIGN_IN] : [SIGN_IN, used], choices: [] },
    ]),
  )

/** An answer under one key, asked for again when its successor signs: that is ten minutes after it was made. */
const rotated: fc.Arbitrary<Step[]> = fc
  .tuple(fc.constantFrom(580, 595), fc.constantFrom(1, 9, 10, 25), fc.array(anyOp, { maxLength: 2 }))
  .map(([before, between, others]): Step[] => [
    { step: 'burst', ops: [NEWEST], choices: [] },
    { step: 'rotate_keys' },
    { step: 'wait', seconds: before },
    { step: 'burst', ops: [NEWEST], choices: [] },
    { step: 'wait', seconds: between },
    { step: 'burst', ops: [{ ...NEWEST, behind: 1 }, ...others], choices: [] },
  ])

/** Somebody, perhaps with a token that may do less, acts for another, and then something happens to one of both. */
const inPlaceOf: fc.Arbitrary<Step[]> = fc
  .tuple(fc.boolean(), fc.nat(1), fc.oneof(ending, switching, signIn), fc.array(fc.oneof(refresh, impersonate), { maxLength: 2 }))
  .map(([isNarrowed, account, first, others]): Step[] => [
    ...(isNarrowed ? [{ step: 'burst', ops: [{ ...NEWEST, asks: 'less' }], choices: [] } as const] : []),
    { step: 'burst', ops: [{ op: 'impersonate', session: 0, behind: 0, account }], choices: [] },
    { step: 'burst', ops: others, choices: [] },
    { step: 'burst', ops: [first], choices: [] },
  ])

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  door: fc.nat(APPLICATIONS.length - 1),
  steps: fc
    .array(
      fc.oneof(
        { weight: 20, arbitrary: step.map((one) => [one]) },
        { weight: 2, arbitrary: fc.oneof(kept, overtaken, crossed) },
        { weight: 2, arbitrary: fc.oneof(crowded, rotated, inPlaceOf) },
      ),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    .map((chunks) => chunks.flat()),
  endsInAnother: fc.nat(3).map((one) => one === 3),
})

/** A life, and something in its course that a kill interrupts. */
export interface KilledSchedule {
  readonly door: number
  readonly before: readonly Step[]
  readonly ops: readonly Op[]
  /** From the question to the kill. A burst takes a few milliseconds. */
  readonly microseconds: number
}

const plainOps = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: refresh.map((one) => ({ ...one, isGone: false })) },
      { weight: 2, arbitrary: fc.record({ op: fc.constant('sign_out' as const), session, behind, door: fc.constant(0), proof }) },
      { weight: 1, arbitrary: fc.oneof(signIn, ending) },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((ops): Op[] => ops)

export const killedSchedules: fc.Arbitrary<KilledSchedule> = fc.record({
  door: fc.nat(APPLICATIONS.length - 1),
  before: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant<Step>({ step: 'burst', ops: [NEWEST], choices: [] }) },
      { weight: 1, arbitrary: burst(plainOps) },
      {
        weight: 2,
        arbitrary: fc.constantFrom<Step>({ step: 'wait', seconds: 12 }, { step: 'wait', seconds: 45 }, { step: 'away', seconds: 40 }),
      },
    ),
    { maxLength: 4 },
  ),
  ops: plainOps,
  microseconds: fc.oneof(fc.nat(2000), fc.nat(12_000)),
})
