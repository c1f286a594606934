import { timingSafeEqual } from 'node:crypto'
import type { Application } from '../domain/application.ts'
import type { PermanentTokenId, SessionId } from '../domain/ids.ts'
import { isWithinScope, type Scope, scopeTokens } from '../domain/scope.ts'
import { standingOf } from '../domain/session.ts'
import type { Tenant } from '../domain/tenant.ts'
import { type Clock, type EpochMs, remainingSeconds } from '../domain/time.ts'
import type { Applications } from '../store/applications.ts'
import type { PermanentTokens } from '../store/permanent-tokens.ts'
import type { Sessions } from '../store/sessions.ts'
import type { AccessClaims, TokenEngine } from '../tokens/token-engine.ts'
import type { CheckedToken } from './use-cases.ts'

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
}

export type ResolveToken = (tenant: Tenant, presented: string) => Promise<ResolvedToken | undefined>

/** What the store adds to a token that is authentic. */
interface Grant {
  readonly application: Application
  readonly scope: Scope
  readonly sessionId: SessionId | undefined
}

/**
 * What an access token is good for at this moment; undefined for every reason why it is good for nothing. What was verified may
 * come from a cache; whether it was revoked is read each time.
 */
export function createResolveToken(deps: Deps): ResolveToken {
  const { clock, tokens } = deps
  return async (tenant, presented) => {
    const at = clock.now()
    const read = await tokens.readAccess(tenant, presented, at)
    if (!read.ok) return undefined
    const claims = read.value
    const grant = claims.kind === 'permanent' ? await findPermanent(deps, tenant, claims, at) : await findSession(deps, tenant, claims, at)
    if (grant === undefined) return undefined
    return { checked: describe(tenant, claims, grant, at), application: grant.application }
  }
}

async function findSession(
  { sessions, applications }: Deps,
  tenant: Tenant,
  claims: AccessClaims,
  at: EpochMs,
): Promise<Grant | undefined> {
  if (claims.sessionId === undefined) return undefined
  const found = await sessions.find(tenant.id, claims.sessionId, at)
  if (found === undefined || standingOf(found.session, found.current, at) !== 'living') return undefined
  const { session } = found
  if (session.accountId !== claims.subject) return undefined
  if (claims.secret !== undefined && !(claims.secret.length === session.secret.length && timingSafeEqual(claims.secret, session.secret)))
    return undefined
  if (claims.generation !== undefined && claims.generation > session.generation) return undefined // the store has lost commits
  const application = await applications.find(tenant.id, session.applicationId)
  if (application === undefined) return undefined
  return {
    application,
    scope: claims.scope === undefined ? application.scope : stillGranted(claims.scope, application.scope),
    sessionId: session.id,
  }
}

async function findPermanent(
  { permanentTokens, applications, notePermanentTokenUse }: Deps,
  tenant: Tenant,
  claims: AccessClaims,
  at: EpochMs,
): Promise<Grant | undefined> {
  const found = await permanentTokens.findByDigest(tenant.id, claims.digest)
  if (!found?.enabled || found.token.revokedAt !== undefined || found.token.expiresAt * 1000 <= at) return undefined
  if (found.token.accountId !== claims.subject) return undefined
  const application = await applications.find(tenant.id, found.token.applicationId)
  if (application === undefined) return undefined
  notePermanentTokenUse(found.token.id)
  return { application, scope: found.token.scope, sessionId: undefined }
}

/** A scope that was taken from the application since the sign-in is taken from its sessions too. */
function stillGranted(scope: Scope, ofApplication: Scope): Scope {
  if (isWithinScope(scope, ofApplication)) return scope
  const left = new Set(scopeTokens(ofApplication))
  return scopeTokens(scope)
    .filter((token) => left.has(token))
    .join(' ') as Scope
}

function describe(tenant: Tenant, claims: AccessClaims, { application, scope, sessionId }: Grant, at: EpochMs): CheckedToken {
  return {
    kind: claims.kind,
    tenant,
    subject: claims.subject,
    clientId: application.clientId,
    scope,
    audience: claims.audience ?? application.audience,
    issuer: claims.issuer,
    tokenId: claims.tokenId,
    sessionId,
    issuedAt: claims.issuedAt,
    notBefore: claims.notBefore,
    expiresAt: claims.expiresAt,
    expiresInSeconds: remainingSeconds(claims.expiresAt, at),
  }
}
