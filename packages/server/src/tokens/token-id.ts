import { createHmac } from 'node:crypto'
import type { Session } from '../domain/session.ts'
import { type EpochMs, toSeconds } from '../domain/time.ts'

const TOKEN_ID_BYTES = 16

/**
 * One `jti` per kind, session, generation, scope and second of issue, keyed by the row's secret so that it tells nothing of these.
 * @param kind what sets the tokens of one session apart
 */
export function tokenIdOf(kind: 'access' | 'id', { id, secret, generation, scope }: Session, issuedAt: EpochMs): string {
  const digest = createHmac('sha256', secret)
    .update(JSON.stringify([`${kind} token id`, id, generation, scope, toSeconds(issuedAt)]))
    .digest()
  return digest.toString('base64url', 0, TOKEN_ID_BYTES)
}
