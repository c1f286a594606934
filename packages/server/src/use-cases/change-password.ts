import { addressBlockOf } from '../domain/address-block.ts'
import { accept, refuse } from '../domain/outcome.ts'
import { normalisePassword } from '../domain/password.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import type { Accounts } from '../store/accounts.ts'
import type { Applications } from '../store/applications.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import { checkOwnPassword } from './check-own-password.ts'
import type { CheckPassword } from './check-password.ts'
import type { ChooseablePassword } from './chooseable-password.ts'
import type { DeviceRecognition } from './device-recognition.ts'
import type { ChangePassword } from './own-account-use-cases.ts'
import { readOwnForm } from './own-form.ts'
import { ownWordsOf } from './own-words.ts'
import { startBrowserSession } from './start-browser-session.ts'
import type { TellOwner } from './tell-owner.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly applications: Applications
  readonly sessions: Sessions
  readonly passwords: PasswordHasher
  readonly tokens: TokenEngine
  readonly events: Events
  readonly browserSessions: BrowserSessions
  readonly devices: DeviceRecognition
  readonly checkPassword: CheckPassword
  readonly readNewPassword: ChooseablePassword
  readonly tellOwner: TellOwner
}

/** A person who knows the password sets another one. The browser that asks stays signed in; everything else is signed out. */
export function createChangePassword(deps: Deps): ChangePassword {
  const { clock, accounts, applications, passwords, events, checkPassword, readNewPassword, tellOwner } = deps
  return async (request) => {
    const { tenant, door, current, password: chosen, language, caller } = request
    const form = await readOwnForm(deps, request, clock.now())
    if (!form.ok) return form
    const account = await accounts.find(tenant.id, form.value.accountId)
    const own = await applications.findForDoor(tenant.id, door)
    if (account === undefined || own === undefined) return refuse({ code: 'browser_session_over' })
    const password = await readNewPassword(chosen, ownWordsOf(account, tenant))
    if (!password.ok) return password
    if (password.value === normalisePassword(current)) return refuse({ code: 'password_same' })
    const checked = await checkOwnPassword(checkPassword, { tenant, account, password: current, caller })
    if (!checked.ok) return checked

    const { candidate, refunds, clearedCount } = checked.value
    const { id, epoch } = candidate.account
    const hash = await passwords.hash(password.value)
    const at = clock.now()
    const block = addressBlockOf(caller.address)
    const set = events.passwordSet(
      { at, tenantId: tenant.id, actor: id, subject: id, block, requestId: caller.requestId, device: caller.device },
      { by: 'password' },
    )
    // Whoever has set another one since the present one was looked at has the last word.
    if (!(await accounts.setPassword(id, hash, at, set.audit, epoch))) return refuse({ code: 'browser_session_over' })
    events.publish(set)
    await tellOwner({ tenant, account, notice: 'password_changed', language, caller })
    const renewed = { ...candidate.account, passwordSetAt: at, epoch: epoch + 1 }
    const { tenantEpoch } = candidate
    return accept(
      await startBrowserSession(deps, { tenant, own, account: renewed, tenantEpoch, caller, by: 'password', refunds, clearedCount }),
    )
  }
}
