import { createHash } from 'node:crypto'
import type { Application } from '../domain/application.ts'
import { decodeBase62, encodeBase62 } from '../domain/base62.ts'
import { type AccountId, type SessionId, uuidFrom } from '../domain/ids.ts'
import type { Randomness } from '../domain/randomness.ts'
import { accessExpiry, type Session } from '../domain/session.ts'
import { toSeconds } from '../domain/time.ts'
import type { AccessTokenKind } from './access-token-kind.ts'
import { readClaims, writeClaims } from './claims.ts'
import { typFirstHeader, writeJwsWithoutBlocking } from './jws.ts'
import type { OpenedSigningKey } from './opened-keys.ts'

/** Names and order as the Smartflo family's tokens have them; nothing about the user but `sub`. */
const CLAIMS = { iss: 'text', iat: 'integer', exp: 'integer', nbf: 'integer', jti: 'text', sub: 'text' } as const

const SESSION_KEY_BYTES = 8
const GENERATION_BITS = 31n
const GENERATIONS = 2 ** Number(GENERATION_BITS)
const TOKEN_ID_CHARACTERS = 16
const TOKEN_ID_BITS = 95n

/** One JWT that is access token and refresh credential at once. Its keys are used for nothing else. */
export const SELF_REFRESHING = {
  purpose: 'self-refreshing',
  headerFor: (key) => typFirstHeader(key.algorithm, key.id),
  signedIssuer: (issuer) => `${issuer}/api/v1/auth/login`,
  outlivesIssuer: false,
  readPayload(payload, digest) {
    const claims = readClaims(CLAIMS, payload)
    const named = claims && readTokenId(claims.jti)
    if (claims === undefined || named === undefined) return undefined
    return {
      kind: 'session',
      format: 'self-refreshing',
      sessionId: sessionIdOf(named.sessionKey),
      secret: named.sessionKey,
      generation: named.generation,
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

/**
 * The token of a session's current generation: `iat` is the sign-in, `nbf` the last advance. The signature is deterministic, so a
 * repeat is the same token.
 * @param issuer the tenant's
 * @throws Error if the session is not of this format, or has been advanced 2^31 times
 */
export async function writeSelfRefreshing(
  session: Session,
  application: Application,
  issuer: string,
  key: OpenedSigningKey,
): Promise<string> {
  const payload = writeClaims(CLAIMS, {
    iss: SELF_REFRESHING.signedIssuer(issuer),
    iat: toSeconds(session.startedAt),
    exp: accessExpiry(session, application.lifetimes.accessSeconds, session.advancedAt),
    nbf: toSeconds(session.advancedAt),
    jti: tokenIdOf(session),
    sub: session.accountId,
  })
  return writeJwsWithoutBlocking(SELF_REFRESHING.headerFor(key), payload, key)
}

/** A session key of 64 random bits, and the row id that follows from it, so that a token finds its row by primary key. */
export function makeSelfRefreshingIdentity(randomness: Randomness): { readonly id: SessionId; readonly secret: Buffer } {
  const secret = randomness.bytes(SESSION_KEY_BYTES)
  return { id: sessionIdOf(secret), secret }
}

/** A UUID of version 8 (RFC 9562, section 5.8): the id is shown and logged, and must not give the session key away. */
function sessionIdOf(sessionKey: Buffer): SessionId {
  return uuidFrom(createHash('sha256').update('ringkey: session id of a self-refreshing token').update(sessionKey).digest(), 8)
}

/** `jti`: the 64-bit session key and a 31-bit generation, 95 bits in 16 base62 characters. */
function tokenIdOf({ id, secret, generation }: Session): string {
  if (secret.length !== SESSION_KEY_BYTES || id !== sessionIdOf(secret))
    throw new Error('a session of another token format cannot have a self-refreshing token')
  if (generation >= GENERATIONS) throw new Error('a session has been advanced more often than its token can say')
  return encodeBase62((secret.readBigUInt64BE() << GENERATION_BITS) | BigInt(generation), TOKEN_ID_CHARACTERS)
}

function readTokenId(tokenId: string): { readonly sessionKey: Buffer; readonly generation: number } | undefined {
  const value = tokenId.length === TOKEN_ID_CHARACTERS ? decodeBase62(tokenId) : undefined
  if (value === undefined || value >> TOKEN_ID_BITS !== 0n) return undefined
  const sessionKey = Buffer.alloc(SESSION_KEY_BYTES)
  sessionKey.writeBigUInt64BE(value >> GENERATION_BITS)
  return { sessionKey, generation: Number(value & (BigInt(GENERATIONS) - 1n)) }
}
