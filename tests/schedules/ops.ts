/** How each op is asked of the real use cases, and what is written down of it. */
import type { Outcome } from '../../packages/server/src/domain/outcome.ts'
import { A_PASSWORD } from '../../packages/server/src/testing/test-house.ts'
import type { OperatorTarget } from '../../packages/server/src/use-cases/use-cases.ts'
import { type Burst, type Held, instantsBetween, type Life, type Tokens } from './life.ts'
import type { ModelEvent } from './model.ts'
import type { Noun, Op } from './schedule.ts'
import { APPLICATIONS, clientOf, isProven, passTime, TENANT } from './stage.ts'
import { tell, tokensTold } from './told.ts'
import { SCOPES, type Target, type Told } from './world.ts'

type Asked<Name extends Op['op']> = Op & { readonly op: Name }

export async function perform(life: Life, burst: Burst, op: Op): Promise<void> {
  switch (op.op) {
    case 'refresh':
      return refresh(life, burst, op)
    case 'sign_out':
      return signOut(life, burst, op)
    case 'check':
      return check(life, burst, op)
    case 'sign_in':
      return signIn(life, burst, op)
    case 'impersonate':
      return impersonate(life, burst, op)
    case 'end_session':
      return endSession(life, burst, op)
    case 'raise_epoch': {
      const { target, named } = targetOf(life, op.noun)
      const ask = () => life.stage.useCases().endSessions(named)
      return revoke(life, burst, { kind: 'raise_epoch', target }, coveredBy(life, target), ask)
    }
    case 'set_enabled':
      return setEnabled(life, burst, op)
    case 'set_password':
      return setPassword(life, burst, op)
    case 'pause':
      passTime(life.stage.machine, op.seconds)
      burst.clock.push({ tick: life.stage.interleaver.tick(), now: life.stage.now() })
  }
}

async function refresh(life: Life, burst: Burst, { session, behind, door, isGone, proof, asks }: Asked<'refresh'>): Promise<void> {
  const { stage, witness } = life
  const chosen = choose(life, session, behind)
  if (chosen === undefined) return
  const { held, tokens } = chosen
  const application = doorBeside(held, door)
  const from = stage.interleaver.tick()
  const told = await tell(
    stage.useCases().refreshSession({
      tenant: stage.tenant(),
      client: clientOf(application, proof),
      refreshToken: tokens.credential,
      ...(asks === 'all' ? {} : { scope: SCOPES[asks] }),
      caller: { ...CALLER, isGone: () => isGone },
    }),
    tokensTold,
  )
  const { credential } = tokens
  const event = { kind: 'refresh', credential, application, isProven: isProven(application, proof), asks } as const
  // Who has gone before it was sent may not have been served.
  if (isGone && told.kind === 'dead') return observe(life, burst, event, { kind: 'unknown' }, from)
  observe(life, burst, event, told, from)
  if (told.kind === 'tokens' && !held.tokens.some((one) => one.credential === told.credential)) held.tokens.push(told)
  witness.refreshed({ credential, told, from, to: stage.interleaver.tick(), sessionId: held.id })
}

async function signOut(life: Life, burst: Burst, { session, behind, door, proof }: Asked<'sign_out'>): Promise<void> {
  const { stage, witness } = life
  const chosen = choose(life, session, behind)
  if (chosen === undefined) return
  const { held, tokens } = chosen
  const application = doorBeside(held, door)
  const from = stage.interleaver.tick()
  const request = { tenant: stage.tenant(), client: clientOf(application, proof), refreshToken: tokens.credential, caller: CALLER }
  const told = await tell(stage.useCases().signOut(request), (): Told => ({ kind: 'ok' }))
  const event = { kind: 'sign_out', credential: tokens.credential, application, isProven: isProven(application, proof) } as const
  observe(life, burst, event, told, from)
  if (told.kind === 'ok') witness.revoked(withHangingOn(life, held), stage.interleaver.tick())
}

async function check(life: Life, burst: Burst, { session, behind }: Asked<'check'>): Promise<void> {
  const { stage, witness } = life
  const chosen = choose(life, session, behind)
  if (chosen === undefined) return
  const { held, tokens } = chosen
  const from = stage.interleaver.tick()
  const asked = stage.useCases().describeCaller({ tenant: stage.tenant(), token: tokens.accessToken })
  const told = await tell(asked, ({ token: { scope } }): Told => ({ kind: 'active', scope }))
  observe(
    life,
    burst,
    { kind: 'check', credential: tokens.credential, expiresAt: tokens.accessExpiresAt, scope: statedScope(held, tokens) },
    told,
    from,
  )
  witness.checked(held.id, told, from)
}

/** Two events: what is read before its password is looked at, and the commit. */
async function signIn(life: Life, burst: Burst, { door, account, password: which }: Asked<'sign_in'>): Promise<void> {
  const { stage, held, logins, passwords } = life
  const { interleaver } = stage
  const application = door === 'first' ? (held[0]?.application ?? 0) : door
  const index = life.signIns
  life.signIns += 1
  const known = passwords[account] ?? []
  const password = (which === 'right' ? known.at(-1) : which === 'old' ? known.at(-2) : undefined) ?? 'none that it ever had'
  const from = interleaver.tick()
  let lookedAt: number | undefined
  const isGone = () => {
    lookedAt ??= interleaver.tick()
    return false
  }
  const told = await tell(
    stage.useCases().signIn({
      tenant: stage.tenant(),
      client: clientOf(application),
      login: logins[account] ?? '',
      password,
      // Two in a row share an address: if they are equal besides, and under way together, they are one attempt.
      caller: { address: `10.${index >> 9}.${(index >> 1) & 255}.1`, requestId: 'req-test', isGone },
    }),
    tokensTold,
  )
  const to = interleaver.tick()
  const half = lookedAt ?? to
  const read = { kind: 'read', signIn: index, application, account, password } as const
  const instants = instantsBetween(burst, from, to)
  burst.observed.push({ event: read, told: { kind: 'unknown' }, from, to: half, instants: instants.slice(0, 1) })
  burst.observed.push({ event: { kind: 'sign_in', signIn: index, application, account }, told, from: half, to, instants, after: read })
  if (told.kind === 'tokens') held.push({ id: told.sessionId, application, account, since: to, tokens: [told] })
}

/** Three events: the token that asks is good, what is read of the account, and the commit. */
async function impersonate(life: Life, burst: Burst, { session, behind, account }: Asked<'impersonate'>): Promise<void> {
  const { stage, held, logins } = life
  const chosen = choose(life, session, behind)
  if (chosen === undefined) return
  const { held: actor, tokens } = chosen
  const { application } = actor
  const { credential, accessToken: token, accessExpiresAt: expiresAt, scope } = tokens
  const index = life.signIns
  life.signIns += 1
  const from = stage.interleaver.tick()
  const login = logins[account] ?? ''
  const told = await tell(stage.useCases().impersonate({ tenant: stage.tenant(), token, login, caller: CALLER }), tokensTold)
  const to = stage.interleaver.tick()
  const during = { from, to, instants: instantsBetween(burst, from, to) }
  const ask = { kind: 'ask', signIn: index, credential, expiresAt } as const
  const read = { kind: 'read', signIn: index, application, account, password: undefined } as const
  const made = { kind: 'impersonate', signIn: index, credential, account, scope } as const
  burst.observed.push({ event: ask, told: { kind: 'unknown' }, ...during })
  burst.observed.push({ event: read, told: { kind: 'unknown' }, ...during, after: ask })
  burst.observed.push({ event: made, told, ...during, after: read })
  if (told.kind === 'tokens') held.push({ id: told.sessionId, application, account, actor, since: to, tokens: [told] })
}

async function endSession(life: Life, burst: Burst, { session }: Asked<'end_session'>): Promise<void> {
  const held = life.held[session % Math.max(1, life.held.length)]
  if (held === undefined) return
  const ask = () => life.stage.useCases().endSession({ tenant: TENANT, sessionId: held.id })
  await revoke(life, burst, { kind: 'end_session', sessionId: held.id }, withHangingOn(life, held), ask)
}

async function setEnabled(life: Life, burst: Burst, { noun, enabled }: Asked<'set_enabled'>): Promise<void> {
  const { target, named } = targetOf(life, noun)
  if (!enabled) life.switchedOff.set(JSON.stringify(named), named)
  const ask = () => life.stage.useCases().setEnabled(named, enabled)
  await revoke(life, burst, { kind: 'set_enabled', target, enabled }, enabled ? [] : coveredBy(life, target), ask)
}

async function setPassword(life: Life, burst: Burst, { account }: Asked<'set_password'>): Promise<void> {
  const known = life.passwords[account]
  const login = life.logins[account]
  if (known === undefined || login === undefined) return
  const password = `${A_PASSWORD} ${known.length}`
  known.push(password)
  const ask = () => life.stage.useCases().setPassword({ tenant: TENANT, account: login, password })
  await revoke(life, burst, { kind: 'set_password', account, password }, coveredBy(life, { noun: 'account', index: account }), ask)
}

/** @param covered the sessions that are over once it is answered */
async function revoke(
  life: Life,
  burst: Burst,
  event: ModelEvent,
  covered: readonly string[],
  ask: () => Promise<Outcome<unknown>>,
): Promise<void> {
  const from = life.stage.interleaver.tick()
  const told = await tell(ask(), (): Told => ({ kind: 'ok' }))
  observe(life, burst, event, told, from)
  if (told.kind === 'ok') life.witness.revoked(covered, life.stage.interleaver.tick())
}

function observe(life: Life, burst: Burst, event: ModelEvent, told: Told, from: number, isOptional = told.kind === 'unknown'): void {
  const to = life.stage.interleaver.tick()
  burst.observed.push({ event, told, from, to, instants: instantsBetween(burst, from, to), isOptional })
}

/** A session, and those that were made from it by impersonation. */
function withHangingOn({ held }: Life, one: Held): string[] {
  return held.filter((other) => other === one || other.actor === one).map(({ id }) => id)
}

function coveredBy({ held }: Life, target: Target): string[] {
  const isCovered = ({ application, account, actor }: Held): boolean =>
    target.noun === 'tenant' ||
    target.index === (target.noun === 'application' ? application : account) ||
    (actor !== undefined && isCovered(actor))
  return held.filter(isCovered).map(({ id }) => id)
}

/** The tenant, the first account, or the application of the first session. */
function targetOf(
  { held, logins }: Life,
  noun: Noun,
): { readonly target: Target; readonly named: OperatorTarget & { readonly noun: Noun } } {
  const application = held[0]?.application ?? 0
  switch (noun) {
    case 'tenant':
      return { target: { noun }, named: { noun, tenant: TENANT } }
    case 'application':
      return { target: { noun, index: application }, named: { noun, tenant: TENANT, clientId: applicationName(application) } }
    case 'account':
      return { target: { noun, index: 0 }, named: { noun, tenant: TENANT, account: logins[0] ?? '' } }
  }
}

/** A token that is the refresh credential too states no scope: it may do what its application may. */
function statedScope({ application }: Held, { scope }: Tokens): string {
  return APPLICATIONS[application]?.defaults.tokenFormat === 'self-refreshing' ? SCOPES.all : scope
}

function choose({ held: all }: Life, session: number, behind: number): { readonly held: Held; readonly tokens: Tokens } | undefined {
  const held = all[session % Math.max(1, all.length)]
  const tokens = held?.tokens[Math.max(0, held.tokens.length - 1 - behind)]
  return held && tokens && { held, tokens }
}

function doorBeside({ application }: Held, offset: number): number {
  return (application + offset) % APPLICATIONS.length
}

function applicationName(application: number): string {
  return APPLICATIONS[application]?.name ?? ''
}

const CALLER = { address: '192.0.2.7', requestId: 'req-test' }
