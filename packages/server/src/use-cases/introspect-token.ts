import { accept, refuse } from '../domain/outcome.ts'
import type { AuthenticateClient } from './authenticate-client.ts'
import type { ResolveToken } from './resolve-token.ts'
import type { IntrospectToken } from './use-cases.ts'

interface Deps {
  readonly authenticateClient: AuthenticateClient
  readonly resolveToken: ResolveToken
}

/** Token introspection (RFC 7662). A token that the asker may not see answers as one that is not active (section 2.2). */
export function createIntrospectToken({ authenticateClient, resolveToken }: Deps): IntrospectToken {
  return async ({ tenant, client, token }) => {
    const authenticated = await authenticateClient(tenant, client)
    if (!authenticated.ok) return authenticated
    const asker = authenticated.value
    // A public application that only names itself has proved nothing.
    if (asker.checks === 'none' || (client.kind === 'client' && asker.type === 'public')) return refuse({ code: 'checking_not_allowed' })
    const resolved = await resolveToken(tenant, token)
    if (!resolved.ok) return accept(undefined)
    const { checked, application } = resolved.value
    return accept(asker.checks === 'tenant' || application.id === asker.id ? checked : undefined)
  }
}
