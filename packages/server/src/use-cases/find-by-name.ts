import { type Account, parseLoginId } from '../domain/account.ts'
import type { Application } from '../domain/application.ts'
import type { AccountId } from '../domain/ids.ts'
import type { Organisation } from '../domain/organisation.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Accounts } from '../store/accounts.ts'
import type { Applications } from '../store/applications.ts'
import type { Organisations } from '../store/organisations.ts'
import type { Tenants } from '../store/tenants.ts'
import type { NotFound } from './use-cases.ts'

interface Deps {
  readonly tenants: Tenants
  readonly organisations: Organisations
  readonly applications: Applications
  readonly accounts: Accounts
}

export type FindByName = ReturnType<typeof createFindByName>

/** Finds what an operator names: a tenant and an organisation by name, an application by client id, an account by a login id or its id. */
export function createFindByName({ tenants, organisations, applications, accounts }: Deps) {
  async function tenant(name: string): Promise<Outcome<Tenant, NotFound>> {
    const found = await tenants.findByName(name)
    return found === undefined ? refuse({ code: 'tenant_not_found' }) : accept(found)
  }
  return {
    tenant,
    async organisation(tenantName: string, name: string): Promise<Outcome<Organisation, NotFound>> {
      const owner = await tenant(tenantName)
      if (!owner.ok) return owner
      const found = await organisations.findByName(owner.value.id, name)
      return found === undefined ? refuse({ code: 'organisation_not_found' }) : accept(found)
    },
    async application(tenantName: string, clientId: string): Promise<Outcome<Application, NotFound>> {
      const owner = await tenant(tenantName)
      if (!owner.ok) return owner
      const found = await applications.findByClientId(owner.value.id, clientId)
      return found === undefined ? refuse({ code: 'application_not_found' }) : accept(found.application)
    },
    async account(tenantName: string, name: string): Promise<Outcome<Account, NotFound>> {
      const owner = await tenant(tenantName)
      if (!owner.ok) return owner
      const loginId = parseLoginId(name)
      const byLogin = loginId === undefined ? undefined : await accounts.findByLoginId(owner.value.id, loginId)
      const found = byLogin ?? (await accounts.find(owner.value.id, name as AccountId))
      return found === undefined ? refuse({ code: 'account_not_found' }) : accept(found)
    },
  }
}
