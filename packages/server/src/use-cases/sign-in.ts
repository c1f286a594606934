import { addressBlockOf } from '../domain/address-block.ts'
import type { Application } from '../domain/application.ts'
import { Unavailable } from '../domain/fault.ts'
import { accept } from '../domain/outcome.ts'
import { normalisePassword } from '../domain/password.ts'
import { type Session, sessionExpiry } from '../domain/session.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import type { Accounts, SignInCandidate } from '../store/accounts.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { AuthenticateClient } from './authenticate-client.ts'
import type { CheckPassword } from './check-password.ts'
import { describeSessionTokens } from './describe-session-tokens.ts'
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

const MAX_SESSIONS = 100
const MS_PER_DAY = 86_400_000
/** An id is 64 random bits at least; a second collision in a row is a broken source of randomness. */
const MAX_TRIES = 3

/** A sign-in by password: one new session, and its first tokens. */
export function createSignIn(deps: Deps): SignIn {
  const { clock, sessions, tokens, events, authenticateClient, checkPassword } = deps
  return async ({ tenant, client, login, password, caller }) => {
    const authenticated = await authenticateClient(tenant, client)
    if (!authenticated.ok) return authenticated
    const application = authenticated.value
    const block = addressBlockOf(caller.address)
    const checked = await checkPassword({
      tenant,
      login,
      password,
      block,
      requestId: caller.requestId,
      isGone: caller.isGone ?? (() => false),
    })
    if (!checked.ok) return checked
    const { candidate, refunds, clearedCount } = checked.value
    await strengthenHash(deps, candidate, password)

    const at = clock.now()
    const issuer = await tokens.prepare(tenant, application, at)
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const session = newSession(application, candidate, tokens.newIdentity(application.tokenFormat), at)
      const issued = issuer.issue(session)
      const started = events.signInSucceeded(
        { at, tenantId: tenant.id, actor: candidate.account.id, subject: session.id, block, requestId: caller.requestId },
        { application: application.id },
      )
      const cap = { max: MAX_SESSIONS, spareSeconds: application.lifetimes.accessSeconds }
      if ((await sessions.start({ session, refunds, clearedCount, block, cap, audit: started.audit })) === 'taken') continue
      events.publish(started)
      const passwordAgeDays = Math.floor((at - candidate.account.passwordSetAt) / MS_PER_DAY)
      return accept({ ...describeSessionTokens(issued, at), passwordAgeDays })
    }
    throw new Unavailable('no free session id was found', 1)
  }
}

function newSession(
  application: Application,
  { account, tenantEpoch }: SignInCandidate,
  identity: Pick<Session, 'id' | 'secret'>,
  at: number,
): Session {
  return {
    ...identity,
    tenantId: account.tenantId,
    applicationId: application.id,
    accountId: account.id,
    scope: application.scope,
    actorSessionId: undefined,
    generation: 0,
    startedAt: at,
    advancedAt: at,
    previousAdvancedAt: at,
    expiresAt: sessionExpiry(at, at, application.lifetimes),
    epochs: { tenant: tenantEpoch, application: application.epoch, account: account.epoch },
    endedAt: undefined,
    endReason: undefined,
  }
}

/** A hash with old parameters is replaced while the password is at hand. */
async function strengthenHash(
  { passwords, accounts, events }: Deps,
  { account, passwordHash }: SignInCandidate,
  password: string,
): Promise<void> {
  if (!passwords.needsRehash(passwordHash)) return
  const stronger = await passwords.hash(normalisePassword(password))
  if (await accounts.rehash(account.id, passwordHash, stronger)) {
    events.publish(events.passwordRehashed({ tenantId: account.tenantId, subject: account.id }))
  }
}
