import { type ErrorCode, RingkeyError } from '@ringkey/client'
import type { EXIT } from '../exit-codes.ts'
import { type Stop, stop } from './answer.ts'
import { inFlags } from './in-flags.ts'

const REASONS: { readonly [Code in ErrorCode]: Exclude<keyof typeof EXIT, 'ok'> } = {
  reauthentication_required: 'signInNeeded',
  credentials_refused: 'refused',
  rate_limited: 'rateLimited',
  network: 'networkOrTime',
  timeout: 'networkOrTime',
  unavailable: 'networkOrTime',
  unexpected_answer: 'unexpected',
  store_unavailable: 'configuration',
  configuration: 'configuration',
}

/** How a command ends because of it. */
export function reasonOf({ code }: RingkeyError): (typeof REASONS)[ErrorCode] {
  return REASONS[code]
}

/** What it says to whoever types commands. */
export function sentenceOf({ message }: RingkeyError): string {
  return inFlags(message)
}

/** The client's sentences end with what to do, and hold no secret. Of any other error only its kind and place are told. */
export function explainError(error: unknown, before = ''): Stop {
  if (error instanceof RingkeyError) return stop(reasonOf(error), `${before}${sentenceOf(error)}`)
  const { name, stack = '' } = error instanceof Error ? error : new Error(String(error))
  const places = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return stop('unexpected', ['Unexpected error, which should not have happened:', name, ...places].join('\n'))
}
