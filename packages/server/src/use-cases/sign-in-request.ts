import type { SessionId } from '../domain/ids.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { Authorization } from './authorization.ts'

/** What the page's form carries: all that is wanted, checked, and the browser that it was shown in. Sealed, so that no hidden field can be changed. */
export interface SignInRequest {
  readonly wanted: Wanted
  readonly cookieName: string
  readonly browserKeyDigest: string
  /** The browser's session that may go on with one click, as the page has said; undefined: none may. */
  readonly shownSession: SessionId | undefined
  readonly expiresAt: EpochMs
}

export type Wanted =
  | { readonly kind: 'application'; readonly authorization: Authorization }
  | { readonly kind: 'account'; readonly needsPassword: boolean }

export function sealSignInRequest(tokens: TokenEngine, tenant: Tenant, request: SignInRequest, at: EpochMs): Promise<string> {
  return tokens.sealNote(tenant, 'sign-in-request', JSON.stringify(request), at)
}

/** @returns undefined for what we have not sealed, or too long ago */
export async function openSignInRequest(
  tokens: TokenEngine,
  tenant: Tenant,
  presented: string,
  at: EpochMs,
): Promise<SignInRequest | undefined> {
  const content = await tokens.openNote(tenant, 'sign-in-request', presented, at)
  if (content === undefined) return undefined
  const request = JSON.parse(content) as SignInRequest // it was sealed by `sealSignInRequest`
  return request.expiresAt > at ? request : undefined
}
