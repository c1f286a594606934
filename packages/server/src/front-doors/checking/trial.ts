import type { DoorTrial, TrialStep } from '../door-trial.ts'
import { PATHS } from './wire.ts'

/** What a gateway asks. The name of its field is no other step's, so that it may stand in one form with theirs. */
export const CHECK: TrialStep = {
  name: 'check',
  action: 'Check',
  fields: [{ name: 'accessToken', label: 'Token', kind: 'token' }],
  request: ({ accessToken = '' }) => ({ method: 'GET', path: PATHS.verify, headers: { authorization: `Bearer ${accessToken.trim()}` } }),
  outcomeOf: (_answer, { accessToken = '' }) => ({ accessToken: accessToken.trim() }),
}

export const trial: DoorTrial = {
  about: 'How an API, a gateway or a SIP server finds out whether a token is good. Paste any token of this tenant, a permanent one too.',
  steps: [CHECK],
}
