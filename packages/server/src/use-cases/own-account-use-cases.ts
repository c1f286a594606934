/** The verbs of people who are signed in at their own page, for a form of that page. */

import type { Refusal } from '../domain/outcome.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Caller } from './calls.ts'

/** A form of a person's own page, and the browser that sends it. */
export interface OwnForm {
  readonly tenant: Tenant
  /** The browser's session, from its cookie. */
  readonly browserSession: string | undefined
  readonly formToken: string
  readonly caller: Caller
}

/** `browser_session_over`: nobody is signed in. `form_token_invalid`: the form is not one of the browser's session. */
export type OwnFormRefusal = Refusal<'browser_session_over'> | Refusal<'form_token_invalid'>

/** The password was asked for again, and is wrong, or was tried too often: the limits are those of a sign-in. */
export type OwnPasswordRefusal = Refusal<'password_wrong'> | (Refusal<'throttled'> & { readonly retryAfterSeconds: number })
