import { ERASURE_DELAY_MS } from '../domain/account.ts'
import { addressBlockOf } from '../domain/address-block.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Accounts } from '../store/accounts.ts'
import type { Limits } from '../store/limits.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import { checkOwnPassword } from './check-own-password.ts'
import type { CheckPassword } from './check-password.ts'
import type { DeleteOwnAccount } from './leaving-use-cases.ts'
import { readOwnForm } from './own-form.ts'
import type { TellOwner } from './tell-owner.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly limits: Limits
  readonly tokens: TokenEngine
  readonly events: Events
  readonly browserSessions: BrowserSessions
  readonly checkPassword: CheckPassword
  readonly tellOwner: TellOwner
}

/** A person leaves: all sessions and tokens of the account are refused from now on, and after a while it is erased. */
export function createDeleteOwnAccount(deps: Deps): DeleteOwnAccount {
  const { clock, accounts, limits, events, checkPassword, tellOwner } = deps
  return async ({ tenant, browserSession, formToken, password, language, caller }) => {
    const form = await readOwnForm(deps, { tenant, browserSession, formToken }, clock.now())
    if (!form.ok) return form
    const own = await accounts.find(tenant.id, form.value.accountId)
    if (own === undefined) return refuse({ code: 'browser_session_over' })
    const checked = await checkOwnPassword(checkPassword, { tenant, account: own, password, caller })
    if (!checked.ok) return checked

    const { candidate, refunds, clearedCount } = checked.value
    const { id, epoch } = candidate.account
    const at = clock.now()
    const erasesAt = at + ERASURE_DELAY_MS
    const planned = events.erasurePlanned(
      { at, tenantId: tenant.id, actor: id, subject: id, block: addressBlockOf(caller.address), requestId: caller.requestId },
      { erasesAt },
    )
    // Whatever has changed since the password was looked at has ended this browser's session too.
    if (!(await accounts.planErasure({ id, epoch, erasesAt, audit: planned.audit }))) return refuse({ code: 'browser_session_over' })
    events.publish(planned)
    await limits.succeed({ refunds, clearedCount })
    await tellOwner({ tenant, account: own, notice: 'deletion_planned', language, caller })
    return accept({ erasesAt })
  }
}
