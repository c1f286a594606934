/** The family, described. */
import { Type } from 'typebox'
import { form, json, RETRY_AFTER, text } from '../describing.ts'
import type { Headers, Operation } from '../operation.ts'
import type { Dialect } from './dialect.ts'
import { BASES, LoginAnswer, LoginRequest, PATHS, TokenAnswer } from './wire.ts'

export function aboutFamily({ title }: Pick<Dialect, 'title'>): string {
  return `A program signs in to ${title} with a name and a password and gets one token, which it sends with each call and which it refreshes by sending it, even for days after it has expired.`
}

const [BASE, ...OTHER_BASES] = BASES

const Problem = Type.Object(
  {
    message: text('A sentence for people.'),
    requestId: Type.Optional(text('The id of the request; only where something went wrong on our side.')),
  },
  { title: 'Problem' },
)

const Refused = Type.Object({ success: Type.Literal(false), message: text('A sentence for people.') }, { title: 'Refused' })

const SignInRefused = Type.Object(
  {
    success: Type.Literal(false),
    message: text('A sentence for people.'),
    login_failed_count: Type.Optional(Type.Integer({ description: 'How often signing in to this name has failed.' })),
  },
  { title: 'SignInRefused' },
)

const FieldProblems = Type.Object(
  {
    message: text('The first problem, and how many more there are.'),
    errors: Type.Object({ email: Type.Optional(Type.Array(Type.String())), password: Type.Optional(Type.Array(Type.String())) }),
  },
  { title: 'FieldProblems' },
)

const TokenInBody = Type.Object(
  { token: Type.Optional(text('The token, if `Authorization` does not hold it.')) },
  { title: 'TokenInBody', additionalProperties: true },
)

const SignedOut = Type.Object({ message: Type.Literal('Successfully logged out') }, { title: 'SignedOut' })

const RATE_HEADERS: Headers = {
  ...RETRY_AFTER,
  'X-RateLimit-Limit': { description: 'How many attempts there are at once.', schema: Type.Integer() },
  'X-RateLimit-Remaining': { description: 'How many are left.', schema: Type.Integer() },
  'X-RateLimit-Reset': { description: 'When to ask again, in seconds since 1970.', schema: Type.Integer() },
}

const HOW_PRESENTED =
  'The token stands in `Authorization`, as it is or after `Bearer`, or is the member `token` of the body. Two places with different tokens are refused.'

function at(path: string) {
  return { path: `${BASE}${path}`, aliases: OTHER_BASES.map((base) => `${base}${path}`), method: 'POST', errors: json(Problem) } as const
}

const anyBody = { content: { ...json(TokenInBody), ...form(TokenInBody) }, isRequired: false }

function signIn({ name, answersDaysLeft }: Dialect): Operation {
  return {
    id: `${name}-sign-in`,
    ...at(PATHS.login),
    summary: 'Sign in',
    description: 'A name that nobody has and a wrong password are answered alike.',
    body: { content: { ...json(LoginRequest), ...form(LoginRequest) }, isRequired: true },
    answers: {
      200: { description: 'The token.', content: json(answersDaysLeft ? LoginAnswer : TokenAnswer) },
      401: { description: 'The name or the password is wrong, or nobody can sign in here.', content: json(SignInRefused) },
      422: { description: 'A field is missing, empty, or no text.', content: json(FieldProblems) },
      429: { description: 'Too many attempts.', content: json(Problem), headers: RATE_HEADERS },
    },
  }
}

function refresh({ name }: Dialect): Operation {
  return {
    id: `${name}-refresh-token`,
    ...at(PATHS.refresh),
    summary: 'Get the next token',
    description: `The token itself is what refreshes it, for 3 days after it has expired. Asked again with the same token, the answer is the same. ${HOW_PRESENTED}`,
    credentials: [['raw'], ['bearer'], []],
    body: anyBody,
    answers: {
      200: { description: 'The next token.', content: json(TokenAnswer) },
      400: { description: 'It is a permanent token, which is not refreshed.', content: json(Refused) },
      401: {
        description: 'There is no token of ours, or it was refreshed or signed out already, or too long ago.',
        content: json(Type.Union([Refused, Problem])),
      },
    },
  }
}

function signOut({ name }: Dialect): Operation {
  return {
    id: `${name}-sign-out`,
    ...at(PATHS.logout),
    summary: 'Sign out',
    description: `No token of this sign-in is good or can be refreshed any more. Not in the platform's document. ${HOW_PRESENTED}`,
    credentials: [['raw'], ['bearer'], []],
    body: anyBody,
    answers: {
      200: { description: 'Signed out, now or before.', content: json(SignedOut) },
      400: { description: 'It is a permanent token, which belongs to no sign-in.', content: json(Refused) },
      401: { description: 'There is no token of ours.', content: json(Problem) },
    },
  }
}

export function operationsOf(dialect: Dialect): readonly Operation[] {
  return [signIn(dialect), refresh(dialect), signOut(dialect)]
}
