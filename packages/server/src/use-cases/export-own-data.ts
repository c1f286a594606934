import { addressBlockOf } from '../domain/address-block.ts'
import type { Application } from '../domain/application.ts'
import type { AuditRow } from '../domain/audit-row.ts'
import type { AccountId, ApplicationId } from '../domain/ids.ts'
import { bucketKey, type Charge, type Limit } from '../domain/limit.ts'
import { accept, refuse } from '../domain/outcome.ts'
import { standingOf } from '../domain/session.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Accounts } from '../store/accounts.ts'
import type { Applications } from '../store/applications.ts'
import type { AuditTrail } from '../store/audit-trail.ts'
import type { KnownDevices } from '../store/known-devices.ts'
import type { Limits } from '../store/limits.ts'
import type { Organisations } from '../store/organisations.ts'
import type { PermanentTokens } from '../store/permanent-tokens.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import type { Actor, ExportedEvent, ExportOwnData } from './leaving-use-cases.ts'
import { readOwnForm } from './own-form.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly applications: Applications
  readonly auditTrail: AuditTrail
  readonly knownDevices: KnownDevices
  readonly limits: Limits
  readonly organisations: Organisations
  readonly permanentTokens: PermanentTokens
  readonly sessions: Sessions
  readonly tokens: TokenEngine
  readonly events: Events
  readonly browserSessions: BrowserSessions
}

const MAX_SESSIONS = 1000
/** Some megabytes of JSON. */
const MAX_EVENTS = 10_000
/** For each account. */
const EXPORTS: Limit = { burst: 5, secondsPerUnit: 1800 }

/** All that is kept of a person, for that person: no secret, and nothing of anybody else. */
export function createExportOwnData(deps: Deps): ExportOwnData {
  const { clock, accounts, auditTrail, limits, organisations, permanentTokens, knownDevices, sessions, events } = deps
  return async ({ tenant, browserSession, formToken, caller }) => {
    const at = clock.now()
    const form = await readOwnForm(deps, { tenant, browserSession, formToken }, at)
    if (!form.ok) return form
    const own = form.value
    const account = await accounts.find(tenant.id, own.accountId)
    if (account === undefined) return refuse({ code: 'browser_session_over' })
    const charge: Charge = { key: bucketKey('own-data', account.id), limit: EXPORTS, cost: 1 }
    const charged = await limits.charge({ charges: [charge], counted: charge.key, at })
    if (!charged.allowed) return refuse({ code: 'throttled', retryAfterSeconds: Math.ceil(charged.retryAfterMs / 1000) })

    const { id, tenantId } = account
    const listed = await sessions.list({ tenantId, accountId: id, at, max: MAX_SESSIONS })
    const living = listed.filter(({ session, current }) => standingOf(session, current, at) === 'living').map(({ session }) => session)
    const permanent = await permanentTokens.list(tenantId, id)
    const applications = await namesOf(deps, tenantId, [...living, ...permanent])
    const nameOf = ({ applicationId }: { readonly applicationId: ApplicationId }) => applications.get(applicationId)?.name ?? ''
    const rows = await auditTrail.list({ tenantId, accountId: id, max: MAX_EVENTS + 1 })
    const places = await accounts.listKnownBlocks(id)
    const devices = await knownDevices.list(id)
    const organisation = (await organisations.find(tenantId, account.organisationId))?.name

    const exported = events.accountExported({
      at,
      tenantId,
      actor: id,
      subject: id,
      block: addressBlockOf(caller.address),
      requestId: caller.requestId,
    })
    await auditTrail.append(exported.audit)
    events.publish(exported)
    return accept({
      exportedAt: at,
      account,
      organisation,
      sessions: living.map(({ secret: _, ...session }) => ({
        session,
        applicationName: nameOf(session),
        isThisBrowser: session.id === own.id,
        isImpersonation: session.actorSessionId !== undefined,
      })),
      applications: [...applications.values()].map(({ clientId, name }) => ({ clientId, name })),
      permanentTokens: permanent.map((token) => ({ token, applicationName: nameOf(token) })),
      places,
      devices: devices.map(({ digest: _, ...device }) => device),
      events: rows.slice(0, MAX_EVENTS).map((row) => toExportedEvent(row, id)),
      isComplete: rows.length <= MAX_EVENTS,
    })
  }
}

async function namesOf(
  { applications }: Deps,
  tenantId: Application['tenantId'],
  used: readonly { readonly applicationId: ApplicationId }[],
): Promise<ReadonlyMap<ApplicationId, Application>> {
  const ids = new Set(used.map(({ applicationId }) => applicationId))
  const all = await applications.list(tenantId)
  return new Map(all.filter(({ id }) => ids.has(id)).map((application) => [application.id, application]))
}

/** Who else had a hand in it is told by a word, and where that one was is not told. */
function toExportedEvent({ at, action, actor, subject, addressBlock, details }: AuditRow, own: AccountId): ExportedEvent {
  const by = byWhom(actor, own)
  const isOthers = by === 'another_account' || by === 'operator'
  const isAnothers = (value: unknown) => typeof value === 'string' && value.startsWith('acc_') && value !== own
  return {
    at,
    action,
    by,
    subject,
    addressBlock: isOthers ? undefined : addressBlock,
    details: Object.fromEntries(Object.entries(details).filter(([, value]) => !isAnothers(value))),
  }
}

function byWhom(actor: string, own: AccountId): Actor {
  if (actor === own) return 'you'
  if (actor === 'operator' || actor === 'system' || actor === 'unknown') return actor
  return 'another_account'
}
