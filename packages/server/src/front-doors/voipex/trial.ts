import { type DoorTrial, memberOf, type TrialAnswer, type TrialOutcome, type TrialValues } from '../door-trial.ts'
import { PATHS } from './wire.ts'

const CLIENT_ID = { name: 'clientId', label: 'Client id' } as const

export const trial: DoorTrial = {
  about:
    'The API of a VOIPEX switchboard, which is a Keycloak: an access of the portal, sent as a form, gets an access token and a refresh token.',
  steps: [
    {
      name: 'sign-in',
      action: 'Get a token',
      fields: [
        { ...CLIENT_ID, kind: 'text', setting: 'clientId', usual: 'api' },
        { name: 'username', label: 'User name', kind: 'text', setting: 'username' },
        { name: 'password', label: 'Password', kind: 'password', setting: 'password' },
      ],
      request: ({ clientId = '', username = '', password = '' }) =>
        askForToken({ grant_type: 'password', client_id: clientId, username, password }),
      outcomeOf,
    },
    {
      name: 'refresh',
      action: 'Refresh',
      fields: [
        { ...CLIENT_ID, kind: 'text', isCarried: true },
        { name: 'refreshToken', label: 'Refresh token', kind: 'token', isCarried: true },
      ],
      request: ({ clientId = '', refreshToken = '' }) =>
        askForToken({ grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken }),
      outcomeOf,
    },
  ],
}

function askForToken(form: Readonly<Record<string, string>>) {
  return {
    method: 'POST',
    path: PATHS.token,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  } as const
}

function outcomeOf(answer: TrialAnswer, { clientId = '' }: TrialValues): TrialOutcome | undefined {
  const accessToken = memberOf(answer, 'access_token')
  const refreshToken = memberOf(answer, 'refresh_token')
  if (accessToken === undefined) return undefined
  return { accessToken, ...(refreshToken === undefined ? {} : { next: { step: 'refresh', values: { clientId, refreshToken } } }) }
}
