import { parseLoginId } from '../domain/account.ts'
import { addressBlockOf } from '../domain/address-block.ts'
import type { Charge } from '../domain/limit.ts'
import { type CodeShape, guessCharge } from '../domain/one-time-code.ts'
import type { PhoneNumber } from '../domain/phone.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import type { Accounts } from '../store/accounts.ts'
import type { Caller } from './calls.ts'
import type { DeviceRecognition } from './device-recognition.ts'

interface Deps {
  readonly accounts: Pick<Accounts, 'findForSignIn'>
  readonly devices: Pick<DeviceRecognition, 'recognise'>
}

interface Guess {
  readonly tenant: Tenant
  readonly number: PhoneNumber
  readonly shape: CodeShape
  readonly caller: Caller
  readonly at: EpochMs
}

/**
 * What an attempt at a code of this number costs. A place is known where the account with this login name has signed in from its address
 * block, or with its browser: a stranger who asks for codes to somebody else's number uses up what strangers have, and not the owner's.
 */
export type ChargeOfGuess = (guess: Guess) => Promise<Charge>

export function createChargeOfGuess({ accounts, devices }: Deps): ChargeOfGuess {
  return async ({ tenant, number, shape, caller, at }) => {
    const loginId = parseLoginId(number)
    const candidate = loginId && (await accounts.findForSignIn(tenant.id, loginId, addressBlockOf(caller.address)))
    const device = await devices.recognise(tenant, candidate?.account.id ?? number, caller.deviceKey, at)
    const isKnown = candidate?.knownBlock === true || device !== undefined
    return guessCharge(tenant.id, number, shape, isKnown ? 'known' : 'strange')
  }
}
