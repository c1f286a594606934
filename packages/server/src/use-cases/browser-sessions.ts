/**
 * Sessions of browsers: rows as all sessions are, of the page's own application, so that they are listed, ended and made stale like any
 * other. What the cookie holds is the row's id, sealed.
 */
import type { SessionId } from '../domain/ids.ts'
import { type Session, standingOf } from '../domain/session.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'

interface Deps {
  readonly sessions: Sessions
  readonly tokens: TokenEngine
  readonly noteBrowserUse: (id: SessionId) => void
}

export interface BrowserSessions {
  /** What the cookie holds. */
  write(tenant: Tenant, id: SessionId, at: EpochMs): Promise<string>
  /** The session of a cookie, which is used by that; undefined if there is none, or it is over. */
  find(tenant: Tenant, presented: string | undefined, at: EpochMs): Promise<Session | undefined>
  /** A session of this id, if it is not over. */
  findLiving(tenant: Tenant, id: SessionId, at: EpochMs): Promise<Session | undefined>
}

export function createBrowserSessions({ sessions, tokens, noteBrowserUse }: Deps): BrowserSessions {
  async function findLiving(tenant: Tenant, id: SessionId, at: EpochMs): Promise<Session | undefined> {
    const found = await sessions.find(tenant.id, id, at)
    return found !== undefined && standingOf(found.session, found.current, at) === 'living' ? found.session : undefined
  }
  return {
    write: (tenant, id, at) => tokens.sealNote(tenant, 'browser-session', id, at),
    async find(tenant, presented, at) {
      const id = presented === undefined ? undefined : await tokens.openNote(tenant, 'browser-session', presented, at)
      const found = id === undefined ? undefined : await findLiving(tenant, id as SessionId, at)
      if (found !== undefined) noteBrowserUse(found.id)
      return found
    },
    findLiving,
  }
}
