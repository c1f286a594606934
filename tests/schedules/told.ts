/** What a caller was told, in the words of the model. */
import { Unavailable } from '../../packages/server/src/domain/fault.ts'
import type { Outcome } from '../../packages/server/src/domain/outcome.ts'
import { refreshTokenOf } from '../../packages/server/src/testing/test-house.ts'
import type { RefreshRefusal, SessionTokens, SignInRefusal } from '../../packages/server/src/use-cases/use-cases.ts'
import type { Told } from './world.ts'

type Code = RefreshRefusal['code'] | SignInRefusal['code'] | 'impersonation_not_allowed' | 'account_not_found'

type PlainKind = Exclude<Told['kind'], 'tokens' | 'active'>

/** Why a session is over is no promise to who presents its token; that it is over is. */
const KINDS: Readonly<Record<Code, PlainKind>> = {
  session_unknown: 'dead',
  session_ended: 'dead',
  session_stale: 'dead',
  session_expired: 'dead',
  client_unknown: 'dead',
  refresh_superseded: 'superseded',
  refresh_reused: 'reused',
  client_mismatch: 'foreign',
  client_unproven: 'foreign',
  token_invalid: 'foreign',
  token_is_permanent: 'foreign',
  scope_exceeded: 'exceeded',
  impersonation_not_allowed: 'wrong',
  account_not_found: 'wrong',
  credentials_wrong: 'wrong',
  account_disabled: 'wrong',
  password_grant_off: 'foreign',
  throttled: 'unavailable',
}

/** Who was to answer has died, and nobody knows what had been done. */
export class Lost extends Error {
  override readonly name = 'Lost'
}

/** @param ask one call of a use case @returns what came of it; a fault that says "later" is an answer too */
export async function tell<Value>(ask: Promise<Outcome<Value>>, describe: (value: Value) => Told): Promise<Told> {
  try {
    const outcome = await ask
    return outcome.ok ? describe(outcome.value) : { kind: kindOf(outcome.refusal.code) }
  } catch (fault) {
    if (fault instanceof Unavailable) return { kind: 'unavailable' }
    if (fault instanceof Lost) return { kind: 'unknown' }
    throw fault
  }
}

function kindOf(code: string): PlainKind {
  const kind = Object.hasOwn(KINDS, code) ? KINDS[code as Code] : undefined
  if (kind === undefined) throw new Error(`the machine does not know the refusal ${code}`)
  return kind
}

export function tokensTold(tokens: SessionTokens): Told {
  const { sessionId, accessExpiresAt, refreshExpiresInSeconds, scope } = tokens
  return {
    kind: 'tokens',
    sessionId,
    credential: refreshTokenOf(tokens),
    accessToken: tokens.accessToken,
    accessExpiresAt,
    refreshExpiresInSeconds,
    scope,
  }
}
