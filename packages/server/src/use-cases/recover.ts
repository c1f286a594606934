import { type Account, parseLoginId } from '../domain/account.ts'
import { addressBlockOf } from '../domain/address-block.ts'
import { digestText } from '../domain/browser-cookie.ts'
import { SIX_DIGITS } from '../domain/one-time-code.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events, Occasion } from '../events/events.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import type { Accounts } from '../store/accounts.ts'
import type { Applications } from '../store/applications.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import { isRecoverable } from './ask-for-code.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import type { ChooseablePassword } from './chooseable-password.ts'
import type { CheckCode } from './code-use-cases.ts'
import type { DeviceRecognition } from './device-recognition.ts'
import type { Recover } from './person-use-cases.ts'
import type { SendNotice } from './send-notice.ts'
import { startBrowserSession } from './start-browser-session.ts'

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
  readonly checkCode: CheckCode
  readonly readNewPassword: ChooseablePassword
  readonly sendNotice: SendNotice
}

/** A person who has lost the password sets a new one with a number that they have proved. */
export function createRecover(deps: Deps): Recover {
  const { clock, accounts, applications, passwords, events, checkCode, readNewPassword, sendNotice } = deps
  return async ({ tenant, door, codeId, code, browserKey, password: chosen, language, caller }) => {
    const own = await applications.findForDoor(tenant.id, door)
    if (!own?.enabled || tenant.phones.registersIn === undefined) return refuse({ code: 'registration_closed' })
    const password = await readNewPassword(chosen, [tenant.name])
    if (!password.ok) return password

    const holder = digestText(browserKey)
    const checked = await checkCode({ tenant, purpose: 'recovery', codeId, code, shape: SIX_DIGITS, holder, caller })
    if (!checked.ok) return checked
    const { number } = checked.value
    const loginId = parseLoginId(number)
    const block = addressBlockOf(caller.address)
    const found = loginId && (await accounts.findForSignIn(tenant.id, loginId, block))
    // It was such an account's when the code was sent.
    if (!(found?.enabled || found?.isLeaving) || !isRecoverable(found.account, tenant.phones)) return refuse({ code: 'code_wrong' })
    const { account, tenantEpoch } = found
    const hash = await passwords.hash(password.value)
    const at = clock.now()
    const occasion = {
      at,
      tenantId: tenant.id,
      actor: account.id,
      subject: account.id,
      block,
      requestId: caller.requestId,
      device: caller.device,
    }
    if (!(await keepIfLeaving(deps, account, occasion))) return refuse({ code: 'code_wrong' })
    const set = events.passwordSet(occasion, { by: 'code' })
    if (!(await accounts.setPassword(account.id, hash, at, set.audit))) return refuse({ code: 'code_wrong' })
    events.publish(set)
    await sendNotice({ tenant, number, notice: 'password_changed', language: account.language ?? language, caller })
    await accounts.setLanguage(account.id, language)
    const renewed = { ...account, passwordSetAt: at, epoch: account.epoch + 1 }
    return accept(await startBrowserSession(deps, { tenant, own, account: renewed, tenantEpoch, caller, by: 'code' }))
  }
}

/** Who deleted the account may have had the password alone: who has the number keeps it. @returns false if it was erased meanwhile */
async function keepIfLeaving({ accounts, events }: Deps, { id, erasesAt }: Account, occasion: Occasion): Promise<boolean> {
  if (erasesAt === undefined) return true
  const kept = events.accountKept(occasion, { by: 'code' })
  if (!(await accounts.keep({ id, erasesAt, at: occasion.at, audit: kept.audit }))) return false
  events.publish(kept)
  return true
}
