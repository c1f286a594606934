import type { Refusal } from './outcome.ts'

declare const redirectUriBrand: unique symbol
/** An address that a browser may be sent back to with a code. Compared as text: nothing is normalised (RFC 9700, section 4.1.3). */
export type RedirectUri = string & { readonly [redirectUriBrand]: 'RedirectUri' }

/** What is wrong with an address that may not be registered. */
export type RedirectUriProblem =
  | 'malformed'
  | 'not_normalised'
  | 'has_fragment'
  | 'has_user_information'
  | 'has_reserved_parameter'
  | 'clear_text_beyond_loopback'
  | 'scheme_not_allowed'

export type UnfitRedirectUri = Refusal<'redirect_uri_invalid'> & { readonly redirectUri: string; readonly problem: RedirectUriProblem }
