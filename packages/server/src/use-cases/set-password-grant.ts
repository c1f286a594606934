import { canSendPasswords } from '../domain/application.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Applications } from '../store/applications.ts'
import type { FindByName } from './find-by-name.ts'
import type { SetPasswordGrant } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly applications: Applications
  readonly events: Events
  readonly findByName: FindByName
}

/** Lets an application that names itself send people's passwords, or no longer. */
export function createSetPasswordGrant({ clock, applications, events, findByName }: Deps): SetPasswordGrant {
  return async ({ tenant, clientId, allowed }) => {
    const found = await findByName.application(tenant, clientId)
    if (!found.ok) return found
    const application = found.value
    if (allowed && !canSendPasswords(application)) return refuse({ code: 'password_grant_unsuited' })
    const occasion = { at: clock.now(), tenantId: application.tenantId, actor: 'operator', subject: application.id }
    const set = events.passwordGrantSet(occasion, { allowed })
    if (!(await applications.setPasswordGrant(application.id, allowed, set.audit))) return refuse({ code: 'application_not_found' })
    events.publish(set)
    return accept({ ...application, passwordGrant: allowed })
  }
}
