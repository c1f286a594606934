import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Accounts } from '../store/accounts.ts'
import type { FindByName } from './find-by-name.ts'
import type { StopErasure } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly events: Events
  readonly findByName: FindByName
}

/** An operator stops the deletion that somebody has asked for. Permanent tokens are good again; sessions have ended and stay so. */
export function createStopErasure({ clock, accounts, events, findByName }: Deps): StopErasure {
  return async (request) => {
    const found = await findByName.account(request.tenant, request.account)
    if (!found.ok) return found
    const { id, tenantId, erasesAt } = found.value
    if (erasesAt === undefined) return refuse({ code: 'erasure_not_planned' })
    const at = clock.now()
    const kept = events.accountKept({ at, tenantId, actor: 'operator', subject: id })
    // Its person has kept it meanwhile, or its instant has come.
    if (!(await accounts.keep({ id, erasesAt, at, audit: kept.audit }))) return refuse({ code: 'erasure_not_planned' })
    events.publish(kept)
    return accept({ ...found.value, erasesAt: undefined })
  }
}
