import type { AccountId, SessionId } from '../domain/ids.ts'
import type { Scope } from '../domain/scope.ts'
import type { EpochSeconds } from '../domain/time.ts'
import type { AccessClaims } from './token-claims.ts'

/** What every access token says that names its session and is not its own refresh credential. */
interface SessionClaims {
  readonly iss: string
  readonly exp: EpochSeconds
  readonly aud: string | readonly string[]
  readonly sub: string
  readonly iat: EpochSeconds
  readonly jti: string
  readonly scope: string
  readonly sid: string
}

export function claimsOfSession(
  claims: SessionClaims,
  own: Pick<AccessClaims, 'format' | 'clientId' | 'actorId' | 'stated'>,
  digest: Buffer,
): AccessClaims {
  return {
    ...own,
    kind: 'session',
    sessionId: claims.sid as SessionId,
    secret: undefined,
    generation: undefined,
    subject: claims.sub as AccountId,
    issuer: claims.iss,
    tokenId: claims.jti,
    issuedAt: claims.iat,
    notBefore: claims.iat,
    expiresAt: claims.exp,
    scope: claims.scope as Scope,
    audience: typeof claims.aud === 'string' ? [claims.aud] : claims.aud,
    digest,
  }
}
