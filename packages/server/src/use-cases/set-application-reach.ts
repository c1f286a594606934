import { accept, refuse } from '../domain/outcome.ts'
import { parseScope } from '../domain/scope.ts'
import type { Clock } from '../domain/time.ts'
import { parseWebOrigins } from '../domain/web-origin.ts'
import type { Events } from '../events/events.ts'
import type { Applications } from '../store/applications.ts'
import type { FindByName } from './find-by-name.ts'
import type { SetApplicationReach } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly applications: Applications
  readonly events: Events
  readonly findByName: FindByName
}

/** Says anew what an application's tokens are good for. A token that states no scope has the new ones at its next check. */
export function createSetApplicationReach({ clock, applications, events, findByName }: Deps): SetApplicationReach {
  return async ({ tenant, clientId, scope: asked, audience: askedAudience, webOrigins: askedOrigins }) => {
    const found = await findByName.application(tenant, clientId)
    if (!found.ok) return found
    const application = found.value
    const scope = asked === undefined ? application.scope : parseScope(asked)
    if (scope === undefined) return refuse({ code: 'scope_malformed' })
    const audience = askedAudience ?? application.audience
    const webOrigins = askedOrigins === undefined ? application.webOrigins : parseWebOrigins(askedOrigins)
    if (webOrigins === undefined) return refuse({ code: 'web_origin_invalid' })
    const occasion = { at: clock.now(), tenantId: application.tenantId, actor: 'operator', subject: application.id }
    const set = events.applicationReachSet(occasion, {
      scope,
      audience: audience.join(' '),
      webOrigins: webOrigins.join(' '),
      scopeBefore: application.scope,
    })
    if (!(await applications.setReach(application.id, { scope, audience, webOrigins }, set.audit)))
      return refuse({ code: 'application_not_found' })
    events.publish(set)
    return accept({ ...application, scope, audience, webOrigins })
  }
}
