/**
 * What a session is, from the rules alone: worlds are values, and an event with the answer that it got leads from one world to those
 * that allow the answer. None of them: the answer was not allowed. No I/O, and nothing of the code under test is imported.
 *
 * Where the rules leave a choice (what the store saw of a short absence, what a restarted process knows of a step of its clock), there
 * is more than one world.
 */
import { ages, isJustAfterStep, type TimeFacts } from './model-time.ts'

export interface ModelPolicy {
  /** Infinity: until the successor is used. */
  readonly windowSeconds: number
  readonly accessSeconds: number
  readonly idleSeconds: number
  readonly absoluteSeconds: number
}

export interface Epochs {
  readonly tenant: number
  readonly application: number
  readonly account: number
}

export interface ModelSession {
  readonly id: string
  readonly application: number
  readonly account: number
  readonly epochs: Epochs
  readonly startedAt: number
  readonly advancedAt: number
  readonly previousAdvancedAt: number
  /** When its current token, whichever that was, was last given again. */
  readonly repeatedAt?: number
  /** Whole seconds. */
  readonly expiresAt: number
  readonly ended: boolean
  /** The credential of each generation; undefined: handed out, and its answer never seen. */
  readonly lineage: readonly (string | undefined)[]
}

/** A tenant, an application or an account. */
interface Principal {
  readonly epoch: number
  readonly enabled: boolean
}

export interface World {
  readonly tenant: Principal
  readonly applications: readonly Principal[]
  readonly accounts: readonly (Principal & { readonly password: string })[]
  readonly sessions: readonly ModelSession[]
  /** Sign-ins whose epochs have been read, and which are not committed. */
  readonly underWay: ReadonlyMap<number, { readonly epochs: Epochs; readonly mayPass: boolean; readonly mayFail: boolean }>
}

export type Target =
  | { readonly noun: 'tenant' }
  | { readonly noun: 'application'; readonly index: number }
  | { readonly noun: 'account'; readonly index: number }

/** What a caller is told. `dead`: the session is over, whatever the reason. `foreign`: it is not the caller's. */
export type Told =
  | {
      readonly kind: 'tokens'
      readonly sessionId: string
      readonly credential: string
      readonly accessToken: string
      readonly accessExpiresAt: number
      readonly refreshExpiresInSeconds: number
    }
  | { readonly kind: 'dead' | 'superseded' | 'reused' | 'foreign' | 'unavailable' | 'wrong' | 'ok' | 'active' }
  /** Nobody has seen the answer. */
  | { readonly kind: 'unknown' }

export type ModelEvent =
  | { readonly kind: 'refresh' | 'sign_out'; readonly credential: string; readonly application: number }
  | { readonly kind: 'check'; readonly credential: string; readonly expiresAt: number }
  | { readonly kind: 'end_session'; readonly sessionId: string }
  | { readonly kind: 'raise_epoch'; readonly target: Target }
  | { readonly kind: 'set_enabled'; readonly target: Target; readonly enabled: boolean }
  | { readonly kind: 'set_password'; readonly account: number; readonly password: string }
  /** The first half of a sign-in: what is read before its password is looked at. */
  | { readonly kind: 'read'; readonly signIn: number; readonly application: number; readonly account: number; readonly password: string }
  | { readonly kind: 'sign_in'; readonly signIn: number; readonly application: number; readonly account: number }

export interface Rules {
  readonly policies: readonly ModelPolicy[]
  readonly time: TimeFacts
}

/** An event happens at one instant; its caller was there for longer, and may have been answered as of any of them. */
export interface Instants {
  readonly at: number
  readonly seenAt: readonly number[]
}

const LATE_COPY_MS = 30_000

/** @returns the worlds in which this event is answered so; none if the rules do not allow it */
export function follow(world: World, event: ModelEvent, told: Told, when: Instants, rules: Rules): readonly World[] {
  switch (event.kind) {
    case 'refresh':
      return refresh(world, event, told, when, rules)
    case 'sign_out':
      return signOut(world, event, told)
    case 'check':
      return told.kind === 'unknown' || (told.kind === 'active') === isActive(world, event, when.at) ? [world] : []
    case 'end_session':
      return [withSession(world, event.sessionId, { ended: true })]
    case 'raise_epoch':
      return [changePrincipal(world, event.target, (one) => ({ ...one, epoch: one.epoch + 1 }))]
    case 'set_enabled':
      // Off ends what is below it, for good.
      return [
        changePrincipal(world, event.target, (one) => ({ ...one, enabled: event.enabled, epoch: one.epoch + (event.enabled ? 0 : 1) })),
      ]
    case 'set_password':
      return [changeAccount(world, event.account, (account) => ({ ...account, password: event.password, epoch: account.epoch + 1 }))]
    case 'read':
      return [readForSignIn(world, event)]
    case 'sign_in':
      return signIn(world, event, told, when, rules)
  }
}

function refresh(
  world: World,
  { credential, application }: { credential: string; application: number },
  told: Told,
  when: Instants,
  rules: Rules,
): readonly World[] {
  const { at } = when
  const session = sessionOf(world, credential)
  // The application is looked at before the session: a stranger's attempt touches nothing.
  if (session === undefined || session.application !== application) return told.kind === 'foreign' || told.kind === 'dead' ? [world] : []
  if (!isLiving(world, session, at)) return isTold(told, 'dead') ? [world] : []
  const policy = rules.policies[application]
  if (policy === undefined) return []
  const verdicts = verdictsOn(session, session.lineage.indexOf(credential), at, policy, rules.time)
  const worlds: Readonly<Record<Verdict, () => readonly World[]>> = {
    advance: () => advance(world, session, told, when, policy),
    repeat: () => repeat(world, session, told, when, policy),
    refuse: () => (isTold(told, 'superseded') ? [world] : []),
    end: () => (isTold(told, 'reused') ? [withSession(world, session.id, { ended: true })] : []),
  }
  return verdicts.flatMap((verdict) => worlds[verdict]())
}

type Verdict = 'advance' | 'repeat' | 'refuse' | 'end'

/** The table of a presentation. More than one where the rules cannot tell what the store knows of time. */
function verdictsOn(session: ModelSession, presented: number, at: number, policy: ModelPolicy, time: TimeFacts): Verdict[] {
  const behind = session.lineage.length - 1 - presented
  if (behind === 0) return ['advance']
  if (behind > 2) return ['end']
  const verdicts = new Set<Verdict>()
  const advancedAt = behind === 1 ? session.advancedAt : session.previousAdvancedAt
  const window = behind === 1 ? policy.windowSeconds * 1000 : Number.NEGATIVE_INFINITY
  const age = ages(advancedAt, at, time)
  if (age.least <= window) verdicts.add('repeat')
  if (age.most <= window) return [...verdicts]
  // Whatever the window: a copy of the request that was answered, or answered again, arrives within 30 s.
  const { least, most } = ages(Math.max(advancedAt, session.repeatedAt ?? 0), at, time)
  if (least <= LATE_COPY_MS) verdicts.add('refuse')
  if (most > LATE_COPY_MS) {
    const stepped = isJustAfterStep(at, stepWindowMs(policy), time)
    if (stepped !== 'no') verdicts.add('refuse')
    if (stepped !== 'yes') verdicts.add('end')
  }
  return [...verdicts]
}

/** Where the window never closes by time, all that a step can have cut short is the time of a late copy. */
function stepWindowMs({ windowSeconds }: ModelPolicy): number {
  return Number.isFinite(windowSeconds) ? windowSeconds * 1000 : LATE_COPY_MS
}

function advance(world: World, session: ModelSession, told: Told, { at, seenAt }: Instants, policy: ModelPolicy): readonly World[] {
  if (told.kind !== 'tokens' && told.kind !== 'unknown') return []
  const advanced: ModelSession = {
    ...session,
    advancedAt: at,
    previousAdvancedAt: session.advancedAt,
    expiresAt: expiryOf(session.startedAt, at, policy),
    lineage: [...session.lineage, told.kind === 'tokens' ? told.credential : undefined],
  }
  if (
    told.kind === 'tokens' &&
    !(isNew(world, told.credential) && told.sessionId === session.id && statesEnd(advanced, told, seenAt, policy))
  )
    return []
  return [withSession(world, session.id, advanced)]
}

/** Presentations that are equal and under way together may share the first one's answer; then there was no repeat. */
const SHARED_WITHIN_MS = 5000

/** The current token, byte for byte; where nobody has seen it yet, these are its bytes from now on. */
function repeat(world: World, session: ModelSession, told: Told, { at, seenAt }: Instants, policy: ModelPolicy): readonly World[] {
  const repeated = { repeatedAt: Math.max(at, session.repeatedAt ?? 0) }
  const mayBeShared = told.kind === 'unknown' || at - session.advancedAt < SHARED_WITHIN_MS
  const changes = mayBeShared ? [{}, repeated] : [repeated]
  const worlds = (change: Partial<ModelSession>) => changes.map((one) => withSession(world, session.id, { ...change, ...one }))
  if (told.kind === 'unknown') return worlds({})
  if (told.kind !== 'tokens' || told.sessionId !== session.id || !statesEnd(session, told, seenAt, policy)) return []
  const current = session.lineage.at(-1)
  if (current !== undefined) return told.credential === current ? worlds({}) : []
  return isNew(world, told.credential) ? worlds({ lineage: [...session.lineage.slice(0, -1), told.credential] }) : []
}

function signOut(world: World, { credential, application }: { credential: string; application: number }, told: Told): readonly World[] {
  const session = sessionOf(world, credential)
  if (!world.applications[application]?.enabled) return told.kind === 'dead' || told.kind === 'foreign' ? [world] : []
  if (session === undefined || session.application !== application) return told.kind === 'ok' ? [] : [world]
  return isTold(told, 'ok') ? [withSession(world, session.id, { ended: true })] : []
}

function readForSignIn(world: World, { signIn: index, application, account, password }: Extract<ModelEvent, { kind: 'read' }>): World {
  const epochs = epochsOf(world, application, account)
  const owner = world.accounts[account]
  const isRight =
    owner?.password === password && owner.enabled && world.tenant.enabled && (world.applications[application]?.enabled ?? false)
  return { ...world, underWay: new Map(world.underWay).set(index, { epochs, mayPass: isRight, mayFail: !isRight }) }
}

/** The second half. Its password may have been looked at before or after what changed in between. */
function signIn(
  world: World,
  { signIn: index, application, account }: Extract<ModelEvent, { kind: 'sign_in' }>,
  told: Told,
  { at, seenAt }: Instants,
  { policies }: Rules,
): readonly World[] {
  const read = world.underWay.get(index)
  const policy = policies[application]
  if (read === undefined || policy === undefined) return []
  if (told.kind === 'unknown') return [world]
  if (told.kind !== 'tokens') return read.mayFail && (told.kind === 'wrong' || told.kind === 'dead') ? [world] : []
  const session: ModelSession = {
    id: told.sessionId,
    application,
    account,
    epochs: read.epochs,
    startedAt: at,
    advancedAt: at,
    previousAdvancedAt: at,
    expiresAt: expiryOf(at, at, policy),
    ended: false,
    lineage: [told.credential],
  }
  const isAllowed = read.mayPass && isNew(world, told.credential) && statesEnd(session, told, seenAt, policy)
  return isAllowed ? [{ ...world, sessions: [...world.sessions, session] }] : []
}

/**
 * What an answer says of time: the session's end, and an access token of the documented life, from the answer or (where it is the
 * credential as well) from the advance, which never outlives the session.
 */
function statesEnd(
  { expiresAt, advancedAt }: ModelSession,
  told: Told & { kind: 'tokens' },
  seenAt: readonly number[],
  { accessSeconds }: ModelPolicy,
): boolean {
  const remains = seenAt.map((at) => Math.max(0, Math.ceil((expiresAt * 1000 - at) / 1000)))
  const ends = [advancedAt, ...seenAt].map((at) => Math.min(Math.floor(at / 1000) + accessSeconds, expiresAt))
  return ends.includes(told.accessExpiresAt) && remains.includes(told.refreshExpiresInSeconds)
}

function isActive(world: World, { credential, expiresAt }: { credential: string; expiresAt: number }, at: number): boolean {
  const session = sessionOf(world, credential)
  return session !== undefined && expiresAt * 1000 > at && isLiving(world, session, at)
}

function isLiving(world: World, session: ModelSession, at: number): boolean {
  if (session.ended || session.expiresAt * 1000 <= at) return false
  const { tenant, application, account } = epochsOf(world, session.application, session.account)
  const { epochs } = session
  if (epochs.tenant !== tenant || epochs.application !== application || epochs.account !== account) return false
  return Boolean(world.tenant.enabled && world.applications[session.application]?.enabled && world.accounts[session.account]?.enabled)
}

function sessionOf(world: World, credential: string): ModelSession | undefined {
  return world.sessions.find(({ lineage }) => lineage.includes(credential))
}

function epochsOf(world: World, application: number, account: number): Epochs {
  return {
    tenant: world.tenant.epoch,
    application: world.applications[application]?.epoch ?? -1,
    account: world.accounts[account]?.epoch ?? -1,
  }
}

function expiryOf(startedAt: number, at: number, { idleSeconds, absoluteSeconds }: ModelPolicy): number {
  return Math.min(Math.floor(at / 1000) + idleSeconds, Math.floor(startedAt / 1000) + absoluteSeconds)
}

function isTold(told: Told, kind: Told['kind']): boolean {
  return told.kind === kind || told.kind === 'unknown'
}

function isNew(world: World, credential: string): boolean {
  return sessionOf(world, credential) === undefined
}

function withSession(world: World, id: string, change: Partial<ModelSession>): World {
  return { ...world, sessions: world.sessions.map((session) => (session.id === id ? { ...session, ...change } : session)) }
}

function changePrincipal(world: World, target: Target, change: (one: Principal) => Principal): World {
  switch (target.noun) {
    case 'tenant':
      return { ...world, tenant: change(world.tenant) }
    case 'application':
      return { ...world, applications: world.applications.map((one, index) => (index === target.index ? change(one) : one)) }
    case 'account':
      return changeAccount(world, target.index, (account) => ({ ...account, ...change(account) }))
  }
}

function changeAccount(world: World, index: number, change: (account: World['accounts'][number]) => World['accounts'][number]): World {
  return { ...world, accounts: world.accounts.map((account, position) => (position === index ? change(account) : account)) }
}
