/**
 * Who signs people in for a platform, as that platform sees it: it sends a browser there and gets it back with a code (RFC 6749,
 * section 4.1). The built-in one (`built-in.ts`) is this server itself; the platform learns nothing more from it than from a foreign one.
 */
import type { ApplicationId, SessionId } from '../domain/ids.ts'
import type { Outcome, Refusal } from '../domain/outcome.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'

export interface IdentityProvider {
  /** Where a browser signs in. It comes back to `callback` with `state` and a code or an error. */
  authorizationUrl(request: {
    readonly tenant: Tenant
    readonly clientId: string
    readonly callback: string
    readonly state: string
  }): string
  /** Exchanges a code, once. @param browserKey what the browser that finished the sign-in holds for this `state`; undefined if it holds nothing */
  redeem(request: {
    readonly tenant: Tenant
    readonly applicationId: ApplicationId
    readonly callback: string
    readonly code: string
    readonly browserKey: string | undefined
    readonly at: EpochMs
  }): Promise<Outcome<SignInAtProvider, Refusal<'code_refused'>>>
  /** Where people see what is kept of them. */
  personalDataUrl(tenant: Tenant): string
}

/** A sign-in that the provider vouches for. */
export interface SignInAtProvider {
  /** The provider's own session of it: whatever ends that one before a code is exchanged ends the sign-in. */
  readonly sessionId: SessionId
  /** How often the person had taken back what the application has, when the sign-in was finished there. */
  readonly grantEnds: number
}
