import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { AuthenticateClient } from './authenticate-client.ts'
import { endPresentedSession } from './end-presented-session.ts'
import type { SignOut } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly sessions: Sessions
  readonly tokens: TokenEngine
  readonly events: Events
  readonly authenticateClient: AuthenticateClient
}

/** Ends the session of a refresh token, whatever its generation, expired or not. One that is over already stays over, and that is a success. */
export function createSignOut({ clock, sessions, tokens, events, authenticateClient }: Deps): SignOut {
  return async ({ tenant, client, refreshToken, caller }) => {
    const at = clock.now()
    const authenticated = await authenticateClient(tenant, client)
    if (!authenticated.ok) return authenticated
    const application = authenticated.value
    const read = await tokens.readRefresh(tenant, application, refreshToken, at)
    if (!read.ok) return read
    return endPresentedSession(
      { sessions, events },
      { application, claim: read.value, caller, at, reason: 'signed_out', describe: (occasion) => events.signedOut(occasion) },
    )
  }
}
