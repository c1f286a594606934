import { accept, type Outcome } from '../domain/outcome.ts'
import { keyStateAt } from '../domain/signing-key.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Clock } from '../domain/time.ts'
import type { Store } from '../store/store.ts'
import type { FindByName } from './find-by-name.ts'
import type { Listings, NotFound } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly store: Store
  readonly findByName: FindByName
}

const MAX_LISTED = 1000

/** What operators list. */
export function createListings({ clock, store, findByName }: Deps): Listings {
  const ofTenant = async <Row>(name: string, read: (tenant: Tenant) => Promise<Row[]>): Promise<Outcome<Row[], NotFound>> => {
    const tenant = await findByName.tenant(name)
    return tenant.ok ? accept(await read(tenant.value)) : tenant
  }
  return {
    tenants: () => store.tenants.list(),
    organisations: (name) => ofTenant(name, ({ id }) => store.organisations.list(id)),
    applications: (name) => ofTenant(name, ({ id }) => store.applications.list(id)),
    accounts: (name) => ofTenant(name, ({ id }) => store.accounts.list(id)),
    keys: (name) =>
      ofTenant(name, async ({ id }) => {
        const keys = await store.signingKeys.list(id)
        return keys.map((key) => ({ key, state: keyStateAt(key, keys, clock.now()) }))
      }),
    async apiKeys(name, clientId) {
      if (clientId === undefined) return ofTenant(name, ({ id }) => store.apiKeys.list(id))
      const application = await findByName.application(name, clientId)
      return application.ok ? accept(await store.apiKeys.list(application.value.tenantId, application.value.id)) : application
    },
    async permanentTokens(name, accountName) {
      if (accountName === undefined) return ofTenant(name, ({ id }) => store.permanentTokens.list(id))
      const account = await findByName.account(name, accountName)
      return account.ok ? accept(await store.permanentTokens.list(account.value.tenantId, account.value.id)) : account
    },
    async sessions(name, accountName) {
      const request = { at: clock.now(), max: MAX_LISTED }
      if (accountName === undefined) return ofTenant(name, ({ id }) => store.sessions.list({ ...request, tenantId: id }))
      const account = await findByName.account(name, accountName)
      if (!account.ok) return account
      return accept(await store.sessions.list({ ...request, tenantId: account.value.tenantId, accountId: account.value.id }))
    },
    async audit({ tenant, max }) {
      if (tenant === undefined) return accept(await store.auditTrail.list({ max }))
      return ofTenant(tenant, ({ id }) => store.auditTrail.list({ tenantId: id, max }))
    },
  }
}
