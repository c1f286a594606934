import type { Tenants } from '../store/tenants.ts'
import type { FindTenant } from './use-cases.ts'

/** The tenant that a request is for, whether or not it is enabled. */
export function createFindTenant({ tenants }: { readonly tenants: Tenants }): FindTenant {
  return async (address) => {
    if (address === 'default') return tenants.findDefault()
    return 'name' in address ? tenants.findByName(address.name) : tenants.findByHostName(address.hostName)
  }
}
