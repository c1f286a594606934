import { accept, refuse } from '../domain/outcome.ts'
import { standingOf } from '../domain/session.ts'
import type { Clock } from '../domain/time.ts'
import type { Accounts } from '../store/accounts.ts'
import type { Applications } from '../store/applications.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import { isRecoverable } from './ask-for-code.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import type { DescribeBrowserSession } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly applications: Applications
  readonly sessions: Sessions
  readonly tokens: TokenEngine
  readonly browserSessions: BrowserSessions
}

/** As many as an account has at one application. */
const MAX_SHOWN = 100

/** Who is signed in to a browser: the account as it is now. */
export function createDescribeBrowserSession({
  clock,
  accounts,
  applications,
  sessions,
  tokens,
  browserSessions,
}: Deps): DescribeBrowserSession {
  return async ({ tenant, browserSession, chosenLanguage }) => {
    const at = clock.now()
    const session = await browserSessions.find(tenant, browserSession, at)
    const account = session && (await accounts.find(tenant.id, session.accountId))
    if (session === undefined || account === undefined) return refuse({ code: 'browser_session_over' })
    if (chosenLanguage !== undefined && chosenLanguage !== account.language) await accounts.setLanguage(account.id, chosenLanguage)
    const listed = await sessions.list({ tenantId: tenant.id, accountId: account.id, at, max: MAX_SHOWN })
    const holding = await sessions.listApplications({ tenantId: tenant.id, accountId: account.id, at })
    const names = new Map((await applications.list(tenant.id)).map(({ id, name }) => [id, name]))
    // What nothing has stayed of signs nobody in again.
    const living = listed.filter(({ session: one, current }) => standingOf(one, current, at) === 'living' && !one.origin.isPassing)
    return accept({
      account,
      mayChangeNumber: isRecoverable(account, tenant.phones),
      formToken: await tokens.sealNote(tenant, 'form', session.id, at),
      applications: holding
        .filter(({ applicationId }) => applicationId !== session.applicationId)
        .map(({ applicationId: id, startedAt, advancedAt: lastUsedAt }) => ({ id, name: names.get(id) ?? '', startedAt, lastUsedAt })),
      sessions: living.map(({ session: { id, applicationId, startedAt, advancedAt, origin, actorSessionId } }) => ({
        id,
        applicationName: applicationId === session.applicationId ? undefined : (names.get(applicationId) ?? ''),
        startedAt,
        lastUsedAt: id === session.id ? at : advancedAt,
        isThisBrowser: id === session.id,
        isImpersonation: actorSessionId !== undefined,
        device: origin.device,
        addressBlock: origin.block,
      })),
    })
  }
}
