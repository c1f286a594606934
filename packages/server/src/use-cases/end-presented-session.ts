import { timingSafeEqual } from 'node:crypto'
import { addressBlockOf } from '../domain/address-block.ts'
import type { Application } from '../domain/application.ts'
import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'
import type { EndReason, Session } from '../domain/session.ts'
import type { EpochMs } from '../domain/time.ts'
import type { AuditedEvent, Events, Occasion } from '../events/events.ts'
import type { Sessions } from '../store/sessions.ts'
import type { AccessClaims, RefreshClaim } from '../tokens/token-engine.ts'
import type { Caller } from './use-cases.ts'

interface Deps {
  readonly sessions: Sessions
  readonly events: Events
}

export interface PresentedToken {
  /** The application that presents it, authenticated as its type demands. */
  readonly application: Application
  readonly claim: RefreshClaim | AccessClaims
  readonly caller: Caller
  readonly at: EpochMs
  readonly reason: EndReason
  readonly describe: (occasion: Occasion) => AuditedEvent
}

/** Ends the session that an authentic token belongs to, at the wish of who holds it. One that is over already stays over, and that is a success. */
export async function endPresentedSession(
  { sessions, events }: Deps,
  { application, claim, caller, at, reason, describe }: PresentedToken,
): Promise<Outcome<undefined, Refusal<'token_invalid' | 'client_mismatch'>>> {
  if ('applicationId' in claim && claim.applicationId !== undefined && claim.applicationId !== application.id)
    return refuse({ code: 'client_mismatch' })
  if (claim.sessionId === undefined) return refuse({ code: 'token_invalid' })
  const found = await sessions.find(application.tenantId, claim.sessionId, at)
  if (found === undefined) return accept(undefined)
  const { session } = found
  if (claim.secret !== undefined && !isSecretOf(session, claim.secret)) return refuse({ code: 'token_invalid' })
  if (session.applicationId !== application.id) return refuse({ code: 'client_mismatch' })
  if (session.endedAt !== undefined) return accept(undefined)
  const ended = describe({
    at,
    tenantId: session.tenantId,
    actor: await whoHolds(sessions, session, at),
    subject: session.id,
    account: session.accountId,
    block: addressBlockOf(caller.address),
    requestId: caller.requestId,
  })
  if (await sessions.end({ id: session.id, at, reason, audit: ended.audit })) events.publish(ended)
  return accept(undefined)
}

/** An impersonated session is held by who impersonates. */
async function whoHolds(sessions: Sessions, { tenantId, accountId, actorSessionId }: Session, at: EpochMs): Promise<string> {
  const actor = actorSessionId === undefined ? undefined : await sessions.find(tenantId, actorSessionId, at)
  return actor?.session.accountId ?? accountId
}

function isSecretOf({ secret }: Session, presented: Buffer): boolean {
  return presented.length === secret.length && timingSafeEqual(presented, secret)
}
