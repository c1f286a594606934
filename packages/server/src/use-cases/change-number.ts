import { type Account, parseLoginId } from '../domain/account.ts'
import { addressBlockOf } from '../domain/address-block.ts'
import type { SessionId } from '../domain/ids.ts'
import { SIX_DIGITS } from '../domain/one-time-code.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import { judgePhone, type PhoneNumber } from '../domain/phone.ts'
import type { Session } from '../domain/session.ts'
import type { Clock, EpochMs } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { ReadPhone } from '../phones/read-phone.ts'
import type { Accounts } from '../store/accounts.ts'
import type { Applications } from '../store/applications.ts'
import type { Limits } from '../store/limits.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import { isRecoverable } from './ask-for-code.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import { checkOwnPassword } from './check-own-password.ts'
import type { CheckPassword } from './check-password.ts'
import type { CheckCode, SendCode } from './code-use-cases.ts'
import type { DeviceRecognition } from './device-recognition.ts'
import type { AskToChangeNumber, ChangeNumber, NumberChangeClosed, OwnForm, OwnFormRefusal } from './own-account-use-cases.ts'
import { readOwnForm } from './own-form.ts'
import { startBrowserSession } from './start-browser-session.ts'
import { phoneOf, type TellOwner } from './tell-owner.ts'

interface Asker {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly tokens: TokenEngine
  readonly browserSessions: BrowserSessions
  readonly devices: DeviceRecognition
}

interface AskDeps extends Asker {
  readonly limits: Limits
  readonly readPhone: ReadPhone
  readonly checkPassword: CheckPassword
  readonly sendCode: SendCode
}

/**
 * Sends a code to a number that a person wants instead of the present one. The password is asked for again. Who has the number already
 * gets a notice instead, and who asks cannot tell.
 */
export function createAskToChangeNumber(deps: AskDeps): AskToChangeNumber {
  const { accounts, limits, readPhone, checkPassword, sendCode } = deps
  return async (request) => {
    const { tenant, current, phone, language, caller } = request
    const asker = await findAsker(deps, request, deps.clock.now())
    if (!asker.ok) return asker
    const { session, account } = asker.value
    // Looked at first, so that a mistyped number costs no attempt at the password.
    const read = await readPhone(phone, tenant.phones.countries[0])
    const judged = read.ok ? judgePhone(read.value, tenant.phones) : read
    if (!judged.ok) return judged
    if (judged.value === phoneOf(account)) return refuse({ code: 'number_same' })
    const checked = await checkOwnPassword(checkPassword, { tenant, account, password: current, caller })
    if (!checked.ok) return checked
    await limits.succeed({ refunds: checked.value.refunds, clearedCount: checked.value.clearedCount })

    const chooseUnseen = async (number: PhoneNumber) => {
      const loginId = parseLoginId(number)
      const owner = loginId && (await accounts.findByLoginId(tenant.id, loginId))
      return owner === undefined ? 'code' : ({ notice: 'number_wanted', language: owner.language } as const)
    }
    const code = { purpose: 'number_change', shape: SIX_DIGITS, holder: holderOf(session.id) } as const
    const sent = await sendCode({ tenant, phone: judged.value, ...code, language, caller, chooseUnseen })
    if (sent.ok) return sent
    const { refusal } = sent
    if (refusal.code === 'not_sent') throw new Error('what leaves unseen was seen not to leave')
    return refuse(refusal)
  }
}

interface ChangeDeps extends Asker {
  readonly applications: Applications
  readonly sessions: Sessions
  readonly events: Events
  readonly checkCode: CheckCode
  readonly tellOwner: TellOwner
}

/**
 * Puts a number that its holder has proved in the place of the present one. Of all that have a code for one number, the first to bring it
 * back has the number, and the codes of the others are good for nothing.
 */
export function createChangeNumber(deps: ChangeDeps): ChangeNumber {
  const { clock, accounts, applications, events, checkCode, tellOwner } = deps
  return async (request) => {
    const { tenant, door, codeId, code, language, caller } = request
    const asker = await findAsker(deps, request, clock.now())
    if (!asker.ok) return asker
    const { session, account } = asker.value
    const own = await applications.findForDoor(tenant.id, door)
    if (own === undefined) return refuse({ code: 'browser_session_over' })
    const given = { purpose: 'number_change', codeId, code, shape: SIX_DIGITS, holder: holderOf(session.id) } as const
    const checked = await checkCode({ tenant, ...given, caller })
    if (!checked.ok) return checked

    const to = parseLoginId(checked.value.number)
    const present = phoneOf(account)
    const from = present === undefined ? undefined : parseLoginId(present)
    if (to === undefined) throw new Error('a number that a code was sent to is no login name')
    const at = clock.now()
    const block = addressBlockOf(caller.address)
    const occasion = {
      at,
      tenantId: tenant.id,
      actor: account.id,
      subject: account.id,
      block,
      requestId: caller.requestId,
      device: caller.device,
    }
    const changed = events.numberChanged(occasion)
    const { epochs } = session
    const answer = await accounts.changeLoginId(account, { from, to, epoch: epochs.account }, at, changed.audit)
    if (answer === 'login_id_taken') return refuse({ code: 'code_wrong' })
    if (answer === 'gone') return refuse({ code: 'browser_session_over' })
    events.publish(changed)
    await tellOwner({ tenant, account, notice: 'number_changed', language, caller }) // at the number that it had
    const renewed = { ...account, epoch: epochs.account + 1 }
    return accept(await startBrowserSession(deps, { tenant, own, account: renewed, tenantEpoch: epochs.tenant, caller, by: 'code' }))
  }
}

/** A code is good in the browser in which the password was shown, as long as it is signed in. */
function holderOf(id: SessionId): string {
  return `browser session ${id}`
}

/** Who asks. Only accounts that people make by themselves: a number is a key to the account, which elsewhere its operator gives out. */
async function findAsker(
  deps: Asker,
  request: OwnForm,
  at: EpochMs,
): Promise<Outcome<{ readonly session: Session; readonly account: Account }, OwnFormRefusal | NumberChangeClosed>> {
  const form = await readOwnForm(deps, request, at)
  if (!form.ok) return form
  const account = await deps.accounts.find(request.tenant.id, form.value.accountId)
  if (account === undefined) return refuse({ code: 'browser_session_over' })
  return isRecoverable(account, request.tenant.phones) ? accept({ session: form.value, account }) : refuse({ code: 'number_change_closed' })
}
