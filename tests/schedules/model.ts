/**
 * What a session is, from the rules alone: worlds are values, and an event with the answer that it got leads from one world to those
 * that allow the answer. None of them: the answer was not allowed. No I/O, and nothing of the code under test is imported.
 *
 * Where the rules leave a choice (what the store saw of a short absence, what a restarted process knows of a step of its clock), there
 * is more than one world.
 */
import { ages, isJustAfterStep, type TimeFacts } from './model-time.ts'
import {
  changeAccount,
  changePrincipal,
  epochsOf,
  isLiving,
  isNew,
  type ModelPolicy,
  type ModelSession,
  SCOPES,
  sessionOf,
  type Target,
  type Told,
  type World,
  withSession,
} from './world.ts'

export type ModelEvent =
  | {
      readonly kind: 'refresh'
      readonly credential: string
      readonly application: number
      /** Whether the caller has shown that it is that application. */
      readonly isProven: boolean
      readonly asks: keyof typeof SCOPES
    }
  | { readonly kind: 'sign_out'; readonly credential: string; readonly application: number; readonly isProven: boolean }
  /** @property scope what the access token that came with the credential may do */
  | { readonly kind: 'check'; readonly credential: string; readonly expiresAt: number; readonly scope: string }
  | { readonly kind: 'end_session'; readonly sessionId: string }
  | { readonly kind: 'raise_epoch'; readonly target: Target }
  | { readonly kind: 'set_enabled'; readonly target: Target; readonly enabled: boolean }
  | { readonly kind: 'set_password'; readonly account: number; readonly password: string }
  /** The first half of a sign-in: what is read before its password is looked at. */
  | {
      readonly kind: 'read'
      readonly signIn: number
      readonly application: number
      readonly account: number
      /** undefined: somebody else asks for this account's tokens. */
      readonly password: string | undefined
    }
  | { readonly kind: 'sign_in'; readonly signIn: number; readonly application: number; readonly account: number }
  /** What comes before the first half of an impersonation: whether the token that asks for it is good. */
  | { readonly kind: 'ask'; readonly signIn: number; readonly credential: string; readonly expiresAt: number }
  | { readonly kind: 'impersonate'; readonly signIn: number; readonly credential: string; readonly account: number; readonly scope: string }

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
      return check(world, event, told, when) ? [world] : []
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
    case 'ask':
      return [askForAnother(world, event, when, rules)]
    case 'impersonate':
      return impersonate(world, event, told, when, rules)
  }
}

function refresh(
  world: World,
  { credential, application, isProven, asks }: Extract<ModelEvent, { kind: 'refresh' }>,
  told: Told,
  when: Instants,
  rules: Rules,
): readonly World[] {
  const { at } = when
  const session = sessionOf(world, credential)
  // The application is looked at before the session: a stranger's attempt touches nothing, nor does one that proves nothing.
  if (!isProven || session === undefined || session.application !== application)
    return told.kind === 'foreign' || told.kind === 'dead' ? [world] : []
  // Who asks for too much keeps the token, whichever it is.
  if (told.kind === 'exceeded') return asks === 'more' ? [world] : []
  if (!isLiving(world, session, at)) return isTold(told, 'dead') ? [world] : []
  const policy = rules.policies[application]
  if (policy === undefined || asks === 'more') return []
  if (told.kind === 'tokens' && told.scope !== (asks === 'less' ? SCOPES.less : session.scope)) return []
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

function signOut(
  world: World,
  { credential, application, isProven }: Extract<ModelEvent, { kind: 'sign_out' }>,
  told: Told,
): readonly World[] {
  const session = sessionOf(world, credential)
  if (!world.applications[application]?.enabled) return told.kind === 'dead' || told.kind === 'foreign' ? [world] : []
  if (!isProven || session === undefined || session.application !== application) return told.kind === 'ok' ? [] : [world]
  return isTold(told, 'ok') ? [withSession(world, session.id, { ended: true })] : []
}

function readForSignIn(world: World, { signIn: index, application, account, password }: Extract<ModelEvent, { kind: 'read' }>): World {
  const epochs = epochsOf(world, application, account)
  const owner = world.accounts[account]
  const isKnown = owner?.enabled === true && (password === undefined || owner.password === password)
  // Of an impersonation the application was looked at before, with the session that asks.
  const isOn = world.tenant.enabled && (password === undefined || world.applications[application]?.enabled === true)
  const isRight = isKnown && isOn
  const begun = { ...world.underWay.get(index), epochs, mayPass: isRight, mayFail: !isRight }
  return { ...world, underWay: new Map(world.underWay).set(index, begun) }
}

/** A token that could not say who acts may not ask. */
function askForAnother(
  world: World,
  { signIn: index, credential, expiresAt }: Extract<ModelEvent, { kind: 'ask' }>,
  { at }: Instants,
  { policies }: Rules,
): World {
  const actor = sessionOf(world, credential)
  const impersonates = actor !== undefined && policies[actor.application]?.impersonates === true
  const isAsked = impersonates && isActive(world, { credential, expiresAt }, at)
  const epochs = { tenant: -1, application: -1, account: -1 }
  return { ...world, underWay: new Map(world.underWay).set(index, { epochs, mayPass: false, mayFail: true, isAsked }) }
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
  const session = newSession(told, { application, account, actor: undefined, scope: SCOPES.all, epochs: read.epochs }, at, policy)
  const isAllowed =
    read.mayPass && told.scope === session.scope && isNew(world, told.credential) && statesEnd(session, told, seenAt, policy)
  return isAllowed ? withNewSession(world, session, at, policy) : []
}

/** Who asks has the right, and is nobody who was made so; the account is there. What is made has no more than what asks for it. */
function impersonate(
  world: World,
  { signIn: index, credential, account, scope }: Extract<ModelEvent, { kind: 'impersonate' }>,
  told: Told,
  { at, seenAt }: Instants,
  { policies }: Rules,
): readonly World[] {
  const begun = world.underWay.get(index)
  const actor = sessionOf(world, credential)
  if (begun === undefined || told.kind === 'unknown') return begun === undefined ? [] : [world]
  if (!begun.isAsked) return told.kind === 'foreign' ? [world] : []
  const policy = actor && policies[actor.application]
  if (actor === undefined || policy === undefined) return []
  const mayAsk = actor.actor === undefined && world.accounts[actor.account]?.mayImpersonate === true
  if (told.kind !== 'tokens') return told.kind === 'wrong' && !(mayAsk && begun.mayPass) ? [world] : []
  const { application, id } = actor
  const session = newSession(told, { application, account, actor: id, scope, epochs: begun.epochs }, at, policy)
  const isAllowed = mayAsk && begun.mayPass && told.scope === scope && isNew(world, told.credential)
  return isAllowed && statesEnd(session, told, seenAt, policy) ? withNewSession(world, session, at, policy) : []
}

function newSession(
  { sessionId: id, credential }: Told & { kind: 'tokens' },
  made: Pick<ModelSession, 'application' | 'account' | 'actor' | 'scope' | 'epochs'>,
  at: number,
  policy: ModelPolicy,
): ModelSession {
  const instants = { startedAt: at, advancedAt: at, previousAdvancedAt: at, expiresAt: expiryOf(at, at, policy) }
  return { ...made, ...instants, id, ended: false, lineage: [credential] }
}

/**
 * The cap leaves one other, which was advanced last; none goes that was advanced within an access token's life. Which one stays of two
 * that were advanced at the same instant, no rule says.
 */
function withNewSession(world: World, session: ModelSession, at: number, policy: ModelPolicy): readonly World[] {
  const added = { ...world, sessions: [...world.sessions, session] }
  const { account, application, actor } = session
  const others = world.sessions.filter(
    (one) =>
      one.account === account &&
      one.application === application &&
      (one.actor === undefined) === (actor === undefined) &&
      isLiving(world, one, at),
  )
  const newest = Math.max(...others.map(({ advancedAt }) => advancedAt))
  const beyond = others.filter(({ advancedAt }) => advancedAt <= at - policy.accessSeconds * 1000)
  const staying = beyond.filter(({ advancedAt }) => advancedAt === newest)
  const endAllBut = (stays: ModelSession | undefined) =>
    beyond.filter((one) => one !== stays).reduce<World>((into, { id }) => withSession(into, id, { ended: true }), added)
  return staying.length === 0 ? [endAllBut(undefined)] : staying.map(endAllBut)
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

function check(world: World, event: Extract<ModelEvent, { kind: 'check' }>, told: Told, { at }: Instants): boolean {
  if (told.kind === 'unknown') return true
  if (told.kind !== 'active') return !isActive(world, event, at)
  return isActive(world, event, at) && told.scope === event.scope
}

function isActive(world: World, { credential, expiresAt }: { credential: string; expiresAt: number }, at: number): boolean {
  const session = sessionOf(world, credential)
  return session !== undefined && expiresAt * 1000 > at && isLiving(world, session, at)
}

function expiryOf(startedAt: number, at: number, { idleSeconds, absoluteSeconds }: ModelPolicy): number {
  return Math.min(Math.floor(at / 1000) + idleSeconds, Math.floor(startedAt / 1000) + absoluteSeconds)
}

function isTold(told: Told, kind: Told['kind']): boolean {
  return told.kind === kind || told.kind === 'unknown'
}
