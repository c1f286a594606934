import { timingSafeEqual } from 'node:crypto'
import { addressBlockOf } from '../domain/address-block.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { AuthenticateClient } from './authenticate-client.ts'
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
    const claim = read.value
    if (claim.applicationId !== undefined && claim.applicationId !== application.id) return refuse({ code: 'client_mismatch' })

    const found = await sessions.find(tenant.id, claim.sessionId, at)
    if (found === undefined || found.session.endedAt !== undefined) return accept(undefined)
    const { session } = found
    if (session.applicationId !== application.id || !timingSafeEqual(session.secret, claim.secret)) return refuse({ code: 'token_invalid' })
    const signedOut = events.signedOut({
      at,
      tenantId: tenant.id,
      actor: session.accountId,
      subject: session.id,
      block: addressBlockOf(caller.address),
      requestId: caller.requestId,
    })
    if (await sessions.end({ id: session.id, at, reason: 'signed_out', audit: signedOut.audit })) events.publish(signedOut)
    return accept(undefined)
  }
}
