import { isBrowserKey, makeBrowserKey, signInCookieName } from '../domain/browser-cookie.ts'
import { accept, type Outcome } from '../domain/outcome.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Clock } from '../domain/time.ts'
import type { CheckAuthorization } from './authorization.ts'
import type { PromptForSignIn, PromptRequest } from './prompt-for-sign-in.ts'
import type { AskForSignIn, AuthorizationRefusal, SignInPurpose } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly checkAuthorization: CheckAuthorization
  readonly promptForSignIn: PromptForSignIn
}

/** Opens the page. Nothing is written: what the form will send back is sealed, and the browser keeps a key to it. */
export function createAskForSignIn({ clock, randomness, checkAuthorization, promptForSignIn }: Deps): AskForSignIn {
  return async ({ tenant, purpose, browserSession, cookieOf }) => {
    const checked = await check(tenant, purpose)
    if (!checked.ok) return checked
    const { wanted } = checked.value
    const name = signInCookieName(wanted.kind === 'application' ? (wanted.authorization.state ?? '') : 'account')
    const held = cookieOf(name)
    // The same page in a second tab leaves the first one good.
    const cookie = { name, value: isBrowserKey(held) ? held : makeBrowserKey(randomness) }
    return accept(await promptForSignIn({ ...checked.value, tenant, cookie, browserSession, at: clock.now() }))
  }

  async function check(
    tenant: Tenant,
    purpose: SignInPurpose,
  ): Promise<Outcome<Pick<PromptRequest, 'wanted' | 'application'>, AuthorizationRefusal>> {
    if (purpose.kind === 'account') return accept({ wanted: { kind: 'account', needsPassword: true }, application: undefined })
    const checked = await checkAuthorization(tenant, purpose.authorization)
    if (!checked.ok) return checked
    const { authorization, application } = checked.value
    return accept({ wanted: { kind: 'application', authorization }, application })
  }
}
