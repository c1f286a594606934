import { encodeBase62 } from '../domain/base62.ts'
import type { AccountId } from '../domain/ids.ts'
import type { Randomness } from '../domain/randomness.ts'
import { toSeconds } from '../domain/time.ts'
import type { AccessTokenKind } from './access-token-kind.ts'
import { readClaims, writeClaims } from './claims.ts'
import { typFirstHeader, writeJws } from './jws.ts'
import type { OpenedSigningKey } from './opened-keys.ts'
import type { PermanentTokenRequest } from './token-claims.ts'

/** Names and order as the Smartflo family's permanent tokens have them. */
const CLAIMS = { sub: 'text', iss: 'text', iat: 'integer', exp: 'integer', nbf: 'integer', jti: 'text' } as const

const TOKEN_ID_CHARACTERS = 16

/** Long-lived tokens under a key that is never published: whether one is good, only the store can say. */
export const PERMANENT = {
  purpose: 'permanent',
  headerFor: (key) => typFirstHeader(key.algorithm, key.id),
  signedIssuer: (issuer) => `${issuer}/token/generate`,
  outlivesIssuer: true,
  readPayload(payload, digest) {
    const claims = readClaims(CLAIMS, payload)
    if (claims === undefined) return undefined
    return {
      kind: 'permanent',
      format: 'permanent',
      sessionId: undefined,
      secret: undefined,
      generation: undefined,
      subject: claims.sub as AccountId,
      issuer: claims.iss,
      tokenId: claims.jti,
      issuedAt: claims.iat,
      notBefore: claims.nbf,
      expiresAt: claims.exp,
      clientId: undefined,
      scope: undefined,
      audience: undefined,
      actorId: undefined,
      stated: undefined,
      digest,
    }
  },
} as const satisfies AccessTokenKind

/** @param issuer the tenant's */
export function writePermanent(request: PermanentTokenRequest, issuer: string, key: OpenedSigningKey, randomness: Randomness): string {
  const issuedAt = toSeconds(request.issuedAt)
  const payload = writeClaims(CLAIMS, {
    sub: request.subject,
    iss: PERMANENT.signedIssuer(issuer),
    iat: issuedAt,
    exp: request.expiresAt,
    nbf: issuedAt,
    jti: makeTokenId(randomness),
  })
  return writeJws(PERMANENT.headerFor(key), payload, key)
}

/** 95 random bits: as many as 16 base62 characters can hold evenly. */
function makeTokenId(randomness: Randomness): string {
  return encodeBase62(BigInt(`0x${randomness.bytes(12).toString('hex')}`) >> 1n, TOKEN_ID_CHARACTERS)
}
