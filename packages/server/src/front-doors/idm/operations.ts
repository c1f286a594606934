/** The IDM, described. */
import { Type } from 'typebox'
import { LANGUAGE_FIELD } from '../../pages/language-choice.tsx'
import { FORM_TOKEN_FIELD, SESSION_FIELD } from '../../pages/render-account.tsx'
import { SIGN_IN_ANSWERS, SIGN_IN_FIELDS } from '../../pages/render-sign-in.tsx'
import { CHALLENGE, form, HTML, inQuery, json, KEPT, LOCATION, RETRY_AFTER, text } from '../describing.ts'
import type { Operation } from '../operation.ts'
import { CODE_OPERATIONS } from './code-operations.ts'
import { LEAVING_OPERATIONS } from './leaving-operations.ts'
import { OWN_ACCOUNT_OPERATIONS } from './own-account-operations.ts'
import { AUTHORIZATION_PARAMETERS, PATHS } from './wire.ts'

export const ABOUT =
  'The sign-in page: an application sends a person there in a browser, the person signs in, and the browser comes back with a code that the application exchanges for tokens. It is the authorization code flow of OAuth 2 (RFC 6749) with PKCE (RFC 7636), as RFC 9700 wants it.'

const OAuthError = Type.Object(
  { error: text('A word that programs can compare (RFC 6749, section 5.2).'), error_description: text('A sentence for people.') },
  { title: 'OAuthError' },
)

const TokenAnswer = Type.Object(
  {
    access_token: text('For calls. Send it after `Bearer`.'),
    token_type: Type.Literal('Bearer'),
    expires_in: Type.Integer({ description: 'How long the access token is good, in seconds.' }),
    refresh_token: Type.Optional(text('For the next tokens. There is one only if `offline_access` was asked for.')),
    scope: text('The scopes of the access token, separated by blanks.'),
  },
  { title: 'TokenAnswer' },
)

const CLIENT = {
  client_id: Type.Optional(text('The application, unless HTTP Basic names it.')),
  client_secret: Type.Optional(text('Proves a confidential application, unless HTTP Basic does.')),
}

const CodeGrant = Type.Object(
  {
    grant_type: Type.Literal('authorization_code'),
    code: text('The code with which the browser came back. It is good for a minute, once.'),
    redirect_uri: text('The address that the browser came back to.'),
    code_verifier: Type.Optional(text('The text whose challenge the request bore (RFC 7636).')),
    ...CLIENT,
  },
  { title: 'CodeGrant', additionalProperties: true },
)

const RefreshGrant = Type.Object(
  {
    grant_type: Type.Literal('refresh_token'),
    refresh_token: text('The refresh token of the last answer.'),
    scope: Type.Optional(text('For an access token with fewer scopes, or others that the application has.')),
    ...CLIENT,
  },
  { title: 'RefreshGrant', additionalProperties: true },
)

const ServerDescription = Type.Object(
  {
    issuer: text('The address of the tenant.'),
    authorization_endpoint: Type.String(),
    token_endpoint: Type.String(),
    jwks_uri: Type.String(),
    introspection_endpoint: Type.String(),
    response_types_supported: Type.Array(Type.String()),
    response_modes_supported: Type.Array(Type.String()),
    grant_types_supported: Type.Array(Type.String()),
    code_challenge_methods_supported: Type.Array(Type.String()),
    token_endpoint_auth_methods_supported: Type.Array(Type.String()),
    authorization_response_iss_parameter_supported: Type.Boolean(),
    ui_locales_supported: Type.Array(Type.String()),
    service_documentation: Type.String(),
  },
  { title: 'ServerDescription' },
)

const PARAMETERS: Readonly<Record<(typeof AUTHORIZATION_PARAMETERS)[number], string>> = {
  client_id: 'The application.',
  redirect_uri: 'Where the browser is to come back to: one of the addresses that are registered for the application, letter for letter.',
  response_type: '`code`.',
  response_mode: '`query`, which is meant without it too.',
  scope: 'Scopes, separated by blanks. Without it all that the application has.',
  state: 'Comes back as it was. It ties the answer to the browser that was sent.',
  code_challenge: 'The SHA-256 of a verifier in base64url. It is required unless an operator has said otherwise.',
  code_challenge_method: '`S256`.',
  prompt:
    '`login`, `select_account` or `x-no-sso` ask for the password whoever is signed in already; `consent` does not. `none` is an error.',
  login_hint: 'The name to fill in.',
  max_age: 'Ask for the password if the person signed in more seconds ago than this.',
  ui_locales: 'Languages for the page, dearest first.',
}
const REQUIRED = new Set<string>(['client_id', 'redirect_uri', 'response_type'])

const TOLD_TO_PERSON = 'The request is not one that an answer may be sent for: a page tells the person, and nobody is sent anywhere.'

const ask: Operation = {
  id: 'idm-show-sign-in',
  method: 'GET',
  path: PATHS.authorize,
  summary: 'Send a person to the sign-in page',
  description:
    'Open this address in a browser. The page names the application, asks for a name and a password, and sends the browser back to `redirect_uri` with `code`, `state` and `iss`. What is wrong with a request is told to the application in the same way, with `error` instead of `code`, once it is known where that may be told.',
  parameters: AUTHORIZATION_PARAMETERS.map((name) => inQuery(name, PARAMETERS[name], REQUIRED.has(name))),
  answers: {
    200: { description: 'The sign-in page.', content: HTML },
    302: {
      description: 'The request cannot be granted: back to the application with `error`, `error_description`, `state` and `iss`.',
      headers: LOCATION,
    },
    400: { description: TOLD_TO_PERSON, content: HTML },
  },
  errors: HTML,
}

const answer: Operation = {
  id: 'idm-answer-sign-in',
  method: 'POST',
  path: PATHS.authorize,
  summary: 'Send the form of the sign-in page',
  description:
    'What the buttons of the page do; programs have no business here. The form is good for ten minutes in the browser that it was shown in, and only from our own page.',
  body: {
    content: form(
      Type.Object(
        {
          [SIGN_IN_FIELDS.request]: text('The hidden field of the page.'),
          [SIGN_IN_FIELDS.answer]: Type.Optional(
            Type.Union(
              Object.values(SIGN_IN_ANSWERS).map((value) => Type.Literal(value)),
              { description: 'Which button was pressed.' },
            ),
          ),
          [SIGN_IN_FIELDS.login]: Type.Optional(text('The name that was typed.')),
          [SIGN_IN_FIELDS.password]: Type.Optional(text('The password that was typed.')),
          [SIGN_IN_FIELDS.locales]: Type.Optional(text('The language in which the page was shown.')),
          [LANGUAGE_FIELD]: Type.Optional(text('The language of the button that was pressed.')),
        },
        { title: 'SignInForm', additionalProperties: true },
      ),
    ),
    isRequired: true,
  },
  answers: {
    200: {
      description: 'The page again: in another language, or for another person. Or, for who has deleted the account, one to keep it.',
      content: HTML,
    },
    303: { description: 'Back to the application, with `code` or `error`, or to the page that the person was on.', headers: LOCATION },
    400: { description: 'The page that the form is from can no longer be used.', content: HTML },
    403: { description: 'Wrong name or password: the page again. Or the form is not from our own page.', content: HTML },
    429: { description: 'Too many attempts: the page again.', content: HTML, headers: RETRY_AFTER },
  },
  errors: HTML,
}

const tokens: Operation = {
  id: 'idm-get-tokens',
  method: 'POST',
  path: PATHS.tokens,
  summary: 'Exchange a code, or refresh tokens',
  description:
    'With `grant_type=authorization_code` the code of the sign-in page becomes tokens; with `grant_type=refresh_token` a refresh token becomes the next tokens. A refresh token may be sent again until its successor has been used. A confidential application proves itself by its secret, in the form or by HTTP Basic; a public one names itself by `client_id`.',
  credentials: [['basic'], []],
  body: { content: form(Type.Union([CodeGrant, RefreshGrant])), isRequired: true },
  answers: {
    200: { description: 'The tokens.', content: json(TokenAnswer) },
    400: {
      description:
        '`invalid_request`: something is missing. `unsupported_grant_type`. `invalid_grant`: the code or the refresh token is not good, for whatever reason. `invalid_scope`: the application has not all of these scopes.',
      content: json(OAuthError),
    },
    401: {
      description: '`invalid_client`: the application is not known, or has not proved itself.',
      content: json(OAuthError),
      headers: CHALLENGE,
    },
  },
  errors: json(OAuthError),
}

const account: Operation = {
  id: 'idm-show-account',
  method: 'GET',
  path: PATHS.account,
  summary: "Show a person's own page",
  description:
    'For a browser. What is kept of the person who is signed in there, and a button to sign out; to anybody else the sign-in page.',
  parameters: [inQuery(LANGUAGE_FIELD, 'The language to show it in.'), inQuery('ui_locales', 'Languages for the page, dearest first.')],
  answers: { 200: { description: 'The page.', content: HTML } },
  errors: HTML,
}

const signOutLink: Operation = {
  id: 'idm-lead-to-account',
  method: 'GET',
  path: PATHS.signOut,
  summary: 'Follow a link to the sign-out',
  description: 'It does nothing but lead to the page that has a button for it.',
  answers: { 303: { description: 'To the page.', headers: LOCATION } },
  errors: HTML,
}

const endSessionLink: Operation = {
  id: 'idm-lead-to-sessions',
  method: 'GET',
  path: PATHS.endSession,
  summary: 'Follow a link to the end of a session',
  description: 'It does nothing but lead to the page that has a button for it.',
  answers: { 303: { description: 'To the page.', headers: LOCATION } },
  errors: HTML,
}

const endSession: Operation = {
  id: 'idm-end-session',
  method: 'POST',
  path: PATHS.endSession,
  summary: "End one of a person's sessions",
  description: "What the buttons of the person's own page do. A session that is over already, or another's, is answered alike.",
  body: {
    content: form(
      Type.Object(
        {
          [FORM_TOKEN_FIELD]: Type.Optional(text('The hidden field of the page.')),
          [SESSION_FIELD]: Type.Optional(text('Which session.')),
        },
        { title: 'EndSessionForm', additionalProperties: true },
      ),
    ),
    isRequired: true,
  },
  answers: {
    303: { description: 'To the page.', headers: LOCATION },
    403: { description: 'The form is not from our own page.', content: HTML },
  },
  errors: HTML,
}

const signOut: Operation = {
  id: 'idm-sign-out',
  method: 'POST',
  path: PATHS.signOut,
  summary: 'Sign a browser out',
  description: 'What the button of the page does.',
  body: {
    content: form(
      Type.Object({ [FORM_TOKEN_FIELD]: text('The hidden field of the page.') }, { title: 'SignOutForm', additionalProperties: true }),
    ),
    isRequired: true,
  },
  answers: {
    200: { description: 'A page that says so.', content: HTML },
    403: { description: 'The form is not from the page of this session.', content: HTML },
  },
  errors: HTML,
}

const metadata: Operation = {
  id: 'idm-describe-server',
  method: 'GET',
  path: PATHS.metadata,
  summary: 'Get the addresses',
  description: 'What libraries for OAuth 2 read first (RFC 8414).',
  answers: { 200: { description: 'The addresses. They may be kept for five minutes.', content: json(ServerDescription), headers: KEPT } },
  errors: json(OAuthError),
}

export const OPERATIONS: readonly Operation[] = [
  ask,
  answer,
  tokens,
  account,
  signOutLink,
  signOut,
  endSessionLink,
  endSession,
  ...OWN_ACCOUNT_OPERATIONS,
  ...LEAVING_OPERATIONS,
  ...CODE_OPERATIONS,
  metadata,
]
