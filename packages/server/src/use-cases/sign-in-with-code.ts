import { parseLoginId } from '../domain/account.ts'
import { addressBlockOf } from '../domain/address-block.ts'
import { FOUR_DIGITS } from '../domain/one-time-code.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Accounts } from '../store/accounts.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { AuthenticateClient } from './authenticate-client.ts'
import type { CheckCode, SignInWithCode } from './code-use-cases.ts'
import { startSession } from './start-session.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly tokens: TokenEngine
  readonly events: Events
  readonly authenticateClient: AuthenticateClient
  readonly checkCode: CheckCode
}

/** A sign-in by a code: it says who holds the telephone, and the account is that which has the number as a login name now. */
export function createSignInWithCode(deps: Deps): SignInWithCode {
  const { accounts, authenticateClient, checkCode, events } = deps
  return async ({ tenant, client, id, code, caller }) => {
    const authenticated = await authenticateClient(tenant, client)
    if (!authenticated.ok) return authenticated
    const application = authenticated.value
    const given = { codeId: String(id), code, shape: FOUR_DIGITS, holder: application.id } as const
    const checked = await checkCode({ tenant, purpose: 'sign_in', ...given, caller })
    if (!checked.ok) return checked
    const block = addressBlockOf(caller.address)
    const loginId = parseLoginId(checked.value.number)
    const candidate = loginId === undefined ? undefined : await accounts.findForSignIn(tenant.id, loginId, block)
    if (candidate === undefined) return refuse({ code: 'code_wrong' }) // it was somebody's when the code was sent
    if (!candidate.enabled) return refuse({ code: 'account_disabled' })
    const { account, tenantEpoch } = candidate
    const started = await startSession(deps, {
      tenant,
      application,
      account,
      tenantEpoch,
      scope: application.scope,
      actor: undefined,
      refunds: [],
      clearedCount: undefined,
      block,
      origin: { device: caller.device, block, isPassing: false },
      describe: (subject, at) =>
        events.signInSucceeded(
          { at, tenantId: tenant.id, actor: account.id, subject, block, requestId: caller.requestId, device: caller.device },
          { application: application.id, by: 'code' },
        ),
    })
    return accept(started)
  }
}
