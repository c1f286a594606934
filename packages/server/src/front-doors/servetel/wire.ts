/** Servetel's own on the wire, beside Smartflo's: codes with which somebody on the do-not-call register allows calls. Data only. */
import { Type } from 'typebox'
import type { AllowCalls, AskToAllowCalls } from '../../use-cases/use-cases.ts'
import { NO_TOKEN } from '../smartflo/wire.ts'
import type { RefusalTable, WireError } from '../wire-error.ts'

export const PATHS = { send: '/otp/dnc/send', verify: '/otp/dnc/verify' } as const

/** Members that are not named here are passed over. `company_name` is asked for and said to nobody: a message does not repeat what a caller has typed. */
export const SendRequest = Type.Object({
  mobile_number: Type.Union([Type.String(), Type.Integer()]),
  company_name: Type.Optional(Type.String()),
})

/** As the document has it the code is a number, which loses the noughts in front. */
export const VerifyRequest = Type.Object({
  id: Type.Union([Type.Integer(), Type.String({ pattern: '^[0-9]{1,15}$' })]),
  otp: Type.Union([Type.Integer({ minimum: 0, maximum: 9999 }), Type.String({ pattern: '^[0-9]{1,4}$' })]),
})

export const SendAnswer = Type.Object({ success: Type.Literal(true), message: Type.String(), id: Type.Integer() })
export const VerifyAnswer = Type.Object({ success: Type.Literal(true), message: Type.String() })

export const SENT = { success: true, message: 'OTP sent successfully' } as const
export const VERIFIED = { success: true, message: 'OTP verified successfully' } as const

function failure(status: number, message: string, headers: Readonly<Record<string, string>> = {}): WireError {
  return { status, headers, body: { success: false, message } }
}

export const UNREADABLE_SEND = failure(422, 'The mobile_number field is required, as text or number.')
export const UNREADABLE_VERIFY = failure(422, 'The id and otp fields are required, as numbers.')

type Refused<Verb extends (...request: never[]) => Promise<unknown>> = Extract<Awaited<ReturnType<Verb>>, { ok: false }>['refusal']

function tooMany({ retryAfterSeconds }: { readonly retryAfterSeconds: number }): WireError {
  return failure(429, 'Too Many Attempts.', { 'retry-after': String(retryAfterSeconds) })
}

const NO_SUCH_NUMBER = failure(422, 'The mobile_number is no number that messages are sent to.')

export const SEND_REFUSALS: RefusalTable<Refused<AskToAllowCalls>> = {
  token_invalid: NO_TOKEN,
  session_ended: NO_TOKEN,
  session_expired: NO_TOKEN,
  session_stale: NO_TOKEN,
  phone_unreadable: NO_SUCH_NUMBER,
  phone_not_served: NO_SUCH_NUMBER,
  messages_exhausted: tooMany,
  not_sent: failure(503, 'The message could not be sent. Try again later.', { 'retry-after': '30' }),
}

export const VERIFY_REFUSALS: RefusalTable<Refused<AllowCalls>> = {
  token_invalid: NO_TOKEN,
  session_ended: NO_TOKEN,
  session_expired: NO_TOKEN,
  session_stale: NO_TOKEN,
  code_wrong: failure(400, 'The OTP is wrong, has expired or was used.'),
  guesses_exhausted: tooMany,
}
