/**
 * An honest client, as the promise says it: it sends no token after it began to use that token's successor; copies of its requests
 * arrive within 30 s of it, whatever the window, and before it has advanced twice more; a lost answer is asked for again inside the
 * window, and that request may have late copies too. Under `bearer` another program shares its token, and is one renewal behind at most. Nothing here knows the table
 * of a presentation.
 */
import fc from 'fast-check'
import { A_PASSWORD, PLAIN_ACCOUNT, valueFrom } from '../../packages/server/src/testing/test-house.ts'
import { broken } from './promises.ts'
import { DOORS, LIFETIMES, passTime, type Stage, TENANT } from './stage.ts'
import { tell, tokensTold } from './told.ts'
import type { Told } from './world.ts'

type HonestStep =
  /** @property copies how often the request arrives at once @property isLost none of its answers does @property lateCopy one more arrives later */
  | {
      readonly step: 'refresh'
      readonly copies: number
      readonly isLost: boolean
      readonly lateCopy: boolean
      readonly choices: readonly number[]
    }
  /** The other program, which shares the token. */
  | { readonly step: 'other' }
  | { readonly step: 'wait' | 'away'; readonly seconds: number }
  | { readonly step: 'restart' | 'rotate_keys' | 'late_copy' }

export interface HonestLife {
  readonly door: number
  readonly steps: readonly HonestStep[]
}

const step: fc.Arbitrary<HonestStep> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      step: fc.constant('refresh' as const),
      copies: fc.integer({ min: 1, max: 3 }),
      isLost: fc.nat(2).map((one) => one === 2),
      lateCopy: fc.nat(2).map((one) => one === 2),
      choices: fc.array(fc.nat(4), { maxLength: 12 }),
    }),
  },
  { weight: 2, arbitrary: fc.constantFrom<HonestStep>({ step: 'late_copy' }, { step: 'other' }) },
  {
    weight: 4,
    arbitrary: fc.record({ step: fc.constant('wait' as const), seconds: fc.constantFrom(1, 5, 9, 10, 25, 29, 30, 60, 355, 400, 690) }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('away' as const), seconds: fc.constantFrom(6, 16, 40, 400) }) },
  { weight: 1, arbitrary: fc.constant<HonestStep>({ step: 'restart' }) },
  { weight: 1, arbitrary: fc.nat(9).map((one): HonestStep => ({ step: one === 9 ? 'rotate_keys' : 'restart' })) },
)

const ANSWERED = { step: 'refresh', copies: 1, isLost: false, lateCopy: true, choices: [] } as const satisfies HonestStep

/** A copy that comes late: of a request that was answered, or of one that asked again for what was lost. */
const outrun: fc.Arbitrary<HonestStep[]> = fc
  .tuple(fc.boolean(), fc.constantFrom(9, 25, 29), fc.constantFrom(1, 9, 25))
  .map(([isLost, before, after]): HonestStep[] => [
    { ...ANSWERED, isLost, lateCopy: !isLost },
    { step: 'wait', seconds: before },
    ...(isLost ? [ANSWERED, { step: 'wait', seconds: after } as const] : []),
    { step: 'late_copy' },
  ])

export const honestLives: fc.Arbitrary<HonestLife> = fc.record({
  door: fc.nat(DOORS.length - 1),
  steps: fc
    .array(fc.oneof({ weight: 30, arbitrary: step.map((one) => [one]) }, { weight: 1, arbitrary: outrun }), { minLength: 2, maxLength: 20 })
    .map((chunks) => chunks.flat()),
})

/** Within this a copy of a request arrives. */
const LATE_SECONDS = 30
/** Time for what comes last, and for the end of a second. */
const MARGIN_SECONDS = 2

type Tokens = Told & { readonly kind: 'tokens' }

interface Client {
  readonly stage: Stage
  readonly door: string
  readonly windowSeconds: number
  readonly startedAt: number
  /** What it uses, and what the other program of a shared token holds. */
  held: Tokens
  other: Tokens
  otherBehind: number
  /** When its newest token was made. */
  advancedAt: number
  /** How long the store has answered since it asked for what was lost; undefined: nothing is lost. */
  lostFor: number | undefined
  /** A copy of a request that is still on its way, with how long it is and how often the client has advanced since. */
  late: { readonly credential: string; forSeconds: number; advances: number } | undefined
}

/** @throws Broken if it is thrown out */
export async function liveHonestly(stage: Stage, { door, steps }: HonestLife, login: string): Promise<void> {
  passTime(stage.machine, 3600)
  await stage.beat()
  const client = await signIn(stage, door, login)
  for (const one of steps) {
    if (stage.now() - client.startedAt > (LIFETIMES.absoluteSeconds - LIFETIMES.idleSeconds) * 1000) break // its life is nearly over
    await take(client, one)
  }
  if (client.lostFor !== undefined) await askAgain(client) // where the access token is the credential, what was lost may have run out
  await askAgain(client)
  const good = await stage.useCases().describeCaller({ tenant: stage.tenant(), token: client.held.accessToken })
  if (!good.ok) broken('honest', `its access token is not good: ${good.refusal.code}`)
}

async function take(client: Client, one: HonestStep): Promise<void> {
  const { stage } = client
  switch (one.step) {
    case 'refresh':
      return ask(client, one)
    case 'other':
      return askAsOther(client)
    case 'late_copy':
      return deliverLate(client)
    case 'wait':
      return wait(client, one.seconds)
    case 'away':
      await stayAlive(client, one.seconds)
      passTime(stage.machine, one.seconds)
      return stage.beat()
    case 'restart':
      return stage.restart()
    case 'rotate_keys':
      await stage.useCases().rotateKeys({ tenant: TENANT })
  }
}

async function signIn(stage: Stage, door: number, login: string): Promise<Client> {
  const account = { ...PLAIN_ACCOUNT, tenant: TENANT, organisation: 'Switchboard', loginIds: [login], password: A_PASSWORD }
  valueFrom(await stage.useCases().createAccount(account))
  const { name = '', defaults } = DOORS[door] ?? {}
  const policy = defaults?.refreshPolicy
  const client = { kind: 'door', door: name } as const
  const told = tokensTold(
    valueFrom(await stage.useCases().signIn({ tenant: stage.tenant(), client, login, password: A_PASSWORD, caller: CALLER })),
  )
  if (told.kind !== 'tokens') throw new Error('a sign-in gives tokens')
  const now = stage.now()
  const windowSeconds = policy === undefined || policy.name === 'device' ? Number.POSITIVE_INFINITY : policy.windowSeconds
  const clock = { startedAt: now, advancedAt: now, lostFor: undefined, late: undefined }
  return { stage, door: name, windowSeconds, held: told, other: told, otherBehind: 0, ...clock }
}

/** It waits, but neither beyond its idle life nor, with an answer lost, beyond the window. */
async function wait(client: Client, seconds: number): Promise<void> {
  if (client.lostFor !== undefined && client.lostFor + seconds >= client.windowSeconds) await askAgain(client)
  await stayAlive(client, seconds)
  await client.stage.wait(seconds)
  if (client.lostFor !== undefined) client.lostFor += seconds
  if (client.late !== undefined) client.late.forSeconds += seconds
}

async function stayAlive(client: Client, seconds: number): Promise<void> {
  const idleFor = (client.stage.now() - client.advancedAt) / 1000
  if (idleFor + seconds + MARGIN_SECONDS < LIFETIMES.idleSeconds) return
  if (client.lostFor !== undefined) await askAgain(client) // which gets what was lost, and lengthens nothing
  await askAgain(client)
}

function askAgain(client: Client): Promise<void> {
  return ask(client, { copies: 1, isLost: false, lateCopy: false, choices: [] })
}

async function ask(client: Client, { copies, isLost, lateCopy, choices }: Omit<HonestStep & { step: 'refresh' }, 'step'>): Promise<void> {
  const { stage, held } = client
  const told: Told[] = []
  const send = async () => void told.push(await present(client, held.credential))
  await stage.interleaver.run(
    Array.from({ length: copies }, () => send),
    choices,
  )
  await stage.beat()
  const isFirst = client.lostFor === undefined
  const [answer] = told
  if (answer?.kind !== 'tokens') return broken('honest', `it was told ${told.map(({ kind }) => kind).join(' and ')}`)
  if (told.some((one) => one.kind !== 'tokens' || one.credential !== answer.credential)) broken('honest', 'its copies were answered unlike')
  if (isFirst) {
    client.advancedAt = stage.now()
    client.otherBehind += 1
    if (client.late !== undefined) client.late.advances += 1
  }
  if (lateCopy && client.late === undefined) client.late = { credential: held.credential, forSeconds: 0, advances: 0 }
  client.lostFor = isLost ? (client.lostFor ?? 0) : undefined
  if (isLost) return
  client.held = answer
}

/** The other program finds its token renewed, and gets the new one; what it holds is never more than one renewal behind. */
async function askAsOther(client: Client): Promise<void> {
  if (!client.door.includes('bearer') || client.lostFor !== undefined || client.otherBehind === 0) return
  const age = (client.stage.now() - client.advancedAt) / 1000
  const hasSlept = client.otherBehind > 1 || age >= client.windowSeconds
  client.otherBehind = 0
  if (hasSlept) {
    client.other = client.held // a token that it was given anew
    return
  }
  const told = await present(client, client.other.credential)
  if (told.kind !== 'tokens' || told.credential !== client.held.credential)
    return broken('honest', `the other program was told ${told.kind}`)
  client.other = told
}

/** A copy that comes late may be told anything; it may not end what is honest. */
async function deliverLate(client: Client): Promise<void> {
  const { late } = client
  client.late = undefined
  if (late === undefined || late.advances > 1 || late.forSeconds > LATE_SECONDS) return
  const told = await present(client, late.credential)
  if (told.kind === 'reused') broken('honest', 'a late copy of its own request ended its session')
}

function present({ stage, door }: Client, refreshToken: string): Promise<Told> {
  const client = { kind: 'door', door } as const
  return tell(stage.useCases().refreshSession({ tenant: stage.tenant(), client, refreshToken, caller: CALLER }), tokensTold)
}

const CALLER = { address: '192.0.2.7', requestId: 'req-test' }
