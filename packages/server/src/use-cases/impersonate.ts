import { parseLoginId } from '../domain/account.ts'
import { type AddressBlock, addressBlockOf } from '../domain/address-block.ts'
import type { AccountId } from '../domain/ids.ts'
import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'
import { commonScope, parseScope } from '../domain/scope.ts'
import { impersonationCharge } from '../domain/sign-in-limits.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Accounts, SignInCandidate } from '../store/accounts.ts'
import type { AuditTrail } from '../store/audit-trail.ts'
import type { Limits } from '../store/limits.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { ResolveToken } from './resolve-token.ts'
import { startSession } from './start-session.ts'
import type { Impersonate, Throttled } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly limits: Limits
  readonly auditTrail: AuditTrail
  readonly tokens: TokenEngine
  readonly events: Events
  readonly resolveToken: ResolveToken
}

type ImpersonationRefusal = Refusal<'impersonation_not_allowed' | 'account_not_found'>

/**
 * Gives an account that has the right the tokens of another one of its organisation. The new session hangs on the caller's: when that
 * one would be refused, so is this; and a session that was made so makes no other.
 */
export function createImpersonate(deps: Deps): Impersonate {
  const { clock, accounts, events, resolveToken } = deps
  return async ({ tenant, token, login, caller }) => {
    const resolved = await resolveToken(tenant, token)
    // Tokens of other formats cannot say who acts.
    if (!resolved.ok || resolved.value.application.tokenFormat !== 'keycloak') return refuse({ code: 'token_invalid' })
    const { application, accountId, checked, session: actor } = resolved.value
    const counted = await count(deps, tenant, accountId)
    if (!counted.ok) return counted
    const block = addressBlockOf(caller.address)
    const occasion = { tenantId: tenant.id, actor: accountId, block, requestId: caller.requestId }
    const refuseAudited = async (code: ImpersonationRefusal['code'], subject?: AccountId) => {
      const about = subject === undefined ? {} : { subject }
      const refused = events.impersonationRefused({ ...occasion, ...about, at: clock.now() }, { code, application: application.id })
      await deps.auditTrail.append(refused.audit)
      events.publish(refused)
      return refuse({ code })
    }

    const account = await accounts.find(tenant.id, accountId)
    // Nobody can end a permanent token's session, so it has none that another could hang on.
    if (actor === undefined || actor.actorSessionId !== undefined || account?.mayImpersonate !== true)
      return refuseAudited('impersonation_not_allowed')
    const candidate = await findCandidate(deps, tenant, login, block)
    if (!candidate?.enabled || candidate.account.organisationId !== account.organisationId)
      return refuseAudited('account_not_found', candidate?.account.id)

    return accept(
      await startSession(deps, {
        tenant,
        application,
        account: candidate.account,
        tenantEpoch: candidate.tenantEpoch,
        scope: commonScope(actor.scope, parseScope(checked.scope) ?? actor.scope),
        actor,
        refunds: [],
        clearedCount: undefined,
        block: undefined, // the account has not shown itself there
        origin: { device: undefined, block: undefined, isPassing: false },
        describe: (subject, at) =>
          events.impersonated(
            { ...occasion, at, subject, account: candidate.account.id },
            { application: application.id, account: candidate.account.id, actorSession: actor.id },
          ),
      }),
    )
  }
}

/** Each one makes a session or an audit row, so they are bounded as sign-ins are. */
async function count({ clock, limits }: Deps, tenant: Tenant, actorId: AccountId): Promise<Outcome<undefined, Throttled>> {
  const charge = impersonationCharge(tenant.id, actorId)
  const answer = await limits.charge({ charges: [charge], counted: charge.key, at: clock.now() })
  if (answer.allowed) return accept(undefined)
  return refuse({ code: 'throttled', retryAfterSeconds: Math.ceil(answer.retryAfterMs / 1000), burst: charge.limit.burst })
}

async function findCandidate({ accounts }: Deps, tenant: Tenant, login: string, block: AddressBlock): Promise<SignInCandidate | undefined> {
  const loginId = parseLoginId(login)
  return loginId === undefined ? undefined : accounts.findForSignIn(tenant.id, loginId, block)
}
