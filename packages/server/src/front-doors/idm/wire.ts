/** The IDM on the wire: paths, parameters, words. Data only. */
import { LANGUAGES } from '../../pages/page.ts'
import type { ExchangeCode, RefreshRefusal } from '../../use-cases/use-cases.ts'
import type { UnreadableFormClient } from '../form-client.ts'
import type { RefusalTable, TransportErrors, WireError } from '../wire-error.ts'

export const DOOR = 'idm'

export const PATHS = {
  authorize: '/oauth2/auth',
  tokens: '/oauth2/tokens',
  account: '/account',
  signOut: '/account/sign-out',
  endSession: '/account/end-session',
  endApplication: '/account/end-application',
  activity: '/account/activity',
  password: '/account/password',
  number: '/account/number',
  numberCode: '/account/number/code',
  exportData: '/account/export',
  leave: '/account/delete',
  keep: '/account/keep',
  register: '/register',
  registerCode: '/register/code',
  recover: '/recover',
  recoverCode: '/recover/code',
  metadata: '/.well-known/oauth-authorization-server',
} as const

/** Of an authorization request (RFC 6749, section 4.1.1; OpenID Connect Core 1.0, section 3.1.2.1). `display`, `claims` and `nonce` change nothing here. */
export const AUTHORIZATION_PARAMETERS = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
  'prompt',
  'login_hint',
  'max_age',
  'ui_locales',
] as const

/** A route that reads forms alone. */
export const FORM = { config: { bodies: 'form' } } as const

/** As long as a page may stay open. */
export const SIGN_IN_COOKIE_SECONDS = 600

/** Holds what a code is bound to, as long as the code is good. */
export const CODE_COOKIE = { name: '__Host-code', maxAgeSeconds: 600 } as const

/** A browser saves the file and shows it nowhere. */
export const OWN_DATA_HEADERS = {
  'content-type': 'application/json',
  'content-disposition': 'attachment; filename="account.json"',
  'x-content-type-options': 'nosniff',
} as const

export const METADATA_CACHE_CONTROL = 'public, max-age=300'

/** The cookie of a browser's session. Tenants of one host have each their own. */
export function sessionCookieName(tenantName: string): string {
  return `__Host-session-${tenantName}`
}

/** The cookie that a browser is known by. Tenants of one host have each their own. */
export function deviceCookieName(tenantName: string): string {
  return `__Host-device-${tenantName}`
}

/** An error of RFC 6749, section 5.2. */
function oauthError(status: number, error: string, description: string, headers: Readonly<Record<string, string>> = {}): WireError {
  return { status, headers, body: { error, error_description: description } }
}

const CHALLENGE = { 'www-authenticate': 'Basic realm="idm"' }
const UNKNOWN_CLIENT = oauthError(401, 'invalid_client', 'the application is not known, or has not proved itself', CHALLENGE)

export const UNREADABLE_CLIENTS: Readonly<Record<UnreadableFormClient, WireError>> = {
  client_missing: oauthError(400, 'invalid_request', 'client_id is missing'),
  client_unreadable: UNKNOWN_CLIENT,
}

export const MISSING_GRANT_TYPE = oauthError(400, 'invalid_request', 'grant_type is missing')
export const UNSUPPORTED_GRANT_TYPE = oauthError(400, 'unsupported_grant_type', 'grant_type must be authorization_code or refresh_token')

export function missing(parameter: string): WireError {
  return oauthError(400, 'invalid_request', `${parameter} is missing`)
}

type Refused<Verb extends (...request: never[]) => Promise<unknown>> = Extract<Awaited<ReturnType<Verb>>, { ok: false }>['refusal']

const CODE_REFUSED = oauthError(
  400,
  'invalid_grant',
  'the code is unknown, expired, used before, or does not go with this client_id, redirect_uri or code_verifier',
)

export const EXCHANGE_REFUSALS: RefusalTable<Refused<ExchangeCode>> = {
  client_unknown: UNKNOWN_CLIENT,
  client_unproven: UNKNOWN_CLIENT,
  code_refused: CODE_REFUSED,
  code_reused: CODE_REFUSED,
}

const REFRESH_REFUSED = oauthError(
  400,
  'invalid_grant',
  'the refresh token is unknown, expired, revoked, used before, or was given to another application',
)

export const REFRESH_REFUSALS: RefusalTable<RefreshRefusal> = {
  client_unknown: UNKNOWN_CLIENT,
  client_unproven: UNKNOWN_CLIENT,
  token_invalid: REFRESH_REFUSED,
  token_is_permanent: REFRESH_REFUSED,
  client_mismatch: REFRESH_REFUSED,
  session_unknown: REFRESH_REFUSED,
  session_ended: REFRESH_REFUSED,
  session_stale: REFRESH_REFUSED,
  session_expired: REFRESH_REFUSED,
  refresh_superseded: REFRESH_REFUSED,
  refresh_reused: REFRESH_REFUSED,
  scope_exceeded: oauthError(400, 'invalid_scope', 'the application has not all of these scopes'),
}

export const TRANSPORT_ERRORS: TransportErrors = {
  ambiguous_request: () => oauthError(400, 'invalid_request', 'a header is missing or was sent twice'),
  bad_request: () => oauthError(400, 'invalid_request', 'the request cannot be read'),
  repeated_parameter: () => oauthError(400, 'invalid_request', 'a parameter was sent twice'),
  tls_required: () => oauthError(403, 'invalid_request', 'this server is called by https'),
  tenant_disabled: 'as_unknown',
  not_found: () => oauthError(404, 'not_found', 'there is nothing here'),
  method_not_allowed: () => oauthError(405, 'invalid_request', 'this method is not answered here'),
  content_too_large: () => oauthError(413, 'invalid_request', 'the body is too large'),
  unsupported_media_type: () => oauthError(415, 'invalid_request', 'the body must be application/x-www-form-urlencoded'),
  fault: (requestId) => oauthError(500, 'server_error', `request ${requestId}`),
  unavailable: () => oauthError(503, 'temporarily_unavailable', 'ask again later'),
}

/** RFC 8414, section 2; RFC 9207, section 3. @param issuer without a trailing slash */
export function describeServer(issuer: string, checking: { readonly introspect: string; readonly jwks: string }) {
  return {
    issuer,
    authorization_endpoint: issuer + PATHS.authorize,
    token_endpoint: issuer + PATHS.tokens,
    jwks_uri: issuer + checking.jwks,
    introspection_endpoint: issuer + checking.introspect,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    authorization_response_iss_parameter_supported: true,
    ui_locales_supported: LANGUAGES,
    service_documentation: 'https://developer.telekom.com/idm-token',
  }
}
