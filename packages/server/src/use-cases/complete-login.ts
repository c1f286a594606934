import { mayBeFinished } from '../domain/begun-sign-in.ts'
import { signInCookieName } from '../domain/browser-cookie.ts'
import { digestOf } from '../domain/credential.ts'
import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Clock, EpochMs } from '../domain/time.ts'
import type { IdentityProvider } from '../identity-providers/identity-provider.ts'
import type { OneUseThings } from '../store/one-use-things.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { Callbacks } from './callbacks.ts'
import { putCode } from './codes.ts'
import type { FindUsableApplication } from './find-usable-application.ts'
import { type LoginState, openLoginState } from './login-state.ts'
import type { CompleteLogin } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly tokens: TokenEngine
  readonly oneUseThings: OneUseThings
  readonly identityProvider: IdentityProvider
  readonly callbacks: Callbacks
  readonly issuerOf: (tenant: Tenant) => string
  readonly findUsableApplication: FindUsableApplication
}

const INVALID = refuse({ code: 'login_state_invalid' })
const USED = refuse({ code: 'login_state_used' })

/**
 * The browser is back from the identity provider. First what it brings is checked against what it was sent away with; then the code and
 * the state are used up, each by one statement; then there is a code for the application.
 */
export function createCompleteLogin(deps: Deps): CompleteLogin {
  const { clock, randomness, tokens, oneUseThings, identityProvider, callbacks, issuerOf, findUsableApplication } = deps
  return async ({ tenant, door, state: presented, answer, issuer, cookieOf }) => {
    const at = clock.now()
    const state = await openLoginState(tokens, tenant, presented, at)
    if (state === undefined) return INVALID
    if (issuer !== issuerOf(tenant)) return INVALID // another provider's answer (RFC 9207, section 2.4)
    const application = await findUsableApplication(tenant, { id: state.applicationId })
    if (application === undefined || !mayBeFinished(application, state)) return INVALID
    const cookieName = signInCookieName(presented)
    const back = { redirectUri: state.redirectUri, applicationName: application.name, cookieName }
    // An error proves nothing of who brings it, so it uses nothing up: the application is told, in this browser.
    if (answer.kind === 'error') return accept({ ...back, code: undefined, showsCode: false })
    const redeemed = await identityProvider.redeem({
      tenant,
      applicationId: application.id,
      callback: callbacks.of(tenant, door),
      code: answer.code,
      browserKey: cookieOf(cookieName),
      at,
    })
    if (!redeemed.ok) return (await isUsedUp(oneUseThings, tenant, presented, at)) ? USED : INVALID
    const used = await useUp(oneUseThings, tenant, presented, state)
    if (!used.ok) return used
    const { apiKeyDigest, challenge, scope, redirectUri, applicationEpoch } = state
    const holder = { kind: 'login', applicationId: application.id, apiKeyDigest, challenge } as const
    const content = { ...redeemed.value, scope, begun: { applicationEpoch, redirectUri, challenge } }
    const code = await putCode(oneUseThings, randomness, { tenantId: tenant.id, holder, content, at })
    return accept({ ...back, code, showsCode: application.pageSignIn.showsCode })
  }
}

/** Of all that bring one state back, however late or at once, one is heard. */
async function useUp(
  oneUseThings: OneUseThings,
  tenant: Tenant,
  presented: string,
  { expiresAt }: LoginState,
): Promise<Outcome<undefined, Refusal<'login_state_used'>>> {
  const isFirst = await oneUseThings.put({ ...markOf(tenant, presented), payload: '', expiresAt })
  return isFirst ? accept(undefined) : USED
}

/** Who comes back to an answer that was given is told so: a browser's back button does it, and its cookie is gone by then. */
async function isUsedUp(oneUseThings: OneUseThings, tenant: Tenant, presented: string, at: EpochMs): Promise<boolean> {
  return (await oneUseThings.peek({ ...markOf(tenant, presented), at })) !== undefined
}

function markOf(tenant: Tenant, presented: string) {
  return { kind: 'login_state', tenantId: tenant.id, digest: digestOf(presented), boundTo: '' } as const
}
