import type { PermanentTokenId } from '../domain/ids.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { PermanentTokens } from '../store/permanent-tokens.ts'
import type { FindByName } from './find-by-name.ts'
import type { RevokePermanentToken } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly permanentTokens: PermanentTokens
  readonly events: Events
  readonly findByName: FindByName
}

/** Ends a permanent token. One that is revoked already, or that nobody knows, is not found. */
export function createRevokePermanentToken({ clock, permanentTokens, events, findByName }: Deps): RevokePermanentToken {
  return async ({ tenant: tenantName, id }) => {
    const tenant = await findByName.tenant(tenantName)
    if (!tenant.ok) return tenant
    const at = clock.now()
    const revoked = events.permanentTokenRevoked({ at, tenantId: tenant.value.id, actor: 'operator', subject: id })
    if (!(await permanentTokens.revoke(tenant.value.id, id as PermanentTokenId, at, revoked.audit)))
      return refuse({ code: 'permanent_token_not_found' })
    events.publish(revoked)
    return accept(undefined)
  }
}
