import { accept, refuse } from '../domain/outcome.ts'
import type { Accounts } from '../store/accounts.ts'
import type { ResolveToken } from './resolve-token.ts'
import type { DescribeCaller } from './use-cases.ts'

interface Deps {
  readonly accounts: Accounts
  readonly resolveToken: ResolveToken
}

/** Who calls with an access token: the account as it is now, not as it was when the token was made. */
export function createDescribeCaller({ accounts, resolveToken }: Deps): DescribeCaller {
  return async ({ tenant, token }) => {
    const resolved = await resolveToken(tenant, token)
    if (!resolved.ok) return resolved
    const { checked, accountId } = resolved.value
    const account = await accounts.find(tenant.id, accountId)
    return account === undefined ? refuse({ code: 'token_invalid' }) : accept({ token: checked, account })
  }
}
