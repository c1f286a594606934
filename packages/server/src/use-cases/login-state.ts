import type { BegunSignIn } from '../domain/begun-sign-in.ts'
import type { ApplicationId } from '../domain/ids.ts'
import type { Scope } from '../domain/scope.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'

/** Long enough to find a password; a page that is left open longer says so. */
export const SIGN_IN_LIFE_SECONDS = 600

/** What is known of a login when it starts, and must be known when the browser is back. It travels sealed, as the parameter `state`. */
export interface LoginState extends BegunSignIn {
  readonly applicationId: ApplicationId
  /** The API key that has started it. */
  readonly apiKeyDigest: string
  readonly scope: Scope
  readonly expiresAt: EpochMs
}

export function sealLoginState(tokens: TokenEngine, tenant: Tenant, state: LoginState, at: EpochMs): Promise<string> {
  return tokens.sealNote(tenant, 'login-state', JSON.stringify(state), at)
}

/** @returns undefined for what we have not sealed, or too long ago */
export async function openLoginState(tokens: TokenEngine, tenant: Tenant, presented: string, at: EpochMs): Promise<LoginState | undefined> {
  const content = await tokens.openNote(tenant, 'login-state', presented, at)
  if (content === undefined) return undefined
  const state = JSON.parse(content) as LoginState // it was sealed by `sealLoginState`
  return state.expiresAt > at ? state : undefined
}
