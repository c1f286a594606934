import { makeId } from '../domain/ids.ts'
import { parseName } from '../domain/name.ts'
import type { Organisation } from '../domain/organisation.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Organisations } from '../store/organisations.ts'
import type { FindByName } from './find-by-name.ts'
import type { CreateOrganisation } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly organisations: Organisations
  readonly events: Events
  readonly findByName: FindByName
}

/** Adds a customer of a tenant. */
export function createCreateOrganisation({ clock, randomness, organisations, events, findByName }: Deps): CreateOrganisation {
  return async (request) => {
    const name = parseName(request.name)
    if (name === undefined) return refuse({ code: 'name_invalid' })
    const tenant = await findByName.tenant(request.tenant)
    if (!tenant.ok) return tenant
    const at = clock.now()
    const organisation: Organisation = {
      id: makeId('organisation', randomness),
      tenantId: tenant.value.id,
      name,
      enabled: true,
      createdAt: at,
    }
    const created = events.organisationCreated({ at, tenantId: tenant.value.id, actor: 'operator', subject: organisation.id }, { name })
    if ((await organisations.create(organisation, created.audit)) === 'name_taken') return refuse({ code: 'name_taken' })
    events.publish(created)
    return accept(organisation)
  }
}
