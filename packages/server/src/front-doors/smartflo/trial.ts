import { type DoorTrial, memberOf, type TrialAnswer, type TrialOutcome } from '../door-trial.ts'
import { BASES, PATHS } from './wire.ts'

const [BASE] = BASES
const JSON_HEADERS = { accept: 'application/json', 'content-type': 'application/json' }

/** @param platform what people call it */
export function createTrial(platform: string): DoorTrial {
  return {
    about: `The API of ${platform}: an e-mail address and a password get a token of an hour, and the token itself is sent to get its successor.`,
    steps: [
      {
        name: 'sign-in',
        action: 'Get a token',
        fields: [
          { name: 'email', label: 'E-mail or login id', kind: 'text', setting: 'email' },
          { name: 'password', label: 'Password', kind: 'password', setting: 'password' },
        ],
        request: ({ email, password }) => ({
          method: 'POST',
          path: `${BASE}${PATHS.login}`,
          headers: JSON_HEADERS,
          body: JSON.stringify({ email, password }),
        }),
        outcomeOf,
      },
      {
        name: 'refresh',
        action: 'Refresh',
        fields: [{ name: 'token', label: 'Token', kind: 'token', isCarried: true }],
        request: ({ token }) => ({
          method: 'POST',
          path: `${BASE}${PATHS.refresh}`,
          headers: { accept: 'application/json', authorization: `Bearer ${token}` },
        }),
        outcomeOf,
      },
    ],
  }
}

function outcomeOf(answer: TrialAnswer): TrialOutcome | undefined {
  const token = memberOf(answer, 'access_token')
  return token === undefined ? undefined : { accessToken: token, next: { step: 'refresh', values: { token } } }
}
