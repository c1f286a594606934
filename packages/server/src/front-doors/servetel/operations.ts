/** Servetel's own codes, described. */
import { Type } from 'typebox'
import { form, json, RETRY_AFTER, text } from '../describing.ts'
import type { Operation } from '../operation.ts'
import { BASES } from '../smartflo/wire.ts'
import { OTP_ANSWERS, OtpRequest, PATHS, SendAnswer, SendRequest, VerifyAnswer, VerifyRequest } from './wire.ts'

const [BASE, ...OTHER_BASES] = BASES

const Failed = Type.Object({ success: Type.Literal(false), message: text('A sentence for people.') }, { title: 'Failed' })
const NoToken = Type.Object({ message: text('A sentence for people.') }, { title: 'NoToken' })

const TOO_MANY = { description: 'Too many, of this number, this caller or this tenant.', content: json(Failed), headers: RETRY_AFTER }
const NO_TOKEN = { description: 'There is no token of ours, or it is not good any more.', content: json(NoToken) }

function at(path: string) {
  return { path: `${BASE}${path}`, aliases: OTHER_BASES.map((base) => `${base}${path}`), method: 'POST', errors: json(NoToken) } as const
}

const send: Operation = {
  id: 'servetel-ask-to-allow-calls',
  ...at(PATHS.send),
  summary: 'Send a code to somebody on the do-not-call register',
  description: 'Four digits, which the person tells to who may call. They are good for 15 minutes.',
  credentials: [['raw'], ['bearer']],
  body: { content: { ...json(SendRequest), ...form(SendRequest) }, isRequired: true },
  answers: {
    200: { description: 'The message leaves. Its number is asked for with the code.', content: json(SendAnswer) },
    401: NO_TOKEN,
    422: { description: 'It is no telephone number, or none that messages are sent to.', content: json(Failed) },
    429: TOO_MANY,
    503: { description: 'The message cannot be sent now.', content: json(Failed), headers: RETRY_AFTER },
  },
}

const verify: Operation = {
  id: 'servetel-allow-calls',
  ...at(PATHS.verify),
  summary: 'Give the code back',
  description: 'Once, by the account that has asked for it. After five wrong attempts a code is void.',
  credentials: [['raw'], ['bearer']],
  body: { content: { ...json(VerifyRequest), ...form(VerifyRequest) }, isRequired: true },
  answers: {
    200: { description: 'It is the code.', content: json(VerifyAnswer) },
    400: { description: 'It is not, or not any more.', content: json(Failed) },
    401: NO_TOKEN,
    422: { description: 'A field is missing, or no number.', content: json(Failed) },
    429: TOO_MANY,
  },
}

const signInByCode: Operation = {
  id: 'servetel-sign-in-by-code',
  ...at(PATHS.otp),
  summary: 'Sign in with a code',
  description:
    'With a telephone number alone it sends a code to whose login name the number is, and answers alike for everybody; with the number of that answer and the code it signs in.',
  body: { content: { ...json(OtpRequest), ...form(OtpRequest) }, isRequired: true },
  answers: {
    200: { description: 'The number of the code, or a token.', content: json(OTP_ANSWERS[200]) },
    401: { description: 'It is not the code, or not any more, or nobody can sign in here.', content: json(Failed) },
    422: { description: 'It is no telephone number, or none that messages are sent to; or the code is none.', content: json(Failed) },
    429: TOO_MANY,
    503: { description: 'The message cannot be sent now.', content: json(Failed), headers: RETRY_AFTER },
  },
}

export const OPERATIONS: readonly Operation[] = [signInByCode, send, verify]
