import { addressBlockOf } from '../domain/address-block.ts'
import type { ApplicationId } from '../domain/ids.ts'
import { accept } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import type { EndOwnApplication } from './own-account-use-cases.ts'
import { readOwnForm } from './own-form.ts'

interface Deps {
  readonly clock: Clock
  readonly sessions: Sessions
  readonly tokens: TokenEngine
  readonly events: Events
  readonly browserSessions: BrowserSessions
}

/** A person takes back what an application has: all sessions that it has of this person end at once, and codes that it was given. */
export function createEndOwnApplication(deps: Deps): EndOwnApplication {
  const { clock, sessions, events } = deps
  return async (request) => {
    const { tenant, applicationId: named, caller } = request
    const at = clock.now()
    const form = await readOwnForm(deps, request, at)
    if (!form.ok) return form
    const { accountId, applicationId: page } = form.value
    if (named === page) return accept(undefined) // browsers are signed out one by one
    const applicationId = named as ApplicationId
    const ended = events.sessionsEnded(
      {
        at,
        tenantId: tenant.id,
        actor: accountId,
        subject: accountId,
        block: addressBlockOf(caller.address),
        requestId: caller.requestId,
        device: caller.device,
      },
      { noun: 'application', application: applicationId },
    )
    if (await sessions.endAll({ tenantId: tenant.id, accountId, applicationId, at, reason: 'revoked', audit: ended.audit }))
      events.publish(ended)
    return accept(undefined)
  }
}
