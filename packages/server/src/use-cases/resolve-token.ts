import { timingSafeEqual } from 'node:crypto'
import { type Application, stillGranted } from '../domain/application.ts'
import type { AccountId, PermanentTokenId } from '../domain/ids.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import type { Scope } from '../domain/scope.ts'
import { type Session, type Standing, standingOf } from '../domain/session.ts'
import type { Tenant } from '../domain/tenant.ts'
import { type Clock, type EpochMs, remainingSeconds } from '../domain/time.ts'
import type { Applications } from '../store/applications.ts'
import type { PermanentTokens } from '../store/permanent-tokens.ts'
import type { Sessions } from '../store/sessions.ts'
import type { AccessClaims, TokenEngine } from '../tokens/token-engine.ts'
import type { CheckedToken, TokenRefusal } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly tokens: TokenEngine
  readonly sessions: Sessions
  readonly permanentTokens: PermanentTokens
  readonly applications: Applications
  readonly notePermanentTokenUse: (id: PermanentTokenId) => void
}

export interface ResolvedToken {
  readonly checked: CheckedToken
  readonly application: Application
  readonly accountId: AccountId
  /** undefined for a permanent token */
  readonly session: Session | undefined
}

export type ResolveToken = (tenant: Tenant, presented: string) => Promise<Outcome<ResolvedToken, TokenRefusal>>

/** What the store adds to a token that is authentic. */
interface Grant {
  readonly application: Application
  readonly scope: Scope
  readonly session: Session | undefined
}

const INVALID = refuse({ code: 'token_invalid' })

const OVER: Readonly<Record<Exclude<Standing, 'living'>, Outcome<never, TokenRefusal>>> = {
  ended: refuse({ code: 'session_ended' }),
  expired: refuse({ code: 'session_expired' }),
  stale: refuse({ code: 'session_stale' }),
}

/**
 * What an access token is good for at this moment, or why it is good for nothing. What was verified may come from a cache; whether
 * it was revoked is read each time.
 */
export function createResolveToken(deps: Deps): ResolveToken {
  const { clock, tokens } = deps
  return async (tenant, presented) => {
    const at = clock.now()
    const read = await tokens.readAccess(tenant, presented, at)
    if (!read.ok) return INVALID
    const claims = read.value
    const found = claims.kind === 'permanent' ? await findPermanent(deps, tenant, claims, at) : await findSession(deps, tenant, claims, at)
    if (!found.ok) return found
    const { application, session } = found.value
    return accept({ checked: describe(tenant, claims, found.value, at), application, accountId: claims.subject, session })
  }
}

async function findSession(
  { sessions, applications }: Deps,
  tenant: Tenant,
  claims: AccessClaims,
  at: EpochMs,
): Promise<Outcome<Grant, TokenRefusal>> {
  if (claims.sessionId === undefined) return INVALID
  const found = await sessions.find(tenant.id, claims.sessionId, at)
  if (found === undefined) return OVER.ended
  const { session, current } = found
  if (!isAbout(claims, session)) return INVALID
  const standing = standingOf(session, current, at)
  if (standing !== 'living') return OVER[standing]
  const application = await applications.find(tenant.id, session.applicationId)
  if (application === undefined) return INVALID
  const { scope = application.scope } = claims
  return accept({ application, scope: stillGranted(scope, application), session })
}

/** A generation that the row has not reached was lost by the store. */
function isAbout({ subject, secret, generation }: AccessClaims, session: Session): boolean {
  if (session.accountId !== subject) return false
  if (secret !== undefined && !(secret.length === session.secret.length && timingSafeEqual(secret, session.secret))) return false
  return generation === undefined || generation <= session.generation
}

async function findPermanent(
  { permanentTokens, applications, notePermanentTokenUse }: Deps,
  tenant: Tenant,
  claims: AccessClaims,
  at: EpochMs,
): Promise<Outcome<Grant, TokenRefusal>> {
  const found = await permanentTokens.findByDigest(tenant.id, claims.digest)
  if (!found?.enabled || found.token.revokedAt !== undefined || found.token.expiresAt * 1000 <= at) return INVALID
  if (found.token.accountId !== claims.subject) return INVALID
  const application = await applications.find(tenant.id, found.token.applicationId)
  if (application === undefined) return INVALID
  notePermanentTokenUse(found.token.id)
  return accept({ application, scope: found.token.scope, session: undefined })
}

function describe(tenant: Tenant, claims: AccessClaims, { application, scope, session }: Grant, at: EpochMs): CheckedToken {
  return {
    kind: claims.kind,
    format: claims.format,
    tenant,
    subject: claims.subject,
    clientId: application.clientId,
    scope,
    audience: claims.audience ?? application.audience,
    issuer: claims.issuer,
    tokenId: claims.tokenId,
    sessionId: session?.id,
    issuedAt: claims.issuedAt,
    notBefore: claims.notBefore,
    expiresAt: claims.expiresAt,
    expiresInSeconds: remainingSeconds(claims.expiresAt, at),
    actor: claims.actorId,
    stated: claims.stated,
  }
}
