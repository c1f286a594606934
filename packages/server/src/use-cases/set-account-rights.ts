import { accept, refuse } from '../domain/outcome.ts'
import { parseRoles } from '../domain/role.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Accounts } from '../store/accounts.ts'
import type { FindByName } from './find-by-name.ts'
import type { SetAccountRights } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly events: Events
  readonly findByName: FindByName
}

/** Says anew what an account may do. All its sessions end: their tokens state what it might do before. */
export function createSetAccountRights({ clock, accounts, events, findByName }: Deps): SetAccountRights {
  return async ({ tenant, account: named, roles: asked, mayImpersonate: askedImpersonation }) => {
    const parsed = asked && parseRoles(asked)
    if (asked !== undefined && parsed === undefined) return refuse({ code: 'roles_invalid' })
    const found = await findByName.account(tenant, named)
    if (!found.ok) return found
    const account = found.value
    const roles = parsed ?? account.roles
    const mayImpersonate = askedImpersonation ?? account.mayImpersonate
    const at = clock.now()
    const occasion = { at, tenantId: account.tenantId, actor: 'operator', subject: account.id }
    const set = events.accountRightsSet(occasion, { roles: roles.join(' '), mayImpersonate })
    if (!(await accounts.setRights(account.id, { roles, mayImpersonate }, at, set.audit))) return refuse({ code: 'account_not_found' })
    events.publish(set)
    return accept({ ...account, roles, mayImpersonate, epoch: account.epoch + 1 })
  }
}
