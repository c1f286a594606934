import { FOUR_DIGITS } from '../domain/one-time-code.ts'
import { accept } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { AuditTrail } from '../store/audit-trail.ts'
import type { AllowCalls, CheckCode } from './code-use-cases.ts'
import type { ResolveToken } from './resolve-token.ts'

interface Deps {
  readonly clock: Clock
  readonly auditTrail: AuditTrail
  readonly events: Events
  readonly resolveToken: ResolveToken
  readonly checkCode: CheckCode
}

/** Takes the code that somebody has told who may call them now, and writes down that they have. */
export function createAllowCalls({ clock, auditTrail, events, resolveToken, checkCode }: Deps): AllowCalls {
  return async ({ tenant, token, id, code, caller }) => {
    const resolved = await resolveToken(tenant, token)
    if (!resolved.ok) return resolved
    const { accountId } = resolved.value
    const codeId = String(id)
    const checked = await checkCode({ tenant, purpose: 'do_not_call', codeId, code, shape: FOUR_DIGITS, holder: accountId, caller })
    if (!checked.ok) return checked
    const allowed = events.callsAllowed(
      { at: clock.now(), tenantId: tenant.id, actor: accountId, requestId: caller.requestId },
      { id: codeId },
    )
    await auditTrail.append(allowed.audit)
    events.publish(allowed)
    return accept(undefined)
  }
}
