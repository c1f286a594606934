/** A token, decoded, and what `/verify` says of it. */
import type { EpochSeconds } from '../../domain/time.ts'
import type { CheckModel, TokenModel } from '../../pages/trial-model.ts'
import type { TrialAnswer } from '../door-trial.ts'
import { decodeToken, sayTime } from './try-token.ts'

export function tokenModelOf(token: string, checked: TrialAnswer, at: EpochSeconds): TokenModel {
  return { text: token, ...decodeToken(token, at), check: checkModelOf(checked, at) }
}

const TOLD = /^x-auth-(.+)$/

function checkModelOf({ status, headers }: TrialAnswer, at: EpochSeconds): CheckModel {
  if (status !== 200) return { isGood: false, words: sayRefusal(status), told: [] }
  const expiresAt = Number(headers['x-auth-expires'])
  const told = Object.entries(headers).flatMap(([header, value]) => {
    const [, name] = TOLD.exec(header) ?? []
    if (name === undefined || value === '') return []
    return [{ name, value, words: name === 'expires' ? sayTime(expiresAt, at) : undefined }]
  })
  return { isGood: true, words: 'Checked: the token is good (200).', remainingSeconds: Math.max(0, expiresAt - at), told }
}

function sayRefusal(status: number): string {
  if (status === 401)
    return 'Checked: the token is not good (401). It is malformed, has expired, was revoked, its session has ended, or it is another tenant’s.'
  return `Checked: the question was not decided (${status}). Ask again.`
}
