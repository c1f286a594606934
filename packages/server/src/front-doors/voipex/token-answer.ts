import type { Tenant } from '../../domain/tenant.ts'
import { toSeconds } from '../../domain/time.ts'
import type { SessionTokens } from '../../use-cases/use-cases.ts'

/** The members in the order of VOIPEX's document. No schema: a serialiser made from one writes optional members last. */
export function tokenAnswer(tokens: SessionTokens, { epochRaisedAt }: Tenant) {
  return {
    access_token: tokens.accessToken,
    expires_in: tokens.accessExpiresInSeconds,
    refresh_expires_in: tokens.refreshExpiresInSeconds,
    ...(tokens.refreshToken === undefined ? {} : { refresh_token: tokens.refreshToken }),
    token_type: 'Bearer',
    ...(tokens.idToken === undefined ? {} : { id_token: tokens.idToken }),
    'not-before-policy': epochRaisedAt === undefined ? 0 : toSeconds(epochRaisedAt),
    session_state: tokens.sessionId,
    scope: tokens.scope,
  } as const
}
