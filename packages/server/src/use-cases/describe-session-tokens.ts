import { type EpochMs, remainingSeconds } from '../domain/time.ts'
import type { IssuedTokens } from '../tokens/token-engine.ts'
import type { SessionTokens } from './use-cases.ts'

/** Tokens as an answer states them: lifetimes are what remains at this instant, rounded up. */
export function describeSessionTokens(issued: IssuedTokens, at: EpochMs): SessionTokens {
  const { accessToken, accessExpiresAt, refreshToken, idToken, session } = issued
  return {
    accessToken,
    accessExpiresAt,
    accessExpiresInSeconds: remainingSeconds(accessExpiresAt, at),
    refreshToken,
    refreshExpiresInSeconds: remainingSeconds(session.expiresAt, at),
    idToken,
    sessionId: session.id,
    scope: session.scope,
  }
}
