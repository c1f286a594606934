import { activityOf } from '../domain/activity.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Applications } from '../store/applications.ts'
import type { AuditTrail } from '../store/audit-trail.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import type { DescribeOwnActivity } from './own-account-use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly applications: Applications
  readonly auditTrail: AuditTrail
  readonly browserSessions: BrowserSessions
}

const MAX_ROWS = 500
const MAX_SHOWN = 100

/** What has happened to the account of who is signed in to a browser, from the audit trail. */
export function createDescribeOwnActivity({ clock, applications, auditTrail, browserSessions }: Deps): DescribeOwnActivity {
  return async ({ tenant, browserSession }) => {
    const session = await browserSessions.find(tenant, browserSession, clock.now())
    if (session === undefined) return refuse({ code: 'browser_session_over' })
    const rows = await auditTrail.list({ tenantId: tenant.id, accountId: session.accountId, max: MAX_ROWS })
    const names = new Map((await applications.list(tenant.id)).map(({ id, name }) => [String(id), name]))
    const lines = activityOf(rows).slice(0, MAX_SHOWN)
    return accept(
      lines.map(({ kind, times, row: { at, actor, addressBlock, details } }) => {
        const application = String(details.for ?? details.application ?? '')
        return {
          kind,
          times,
          at,
          addressBlock,
          device: typeof details.device === 'string' ? details.device : undefined,
          applicationName: application === session.applicationId ? undefined : names.get(application),
          byOperator: actor === 'operator',
        }
      }),
    )
  }
}
