/** Introspection, `/verify` and public keys on the wire. Data only. */
import { Type } from 'typebox'
import type { AuthorizeCall, IntrospectToken } from '../../use-cases/use-cases.ts'
import type { UnreadableClient } from '../client-credentials.ts'
import { NO_STORE } from '../no-store.ts'
import type { RefusalTable, TransportErrors, WireError } from '../wire-error.ts'

export const PATHS = { introspect: '/oauth2/introspect', verify: '/verify', jwks: '/.well-known/jwks.json', keys: '/keys' } as const

/** RFC 7662, section 2.1. `token_type_hint` is passed over, as that section allows. */
export const IntrospectionRequest = Type.Object(
  { token: Type.String({ minLength: 1, description: 'The token to be checked.' }) },
  { title: 'IntrospectionRequest', additionalProperties: true },
)

/** RFC 7662, section 2.2. Members after `active` only where it is true. */
export const IntrospectionAnswer = Type.Object(
  {
    active: Type.Boolean({ description: 'Whether the token is good now. If it is not, this is the only member.' }),
    scope: Type.Optional(Type.String({ description: 'Its scopes, separated by blanks.' })),
    client_id: Type.Optional(Type.String({ description: 'The application that got it.' })),
    token_type: Type.Optional(Type.Literal('Bearer')),
    exp: Type.Optional(Type.Integer({ description: 'When it ends, in seconds since 1970.' })),
    iat: Type.Optional(Type.Integer({ description: 'When it was made, in seconds since 1970.' })),
    nbf: Type.Optional(Type.Integer({ description: 'From when on it is good, in seconds since 1970.' })),
    sub: Type.Optional(Type.String({ description: 'The account.' })),
    aud: Type.Optional(Type.Array(Type.String(), { description: 'Whom it is for.' })),
    iss: Type.Optional(Type.String({ description: 'Who made it.' })),
    jti: Type.Optional(Type.String({ description: 'Its own id.' })),
    sid: Type.Optional(Type.String({ description: 'The session that it belongs to.' })),
    /** RFC 8693, section 4.1. */
    act: Type.Optional(Type.Object({ sub: Type.String() }, { description: 'The account that acts for `sub`.' })),
  },
  { title: 'IntrospectionAnswer' },
)

export const INACTIVE = { active: false } as const

/** How long a gateway may go by an answer of `/verify`. */
export const MAX_VERIFY_CACHE_SECONDS = 30
/** A key is published ten minutes before it signs; whoever keeps this list for less has every key in time. */
export const KEYS_CACHE_CONTROL = 'public, max-age=300'

const REALM = 'realm="api"'

function oauthError(status: number, error: string, description: string, headers: Readonly<Record<string, string>> = {}): WireError {
  return { status, headers, body: { error, error_description: description } }
}

const CLIENT_REFUSED = oauthError(401, 'invalid_client', 'The application is unknown, or its secret or API key is wrong.', {
  'www-authenticate': `Basic ${REALM}, charset="UTF-8"`,
})

export const UNREADABLE_CLIENTS: RefusalTable<UnreadableClient> = {
  client_missing: CLIENT_REFUSED,
  client_unreadable: CLIENT_REFUSED,
  client_named_twice: oauthError(400, 'invalid_request', 'Authorization and apikey are two ways to name an application. Send one.'),
}

type Refused<Verb extends (...request: never[]) => Promise<unknown>> = Extract<Awaited<ReturnType<Verb>>, { ok: false }>['refusal']

export const INTROSPECTION_REFUSALS: RefusalTable<Refused<IntrospectToken>> = {
  client_unknown: CLIENT_REFUSED,
  client_unproven: CLIENT_REFUSED,
  checking_not_allowed: oauthError(403, 'access_denied', 'This application may not ask about tokens.'),
}

/** In the shape of RFC 6749, section 5.2. */
export const TRANSPORT_ERRORS: TransportErrors = {
  ambiguous_request: () => oauthError(400, 'invalid_request', 'A header was sent twice.'),
  bad_request: () => oauthError(400, 'invalid_request', 'The request is malformed, or a parameter is missing or repeated.'),
  repeated_parameter: () => oauthError(400, 'invalid_request', 'The request is malformed, or a parameter is missing or repeated.'),
  tls_required: () => oauthError(403, 'invalid_request', 'HTTPS is required.'),
  tenant_disabled: 'as_unknown',
  not_found: () => oauthError(404, 'not_found', 'There is nothing here.'),
  method_not_allowed: () => oauthError(405, 'invalid_request', 'This method is not answered here.'),
  content_too_large: () => oauthError(413, 'invalid_request', 'The body is too large.'),
  unsupported_media_type: () => oauthError(415, 'invalid_request', 'Send application/x-www-form-urlencoded.'),
  fault: (requestId) => ({ status: 500, body: { error: 'server_error', requestId } }),
  unavailable: () => oauthError(503, 'temporarily_unavailable', 'Ask again later.'),
}

/** A refusal of `/verify`: no body, and nothing that a gateway may keep. The challenge is that of RFC 6750, section 3. */
function denied(status: 401 | 403, error?: string, scope?: string): WireError {
  const challenge = [REALM, ...(error === undefined ? [] : [`error="${error}"`]), ...(scope === undefined ? [] : [`scope="${scope}"`])]
  return { status, headers: { 'x-accel-expires': '0', ...NO_STORE, 'www-authenticate': `Bearer ${challenge.join(', ')}` } }
}

/** Without an error code, because there was nothing to find an error in (RFC 6750, section 3.1). */
export const VERIFY_NO_TOKEN = denied(401)
/** A question that cannot be understood opens nothing. */
export const VERIFY_BAD_QUESTION = denied(403, 'invalid_request')

/** @param scope as asked; a malformed one never gets into a header */
export function verifyRefusals(scope: string): RefusalTable<Refused<AuthorizeCall>> {
  return {
    token_invalid: denied(401, 'invalid_token'),
    scope_insufficient: () => denied(403, 'insufficient_scope', scope),
    scope_malformed: VERIFY_BAD_QUESTION,
  }
}

const UNDECIDED = denied(403)

/** `/verify` answers 200, 401 or 403 and nothing else: nginx makes a 500 of every other status. */
export const VERIFY_TRANSPORT_ERRORS: TransportErrors = {
  ambiguous_request: () => denied(401, 'invalid_request'),
  bad_request: () => UNDECIDED,
  repeated_parameter: () => UNDECIDED,
  tls_required: () => UNDECIDED,
  tenant_disabled: 'as_unknown',
  not_found: () => UNDECIDED,
  method_not_allowed: () => UNDECIDED,
  content_too_large: () => UNDECIDED,
  unsupported_media_type: () => UNDECIDED,
  fault: () => UNDECIDED,
  unavailable: () => UNDECIDED,
}
