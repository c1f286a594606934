import { createHash } from 'node:crypto'
import { type DoorTrial, memberOf, type TrialAnswer, type TrialOutcome, type TrialValues } from '../door-trial.ts'
import { PATHS } from './wire.ts'

const CLIENT_ID = { name: 'clientId', label: 'Client id', kind: 'text' } as const
const REDIRECT_URI = { name: 'redirectUri', label: 'Redirect address', kind: 'text' } as const
/** No secret once it is sent, and before that nobody but the form has it. */
const CODE_VERIFIER = { name: 'codeVerifier', label: 'Code verifier', kind: 'text', isCarried: true } as const

export const trial: DoorTrial = {
  about:
    'The page where people sign in, for the platforms of this server and for web applications that send them there themselves (authorization code ' +
    'with PKCE): the browser brings a code back to the application, which exchanges it for a token.',
  showsCode: true,
  steps: [
    {
      name: 'start',
      action: 'Start the sign-in',
      hint: 'The address is one that the application has registered: the browser is sent there with the code.',
      fields: [
        { ...CLIENT_ID, setting: 'clientId' },
        { ...REDIRECT_URI, setting: 'redirectUri' },
        { ...CODE_VERIFIER, isMade: true },
      ],
      request: (values) => ({ method: 'GET', path: authorizationOf(values), headers: { accept: 'text/html' } }),
      outcomeOf: ({ status }, values) =>
        status === 200 ? { signInAt: `.${authorizationOf(values)}`, next: { step: 'exchange', values } } : undefined,
    },
    {
      name: 'exchange',
      action: 'Exchange the code',
      hint: 'The code is good for a minute. It is in the address that the browser was sent to; the page there shows it, if it is the demo’s.',
      fields: [
        { name: 'code', label: 'The code', kind: 'token' },
        { ...CLIENT_ID, isCarried: true },
        { ...REDIRECT_URI, isCarried: true },
        CODE_VERIFIER,
      ],
      request: ({ code = '', clientId = '', redirectUri = '', codeVerifier = '' }) =>
        askForToken({
          grant_type: 'authorization_code',
          client_id: clientId,
          code: code.trim(),
          redirect_uri: redirectUri,
          code_verifier: codeVerifier,
        }),
      outcomeOf: tokensOf,
    },
    {
      name: 'refresh',
      action: 'Refresh',
      fields: [
        { name: 'refreshToken', label: 'Refresh token', kind: 'token', isCarried: true },
        { ...CLIENT_ID, isCarried: true },
      ],
      request: ({ clientId = '', refreshToken = '' }) =>
        askForToken({ grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken }),
      outcomeOf: tokensOf,
    },
  ],
}

/** RFC 6749, section 4.1.1; RFC 7636, section 4.3. */
function authorizationOf({ clientId = '', redirectUri = '', codeVerifier = '' }: TrialValues): string {
  const challenge = createHash('sha256').update(codeVerifier).digest('base64url')
  const client = { client_id: clientId, redirect_uri: redirectUri, response_type: 'code' }
  return `${PATHS.authorize}?${new URLSearchParams({ ...client, code_challenge: challenge, code_challenge_method: 'S256' })}`
}

function askForToken(form: Readonly<Record<string, string>>) {
  return {
    method: 'POST',
    path: PATHS.tokens,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  } as const
}

function tokensOf(answer: TrialAnswer, { clientId = '' }: TrialValues): TrialOutcome | undefined {
  const accessToken = memberOf(answer, 'access_token')
  const refreshToken = memberOf(answer, 'refresh_token')
  if (accessToken === undefined) return undefined
  return { accessToken, ...(refreshToken === undefined ? {} : { next: { step: 'refresh', values: { clientId, refreshToken } } }) }
}
