import { type Account, type LoginId, parseLoginId } from '../domain/account.ts'
import { makeId } from '../domain/ids.ts'
import { parseName } from '../domain/name.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Randomness } from '../domain/randomness.ts'
import { parseRoles } from '../domain/role.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import type { Accounts } from '../store/accounts.ts'
import type { ChooseablePassword } from './chooseable-password.ts'
import type { FindByName } from './find-by-name.ts'
import { ownWordsOf } from './own-words.ts'
import type { CreateAccount } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly accounts: Accounts
  readonly passwords: PasswordHasher
  readonly events: Events
  readonly findByName: FindByName
  readonly readNewPassword: ChooseablePassword
}

/** Adds a person or a service that can sign in. */
export function createCreateAccount({ clock, randomness, accounts, passwords, events, findByName, readNewPassword }: Deps): CreateAccount {
  return async (request) => {
    const loginIds = [...new Set(request.loginIds.map(parseLoginId))].filter((id): id is LoginId => id !== undefined)
    if (loginIds.length === 0 || request.loginIds.some((id) => parseLoginId(id) === undefined)) return refuse({ code: 'login_id_invalid' })
    const name = request.name === undefined ? undefined : parseName(request.name)
    if (name === undefined && request.name !== undefined) return refuse({ code: 'name_invalid' })
    const roles = parseRoles(request.roles)
    if (roles === undefined) return refuse({ code: 'roles_invalid' })
    const password = await readNewPassword(request.password, ownWordsOf({ name, loginIds }, { name: request.tenant }))
    if (!password.ok) return password
    const organisation = await findByName.organisation(request.tenant, request.organisation)
    if (!organisation.ok) return organisation

    const passwordHash = await passwords.hash(password.value)
    const at = clock.now()
    const { id: organisationId, tenantId } = organisation.value
    const { mayImpersonate } = request
    const account: Account = {
      id: makeId('account', randomness),
      tenantId,
      organisationId,
      loginIds,
      name,
      roles,
      mayImpersonate,
      enabled: true,
      epoch: 0,
      passwordSetAt: at,
      createdAt: at,
      erasesAt: undefined,
      language: undefined,
    }
    const created = events.accountCreated(
      { at, tenantId, actor: 'operator', subject: account.id },
      { organisation: organisationId, roles: roles.join(' '), mayImpersonate },
    )
    if ((await accounts.create(account, passwordHash, created.audit)) === 'login_id_taken') return refuse({ code: 'login_id_taken' })
    events.publish(created)
    return accept(account)
  }
}
