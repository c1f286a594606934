import type { Account } from '../domain/account.ts'
import type { Application } from '../domain/application.ts'
import { Unavailable } from '../domain/fault.ts'
import type { SessionId } from '../domain/ids.ts'
import type { Scope } from '../domain/scope.ts'
import { type Session, type SessionOrigin, sessionExpiry } from '../domain/session.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Clock, EpochMs } from '../domain/time.ts'
import type { AuditedEvent, Events } from '../events/events.ts'
import type { SessionStart, Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import { describeSessionTokens } from './describe-session-tokens.ts'
import type { SessionTokens } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly sessions: Sessions
  readonly tokens: TokenEngine
  readonly events: Events
}

export interface NewSession extends Pick<SessionStart, 'refunds' | 'clearedCount' | 'block' | 'grantEnds'> {
  readonly tenant: Tenant
  readonly application: Application
  readonly account: Account
  /** Read, with the account, before anything was checked: whatever changed meanwhile makes the session stale at birth. */
  readonly tenantEpoch: number
  readonly scope: Scope
  /** The session on whose behalf this one is made. */
  readonly actor: Session | undefined
  readonly origin: SessionOrigin
  /** Of the first access token, where it is to have less than the session. */
  readonly tokenScope?: Scope
  readonly describe: (id: SessionId, at: EpochMs) => AuditedEvent
}

const MAX_SESSIONS = 100
/** An id is 64 random bits at least; a second collision in a row is a broken source of randomness. */
const MAX_TRIES = 3

/** Makes a session and its first tokens, and commits it. */
export async function startSession(deps: Deps, request: NewSession): Promise<SessionTokens> {
  const started = await start(deps, request, undefined)
  if (started === undefined) throw new Error('a session was not made for want of a thing that it does not consume')
  return started
}

/** As `startSession`, in one commit with the consumption of what it is made from. @returns undefined if that is not to be had any more */
export function startSessionFrom(
  deps: Deps,
  consuming: NonNullable<SessionStart['consuming']>,
  request: NewSession,
): Promise<SessionTokens | undefined> {
  return start(deps, request, consuming)
}

async function start(
  { clock, sessions, tokens, events }: Deps,
  request: NewSession,
  consuming: SessionStart['consuming'],
): Promise<SessionTokens | undefined> {
  const { tenant, application, account, actor, tokenScope, refunds, clearedCount, block, grantEnds } = request
  const at = clock.now()
  const issuer = await tokens.prepare(tenant, application, at)
  const cap = { max: MAX_SESSIONS, spareSeconds: application.lifetimes.accessSeconds }
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const session = sessionOf(request, tokens.newIdentity(application.tokenFormat), at)
    const issued = await issuer.issue({ ...session, scope: tokenScope ?? session.scope }, { account, actorId: actor?.accountId })
    const started = request.describe(session.id, at)
    const answer = await sessions.start({ session, refunds, clearedCount, block, cap, consuming, grantEnds, audit: started.audit })
    if (answer === 'taken') continue
    if (answer === 'not_consumed') return undefined
    events.publish(started)
    return describeSessionTokens(issued, at)
  }
  throw new Unavailable('no free session id was found', 1)
}

function sessionOf(
  { application, account, tenantEpoch, scope, actor, origin }: NewSession,
  identity: Pick<Session, 'id' | 'secret'>,
  at: EpochMs,
): Session {
  return {
    ...identity,
    tenantId: account.tenantId,
    applicationId: application.id,
    accountId: account.id,
    scope,
    actorSessionId: actor?.id,
    generation: 0,
    startedAt: at,
    advancedAt: at,
    previousAdvancedAt: at,
    repeatedAt: undefined,
    expiresAt: sessionExpiry(at, at, application.lifetimes),
    epochs: { tenant: tenantEpoch, application: application.epoch, account: account.epoch },
    origin,
    endedAt: undefined,
    endReason: undefined,
  }
}
