import type { Account } from '../domain/account.ts'
import { parseLoginId } from '../domain/account.ts'
import { digestText, isBrowserKey, makeBrowserKey } from '../domain/browser-cookie.ts'
import { type CodePurpose, SIX_DIGITS } from '../domain/one-time-code.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { PhoneNumber, PhonePolicy } from '../domain/phone.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { Accounts } from '../store/accounts.ts'
import type { Leaving, SendCode } from './code-use-cases.ts'
import type { AskForCode } from './person-use-cases.ts'

interface Deps {
  readonly accounts: Accounts
  readonly randomness: Randomness
  readonly sendCode: SendCode
}

/** What leaves for a number, by whose it is; undefined: nobody's. */
type Choose = (account: Account | undefined, policy: PhonePolicy) => Leaving

function createAskForCode({ accounts, randomness, sendCode }: Deps, purpose: CodePurpose, choose: Choose): AskForCode {
  return async ({ tenant, phone, browserKey: held, language, caller }) => {
    if (tenant.phones.registersIn === undefined) return refuse({ code: 'registration_closed' })
    const chooseUnseen = async (number: PhoneNumber) => {
      const loginId = parseLoginId(number)
      return choose(loginId && (await accounts.findByLoginId(tenant.id, loginId)), tenant.phones)
    }
    const browserKey = isBrowserKey(held) ? held : makeBrowserKey(randomness)
    const holder = digestText(browserKey)
    const sent = await sendCode({ tenant, purpose, phone, shape: SIX_DIGITS, holder, language, caller, chooseUnseen })
    if (sent.ok) return accept({ ...sent.value, browserKey })
    if (sent.refusal.code === 'not_sent') throw new Error('what leaves unseen was seen not to leave')
    return refuse(sent.refusal)
  }
}

/** A code for who has no account yet; who has one is told so by a notice. */
export function createAskToRegister(deps: Deps): AskForCode {
  return createAskForCode(deps, 'registration', (account) =>
    account === undefined ? 'code' : { notice: 'number_known', language: account.language },
  )
}

/** A code for who has an account that people make by themselves. What an operator has made an operator recovers. */
export function createAskToRecover(deps: Deps): AskForCode {
  return createAskForCode(deps, 'recovery', (account, policy) => (isRecoverable(account, policy) ? 'code' : 'nothing'))
}

export function isRecoverable(account: Account | undefined, { registersIn }: PhonePolicy): account is Account {
  return account?.enabled === true && account.organisationId === registersIn
}
