import { addressBlockOf } from '../domain/address-block.ts'
import { type Application, stillGranted } from '../domain/application.ts'
import { Unavailable } from '../domain/fault.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import { judgePresentation } from '../domain/presentation.ts'
import { maxRetryAfterSeconds } from '../domain/refresh-policy.ts'
import { isWithinScope, parseScope, type Scope } from '../domain/scope.ts'
import type { Session } from '../domain/session.ts'
import type { Clock, EpochMs } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Accounts } from '../store/accounts.ts'
import type { Applications } from '../store/applications.ts'
import type { AuditTrail } from '../store/audit-trail.ts'
import type { Sessions, Turn } from '../store/sessions.ts'
import type { RefreshClaim, TokenEngine, TokenSubject } from '../tokens/token-engine.ts'
import type { AuthenticateClient } from './authenticate-client.ts'
import { describeSessionTokens } from './describe-session-tokens.ts'
import type { Caller, RefreshRefusal, RefreshSession } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly sessions: Sessions
  readonly accounts: Accounts
  readonly applications: Applications
  readonly auditTrail: AuditTrail
  readonly tokens: TokenEngine
  readonly events: Events
  readonly authenticateClient: AuthenticateClient
}

/** What one call is about, once its token has been read and its application has proved itself. */
interface Presented {
  readonly application: Application
  readonly claim: RefreshClaim
  readonly caller: Caller
  readonly at: EpochMs
}

type RefreshRequest = Parameters<RefreshSession>[0]
type Refreshed = Outcome<Session, RefreshRefusal>

/** A session moves on while it is being ended at most this often in one call; more is a livelock and a fault. */
const MAX_TURNS = 4

/**
 * Exchanges a refresh token for the next one. Before any query: form, length, MAC, kind, and the application's proof; a failure
 * touches no session. Then one conditional statement of the store decides, and `judgePresentation` says what a row that did not
 * move means.
 */
export function createRefreshSession(deps: Deps): RefreshSession {
  const { clock, tokens, events, authenticateClient } = deps
  return async ({ tenant, client, refreshToken, scope, caller }) => {
    const at = clock.now()
    const authenticated = await authenticateClient(tenant, client)
    if (!authenticated.ok) {
      if (authenticated.refusal.code === 'client_unproven') await noteUnproven(deps, { tenant, client, refreshToken, caller, at })
      return authenticated
    }
    const application = authenticated.value
    const read = await tokens.readRefresh(tenant, application, refreshToken, at)
    if (!read.ok) return read
    const presented: Presented = { application, claim: read.value, caller, at }
    if (read.value.applicationId !== undefined && read.value.applicationId !== application.id) return refuseStranger(deps, presented)

    const narrowed = scope === undefined ? accept(undefined) : await narrowScope(deps, presented, scope)
    if (!narrowed.ok) return narrowed
    // At hand before the statement is sent.
    const issuer = await tokens.prepare(tenant, application, at)
    const subject = issuer.describesSubject ? await findSubject(deps, presented) : undefined
    const refreshed = await present(deps, presented)
    if (!refreshed.ok) {
      const { code } = refreshed.refusal
      events.publish(
        events.refreshRefused({ tenantId: tenant.id, subject: presented.claim.sessionId, requestId: caller.requestId }, { code }),
      )
      return refreshed
    }
    const session = refreshed.value
    const granted = narrowed.value ?? stillGranted(session.scope, application)
    const issued = await issuer.issue({ ...session, scope: granted }, subject)
    return accept(describeSessionTokens(issued, at))
  }
}

async function present(deps: Deps, presented: Presented): Promise<Refreshed> {
  const { application, claim, caller, at } = presented
  const advance = {
    sessionId: claim.sessionId,
    applicationId: application.id,
    secret: claim.secret,
    generation: claim.generation,
    lifetimes: application.lifetimes,
    refreshPolicy: application.refreshPolicy,
    at,
  }
  for (let turns = 0; turns < MAX_TURNS; turns += 1) {
    const turn = await deps.sessions.advance(advance, caller.isGone).catch((fault: unknown) => {
      throw withinWindow(fault, application)
    })
    if (turn.kind === 'missing') return refuse({ code: 'session_unknown' })
    if (turn.kind === 'advanced') return accept(turn.session)
    const judged = await judge(deps, presented, turn)
    if (judged !== 'moved_on') return judged
  }
  throw new Unavailable('a session moved on at every turn of one presentation', 1)
}

/** @returns `moved_on` when the row changed between the verdict and the ending: then it is presented again */
async function judge(
  { clock, sessions, events }: Deps,
  presented: Presented,
  { session, current, outages }: Extract<Turn, { kind: 'held' }>,
): Promise<Refreshed | 'moved_on'> {
  const { application, claim, caller, at } = presented
  const occasion = {
    at,
    tenantId: session.tenantId,
    actor: session.accountId,
    subject: session.id,
    block: addressBlockOf(caller.address),
    requestId: caller.requestId,
  }
  const judgement = judgePresentation({
    session,
    current,
    presentedGeneration: claim.generation,
    at,
    policy: application.refreshPolicy,
    outages,
    lastForwardStepAt: clock.lastForwardStepAt(),
  })
  switch (judgement.verdict) {
    case 'repeat':
      events.publish(events.refreshRepeated(occasion))
      return accept(session)
    case 'refuse':
      return refuse({ code: judgement.code })
    case 'end': {
      const reused = events.refreshTokenReused(
        { ...occasion, actor: 'unknown', account: session.accountId },
        { presented: claim.generation, current: session.generation },
      )
      const ended = await sessions.end({
        id: session.id,
        generation: session.generation,
        repeatedAt: session.repeatedAt,
        at,
        reason: 'refresh_token_reused',
        audit: reused.audit,
      })
      if (!ended) return 'moved_on'
      events.publish(reused)
      return refuse({ code: 'refresh_reused' })
    }
    case 'commits_lost':
      events.publish(events.commitsLost(occasion, { presented: claim.generation, current: session.generation }))
      throw withinWindow(new Unavailable('the store is behind a refresh token that it has acknowledged', 60), application)
    case 'advance':
      // The statement did not take a row that is current: the application's lifetimes were shortened below the session's age.
      return refuse({ code: 'session_expired' })
  }
}

/** Judged before the session is advanced: a client that asks for too much keeps its token (RFC 6749, section 6). */
async function narrowScope(
  { sessions }: Deps,
  { application, claim, at }: Presented,
  asked: string,
): Promise<Outcome<Scope | undefined, RefreshRefusal>> {
  const scope = parseScope(asked)
  const found = await sessions.find(application.tenantId, claim.sessionId, at)
  if (found?.session.applicationId !== application.id) return accept(undefined) // the statement will refuse it
  if (scope === undefined || !isWithinScope(scope, stillGranted(found.session.scope, application)))
    return refuse({ code: 'scope_exceeded' })
  return accept(scope === '' ? undefined : scope) // a blank asks for nothing in particular
}

/**
 * Whom the tokens will describe. Read before the session is advanced: a change of the account's rights meanwhile makes the session stale,
 * so that no token states rights that were taken.
 * @returns undefined if there is no such session any more; the statement will refuse it
 */
async function findSubject({ sessions, accounts }: Deps, { application, claim, at }: Presented): Promise<TokenSubject | undefined> {
  const { tenantId } = application
  const found = await sessions.find(tenantId, claim.sessionId, at)
  if (found === undefined) return undefined
  const { accountId, actorSessionId } = found.session
  const account = await accounts.find(tenantId, accountId)
  const actor = actorSessionId === undefined ? undefined : await sessions.find(tenantId, actorSessionId, at)
  return account && { account, actorId: actor?.session.accountId }
}

async function refuseStranger(
  { events, auditTrail }: Deps,
  { application, claim, caller, at }: Presented,
): Promise<Refreshed & { ok: false }> {
  const stranger = events.refreshByAnotherApplication({
    at,
    tenantId: application.tenantId,
    actor: application.id,
    subject: claim.sessionId,
    block: addressBlockOf(caller.address),
    requestId: caller.requestId,
  })
  await auditTrail.append(stranger.audit)
  events.publish(stranger)
  return refuse({ code: 'client_mismatch' })
}

/** Somebody holds a refresh token of an application without its secret. For a token that is none nothing is written: anybody can send one. */
async function noteUnproven(
  { applications, tokens, events, auditTrail }: Deps,
  {
    tenant,
    client,
    refreshToken,
    caller,
    at,
  }: Pick<RefreshRequest, 'tenant' | 'client' | 'refreshToken' | 'caller'> & { readonly at: EpochMs },
): Promise<void> {
  const found = client.kind === 'client' ? await applications.findByClientId(tenant.id, client.clientId) : undefined
  const read = found && (await tokens.readRefresh(tenant, found.application, refreshToken, at))
  if (found === undefined || read?.ok !== true) return
  const unproven = events.refreshWithoutProof(
    {
      at,
      tenantId: tenant.id,
      actor: 'unknown',
      subject: read.value.sessionId,
      block: addressBlockOf(caller.address),
      requestId: caller.requestId,
    },
    { application: found.application.id },
  )
  await auditTrail.append(unproven.audit)
  events.publish(unproven)
}

/** A client that obeys `Retry-After` must come back while its answer can still be repeated. */
function withinWindow(fault: unknown, { refreshPolicy }: Application): unknown {
  if (!(fault instanceof Unavailable)) return fault
  return new Unavailable(fault.message, Math.min(fault.retryAfterSeconds, maxRetryAfterSeconds(refreshPolicy)), { cause: fault })
}
