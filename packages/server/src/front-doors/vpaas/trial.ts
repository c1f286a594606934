import { type DoorTrial, memberOf, type TrialAnswer, type TrialOutcome, type TrialRequest, type TrialValues } from '../door-trial.ts'
import { PATHS } from './wire.ts'

const API_KEY = { name: 'apiKey', label: 'API key' } as const
const CLIENT_ID = { name: 'clientId', label: 'Client id' } as const

export const trial: DoorTrial = {
  about:
    'The platform behind voice apps and smart speakers: an app says where to sign in, a person does so in the browser, and the app ' +
    'exchanges the code that comes of it for a sealed token and a refresh token.',
  steps: [
    {
      name: 'start',
      action: 'Start the login',
      fields: [
        { ...API_KEY, kind: 'password', setting: 'apiKey' },
        { ...CLIENT_ID, kind: 'text', setting: 'clientId' },
      ],
      request: ({ apiKey = '', clientId = '' }) => ({
        method: 'GET',
        path: `${PATHS.login}?${new URLSearchParams({ clientId })}`,
        headers: { apikey: apiKey.trim() },
      }),
      outcomeOf: ({ status, headers }, values) => {
        const { location } = headers
        if (status !== 302 || location === undefined) return undefined
        return { signInAt: location, next: { step: 'exchange', values: clientOf(values) } }
      },
    },
    {
      name: 'exchange',
      action: 'Exchange the code',
      hint: 'The code is good for a minute. It is shown after the sign-in where the application is set to show it; else it is in the address that the browser is sent to.',
      fields: [
        { name: 'authCode', label: 'The code (authCode)', kind: 'token' },
        { ...API_KEY, kind: 'password', isCarried: true },
        { ...CLIENT_ID, kind: 'text', isCarried: true },
      ],
      request: ({ authCode = '', ...values }) => send(PATHS.exchange, values, { authCode: authCode.trim() }),
      outcomeOf: tokensOf,
    },
    {
      name: 'refresh',
      action: 'Refresh',
      fields: [
        { name: 'refreshToken', label: 'Refresh token', kind: 'token', isCarried: true },
        { ...API_KEY, kind: 'password', isCarried: true },
        { ...CLIENT_ID, kind: 'text', isCarried: true },
      ],
      request: ({ refreshToken = '', ...values }) => send(PATHS.refresh, values, { refreshToken }),
      outcomeOf: tokensOf,
    },
  ],
}

function clientOf({ apiKey = '', clientId = '' }: TrialValues): TrialValues {
  return { apiKey: apiKey.trim(), clientId }
}

function send(path: string, { apiKey = '', clientId = '' }: TrialValues, members: Readonly<Record<string, string>>): TrialRequest {
  return {
    method: 'POST',
    path,
    headers: { apikey: apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ ...members, clientId }),
  }
}

function tokensOf(answer: TrialAnswer, values: TrialValues): TrialOutcome | undefined {
  const accessToken = memberOf(answer, 'accessToken')
  const refreshToken = memberOf(answer, 'refreshToken')
  if (accessToken === undefined || refreshToken === undefined) return undefined
  return { accessToken, next: { step: 'refresh', values: { ...clientOf(values), refreshToken } } }
}
