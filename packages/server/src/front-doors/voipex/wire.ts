/** VOIPEX and Keycloak on the wire: paths, shapes, words. Data only. Where VOIPEX's document is silent the words are Keycloak's. */
import { Type } from 'typebox'
import type {
  DescribeCaller,
  Impersonate,
  IntrospectToken,
  RefreshRefusal,
  RevokeToken,
  SignInRefusal,
  SignOut,
} from '../../use-cases/use-cases.ts'
import type { UnreadableFormClient } from '../form-client.ts'
import { NO_STORE } from '../no-store.ts'
import type { RefusalTable, TransportErrors, WireError } from '../wire-error.ts'

export const PATHS = {
  token: '/token',
  tokenExchange: '/token-exchange',
  protocol: '/realms/:realm/protocol/openid-connect',
  discovery: '/realms/:realm/.well-known/openid-configuration',
} as const

export const ExchangeRequest = Type.Object(
  { email: Type.String({ minLength: 1, description: 'The e-mail address of the account.' }) },
  { title: 'ExchangeRequest', additionalProperties: true },
)

/** What Keycloak 20 was seen to send beside `nosniff` and, where it serves https, `Strict-Transport-Security`. */
export const KEYCLOAK_HEADERS = {
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'SAMEORIGIN',
  'x-xss-protection': '1; mode=block',
} as const

/** What Keycloak lets a page send. Seconds in `max-age`. */
export const PREFLIGHT_HEADERS = {
  'access-control-allow-headers':
    'Origin, Accept, X-Requested-With, Content-Type, Access-Control-Request-Method, Access-Control-Request-Headers, Authorization',
  'access-control-max-age': '3600',
} as const

/** An error of RFC 6749, section 5.2. */
function keycloakError(status: number, error: string, description: string, headers: Readonly<Record<string, string>> = {}): WireError {
  return { status, headers, body: { error, error_description: description } }
}

const UNKNOWN_CLIENT = keycloakError(401, 'invalid_client', 'Invalid client or Invalid client credentials')
const UNPROVEN_CLIENT = keycloakError(401, 'unauthorized_client', 'Invalid client or Invalid client credentials')

export const MISSING_GRANT_TYPE = keycloakError(400, 'invalid_request', 'Missing form parameter: grant_type')
export const UNSUPPORTED_GRANT_TYPE = keycloakError(400, 'unsupported_grant_type', 'Unsupported grant_type')
export const MISSING_USERNAME = keycloakError(401, 'invalid_request', 'Missing parameter: username')
const MISSING_REFRESH_TOKEN = keycloakError(400, 'invalid_request', 'No refresh token')
const NOTHING_TO_REVOKE = keycloakError(400, 'invalid_request', 'Token not provided')
const UNSUPPORTED_TOKEN_TYPE = keycloakError(400, 'unsupported_token_type', 'Unsupported token type')
export const MISSING_EMAIL = keycloakError(400, 'invalid_request', 'Missing parameter: email')

export const UNREADABLE_CLIENTS: Readonly<Record<UnreadableFormClient, WireError>> = {
  client_missing: keycloakError(400, 'invalid_client', 'Missing client_id parameter'),
  client_unreadable: UNKNOWN_CLIENT,
}

/** An asked scope is repeated in the answer, up to this length. */
const MAX_ECHO_CHARACTERS = 200

/** An `error_description` has these characters and no others (RFC 6749, section 5.2). */
function invalidScopes(asked: string): WireError {
  const echo = asked.slice(0, MAX_ECHO_CHARACTERS).replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?')
  return keycloakError(400, 'invalid_scope', `Invalid scopes: ${echo}`)
}

/** @param badPasswordStatus 401 up to Keycloak 26.5, 400 later @param askedScope as it was sent */
export function signInRefusals(badPasswordStatus: 400 | 401, askedScope: string): RefusalTable<SignInRefusal> {
  const badPassword = keycloakError(badPasswordStatus, 'invalid_grant', 'Invalid user credentials')
  return {
    client_unknown: UNKNOWN_CLIENT,
    client_unproven: UNPROVEN_CLIENT,
    password_grant_off: keycloakError(400, 'unauthorized_client', 'Client not allowed for direct access grants'),
    scope_exceeded: invalidScopes(askedScope),
    credentials_wrong: badPassword,
    account_disabled: keycloakError(400, 'invalid_grant', 'Account disabled'),
    throttled: ({ retryAfterSeconds }) => ({ ...badPassword, status: 429, headers: { 'retry-after': String(retryAfterSeconds) } }),
  }
}

/** @param refreshToken as it was sent; empty: none was */
function unreadableRefreshToken(refreshToken: string): WireError {
  return refreshToken === '' ? MISSING_REFRESH_TOKEN : INVALID_REFRESH_TOKEN
}

const INVALID_REFRESH_TOKEN = keycloakError(400, 'invalid_grant', 'Invalid refresh token')
const SESSION_NOT_ACTIVE = keycloakError(400, 'invalid_grant', 'Session not active')
const REUSED = keycloakError(400, 'invalid_grant', 'Maximum allowed refresh token reuse exceeded')
const FOREIGN_REFRESH_TOKEN = keycloakError(400, 'invalid_grant', "Invalid refresh token. Token client and authorized client don't match")

export function refreshRefusals(askedScope: string, refreshToken: string): RefusalTable<RefreshRefusal> {
  return {
    client_unknown: UNKNOWN_CLIENT,
    client_unproven: UNPROVEN_CLIENT,
    token_invalid: unreadableRefreshToken(refreshToken),
    token_is_permanent: INVALID_REFRESH_TOKEN,
    client_mismatch: FOREIGN_REFRESH_TOKEN,
    session_expired: keycloakError(400, 'invalid_grant', 'Token is not active'),
    session_unknown: SESSION_NOT_ACTIVE,
    session_ended: SESSION_NOT_ACTIVE,
    session_stale: SESSION_NOT_ACTIVE,
    refresh_superseded: REUSED,
    refresh_reused: REUSED,
    scope_exceeded: invalidScopes(askedScope),
  }
}

type Refused<Verb extends (...request: never[]) => Promise<unknown>> = Extract<Awaited<ReturnType<Verb>>, { ok: false }>['refusal']

export function signOutRefusals(refreshToken: string): RefusalTable<Refused<SignOut>> {
  return {
    client_unknown: UNKNOWN_CLIENT,
    client_unproven: UNPROVEN_CLIENT,
    token_invalid: unreadableRefreshToken(refreshToken),
    token_is_permanent: INVALID_REFRESH_TOKEN,
    client_mismatch: FOREIGN_REFRESH_TOKEN,
  }
}

/** A token that is none is not worth an error status (RFC 7009, section 2.2); Keycloak says so in the body. */
const NO_TOKEN_OF_OURS = keycloakError(200, 'invalid_token', 'Invalid token')

/** What `token_type_hint` may say: RFC 7009, section 2.1, and Keycloak's name for a token of its permissions. */
export const TOKEN_TYPES: ReadonlySet<string> = new Set(['access_token', 'refresh_token', 'requesting_party_token'])

/** @param token as it was sent */
export function revocationRefusals(token: string): RefusalTable<Refused<RevokeToken>> {
  return {
    client_unknown: UNKNOWN_CLIENT,
    client_unproven: UNPROVEN_CLIENT,
    token_invalid: token === '' ? NOTHING_TO_REVOKE : NO_TOKEN_OF_OURS,
    token_is_permanent: UNSUPPORTED_TOKEN_TYPE,
    client_mismatch: keycloakError(400, 'invalid_request', 'Unmatching clients'),
  }
}

export const INACTIVE = { active: false } as const
export const NOTHING_TO_INTROSPECT = keycloakError(400, 'invalid_request', 'Token not provided.')
export const UNSUPPORTED_HINT = keycloakError(400, 'invalid_request', 'Unsupported token type.')
export const ASKER_UNKNOWN = keycloakError(401, 'invalid_request', 'Authentication failed.')

export const INTROSPECTION_REFUSALS: RefusalTable<Refused<IntrospectToken>> = {
  client_unknown: ASKER_UNKNOWN,
  client_unproven: ASKER_UNKNOWN,
  checking_not_allowed: keycloakError(403, 'invalid_request', 'Client not allowed.'),
}

/** RFC 6750, section 3. */
function bearerError(realm: string, error: string, description: string): WireError {
  const challenge = `Bearer realm="${realm}", error="${error}", error_description="${description}"`
  return keycloakError(401, error, description, { 'www-authenticate': challenge })
}

/** The challenge has no error code, because there was nothing to find an error in (RFC 6750, section 3.1). @param realm name of the tenant */
export function noBearer(realm: string): WireError {
  return keycloakError(401, 'invalid_request', 'Token not provided', { 'www-authenticate': `Bearer realm="${realm}"` })
}

export const TWO_TOKENS = keycloakError(400, 'invalid_request', 'More than one method used for including an access token')

/** @param realm name of the tenant */
export function userinfoRefusals(realm: string): RefusalTable<Refused<DescribeCaller>> {
  return {
    token_invalid: bearerError(realm, 'invalid_token', 'Token verification failed'),
    session_ended: bearerError(realm, 'invalid_request', "User session not found or doesn't have client attached on it"),
    session_expired: bearerError(realm, 'invalid_token', 'Session expired'),
    session_stale: bearerError(realm, 'invalid_token', 'Stale token'),
  }
}

/** VOIPEX's document shows the request alone; the words are ours. @param realm name of the tenant */
export function exchangeRefusals(realm: string): RefusalTable<Refused<Impersonate>> {
  return {
    token_invalid: bearerError(realm, 'invalid_token', 'Token verification failed'),
    impersonation_not_allowed: keycloakError(403, 'access_denied', 'Impersonation is not allowed for this account'),
    account_not_found: keycloakError(404, 'not_found', 'User not found'),
    throttled: ({ retryAfterSeconds }) =>
      keycloakError(429, 'slow_down', 'Too many requests', { 'retry-after': String(retryAfterSeconds) }),
  }
}

export const UNKNOWN_REALM: WireError = { status: 404, headers: NO_STORE, body: { error: 'Realm does not exist' } }

const WITH_HEADERS = { ...KEYCLOAK_HEADERS, ...NO_STORE }

export const TRANSPORT_ERRORS: TransportErrors = {
  ambiguous_request: () => keycloakError(400, 'invalid_request', 'A header is missing or was sent twice', WITH_HEADERS),
  bad_request: () => keycloakError(400, 'invalid_request', 'The request cannot be read', WITH_HEADERS),
  repeated_parameter: () => keycloakError(400, 'invalid_request', 'duplicated parameter', WITH_HEADERS),
  tls_required: () => keycloakError(403, 'invalid_request', 'HTTPS required', WITH_HEADERS),
  tenant_disabled: () => keycloakError(403, 'access_denied', 'Realm not enabled', WITH_HEADERS),
  not_found: () => ({ status: 404, headers: WITH_HEADERS, body: { error: 'HTTP 404 Not Found' } }),
  method_not_allowed: () => ({ status: 405, headers: WITH_HEADERS, body: { error: 'HTTP 405 Method Not Allowed' } }),
  content_too_large: () => keycloakError(413, 'invalid_request', 'The body is too large', WITH_HEADERS),
  unsupported_media_type: () => ({ status: 415, headers: WITH_HEADERS, body: { error: 'HTTP 415 Unsupported Media Type' } }),
  fault: (requestId) => ({
    status: 500,
    headers: WITH_HEADERS,
    body: { error: 'unknown_error', error_description: `Request ${requestId}` },
  }),
  unavailable: () => keycloakError(503, 'temporarily_unavailable', 'Ask again later', WITH_HEADERS),
}
