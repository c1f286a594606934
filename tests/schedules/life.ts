/** The sessions of one schedule: who holds which tokens, and the worlds that explain all that was told so far. */
import { A_PASSWORD, PLAIN_ACCOUNT, valueFrom } from '../../packages/server/src/testing/test-house.ts'
import { explain, type Observed } from './explain.ts'
import type { Rules } from './model.ts'
import type { Absence, Step as ClockStep } from './model-time.ts'
import { perform } from './ops.ts'
import { broken, createWitness, type Witness } from './promises.ts'
import type { Op } from './schedule.ts'
import { APPLICATIONS, MODEL_POLICIES, type Stage, TENANT } from './stage.ts'
import type { Told, World } from './world.ts'

export type Tokens = Told & { readonly kind: 'tokens' }

/** A session as those who hold its tokens know it. */
export interface Held {
  readonly id: string
  readonly application: number
  readonly account: number
  /** Whose session it hangs on, where it was made by impersonation. */
  readonly actor?: Held
  /** The tick at which its sign-in was answered. */
  readonly since: number
  /** In the order in which they were first seen. */
  readonly tokens: Tokens[]
}

export interface Life {
  readonly stage: Stage
  readonly logins: readonly string[]
  /** Of each account, the newest last. */
  readonly passwords: readonly string[][]
  readonly held: Held[]
  readonly witness: Witness
  readonly time: { readonly absences: Absence[]; readonly steps: ClockStep[] }
  /** What was switched off at some time. */
  readonly switchedOff: Map<string, Parameters<ReturnType<Stage['useCases']>['setEnabled']>[0]>
  worlds: readonly World[]
  /** For the model, no two have the same, and for addresses. */
  signIns: number
  lastNow: number
  lastMonotonic: number
}

/** What is seen of one burst. */
export interface Burst {
  readonly observed: Observed[]
  /** What the clock showed, and from which tick on. */
  readonly clock: { readonly tick: number; readonly now: number }[]
}

const ACCOUNTS = 2
const WHO_IMPERSONATES = 0

export async function createLife(stage: Stage, name: string): Promise<Life> {
  const logins = Array.from({ length: ACCOUNTS }, (_, index) => `${index}-${name}`)
  for (const [index, login] of logins.entries()) {
    const account = {
      ...PLAIN_ACCOUNT,
      mayImpersonate: index === WHO_IMPERSONATES,
      tenant: TENANT,
      organisation: 'Switchboard',
      loginIds: [login],
      password: A_PASSWORD,
    }
    valueFrom(await stage.useCases().createAccount(account))
  }
  const fresh = { epoch: 0, enabled: true }
  const world: World = {
    tenant: fresh,
    applications: APPLICATIONS.map(() => fresh),
    accounts: logins.map((_, index) => ({ ...fresh, password: A_PASSWORD, mayImpersonate: index === WHO_IMPERSONATES })),
    sessions: [],
    underWay: new Map(),
  }
  return {
    stage,
    logins,
    passwords: logins.map(() => [A_PASSWORD]),
    held: [],
    witness: createWitness(),
    time: { absences: [], steps: [] },
    switchedOff: new Map(),
    worlds: [world],
    signIns: 0,
    lastNow: stage.now(),
    lastMonotonic: stage.machine.monotonic,
  }
}

/** All at the same time, let through as the choices say; then the model must explain it. @throws Broken */
export async function runBurst(life: Life, ops: readonly Op[], choices: readonly number[]): Promise<void> {
  const { stage } = life
  const burst: Burst = { observed: [], clock: [{ tick: 0, now: stage.now() }] }
  await stage.interleaver.run(
    ops.map((op) => () => perform(life, burst, op)),
    choices,
  )
  await stage.beat()
  noteNow(life)
  const rules: Rules = { policies: MODEL_POLICIES, time: life.time }
  const worlds = explain(life.worlds, burst.observed, rules)
  if (worlds.length === 0) broken('model', describe(life, burst))
  life.worlds = worlds.map((world) => ({ ...world, underWay: new Map() }))
}

/** What a clock may have shown between two ticks. */
export function instantsBetween({ clock }: Burst, from: number, to: number): number[] {
  return clock.filter(({ tick }, index) => tick <= to && (clock[index + 1]?.tick ?? Number.POSITIVE_INFINITY) >= from).map(({ now }) => now)
}

/** The clock has moved. @throws Broken if it went back, or faster than the machine's own clocks allow */
export function noteNow(life: Life): void {
  const { machine } = life.stage
  const now = life.stage.now()
  const passed = machine.monotonic - life.lastMonotonic
  if (now < life.lastNow) broken('backwards', `from ${life.lastNow} to ${now}`)
  if (now > Math.max(machine.wall, life.lastNow + passed)) broken('backwards', 'it runs ahead')
  life.lastNow = now
  life.lastMonotonic = machine.monotonic
}

/** Switches on again what other schedules need. */
export async function tidyUp({ stage, switchedOff }: Life): Promise<void> {
  for (const target of switchedOff.values()) valueFrom(await stage.useCases().setEnabled(target, true))
}

function describe({ worlds, held }: Life, { observed }: Burst): string {
  const token = (credential: string): string => {
    for (const [session, { tokens }] of held.entries()) {
      const generation = tokens.findIndex((one) => one.credential === credential)
      if (generation >= 0) return `token ${generation} of session ${session}`
    }
    return 'an unknown token'
  }
  const lines = observed.map(({ event, told, from, to, instants }) => {
    const about = 'credential' in event ? token(event.credential) : JSON.stringify(event)
    const answer = told.kind === 'tokens' ? `${token(told.credential)}, ${told.refreshExpiresInSeconds} s` : told.kind
    return `  ${event.kind} ${about} [${from}, ${to}] at ${instants.join()} -> ${answer}`
  })
  const sessions = worlds[0]?.sessions.map(({ lineage, application, advancedAt, previousAdvancedAt, expiresAt, ended }) =>
    JSON.stringify({
      generation: lineage.length - 1,
      door: APPLICATIONS[application]?.name,
      advancedAt,
      previousAdvancedAt,
      expiresAt,
      ended,
    }),
  )
  return `nothing explains\n${lines.join('\n')}\nbefore, in ${worlds.length} worlds:\n  ${sessions?.join('\n  ')}`
}
