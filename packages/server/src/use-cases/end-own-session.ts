import { addressBlockOf } from '../domain/address-block.ts'
import type { SessionId } from '../domain/ids.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import type { EndOwnSession } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly sessions: Sessions
  readonly tokens: TokenEngine
  readonly events: Events
  readonly browserSessions: BrowserSessions
}

/** A person ends one of their own sessions, for a form of their own page. */
export function createEndOwnSession({ clock, sessions, tokens, events, browserSessions }: Deps): EndOwnSession {
  return async ({ tenant, browserSession, formToken, sessionId, caller }) => {
    const at = clock.now()
    const own = await browserSessions.find(tenant, browserSession, at)
    if (own === undefined) return refuse({ code: 'browser_session_over' })
    if ((await tokens.openNote(tenant, 'form', formToken, at)) !== own.id) return refuse({ code: 'form_token_invalid' })
    const found = await sessions.find(tenant.id, sessionId as SessionId, at)
    if (found?.session.accountId !== own.accountId) return accept(undefined)
    const { id } = found.session
    const block = addressBlockOf(caller.address)
    const ended = events.sessionEnded(
      { at, tenantId: tenant.id, actor: own.accountId, subject: id, block, requestId: caller.requestId, device: caller.device },
      { reason: 'revoked' },
    )
    if (await sessions.end({ id, at, reason: 'revoked', audit: ended.audit })) events.publish(ended)
    return accept(undefined)
  }
}
