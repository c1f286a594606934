import { parseLoginId } from '../domain/account.ts'
import { drawCodeNumber, FOUR_DIGITS } from '../domain/one-time-code.ts'
import { accept } from '../domain/outcome.ts'
import type { PhoneNumber } from '../domain/phone.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { Accounts } from '../store/accounts.ts'
import type { AuthenticateClient } from './authenticate-client.ts'
import type { AskForSignInCode, SendCode } from './code-use-cases.ts'

interface Deps {
  readonly randomness: Randomness
  readonly accounts: Accounts
  readonly authenticateClient: AuthenticateClient
  readonly sendCode: SendCode
}

/** Sends a code to sign in with. */
export function createAskForSignInCode({ randomness, accounts, authenticateClient, sendCode }: Deps): AskForSignInCode {
  return async ({ tenant, client, phone, caller }) => {
    const authenticated = await authenticateClient(tenant, client)
    if (!authenticated.ok) return authenticated
    const { id: applicationId } = authenticated.value
    const chooseUnseen = async (number: PhoneNumber) => {
      const loginId = parseLoginId(number)
      const account = loginId && (await accounts.findByLoginId(tenant.id, loginId))
      return account?.enabled ? 'code' : 'nothing'
    }
    const message = { purpose: 'sign_in', shape: FOUR_DIGITS, language: 'en', holder: applicationId } as const
    const asked = { tenant, phone, applicationId, caller, newId: () => drawCodeNumber(randomness), chooseUnseen }
    const sent = await sendCode({ ...asked, ...message })
    return sent.ok ? accept({ id: Number(sent.value.codeId) }) : sent
  }
}
