import { parseLoginId } from '../domain/account.ts'
import { type AddressBlock, addressBlockOf } from '../domain/address-block.ts'
import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import type { Session } from '../domain/session.ts'
import { impersonationCharge } from '../domain/sign-in-limits.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Accounts, SignInCandidate } from '../store/accounts.ts'
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
  readonly tokens: TokenEngine
  readonly events: Events
  readonly resolveToken: ResolveToken
}

/**
 * Gives an account that has the right the tokens of another one of its organisation. The new session hangs on the caller's: when that
 * one would be refused, so is this; and a session that was made so makes no other.
 */
export function createImpersonate(deps: Deps): Impersonate {
  const { accounts, events, resolveToken } = deps
  return async ({ tenant, token, login, caller }) => {
    const resolved = await resolveToken(tenant, token)
    if (!resolved.ok) return refuse({ code: 'token_invalid' })
    const { application, session: actor } = resolved.value
    const actorAccount =
      actor === undefined || actor.actorSessionId !== undefined ? undefined : await accounts.find(tenant.id, actor.accountId)
    // Nobody waits for a permanent token's session to end, so it has none that another could hang on.
    if (actor === undefined || actorAccount?.mayImpersonate !== true) return refuse({ code: 'impersonation_not_allowed' })
    const block = addressBlockOf(caller.address)
    const counted = await count(deps, tenant, actor)
    if (!counted.ok) return counted
    const candidate = await findCandidate(deps, tenant, login, block)
    if (!candidate?.enabled || candidate.account.organisationId !== actorAccount.organisationId)
      return refuse({ code: 'account_not_found' })

    const { account, tenantEpoch } = candidate
    const started = await startSession(deps, {
      tenant,
      application,
      account,
      tenantEpoch,
      scope: actor.scope,
      actor,
      refunds: [],
      clearedCount: undefined,
      block: undefined, // the account has not shown itself there
      describe: (subject, at) =>
        events.impersonated(
          { at, tenantId: tenant.id, actor: actorAccount.id, subject, block, requestId: caller.requestId },
          { application: application.id, account: account.id, actorSession: actor.id },
        ),
    })
    return accept(started)
  }
}

/** Each one makes a session, so they are bounded as sign-ins are. */
async function count({ clock, limits }: Deps, tenant: Tenant, actor: Session): Promise<Outcome<undefined, Throttled>> {
  const charge = impersonationCharge(tenant.id, actor.accountId)
  const answer = await limits.charge({ charges: [charge], counted: charge.key, at: clock.now() })
  if (answer.allowed) return accept(undefined)
  return refuse({ code: 'throttled', retryAfterSeconds: Math.ceil(answer.retryAfterMs / 1000), burst: charge.limit.burst })
}

async function findCandidate({ accounts }: Deps, tenant: Tenant, login: string, block: AddressBlock): Promise<SignInCandidate | undefined> {
  const loginId = parseLoginId(login)
  return loginId === undefined ? undefined : accounts.findForSignIn(tenant.id, loginId, block)
}
