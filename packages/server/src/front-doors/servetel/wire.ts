/** Servetel's own on the wire, beside Smartflo's: codes with which somebody on the do-not-call register allows calls. Data only. */
import { Type } from 'typebox'
import type { AllowCalls, AskForSignInCode, AskToAllowCalls, SignInWithCode } from '../../use-cases/use-cases.ts'
import { NO_TOKEN, TokenAnswer } from '../smartflo/wire.ts'
import type { RefusalTable, WireError } from '../wire-error.ts'

export const PATHS = { otp: '/auth/otp', send: '/otp/dnc/send', verify: '/otp/dnc/verify' } as const

const Mobile = Type.Union([Type.String(), Type.Integer()])
/** As the document has it the code is a number, which loses the noughts in front. */
const CodeNumber = Type.Union([Type.Integer(), Type.String({ pattern: '^[0-9]{1,15}$' })])
const Code = Type.Union([Type.Integer({ minimum: 0, maximum: 9999 }), Type.String({ pattern: '^[0-9]{1,4}$' })])

/** Without a code it asks for one. */
export const OtpRequest = Type.Union([
  Type.Object({ id: CodeNumber, otp: Code }, { title: 'OtpGiven' }),
  Type.Object({ mobile_number: Mobile, otp: Type.Optional(Type.Never()) }, { title: 'OtpAsked' }),
])

/** Members that are not named here are passed over. `company_name` is asked for and said to nobody: a message does not repeat what a caller has typed. */
export const SendRequest = Type.Object({
  mobile_number: Mobile,
  company_name: Type.Optional(Type.String()),
})

export const VerifyRequest = Type.Object({ id: CodeNumber, otp: Code })

export const SendAnswer = Type.Object({ success: Type.Literal(true), message: Type.String(), id: Type.Integer() })
export const VerifyAnswer = Type.Object({ success: Type.Literal(true), message: Type.String() })

/** Of a code that was asked for, and of one that was given. */
export const OTP_ANSWERS = { 200: Type.Union([TokenAnswer, SendAnswer]) }

const CODE_DIGITS = 4

/** @param given numbers or texts */
export function readGivenCode({ id, otp }: { readonly id: number | string; readonly otp: number | string }) {
  return { id: Number(id), code: String(otp).padStart(CODE_DIGITS, '0') }
}

export const SENT = { success: true, message: 'OTP sent successfully' } as const
export const VERIFIED = { success: true, message: 'OTP verified successfully' } as const

function failure(status: number, message: string, headers: Readonly<Record<string, string>> = {}): WireError {
  return { status, headers, body: { success: false, message } }
}

export const UNREADABLE_SEND = failure(422, 'The mobile_number field is required, as text or number.')
export const UNREADABLE_OTP = failure(422, 'The mobile_number field is required, or the id and otp fields, as numbers.')
export const UNREADABLE_VERIFY = failure(422, 'The id and otp fields are required, as numbers.')

type Refused<Verb extends (...request: never[]) => Promise<unknown>> = Extract<Awaited<ReturnType<Verb>>, { ok: false }>['refusal']

function tooMany({ retryAfterSeconds }: { readonly retryAfterSeconds: number }): WireError {
  return failure(429, 'Too Many Attempts.', { 'retry-after': String(retryAfterSeconds) })
}

const NO_SUCH_NUMBER = failure(422, 'The mobile_number is no number that messages are sent to.')

const NOT_SENT = failure(503, 'The message could not be sent. Try again later.', { 'retry-after': '30' })
const NO_APPLICATION = failure(401, 'Invalid credentials')
const CODE_WRONG = 'The OTP is wrong, has expired or was used.'

export const SEND_REFUSALS: RefusalTable<Refused<AskToAllowCalls>> = {
  token_invalid: NO_TOKEN,
  session_ended: NO_TOKEN,
  session_expired: NO_TOKEN,
  session_stale: NO_TOKEN,
  phone_unreadable: NO_SUCH_NUMBER,
  phone_not_served: NO_SUCH_NUMBER,
  messages_exhausted: tooMany,
  not_sent: NOT_SENT,
}

export const VERIFY_REFUSALS: RefusalTable<Refused<AllowCalls>> = {
  token_invalid: NO_TOKEN,
  session_ended: NO_TOKEN,
  session_expired: NO_TOKEN,
  session_stale: NO_TOKEN,
  code_wrong: failure(400, CODE_WRONG),
  guesses_exhausted: tooMany,
}

export const ASK_REFUSALS: RefusalTable<Refused<AskForSignInCode>> = {
  client_unknown: NO_APPLICATION,
  client_unproven: NO_APPLICATION,
  phone_unreadable: NO_SUCH_NUMBER,
  phone_not_served: NO_SUCH_NUMBER,
  messages_exhausted: tooMany,
  not_sent: NOT_SENT,
}

export const CODE_SIGN_IN_REFUSALS: RefusalTable<Refused<SignInWithCode>> = {
  client_unknown: NO_APPLICATION,
  client_unproven: NO_APPLICATION,
  code_wrong: failure(401, CODE_WRONG),
  account_disabled: failure(401, CODE_WRONG), // nobody here may learn that the code was right
  guesses_exhausted: tooMany,
}
