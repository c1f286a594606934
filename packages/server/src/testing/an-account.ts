import type { Account, LoginId } from '../domain/account.ts'
import type { AccountId, OrganisationId, TenantId } from '../domain/ids.ts'

/** An account as a use case hands it out, for tests of what is made of it. */
export function anAccount(given: Partial<Account> = {}): Account {
  return {
    id: 'acc_1' as AccountId,
    tenantId: 'ten_a' as TenantId,
    organisationId: 'org_1' as OrganisationId,
    loginIds: ['olga@a.example' as LoginId],
    name: 'Olga',
    roles: [],
    mayImpersonate: false,
    enabled: true,
    epoch: 0,
    passwordSetAt: 1_700_000_000_000,
    erasesAt: undefined,
    language: undefined,
    createdAt: 1_600_000_000_000,
    ...given,
  }
}
