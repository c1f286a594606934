import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import type { Session } from '../domain/session.ts'
import type { EpochMs } from '../domain/time.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import type { OwnForm, OwnFormRefusal } from './own-account-use-cases.ts'

interface Deps {
  readonly tokens: Pick<TokenEngine, 'openNote'>
  readonly browserSessions: BrowserSessions
}

/** Whose a form of a person's own page is: another site cannot know what such a form carries. */
export async function readOwnForm(
  { tokens, browserSessions }: Deps,
  { tenant, browserSession, formToken }: Pick<OwnForm, 'tenant' | 'browserSession' | 'formToken'>,
  at: EpochMs,
): Promise<Outcome<Session, OwnFormRefusal>> {
  const own = await browserSessions.find(tenant, browserSession, at)
  if (own === undefined) return refuse({ code: 'browser_session_over' })
  if ((await tokens.openNote(tenant, 'form', formToken, at)) !== own.id) return refuse({ code: 'form_token_invalid' })
  return accept(own)
}
