import type { AuditRow } from '../domain/audit-row.ts'
import type { TenantId } from '../domain/ids.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import type { Clock, EpochMs } from '../domain/time.ts'
import type { AuditedEvent, Events, Occasion } from '../events/events.ts'
import type { Accounts } from '../store/accounts.ts'
import type { ApiKeys } from '../store/api-keys.ts'
import type { Applications } from '../store/applications.ts'
import type { Organisations } from '../store/organisations.ts'
import type { Tenants } from '../store/tenants.ts'
import type { FindByName } from './find-by-name.ts'
import type { EndSessions, NotFound, OperatorTarget, SetEnabled } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly tenants: Tenants
  readonly organisations: Organisations
  readonly applications: Applications
  readonly accounts: Accounts
  readonly apiKeys: ApiKeys
  readonly events: Events
  readonly findByName: FindByName
}

/** Something that an operator named, and the store's verbs on it. `raiseEpoch` is missing where it has no epoch. */
interface Target {
  readonly tenantId: TenantId
  readonly id: string
  setEnabled(enabled: boolean, at: EpochMs, audit: AuditRow): Promise<boolean>
  raiseEpoch?(at: EpochMs, audit: AuditRow): Promise<boolean>
}

/** Switches something on or off. Off ends what is signed in below it, for good; on lets people sign in again. */
export function createSetEnabled(deps: Deps): SetEnabled {
  const { clock, events } = deps
  return async (named, enabled) => {
    const found = await findTarget(deps, named)
    if (!found.ok) return found
    const target = found.value
    const event = enabled ? events.enabled : events.disabled
    return commit(
      deps,
      event(occasionOf(target, clock.now()), { noun: named.noun }),
      (at, audit) => target.setEnabled(enabled, at, audit),
      notFoundOf(named),
    )
  }
}

/** Ends all sessions of a tenant, an application or an account by raising its epoch. */
export function createEndSessions(deps: Deps): EndSessions {
  const { clock, events } = deps
  return async (named) => {
    const found = await findTarget(deps, named)
    if (!found.ok) return found
    const target = found.value
    const { raiseEpoch } = target
    if (raiseEpoch === undefined) throw new Error(`${named.noun} has no epoch`)
    return commit(deps, events.sessionsEnded(occasionOf(target, clock.now()), { noun: named.noun }), raiseEpoch, notFoundOf(named))
  }
}

async function commit(
  { events }: Deps,
  event: AuditedEvent,
  change: (at: EpochMs, audit: AuditRow) => Promise<boolean>,
  notFound: NotFound,
): Promise<Outcome<undefined, NotFound>> {
  if (!(await change(event.audit.at, event.audit))) return refuse(notFound)
  events.publish(event)
  return accept(undefined)
}

function occasionOf({ tenantId, id }: Target, at: EpochMs): Occasion {
  return { at, tenantId, actor: 'operator', subject: id }
}

function notFoundOf({ noun }: OperatorTarget): NotFound {
  return { code: `${noun}_not_found` }
}

async function findTarget(
  { tenants, organisations, applications, accounts, apiKeys, findByName }: Deps,
  named: OperatorTarget,
): Promise<Outcome<Target, NotFound>> {
  switch (named.noun) {
    case 'tenant': {
      const found = await findByName.tenant(named.tenant)
      return found.ok ? accept(targetOf(found.value.id, found.value.id, tenants)) : found
    }
    case 'organisation': {
      const found = await findByName.organisation(named.tenant, named.organisation)
      if (!found.ok) return found
      const { id, tenantId } = found.value
      return accept({ tenantId, id, setEnabled: (enabled, at, audit) => organisations.setEnabled(id, enabled, at, audit) })
    }
    case 'application': {
      const found = await findByName.application(named.tenant, named.clientId)
      return found.ok ? accept(targetOf(found.value.tenantId, found.value.id, applications)) : found
    }
    case 'account': {
      const found = await findByName.account(named.tenant, named.account)
      return found.ok ? accept(targetOf(found.value.tenantId, found.value.id, accounts)) : found
    }
    case 'api_key': {
      const tenant = await findByName.tenant(named.tenant)
      if (!tenant.ok) return tenant
      const tenantId = tenant.value.id
      const key = (await apiKeys.list(tenantId)).find(({ id }) => id === named.id)
      if (key === undefined) return refuse({ code: 'api_key_not_found' })
      return accept({ tenantId, id: key.id, setEnabled: (enabled, _at, audit) => apiKeys.setEnabled(key.id, enabled, audit) })
    }
  }
}

interface Switchable<Id> {
  setEnabled(id: Id, enabled: boolean, at: EpochMs, audit: AuditRow): Promise<boolean>
  raiseEpoch(id: Id, at: EpochMs, audit: AuditRow): Promise<boolean>
}

function targetOf<Id extends string>(tenantId: TenantId, id: Id, store: Switchable<Id>): Target {
  return {
    tenantId,
    id,
    setEnabled: (enabled, at, audit) => store.setEnabled(id, enabled, at, audit),
    raiseEpoch: (at, audit) => store.raiseEpoch(id, at, audit),
  }
}
