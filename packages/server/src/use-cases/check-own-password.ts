import type { Account } from '../domain/account.ts'
import { addressBlockOf } from '../domain/address-block.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Caller } from './calls.ts'
import type { CheckPassword, PasswordChecked } from './check-password.ts'
import type { OwnPasswordRefusal } from './own-account-use-cases.ts'

interface OwnPassword {
  readonly tenant: Tenant
  /** Whose browser asks. */
  readonly account: Account
  readonly password: string
  readonly caller: Caller
}

/** Asks a person who is signed in for the password again: a browser that was left open is not enough. Counted as a sign-in is. */
export async function checkOwnPassword(
  checkPassword: CheckPassword,
  { tenant, account, password, caller }: OwnPassword,
): Promise<Outcome<PasswordChecked, OwnPasswordRefusal>> {
  const [login = ''] = account.loginIds
  const { requestId, device, deviceKey, isGone = () => false } = caller
  const block = addressBlockOf(caller.address)
  const checked = await checkPassword({ tenant, login, password, block, requestId, device, deviceKey, isGone })
  if (!checked.ok) {
    const { refusal } = checked
    return refusal.code === 'throttled'
      ? refuse({ code: 'throttled', retryAfterSeconds: refusal.retryAfterSeconds })
      : refuse({ code: 'password_wrong' })
  }
  // The name may have become another's since the account was read.
  return checked.value.candidate.account.id === account.id ? accept(checked.value) : refuse({ code: 'password_wrong' })
}
