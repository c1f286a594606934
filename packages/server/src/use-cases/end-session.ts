import type { SessionId } from '../domain/ids.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Sessions } from '../store/sessions.ts'
import type { FindByName } from './find-by-name.ts'
import type { EndSession } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly sessions: Sessions
  readonly events: Events
  readonly findByName: FindByName
}

/** An operator ends one session. */
export function createEndSession({ clock, sessions, events, findByName }: Deps): EndSession {
  return async (request) => {
    const tenant = await findByName.tenant(request.tenant)
    if (!tenant.ok) return tenant
    const at = clock.now()
    const found = await sessions.find(tenant.value.id, request.sessionId as SessionId, at)
    if (found === undefined) return refuse({ code: 'session_not_found' })
    const { id, accountId: account } = found.session
    const ended = events.sessionEnded({ at, tenantId: tenant.value.id, actor: 'operator', subject: id, account }, { reason: 'revoked' })
    if (await sessions.end({ id, at, reason: 'revoked', audit: ended.audit })) events.publish(ended)
    return accept(undefined)
  }
}
