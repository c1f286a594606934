import { accept, refuse } from '../domain/outcome.ts'
import { isWithinScope, parseScope } from '../domain/scope.ts'
import type { ResolveToken } from './resolve-token.ts'
import type { AuthorizeCall } from './use-cases.ts'

/** Whether a call may pass: the token is good, it is for this audience, and it has every scope that is asked. */
export function createAuthorizeCall({ resolveToken }: { readonly resolveToken: ResolveToken }): AuthorizeCall {
  return async ({ tenant, token, requiredScope, requiredAudience }) => {
    const required = parseScope(requiredScope)
    if (required === undefined) return refuse({ code: 'scope_malformed' })
    const resolved = await resolveToken(tenant, token)
    if (!resolved.ok) return refuse({ code: 'token_invalid' })
    const { checked } = resolved.value
    if (requiredAudience !== undefined && !checked.audience.includes(requiredAudience))
      return refuse({ code: 'token_invalid', logDetail: 'audience' })
    const held = parseScope(checked.scope)
    if (held === undefined || !isWithinScope(required, held)) return refuse({ code: 'scope_insufficient' })
    return accept(checked)
  }
}
