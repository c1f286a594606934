import type { Tenant } from '../../domain/tenant.ts'
import { createView, instant } from '../view.ts'

const ABOUT_PHONES = {
  phoneCountries: (tenant: Tenant) => tenant.phones.countries,
  phoneKinds: (tenant: Tenant) => tenant.phones.kinds,
  messagesPerDay: (tenant: Tenant) => tenant.phones.messagesPerDay,
  registersIn: (tenant: Tenant) => tenant.phones.registersIn ?? null,
}

export const TENANT = createView<Tenant>()(
  {
    id: (tenant) => tenant.id,
    name: (tenant) => tenant.name,
    doors: (tenant) => tenant.doors,
    hostNames: (tenant) => tenant.hostNames,
    isDefault: (tenant) => tenant.isDefault,
    enabled: (tenant) => tenant.enabled,
    ...ABOUT_PHONES,
    createdAt: (tenant) => instant(tenant.createdAt),
  },
  ['name', 'doors', 'hostNames', 'isDefault', 'enabled', 'createdAt'],
)

/** Whom a tenant sends messages to, as it stands after a change. */
export const TENANT_PHONES = createView<Tenant>()({ name: (tenant) => tenant.name, ...ABOUT_PHONES }, [
  'name',
  'phoneCountries',
  'phoneKinds',
  'messagesPerDay',
  'registersIn',
])
