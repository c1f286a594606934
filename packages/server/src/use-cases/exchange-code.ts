import { addressBlockOf } from '../domain/address-block.ts'
import { type Application, stillGranted } from '../domain/application.ts'
import { mayBeFinished } from '../domain/begun-sign-in.ts'
import type { SessionId } from '../domain/ids.ts'
import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'
import { challengeOf } from '../domain/pkce.ts'
import { type Scope, scopeTokens } from '../domain/scope.ts'
import type { Clock, EpochMs } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Accounts } from '../store/accounts.ts'
import type { OneUseThings } from '../store/one-use-things.ts'
import type { Sessions } from '../store/sessions.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { AuthenticateClient } from './authenticate-client.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import { type CodeHolder, digestOfApiKey, identify, readContent } from './codes.ts'
import { startSessionFrom } from './start-session.ts'
import type { ExchangeCode, SessionTokens } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly oneUseThings: OneUseThings
  readonly tokens: TokenEngine
  readonly events: Events
  readonly authenticateClient: AuthenticateClient
  readonly browserSessions: BrowserSessions
}

type ExchangeRequest = Parameters<ExchangeCode>[0]
type CodeRefusal = Refusal<'code_refused' | 'code_reused'>

/** Without it an application gets no refresh token (OpenID Connect Core 1.0, section 11). */
const OFFLINE_ACCESS = 'offline_access'

/**
 * Exchanges a code for tokens. The session and the consumption of its code are one commit, so that of all that present one code, however
 * many at once, one has a session. Who comes second with all that the code is bound to ends that session: one of the two has stolen it
 * (RFC 6749, section 4.1.2).
 */
export function createExchangeCode(deps: Deps): ExchangeCode {
  const { clock, oneUseThings, accounts, browserSessions, authenticateClient } = deps
  return async (request) => {
    const { tenant, client, code } = request
    const at = clock.now()
    const authenticated = await authenticateClient(tenant, client)
    if (!authenticated.ok) return authenticated
    const application = authenticated.value
    const holder = holderOf(request, application)
    if (holder === undefined) return refuse({ code: 'code_refused' })
    const identity = identify(tenant.id, code, holder)
    const payload = await oneUseThings.peek({ ...identity, at })
    if (payload === undefined) return refuseCode(deps, request, identity, at)
    const content = readContent(payload)
    const scope = stillGranted(content.scope, application)
    const isTaken = scope === '' && content.scope !== ''
    if (isTaken || content.begun === undefined || !mayBeFinished(application, content.begun)) return refuse({ code: 'code_refused' })
    const origin = await browserSessions.findLiving(tenant, content.sessionId, at)
    const account = origin && (await accounts.find(tenant.id, origin.accountId))
    if (origin === undefined || account === undefined) return refuse({ code: 'code_refused' }) // signed out, disabled, or removed meanwhile

    const block = addressBlockOf(request.caller.address)
    const { epochs } = origin
    const started = await startSessionFrom(deps, identity, {
      tenant,
      application,
      // What has changed since the password was looked at makes the session stale at birth.
      account: { ...account, epoch: epochs.account },
      tenantEpoch: epochs.tenant,
      ...scopesOf(request, application, scope),
      actor: undefined,
      refunds: [],
      clearedCount: undefined,
      grantEnds: content.grantEnds,
      block: undefined, // a program may be elsewhere than its person
      origin: { ...origin.origin, isPassing: false }, // where its person was
      describe: (subject, startedAt) =>
        deps.events.codeExchanged(
          { at: startedAt, tenantId: tenant.id, actor: account.id, subject, block, requestId: request.caller.requestId },
          { application: application.id },
        ),
    })
    if (started === undefined) return refuseCode(deps, request, identity, at)
    return accept(withRefreshToken(request, scope) ? started : { ...started, refreshToken: undefined })
  }
}

/** @returns undefined if nobody can hold a code so: its verifier is none */
function holderOf({ binding, client, codeVerifier }: ExchangeRequest, { id: applicationId }: Application): CodeHolder | undefined {
  const challenge = codeVerifier === undefined ? undefined : challengeOf(codeVerifier)
  if (codeVerifier !== undefined && challenge === undefined) return undefined
  if (binding.kind === 'redirect') return { kind: 'redirect', applicationId, redirectUri: binding.redirectUri, challenge }
  return client.kind === 'api_key' ? { kind: 'login', applicationId, apiKeyDigest: digestOfApiKey(client.apiKey), challenge } : undefined
}

/** At the page's own door a session may have all that its application has, and each token a part of it: a token for each service. */
function scopesOf({ binding }: ExchangeRequest, application: Application, scope: Scope): { scope: Scope; tokenScope: Scope } {
  return { scope: binding.kind === 'redirect' ? application.scope : scope, tokenScope: scope }
}

function withRefreshToken({ binding }: ExchangeRequest, scope: Scope): boolean {
  return binding.kind === 'login' || scopeTokens(scope).includes(OFFLINE_ACCESS)
}

/** A code that is not to be had: counted if somebody else presents it, and if it was used by the same before, its session ends. */
async function refuseCode(
  { oneUseThings, sessions, events }: Deps,
  { tenant, caller }: ExchangeRequest,
  identity: ReturnType<typeof identify>,
  at: EpochMs,
): Promise<Outcome<SessionTokens, CodeRefusal> & { ok: false }> {
  const answer = await oneUseThings.consume({ ...identity, at, outcome: '' })
  if (answer.kind !== 'used_before' || answer.outcome === '') return refuse({ code: 'code_refused' })
  const id = answer.outcome as SessionId
  const reused = events.codeReused({
    at,
    tenantId: tenant.id,
    actor: 'unknown',
    subject: id,
    block: addressBlockOf(caller.address),
    requestId: caller.requestId,
  })
  if (await sessions.end({ id, at, reason: 'code_reused', audit: reused.audit })) events.publish(reused)
  return refuse({ code: 'code_reused' })
}
