import type { Application } from '../domain/application.ts'
import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'
import { parseCodeChallenge } from '../domain/pkce.ts'
import type { RedirectUri } from '../domain/redirect-uri.ts'
import { isWithinScope, parseScope, type Scope } from '../domain/scope.ts'
import type { Clock } from '../domain/time.ts'
import type { IdentityProvider } from '../identity-providers/identity-provider.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { AuthenticateClient } from './authenticate-client.ts'
import { MAX_STATE_BYTES } from './authorization.ts'
import type { Callbacks } from './callbacks.ts'
import { digestOfApiKey } from './codes.ts'
import { SIGN_IN_LIFE_SECONDS, sealLoginState } from './login-state.ts'
import type { CodeChallenge, StartLogin } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly tokens: TokenEngine
  readonly identityProvider: IdentityProvider
  readonly callbacks: Callbacks
  readonly authenticateClient: AuthenticateClient
}

/** Where a browser is sent so that a person of the application signs in. */
export function createStartLogin({ clock, tokens, identityProvider, callbacks, authenticateClient }: Deps): StartLogin {
  return async ({ tenant, door, client, scope: askedScope, redirectUri: askedUri, codeChallenge }) => {
    const authenticated = await authenticateClient(tenant, client)
    if (!authenticated.ok) return authenticated
    const application = authenticated.value
    const scope = askedScope === undefined ? application.scope : narrow(application, askedScope)
    if (scope === undefined) return refuse({ code: 'scope_exceeded' })
    const redirectUri = chooseRedirectUri(application, askedUri)
    if (redirectUri === undefined) return refuse({ code: 'redirect_uri_unknown' })
    const challenge = readChallenge(application, codeChallenge)
    if (!challenge.ok) return challenge

    const at = clock.now()
    const state = await sealLoginState(
      tokens,
      tenant,
      {
        applicationId: application.id,
        applicationEpoch: application.epoch,
        apiKeyDigest: digestOfApiKey(client.apiKey),
        redirectUri,
        scope,
        challenge: challenge.value,
        expiresAt: at + SIGN_IN_LIFE_SECONDS * 1000,
      },
      at,
    )
    // A scope of thousands of characters does not fit into an address.
    if (state.length > MAX_STATE_BYTES) return refuse({ code: 'scope_exceeded', logDetail: 'the state would be too long' })
    const callback = callbacks.of(tenant, door)
    return accept({ location: identityProvider.authorizationUrl({ tenant, clientId: application.clientId, callback, state }) })
  }
}

function narrow({ scope: own }: Application, asked: string): Scope | undefined {
  const scope = parseScope(asked)
  if (scope === undefined || !isWithinScope(scope, own)) return undefined
  return scope === '' ? own : scope // a blank asks for nothing in particular
}

function chooseRedirectUri({ pageSignIn: { redirectUris } }: Application, asked: string | undefined): RedirectUri | undefined {
  return asked === undefined ? redirectUris[0] : redirectUris.find((registered) => registered === asked)
}

function readChallenge(
  { pageSignIn: { requiresPkce } }: Application,
  given: CodeChallenge | undefined,
): Outcome<string | undefined, Refusal<'pkce_required' | 'code_challenge_invalid'>> {
  if (given === undefined) return requiresPkce ? refuse({ code: 'pkce_required' }) : accept(undefined)
  const challenge = parseCodeChallenge(given.challenge, given.method ?? 'S256')
  return challenge === undefined ? refuse({ code: 'code_challenge_invalid' }) : accept(challenge)
}
