import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Accounts } from '../store/accounts.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import type { DescribeBrowserSession } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly tokens: TokenEngine
  readonly browserSessions: BrowserSessions
}

/** Who is signed in to a browser: the account as it is now. */
export function createDescribeBrowserSession({ clock, accounts, tokens, browserSessions }: Deps): DescribeBrowserSession {
  return async ({ tenant, browserSession }) => {
    const at = clock.now()
    const session = await browserSessions.find(tenant, browserSession, at)
    const account = session && (await accounts.find(tenant.id, session.accountId))
    if (session === undefined || account === undefined) return refuse({ code: 'browser_session_over' })
    return accept({ account, formToken: await tokens.sealNote(tenant, 'form', session.id, at) })
  }
}
