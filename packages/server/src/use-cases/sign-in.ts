import { addressBlockOf } from '../domain/address-block.ts'
import { grantScope } from '../domain/application.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import type { Accounts } from '../store/accounts.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { AuthenticateClient } from './authenticate-client.ts'
import type { CheckPassword } from './check-password.ts'
import { startSession } from './start-session.ts'
import { strengthenHash } from './strengthen-hash.ts'
import type { SignIn } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly passwords: PasswordHasher
  readonly tokens: TokenEngine
  readonly events: Events
  readonly authenticateClient: AuthenticateClient
  readonly checkPassword: CheckPassword
}

const MS_PER_DAY = 86_400_000

/** A sign-in by password: one new session, and its first tokens. */
export function createSignIn(deps: Deps): SignIn {
  const { clock, authenticateClient, checkPassword } = deps
  return async ({ tenant, client, login, password, scope: asked, caller }) => {
    const authenticated = await authenticateClient(tenant, client)
    if (!authenticated.ok) return authenticated
    const application = authenticated.value
    // The sign-ins of a door's own application are what it is for; any other has been told that it may send passwords, or may not.
    if (client.kind !== 'door' && !application.passwordGrant) return refuse({ code: 'password_grant_off' })
    const scope = asked === undefined ? application.scope : grantScope(application, asked)
    if (scope === undefined) return refuse({ code: 'scope_exceeded' })
    const block = addressBlockOf(caller.address)
    const checked = await checkPassword({
      tenant,
      login,
      password,
      block,
      requestId: caller.requestId,
      device: caller.device,
      isGone: caller.isGone ?? (() => false),
    })
    if (!checked.ok) return checked
    const { candidate, refunds, clearedCount } = checked.value
    const { account, tenantEpoch } = candidate
    await strengthenHash(deps, candidate, password)

    const started = await startSession(deps, {
      tenant,
      application,
      account,
      tenantEpoch,
      scope,
      actor: undefined,
      refunds,
      clearedCount,
      block,
      origin: { device: caller.device, block, isPassing: false },
      describe: (subject, at) =>
        deps.events.signInSucceeded(
          { at, tenantId: tenant.id, actor: account.id, subject, block, requestId: caller.requestId, device: caller.device },
          { application: application.id },
        ),
    })
    return accept({ ...started, passwordAgeDays: Math.floor((clock.now() - account.passwordSetAt) / MS_PER_DAY) })
  }
}
