/** VPaaS on the wire: paths, shapes, words. Data only. The document says nothing of errors: README.md says what was chosen. */
import { Type } from 'typebox'
import type { DescribeUser, ExchangeCode, RefreshRefusal, StartLogin } from '../../use-cases/use-cases.ts'
import type { RefusalTable, TransportErrors, WireError } from '../wire-error.ts'

export const DOOR = 'vpaas'

export const PATHS = {
  login: '/user/api/v2/login',
  loginComplete: '/user/api/v2/login-complete',
  exchange: '/user/api/v2/exchange-auth-code',
  userInfo: '/user/api/v1',
  refresh: '/user/api/v2/refresh-platform-token',
} as const

/** Members that are not named here are passed over. `codeVerifier` is our addition (RFC 7636). */
export const ExchangeRequest = Type.Object(
  {
    authCode: Type.String({ description: 'The code with which the browser came back.' }),
    clientId: Type.String({ description: 'The application.' }),
    codeVerifier: Type.Optional(Type.String({ description: 'Where the login had a challenge: the text that it was made of.' })),
  },
  { title: 'ExchangeRequest', additionalProperties: true },
)

export const RefreshRequest = Type.Object(
  {
    clientId: Type.String({ description: 'The application.' }),
    refreshToken: Type.String({ description: 'The refresh token of the last answer.' }),
  },
  { title: 'RefreshRequest', additionalProperties: true },
)

/** In the order of the document's second example; the blanks in the keys of the first are slips of the page. */
export const TokenAnswer = Type.Object(
  {
    accessToken: Type.String({ description: 'For calls. Send it after `Bearer`. What is in it is for the server alone.' }),
    refreshToken: Type.String({ description: 'For the next tokens.' }),
    expiresIn: Type.Integer({ description: 'How long the access token is good, in seconds.' }),
    expiresAt: Type.String({ description: 'Until when: RFC 3339 in UTC with six digits of a second.' }),
    scope: Type.String({ description: 'The scopes, separated by blanks.' }),
  },
  { title: 'TokenAnswer' },
)

export const UserAnswer = Type.Object(
  {
    id: Type.String({ description: 'The account, the same for all applications.' }),
    anonymizedId: Type.String({ description: 'The account, another text for each application.' }),
    name: Type.String({ description: 'What the person is called.' }),
    email: Type.Union([Type.String(), Type.Null()], { description: 'The e-mail address, if there is one.' }),
    personalDataUrl: Type.String({ description: "The person's own page." }),
    flags: Type.Array(Type.String(), { description: 'What the account may use: its roles that are spelled as paths.' }),
  },
  { title: 'UserAnswer' },
)

function vpaasError(
  requestId: string,
  status: number,
  error: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): WireError {
  return { status, headers, body: { error, message, requestId } }
}

type Refused<Verb extends (...request: never[]) => Promise<unknown>> = Extract<Awaited<ReturnType<Verb>>, { ok: false }>['refusal']

/** One body for a key that is missing, wrong, revoked, or another application's. */
function unknownClient(requestId: string): WireError {
  const message = 'The API key is missing, is not valid, or belongs to another application than clientId.'
  return vpaasError(requestId, 401, 'invalid_api_key', message, { 'www-authenticate': 'Key realm="vpaas"' })
}

function invalidGrant(requestId: string, message: string): WireError {
  return vpaasError(requestId, 400, 'invalid_grant', message)
}

const CODE_REFUSED = 'The authCode is unknown, has expired, was used before, or does not go with this application, API key or codeVerifier.'
const REFRESH_REFUSED = 'The refreshToken is unknown, has expired, was revoked, was used before, or was given to another application.'

/** A body that lacks what its endpoint needs: told to an application that has proved itself. */
export function unreadable(requestId: string, members: string): WireError {
  return vpaasError(requestId, 400, 'invalid_request', `The body must be a JSON object with the texts ${members}.`)
}

export const EXCHANGE_MEMBERS = 'authCode and clientId, and codeVerifier only as a text'
export const REFRESH_MEMBERS = 'clientId and refreshToken'

export function missingClientId(requestId: string): WireError {
  return vpaasError(requestId, 400, 'invalid_request', 'The parameter clientId is missing.')
}

export function startLoginRefusals(requestId: string): RefusalTable<Refused<StartLogin>> {
  return {
    client_unknown: unknownClient(requestId),
    client_unproven: unknownClient(requestId),
    scope_exceeded: vpaasError(requestId, 400, 'invalid_scope', 'The application has not this scope.'),
    redirect_uri_unknown: vpaasError(requestId, 400, 'invalid_redirect_uri', 'The application has no such redirect URI.'),
    pkce_required: vpaasError(requestId, 400, 'invalid_request', 'The application must send a codeChallenge (RFC 7636, S256).'),
    code_challenge_invalid: vpaasError(
      requestId,
      400,
      'invalid_request',
      'The codeChallenge must be the SHA-256 of a verifier in base64url (RFC 7636, S256).',
    ),
  }
}

export function exchangeRefusals(requestId: string): RefusalTable<Refused<ExchangeCode>> {
  return {
    client_unknown: unknownClient(requestId),
    client_unproven: unknownClient(requestId),
    code_refused: invalidGrant(requestId, CODE_REFUSED),
    code_reused: invalidGrant(requestId, CODE_REFUSED),
  }
}

export function refreshRefusals(requestId: string): RefusalTable<RefreshRefusal> {
  const refused = invalidGrant(requestId, REFRESH_REFUSED)
  return {
    client_unknown: unknownClient(requestId),
    client_unproven: unknownClient(requestId),
    token_invalid: refused,
    token_is_permanent: refused,
    client_mismatch: refused,
    session_unknown: refused,
    session_ended: refused,
    session_stale: refused,
    session_expired: refused,
    refresh_superseded: refused,
    refresh_reused: refused,
    scope_exceeded: refused, // no scope can be asked for here
  }
}

/** RFC 6750, section 3. */
function invalidToken(requestId: string): WireError {
  const message = 'The access token is missing, is not valid, or has expired.'
  return vpaasError(requestId, 401, 'invalid_token', message, { 'www-authenticate': 'Bearer realm="vpaas", error="invalid_token"' })
}

export function userRefusals(requestId: string): RefusalTable<Refused<DescribeUser>> {
  return {
    client_unknown: unknownClient(requestId),
    client_unproven: unknownClient(requestId),
    token_invalid: invalidToken(requestId),
  }
}

export const TRANSPORT_ERRORS: TransportErrors = {
  ambiguous_request: (id) => vpaasError(id, 400, 'invalid_request', 'A header is missing or was sent twice.'),
  bad_request: (id) => vpaasError(id, 400, 'invalid_request', 'The request cannot be read.'),
  repeated_parameter: (id) => vpaasError(id, 400, 'invalid_request', 'A parameter was sent twice.'),
  tls_required: (id) => vpaasError(id, 403, 'https_required', 'This server is called by https.'),
  tenant_disabled: 'as_unknown',
  not_found: (id) => vpaasError(id, 404, 'not_found', 'There is nothing here.'),
  method_not_allowed: (id) => vpaasError(id, 405, 'method_not_allowed', 'This method is not answered here.'),
  content_too_large: (id) => vpaasError(id, 413, 'content_too_large', 'The body is too large.'),
  unsupported_media_type: (id) => vpaasError(id, 415, 'unsupported_media_type', 'The body must be application/json.'),
  fault: (id) => vpaasError(id, 500, 'server_error', 'Something went wrong on our side.'),
  unavailable: (id) => vpaasError(id, 503, 'unavailable', 'Ask again later.'),
}
