/** VOIPEX and the realm, described. */
import { Type } from 'typebox'
import { CHALLENGE, form, json, KEPT, PublicKeys, RETRY_AFTER, text } from '../describing.ts'
import type { Answer, Operation, Parameter } from '../operation.ts'
import { ExchangeRequest, PATHS } from './wire.ts'

export const ABOUT =
  'A program signs in with the name and the password of an account and gets an access token and a refresh token. The server behind the platform is a Keycloak, so that programs written for a realm of Keycloak find their paths here too, below `/realms/` and the name of the tenant.'

const KeycloakError = Type.Object(
  { error: text('A word that programs can compare.'), error_description: Type.Optional(text('A sentence for people.')) },
  { title: 'KeycloakError' },
)

const TokenAnswer = Type.Object(
  {
    access_token: text('For calls. Send it after `Bearer`.'),
    expires_in: Type.Integer({ description: 'How long the access token is good, in seconds.' }),
    refresh_expires_in: Type.Integer({ description: 'How long the refresh token is good, in seconds.' }),
    refresh_token: Type.Optional(text('For the next tokens.')),
    token_type: Type.Literal('Bearer'),
    id_token: Type.Optional(text('Who signed in, as a signed token. There is one only if `openid` was asked for.')),
    'not-before-policy': Type.Integer({
      description: 'Tokens made before this second since 1970 are not good; 0: there is no such second.',
    }),
    session_state: text('The session.'),
    scope: text('The scopes, separated by blanks.'),
  },
  { title: 'TokenAnswer' },
)

const CLIENT = {
  client_id: Type.Optional(text('The application, unless HTTP Basic names it.')),
  client_secret: Type.Optional(text('Proves a confidential application, unless HTTP Basic does.')),
}

/** Parameters that are not named are passed over. */
const OPEN = { additionalProperties: true } as const

const PasswordGrant = Type.Object(
  {
    grant_type: Type.Literal('password'),
    username: text('An e-mail address or a login id.'),
    password: text('The password.'),
    scope: Type.Optional(text('Scopes that the application has, separated by blanks; `openid` for an id token.')),
    ...CLIENT,
  },
  { title: 'PasswordGrant', ...OPEN },
)

const RefreshGrant = Type.Object(
  {
    grant_type: Type.Literal('refresh_token'),
    refresh_token: text('The refresh token of the last answer, or the first: Keycloak’s programs keep that.'),
    scope: Type.Optional(text('Fewer scopes than the session has.')),
    ...CLIENT,
  },
  { title: 'RefreshGrant', ...OPEN },
)

const TokenForm = Type.Object(
  { token: text('The token.'), token_type_hint: Type.Optional(text('What it is; passed over.')), ...CLIENT },
  { title: 'TokenForm', ...OPEN },
)

const LogoutForm = Type.Object({ refresh_token: text('The refresh token of the session.'), ...CLIENT }, { title: 'LogoutForm', ...OPEN })

const AccessTokenForm = Type.Object(
  { access_token: Type.Optional(text('The access token, if `Authorization` does not hold it (RFC 6750, section 2.2).')) },
  { title: 'AccessTokenForm', ...OPEN },
)

const Userinfo = Type.Object(
  {
    sub: text('The account.'),
    email_verified: Type.Optional(Type.Boolean({ description: 'Only with the scope `email`.' })),
    name: Type.Optional(text('What the person is called. Only with the scope `profile`.')),
    preferred_username: Type.Optional(text('The first login name. Only with the scope `profile`.')),
    email: Type.Optional(text('The e-mail address. Only with the scope `email`.')),
  },
  { title: 'Userinfo' },
)

const IntrospectionAnswer = Type.Object(
  { active: Type.Boolean({ description: 'Whether the token is good now. If it is, the other members are what it says.' }) },
  { title: 'IntrospectionAnswer', ...OPEN },
)

const RealmDescription = Type.Object(
  {
    issuer: text('The address of the realm: the `iss` of its tokens.'),
    token_endpoint: Type.String(),
    introspection_endpoint: Type.String(),
    userinfo_endpoint: Type.String(),
    end_session_endpoint: Type.String(),
    jwks_uri: Type.String(),
    revocation_endpoint: Type.String(),
    grant_types_supported: Type.Array(Type.String()),
    response_types_supported: Type.Array(Type.String()),
    subject_types_supported: Type.Array(Type.String()),
    id_token_signing_alg_values_supported: Type.Array(Type.String()),
    token_endpoint_auth_methods_supported: Type.Array(Type.String()),
    introspection_endpoint_auth_methods_supported: Type.Array(Type.String()),
    revocation_endpoint_auth_methods_supported: Type.Array(Type.String()),
    scopes_supported: Type.Array(Type.String()),
    claims_supported: Type.Array(Type.String()),
    claim_types_supported: Type.Array(Type.String()),
  },
  { title: 'RealmDescription' },
)

const ERRORS = json(KeycloakError)
const REALM: readonly Parameter[] = [
  {
    in: 'path',
    name: 'realm',
    description: 'The name of the tenant.',
    isRequired: true,
    schema: Type.Enum(['{{tenant}}']), // filled in when the document is answered
  },
]
const UNKNOWN_REALM: Answer = { description: 'There is no such realm.', content: ERRORS }
/** How an application is named: by HTTP Basic, or in the form. */
const BY_CLIENT = [['basic'], []] as const

const TOKEN: Omit<Operation, 'id' | 'path'> = {
  method: 'POST',
  summary: 'Sign in, or refresh tokens',
  description:
    'With `grant_type=password` a name and a password become tokens, with `grant_type=refresh_token` a refresh token becomes the next tokens. The application must be allowed to send passwords under its own name.',
  credentials: BY_CLIENT,
  body: { content: form(Type.Union([PasswordGrant, RefreshGrant])), isRequired: true },
  answers: {
    200: { description: 'The tokens.', content: json(TokenAnswer) },
    400: {
      description:
        '`invalid_request`: something is missing. `unsupported_grant_type`. `invalid_grant`: the account is disabled, or the refresh token is not good. `invalid_scope`. `unauthorized_client`: the application may not send passwords.',
      content: ERRORS,
    },
    401: {
      description:
        '`invalid_grant`: the name or the password is wrong. `invalid_client`, `unauthorized_client`: the application is not known, or has not proved itself.',
      content: ERRORS,
    },
    429: { description: 'Too many attempts.', content: ERRORS, headers: RETRY_AFTER },
  },
  errors: ERRORS,
}

const exchange: Operation = {
  id: 'voipex-exchange-token',
  method: 'POST',
  path: PATHS.tokenExchange,
  summary: 'Get tokens of another account',
  description:
    'For an account that may impersonate others of its organisation, with its access token. The tokens say who acts; ending the session of that one ends them too.',
  credentials: [['bearer']],
  body: { content: json(ExchangeRequest), isRequired: true },
  answers: {
    200: { description: 'The tokens.', content: json(TokenAnswer) },
    400: { description: 'The e-mail address is missing.', content: ERRORS },
    401: { description: 'The access token is missing or not good.', content: ERRORS, headers: CHALLENGE },
    403: { description: 'The account may not do that.', content: ERRORS },
    404: { description: 'There is nobody of that e-mail address in the organisation.', content: ERRORS },
    429: { description: 'Too many requests.', content: ERRORS, headers: RETRY_AFTER },
  },
  errors: ERRORS,
}

const UNPROVEN: Answer = { description: 'The application is not known, or has not proved itself.', content: ERRORS }

const logout: Operation = {
  id: 'voipex-sign-out',
  method: 'POST',
  path: `${PATHS.protocol}/logout`,
  summary: 'Sign out',
  description: 'Ends the session of a refresh token, one that has expired too.',
  credentials: BY_CLIENT,
  parameters: REALM,
  body: { content: form(LogoutForm), isRequired: true },
  answers: {
    204: { description: 'Signed out, now or before.' },
    400: { description: 'The refresh token is missing, not ours, or another application’s.', content: ERRORS },
    401: UNPROVEN,
    404: UNKNOWN_REALM,
  },
  errors: ERRORS,
}

const revoke: Operation = {
  id: 'voipex-revoke-token',
  method: 'POST',
  path: `${PATHS.protocol}/revoke`,
  summary: 'Revoke a token',
  description: 'Ends the session of a refresh token, or one access token (RFC 7009).',
  credentials: BY_CLIENT,
  parameters: REALM,
  body: { content: form(TokenForm), isRequired: true },
  answers: {
    200: {
      description: 'Revoked: no body. Of a token that is none of ours the body says so, which is no error.',
      content: ERRORS,
      isSometimesEmpty: true,
    },
    400: { description: 'The token is missing, permanent, or another application’s.', content: ERRORS },
    401: UNPROVEN,
    404: UNKNOWN_REALM,
  },
  errors: ERRORS,
}

const introspect: Operation = {
  id: 'voipex-introspect',
  method: 'POST',
  path: `${PATHS.protocol}/token/introspect`,
  summary: 'Ask about a token',
  description:
    'Token introspection (RFC 7662), for an application that may ask. A good token is repeated as it is, and its application and its user are named.',
  credentials: BY_CLIENT,
  parameters: REALM,
  body: { content: form(TokenForm), isRequired: true },
  answers: {
    200: { description: 'What there is to say of the token.', content: json(IntrospectionAnswer) },
    400: { description: 'The token is missing, or the hint names no kind of token.', content: ERRORS },
    401: UNPROVEN,
    403: { description: 'The application may not ask about tokens.', content: ERRORS },
    404: UNKNOWN_REALM,
  },
  errors: ERRORS,
}

const USERINFO: Omit<Operation, 'id' | 'method'> = {
  path: `${PATHS.protocol}/userinfo`,
  summary: 'Ask who the user is',
  description: 'What the scopes of the access token let it say of the account, as the account is now.',
  parameters: REALM,
  answers: {
    200: { description: 'The user.', content: json(Userinfo) },
    400: { description: 'The token was sent in two ways.', content: ERRORS },
    401: { description: 'The access token is missing or not good.', content: ERRORS, headers: CHALLENGE },
    404: UNKNOWN_REALM,
  },
  errors: ERRORS,
}

const certs: Operation = {
  id: 'voipex-list-keys',
  method: 'GET',
  path: `${PATHS.protocol}/certs`,
  summary: 'Get the public keys',
  description: 'The keys that the tokens of this door verify with, and no others. The page of any origin may read them.',
  parameters: REALM,
  answers: {
    200: { description: 'The keys. They may be kept for five minutes.', content: json(PublicKeys), headers: KEPT },
    404: UNKNOWN_REALM,
  },
  errors: ERRORS,
}

const discovery: Operation = {
  id: 'voipex-describe-realm',
  method: 'GET',
  path: PATHS.discovery,
  summary: 'Get the addresses',
  description: "What Keycloak's clients read first (OpenID Connect Discovery 1.0). The page of any origin may read it.",
  parameters: REALM,
  answers: {
    200: { description: 'The addresses. They may be kept for five minutes.', content: json(RealmDescription), headers: KEPT },
    404: UNKNOWN_REALM,
  },
  errors: ERRORS,
}

export const OPERATIONS: readonly Operation[] = [
  { id: 'voipex-get-tokens', path: PATHS.token, ...TOKEN },
  exchange,
  {
    id: 'voipex-get-tokens-of-realm',
    path: `${PATHS.protocol}/token`,
    ...TOKEN,
    summary: 'Sign in, or refresh tokens, at the path of the realm',
    parameters: REALM,
    answers: { ...TOKEN.answers, 404: UNKNOWN_REALM },
  },
  { id: 'voipex-describe-user', method: 'GET', ...USERINFO, credentials: [['bearer']] },
  {
    id: 'voipex-describe-user-by-form',
    method: 'POST',
    ...USERINFO,
    summary: 'Ask who the user is, with a form',
    credentials: [['bearer'], []],
    body: { content: form(AccessTokenForm), isRequired: false },
  },
  introspect,
  revoke,
  logout,
  certs,
  discovery,
]
