import type { TenantId } from '../domain/ids.ts'
import type { EpochMs } from '../domain/time.ts'

/** What is consumed once: an authorization code, a login state, a one-time password, a reset link, a device code, an assertion's `jti`. */
export type OneUseKind = 'authorization_code' | 'login_state' | 'one_time_password' | 'reset_link' | 'device_code' | 'assertion_jti'

export interface OneUseThing {
  readonly kind: OneUseKind
  readonly tenantId: TenantId
  /** A digest of what the caller will present; the thing itself is not kept. */
  readonly digest: Buffer
  /** Who may consume it: an application, an API key, a browser. Compared as text. */
  readonly boundTo: string
  /** What the consumer needs to know; no secret. */
  readonly payload: string
  readonly expiresAt: EpochMs
}

export interface Consumption {
  readonly kind: OneUseKind
  readonly tenantId: TenantId
  readonly digest: Buffer
  readonly boundTo: string
  readonly at: EpochMs
  /** What comes of it, kept so that a second use can end it: the id of a session. */
  readonly outcome: string
}

export type ConsumptionAnswer =
  | { readonly kind: 'consumed'; readonly payload: string }
  /** The same caller used it before; `outcome` is what came of that. */
  | { readonly kind: 'used_before'; readonly outcome: string }
  /** Unknown, expired, void, or another's. */
  | { readonly kind: 'refused' }

/** Wrong attempts, by another than it is bound to, after which a thing is void. */
export const MAX_WRONG_ATTEMPTS = 5

export interface OneUseThings {
  /** @returns false if there is one with this kind and digest already: for an assertion's `jti` that is a replay */
  put(thing: OneUseThing): Promise<boolean>
  /**
   * What `consume` would hand to this caller now, without consuming it: to make ready what is committed together with the consumption
   * (`SessionStart.consuming`). Counts nothing. @returns undefined where `consume` would refuse
   */
  peek(request: Omit<Consumption, 'outcome'>): Promise<string | undefined>
  /** What a thing is about, for whoever knows what it is called: for a limit that counts before the thing is tried. @returns undefined if there is none, or it is over */
  payloadOf(thing: Pick<OneUseThing, 'kind' | 'tenantId' | 'digest'>, at: EpochMs): Promise<string | undefined>
  /** Of N concurrent calls exactly one gets `consumed`. A stranger's attempt changes nothing but a counter. */
  consume(consumption: Consumption): Promise<ConsumptionAnswer>
}
