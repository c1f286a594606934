import type { Application, TokenFormat } from '../domain/application.ts'
import { accessExpiry, type Session } from '../domain/session.ts'
import type { KeyPurpose } from '../domain/signing-key.ts'
import { type EpochMs, toSeconds } from '../domain/time.ts'
import type { AccessTokenKind } from './access-token-kind.ts'
import { readClaims, writeClaims } from './claims.ts'
import { algFirstHeader, writeJwsWithoutBlocking } from './jws.ts'
import type { OpenedSigningKey } from './opened-keys.ts'
import { claimsOfSession } from './session-claims.ts'
import { tokenIdOf } from './token-id.ts'

/** RFC 9068, section 2.2, and `sid`. */
const CLAIMS = {
  iss: 'text',
  exp: 'integer',
  aud: 'texts',
  sub: 'text',
  client_id: 'text',
  iat: 'integer',
  jti: 'text',
  scope: 'text',
  sid: 'text',
} as const

/**
 * Access tokens as RFC 9068 has them: `typ` is `at+jwt`, and the header begins with `alg`. Those of different formats have keys of
 * their own.
 */
export function signedKind(purpose: KeyPurpose, format: TokenFormat): AccessTokenKind {
  return {
    purpose,
    headerFor: (key) => algFirstHeader('at+jwt', key.algorithm, key.id),
    signedIssuer: (issuer) => issuer,
    outlivesIssuer: false,
    readPayload(payload, digest) {
      const claims = readClaims(CLAIMS, payload)
      return claims && claimsOfSession(claims, { format, clientId: claims.client_id, actorId: undefined, stated: undefined }, digest)
    },
  }
}

export const SIGNED = signedKind('access', 'signed')

/** What an access token is made from. */
export interface SignedStatement {
  readonly session: Session
  readonly application: Application
  /** As the token names it. */
  readonly issuer: string
  readonly issuedAt: EpochMs
}

/**
 * An access token of a session's current generation. What it states comes from the row and from the instant of its issue: who asks for a
 * lost answer again gets one that lasts as long as the first would have.
 * An application without an audience gets tokens for its tenant's own interfaces: then `aud` is the issuer.
 * @param kind one that `signedKind` has made
 */
export async function writeSigned(
  { session, application, issuer, issuedAt }: SignedStatement,
  key: OpenedSigningKey,
  kind: AccessTokenKind,
): Promise<string> {
  const [only = issuer, ...others] = application.audience
  const payload = writeClaims(CLAIMS, {
    iss: issuer,
    exp: accessExpiry(session, application.lifetimes.accessSeconds, issuedAt),
    aud: others.length === 0 ? only : [only, ...others],
    sub: session.accountId,
    client_id: application.clientId,
    iat: toSeconds(issuedAt),
    jti: tokenIdOf('access', session, issuedAt),
    scope: session.scope,
    sid: session.id,
  })
  return writeJwsWithoutBlocking(kind.headerFor(key), payload, key)
}
