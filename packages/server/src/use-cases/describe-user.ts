import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { IdentityProvider } from '../identity-providers/identity-provider.ts'
import type { Accounts } from '../store/accounts.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { AuthenticateClient } from './authenticate-client.ts'
import type { ResolveToken } from './resolve-token.ts'
import type { DescribeUser } from './use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly tokens: TokenEngine
  readonly identityProvider: IdentityProvider
  readonly authenticateClient: AuthenticateClient
  readonly resolveToken: ResolveToken
}

/** Who calls with a sealed token, told to the application that it was made for and to no other. */
export function createDescribeUser(deps: Deps): DescribeUser {
  const { clock, accounts, tokens, identityProvider, authenticateClient, resolveToken } = deps
  return async ({ tenant, client, token }) => {
    const authenticated = await authenticateClient(tenant, client)
    if (!authenticated.ok) return authenticated
    const resolved = await resolveToken(tenant, token)
    if (!resolved.ok) return refuse({ code: 'token_invalid' })
    const { checked, application, accountId } = resolved.value
    if (checked.format !== 'sealed' || application.id !== authenticated.value.id) return refuse({ code: 'token_invalid' })
    const account = await accounts.find(tenant.id, accountId)
    if (account === undefined) return refuse({ code: 'token_invalid' })
    const anonymizedId = await tokens.pseudonymOf(tenant, application, accountId, clock.now())
    return accept({ account, anonymizedId, personalDataUrl: identityProvider.personalDataUrl(tenant) })
  }
}
