import type { Tenant } from '../../domain/tenant.ts'
import { createView, instant } from '../view.ts'

export const TENANT = createView<Tenant>()(
  {
    id: (tenant) => tenant.id,
    name: (tenant) => tenant.name,
    doors: (tenant) => tenant.doors,
    hostNames: (tenant) => tenant.hostNames,
    isDefault: (tenant) => tenant.isDefault,
    enabled: (tenant) => tenant.enabled,
    phoneCountries: (tenant) => tenant.phones.countries,
    phoneKinds: (tenant) => tenant.phones.kinds,
    messagesPerDay: (tenant) => tenant.phones.messagesPerDay,
    registersIn: (tenant) => tenant.phones.registersIn ?? null,
    createdAt: (tenant) => instant(tenant.createdAt),
  },
  ['name', 'doors', 'hostNames', 'isDefault', 'enabled', 'createdAt'],
)
