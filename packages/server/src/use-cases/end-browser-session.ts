import { addressBlockOf } from '../domain/address-block.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import type { EndBrowserSession } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly sessions: Sessions
  readonly tokens: TokenEngine
  readonly events: Events
  readonly browserSessions: BrowserSessions
}

/** Signs a browser out, for a form of one of its own pages: another site cannot know what such a form carries. */
export function createEndBrowserSession({ clock, sessions, tokens, events, browserSessions }: Deps): EndBrowserSession {
  return async ({ tenant, browserSession, formToken, caller }) => {
    const at = clock.now()
    const session = await browserSessions.find(tenant, browserSession, at)
    if (session === undefined) return accept(undefined)
    if ((await tokens.openNote(tenant, 'form', formToken, at)) !== session.id) return refuse({ code: 'form_token_invalid' })
    const ended = events.signedOut({
      at,
      tenantId: tenant.id,
      actor: session.accountId,
      subject: session.id,
      block: addressBlockOf(caller.address),
      requestId: caller.requestId,
      device: caller.device,
    })
    if (await sessions.end({ id: session.id, at, reason: 'signed_out', audit: ended.audit })) events.publish(ended)
    return accept(undefined)
  }
}
