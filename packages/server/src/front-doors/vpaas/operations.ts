/** VPaaS, described. */
import { Type } from 'typebox'
import { CHALLENGE, HTML, inQuery, json, LOCATION, REDIRECT_TEXT, text } from '../describing.ts'
import type { Answer, Operation } from '../operation.ts'
import { ExchangeRequest, PATHS, RefreshRequest, TokenAnswer, UserAnswer } from './wire.ts'

export const ABOUT =
  'A program with an API key starts a login and gets an address; a person opens it in a browser and signs in; the browser hands the program a code, which it exchanges for an access token and a refresh token. Every call of a program bears the header `apikey`.'

const VpaasError = Type.Object(
  {
    error: text('A word that programs can compare.'),
    message: text('A sentence for people.'),
    requestId: text('The id of the request, as in the header `X-Request-Id`.'),
  },
  { title: 'VpaasError' },
)

const UNKNOWN_KEY: Answer = {
  description: '`invalid_api_key`: the key is missing, is not valid, or belongs to another application than `clientId` names.',
  content: json(VpaasError),
  headers: CHALLENGE,
}

const login: Operation = {
  id: 'vpaas-start-login',
  method: 'GET',
  path: PATHS.login,
  summary: 'Start a login',
  description:
    'The answer is the address of the sign-in page, in `Location` and as a text. Let the person open it in a browser within ten minutes. Nothing is stored until the person has signed in.',
  credentials: [['api_key']],
  parameters: [
    inQuery('clientId', 'The application.', true),
    inQuery('scope', 'Scopes, separated by blanks: what the application has, or a part of it. Without it all.'),
    inQuery('redirectUri', 'Where the code is to go: one of the addresses that are registered for the application. Without it the first.'),
    inQuery('codeChallenge', 'The SHA-256 of a verifier in base64url (RFC 7636): then only who has the verifier can exchange the code.'),
    inQuery('codeChallengeMethod', '`S256`, which is meant without it too.'),
  ],
  answers: {
    302: { description: 'The address of the sign-in page.', content: REDIRECT_TEXT, headers: LOCATION },
    400: {
      description:
        '`invalid_request`: `clientId` or a challenge is missing, or the challenge is none. `invalid_scope`: the application has not this scope. `invalid_redirect_uri`: the application has no such address.',
      content: json(VpaasError),
    },
    401: UNKNOWN_KEY,
  },
  errors: json(VpaasError),
}

const loginComplete: Operation = {
  id: 'vpaas-complete-login',
  method: 'GET',
  path: PATHS.loginComplete,
  summary: 'Bring the browser back to the application',
  description:
    'The sign-in page sends the browser here, and it is sent on to the application with `authCode` behind its address, or with `error=access_denied` if the person gave up. Programs do not call this.',
  parameters: [
    inQuery('code', 'The code of the sign-in page.'),
    inQuery('error', 'Instead of it, if the person gave up.'),
    inQuery('state', 'That of the login.', true),
    inQuery('iss', 'Who answers (RFC 9207).'),
  ],
  answers: {
    200: { description: 'A page that opens the application and shows the code, where an operator has allowed that.', content: HTML },
    302: { description: 'On to the application.', content: REDIRECT_TEXT, headers: LOCATION },
    400: { description: 'The answer belongs to no login of this browser, or was used already: a page says so.', content: HTML },
  },
  errors: HTML,
}

const exchange: Operation = {
  id: 'vpaas-exchange-code',
  method: 'POST',
  path: PATHS.exchange,
  summary: 'Exchange the code for tokens',
  description:
    'A code is good for a minute, for the application and the API key that started the login, once. If it is used twice, the tokens of the first use end.',
  credentials: [['api_key']],
  body: { content: json(ExchangeRequest), isRequired: true },
  answers: {
    200: { description: 'The tokens.', content: json(TokenAnswer) },
    400: {
      description: '`invalid_request`: the body lacks something. `invalid_grant`: the code is not good, for whatever reason.',
      content: json(VpaasError),
    },
    401: UNKNOWN_KEY,
  },
  errors: json(VpaasError),
}

const userInfo: Operation = {
  id: 'vpaas-describe-user',
  method: 'GET',
  path: PATHS.userInfo,
  aliases: [`${PATHS.userInfo}/`],
  summary: 'Ask who the user is',
  description: 'With the API key and the access token.',
  credentials: [['api_key', 'bearer']],
  answers: {
    200: { description: 'The user.', content: json(UserAnswer) },
    401: {
      description: '`invalid_api_key`, or `invalid_token`: the access token is missing, is not good, or is another application’s.',
      content: json(VpaasError),
      headers: CHALLENGE,
    },
  },
  errors: json(VpaasError),
}

const refresh: Operation = {
  id: 'vpaas-refresh-tokens',
  method: 'POST',
  path: PATHS.refresh,
  summary: 'Get the next tokens',
  description:
    'Keep the refresh token of each answer. One may be sent again until its successor has been used, and is answered with the same successor; after that it is a copy in other hands, and the session ends.',
  credentials: [['api_key']],
  body: { content: json(RefreshRequest), isRequired: true },
  answers: {
    200: { description: 'The next tokens.', content: json(TokenAnswer) },
    400: {
      description: '`invalid_request`: the body lacks something. `invalid_grant`: the refresh token is not good, for whatever reason.',
      content: json(VpaasError),
    },
    401: UNKNOWN_KEY,
  },
  errors: json(VpaasError),
}

export const OPERATIONS: readonly Operation[] = [login, loginComplete, exchange, userInfo, refresh]
