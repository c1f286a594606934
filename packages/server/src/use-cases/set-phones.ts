import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { IsCountry } from '../phones/read-phone.ts'
import type { Tenants } from '../store/tenants.ts'
import type { FindByName } from './find-by-name.ts'
import type { SetPhones } from './use-cases.ts'

/** A gateway sells no more to anybody; beyond it the arithmetic of a day's bucket would lose its last digit. */
const MAX_MESSAGES_PER_DAY = 1_000_000

interface Deps {
  readonly clock: Clock
  readonly tenants: Tenants
  readonly events: Events
  readonly findByName: FindByName
  readonly isCountry: IsCountry
}

export function createSetPhones({ clock, tenants, events, findByName, isCountry }: Deps): SetPhones {
  return async ({ tenant: name, countries, kinds, messagesPerDay, registersIn }) => {
    const found = await findByName.tenant(name)
    if (!found.ok) return found
    const tenant = found.value
    const joined = typeof registersIn === 'object' ? await findByName.organisation(name, registersIn.organisation) : undefined
    if (joined?.ok === false) return joined
    const phones = {
      countries: [...new Set((countries ?? tenant.phones.countries).map((country) => country.toUpperCase()))],
      kinds: [...new Set(kinds ?? tenant.phones.kinds)],
      messagesPerDay: messagesPerDay ?? tenant.phones.messagesPerDay,
      registersIn: registersIn === 'nobody' ? undefined : (joined?.value.id ?? tenant.phones.registersIn),
    }
    for (const country of phones.countries) if (!(await isCountry(country))) return refuse({ code: 'country_unknown' })
    const { messagesPerDay: most } = phones
    if (!Number.isInteger(most) || most < 0 || most > MAX_MESSAGES_PER_DAY) return refuse({ code: 'messages_per_day_invalid' })
    const { registersIn: organisation = 'nobody' } = phones
    const details = {
      countries: phones.countries.join(' '),
      kinds: phones.kinds.join(' '),
      messagesPerDay: most,
      registersIn: organisation,
    }
    const set = events.phonesSet({ at: clock.now(), tenantId: tenant.id, actor: 'operator', subject: tenant.id }, details)
    if (!(await tenants.setPhones(tenant.id, phones, set.audit))) return refuse({ code: 'tenant_not_found' })
    events.publish(set)
    return accept({ ...tenant, phones })
  }
}
