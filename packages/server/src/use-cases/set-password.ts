import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import type { Accounts } from '../store/accounts.ts'
import type { ChooseablePassword } from './chooseable-password.ts'
import type { FindByName } from './find-by-name.ts'
import { ownWordsOf } from './own-words.ts'
import type { SetPassword } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly passwords: PasswordHasher
  readonly events: Events
  readonly findByName: FindByName
  readonly readNewPassword: ChooseablePassword
}

/** Sets an account's password; all its sessions end with the old one. */
export function createSetPassword({ clock, accounts, passwords, events, findByName, readNewPassword }: Deps): SetPassword {
  return async (request) => {
    const found = await findByName.account(request.tenant, request.account)
    if (!found.ok) return found
    const password = await readNewPassword(request.password, ownWordsOf(found.value, { name: request.tenant }))
    if (!password.ok) return password
    const hash = await passwords.hash(password.value)
    const at = clock.now()
    const set = events.passwordSet({ at, tenantId: found.value.tenantId, actor: 'operator', subject: found.value.id })
    if (!(await accounts.setPassword(found.value.id, hash, at, set.audit))) return refuse({ code: 'account_not_found' })
    events.publish(set)
    return accept({ ...found.value, passwordSetAt: at, epoch: found.value.epoch + 1 })
  }
}
