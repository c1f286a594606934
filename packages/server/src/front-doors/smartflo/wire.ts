/** Smartflo on the wire: paths, shapes, words. Data only. Where the document is silent the README says whose manner is followed. */
import { Type } from 'typebox'
import type { RefreshRefusal, SignInRefusal, SignOut } from '../../use-cases/use-cases.ts'
import type { RefusalTable, TransportErrors, WireError } from '../wire-error.ts'

/** The document's base, and the one that the platform's own tokens name as their issuer. */
export const BASES = ['/v1', '/api/v1'] as const

export const PATHS = { login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' } as const

/** Members that are not named here are passed over. */
export const LoginRequest = Type.Object(
  {
    email: Type.String({ description: 'An e-mail address or a login id.' }),
    password: Type.String({ description: 'The password, as it is.' }),
  },
  { title: 'LoginRequest', additionalProperties: true },
)

const TOKEN_ANSWER = {
  success: Type.Literal(true),
  access_token: Type.String({ description: 'For calls, and for the next refresh.' }),
  token_type: Type.Literal('bearer'),
  expires_in: Type.Integer({ description: 'How long the token is good, in seconds.' }),
}
export const TokenAnswer = Type.Object(TOKEN_ANSWER, { title: 'TokenAnswer' })
export const LoginAnswer = Type.Object(
  {
    ...TOKEN_ANSWER,
    number_of_days_left: Type.Optional(Type.Integer({ description: 'How many days the password is said to last. It blocks nothing.' })),
  },
  { title: 'LoginAnswer' },
)

/** A password is said to last this long; nothing is refused when it has run out. */
export const PASSWORD_DAYS = 90

const UNAUTHENTICATED: WireError = { status: 401, body: { message: 'Unauthenticated.' } }
const NO_LONGER_REFRESHABLE: WireError = {
  status: 401,
  body: { success: false, message: 'Token has expired and can no longer be refreshed' },
}
const BLACKLISTED: WireError = { status: 401, body: { success: false, message: 'The token has been blacklisted' } }

function permanentToken(sentence: string): WireError {
  return { status: 400, body: { success: false, message: `This is a permanent token. ${sentence}` } }
}

export const NO_TOKEN = UNAUTHENTICATED

export const LOGGED_OUT = { message: 'Successfully logged out' } as const

export function signInRefusals(answersFailedCount: boolean): RefusalTable<SignInRefusal> {
  const noApplication: WireError = { status: 401, body: { success: false, message: 'Invalid credentials' } }
  const wrong = ({ failedCount }: { readonly failedCount: number }): WireError => ({
    status: 401,
    body: {
      success: false,
      message: 'The username or password is incorrect.',
      ...(answersFailedCount ? { login_failed_count: failedCount } : {}),
    },
  })
  return {
    client_unknown: noApplication,
    client_unproven: noApplication,
    password_grant_off: noApplication, // the door's own application needs no leave
    scope_exceeded: noApplication, // no scope can be asked for here
    credentials_wrong: wrong,
    account_disabled: wrong, // nobody here may learn that the password was right
    throttled: ({ burst, retryAfterSeconds }, receivedAt) => ({
      status: 429,
      headers: {
        'retry-after': String(retryAfterSeconds),
        'x-ratelimit-limit': String(burst),
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.ceil(receivedAt / 1000) + retryAfterSeconds),
      },
      body: { message: 'Too Many Attempts.' },
    }),
  }
}

export const REFRESH_REFUSALS: RefusalTable<RefreshRefusal> = {
  refresh_superseded: BLACKLISTED,
  refresh_reused: BLACKLISTED,
  session_ended: BLACKLISTED,
  session_stale: BLACKLISTED,
  session_expired: NO_LONGER_REFRESHABLE,
  session_unknown: NO_LONGER_REFRESHABLE,
  token_invalid: UNAUTHENTICATED,
  client_mismatch: UNAUTHENTICATED,
  client_unknown: UNAUTHENTICATED,
  client_unproven: UNAUTHENTICATED,
  scope_exceeded: UNAUTHENTICATED, // no scope can be asked for here
  token_is_permanent: permanentToken('It cannot be refreshed; use it as it is until it expires or is revoked.'),
}

type SignOutRefusal = Extract<Awaited<ReturnType<SignOut>>, { ok: false }>['refusal']

export const SIGN_OUT_REFUSALS: RefusalTable<SignOutRefusal> = {
  token_invalid: UNAUTHENTICATED,
  client_mismatch: UNAUTHENTICATED,
  client_unknown: UNAUTHENTICATED,
  client_unproven: UNAUTHENTICATED,
  token_is_permanent: permanentToken('It belongs to no sign-in; it ends when it is revoked or expires.'),
}

/** Everything else, in the one-member shape that Laravel gives to an exception. */
export const TRANSPORT_ERRORS: TransportErrors = {
  ambiguous_request: () => ({ status: 400, body: { message: 'Bad Request' } }),
  bad_request: () => ({ status: 400, body: { message: 'Bad Request' } }),
  repeated_parameter: () => ({ status: 400, body: { message: 'Bad Request' } }),
  tls_required: () => ({ status: 403, body: { message: 'HTTPS is required.' } }),
  tenant_disabled: 'as_unknown',
  not_found: () => ({ status: 404, body: { message: 'Not Found' } }),
  method_not_allowed: () => ({ status: 405, body: { message: 'Method Not Allowed' } }),
  content_too_large: () => ({ status: 413, body: { message: 'Content Too Large' } }),
  unsupported_media_type: () => ({ status: 415, body: { message: 'Unsupported Media Type' } }),
  fault: (requestId) => ({ status: 500, body: { message: 'Server Error', requestId } }),
  unavailable: () => ({ status: 503, body: { message: 'Service Unavailable' } }),
}
