import type { Application } from '../domain/application.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Clock, EpochMs } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Sessions } from '../store/sessions.ts'
import type { AccessClaims, RefreshClaim, TokenEngine, UnreadableRefresh } from '../tokens/token-engine.ts'
import type { AuthenticateClient } from './authenticate-client.ts'
import { endPresentedSession } from './end-presented-session.ts'
import type { RevokeToken } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly sessions: Sessions
  readonly tokens: TokenEngine
  readonly events: Events
  readonly authenticateClient: AuthenticateClient
}

/**
 * Token revocation (RFC 7009). Either token of a session ends the session, so that whoever has stolen one has nothing left; a
 * program that wants to go on signs in again (section 2.1 leaves it to the server what an access token takes with it).
 */
export function createRevokeToken(deps: Deps): RevokeToken {
  const { clock, sessions, events, authenticateClient } = deps
  return async ({ tenant, client, token, caller }) => {
    const at = clock.now()
    const authenticated = await authenticateClient(tenant, client)
    if (!authenticated.ok) return authenticated
    const application = authenticated.value
    const read = await readEither(deps, tenant, application, token, at)
    if (!read.ok) return read
    return endPresentedSession(
      { sessions, events },
      {
        application,
        claim: read.value,
        caller,
        at,
        reason: 'revoked',
        describe: (occasion) => events.sessionEnded(occasion, { reason: 'revoked' }),
      },
    )
  }
}

async function readEither(
  { tokens }: Deps,
  tenant: Tenant,
  application: Application,
  token: string,
  at: EpochMs,
): Promise<Outcome<RefreshClaim | AccessClaims, UnreadableRefresh>> {
  const refresh = await tokens.readRefresh(tenant, application, token, at)
  if (refresh.ok || refresh.refusal.code !== 'token_invalid') return refresh
  const access = await tokens.readAccess(tenant, token, at)
  if (!access.ok) return refuse({ code: 'token_invalid' })
  return access.value.kind === 'permanent' ? refuse({ code: 'token_is_permanent' }) : accept(access.value)
}
