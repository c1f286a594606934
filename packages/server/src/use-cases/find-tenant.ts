import type { Tenants } from '../store/tenants.ts'
import type { FindTenant } from './use-cases.ts'

/** The tenant that a request is for. One that is disabled is as good as none. */
export function createFindTenant({ tenants }: { readonly tenants: Tenants }): FindTenant {
  return async (address) => {
    const found =
      address === 'default'
        ? await tenants.findDefault()
        : 'name' in address
          ? await tenants.findByName(address.name)
          : await tenants.findByHostName(address.hostName)
    return found?.enabled ? found : undefined
  }
}
