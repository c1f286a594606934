/** A request of a form and its answer, as a person may see them: as they cross the wire, but for secrets. */
import { STATUS_CODES } from 'node:http'
import { parseJson, type TrialAnswer, type TrialOutcome, type TrialRequest, type TrialStep, type TrialValues } from '../door-trial.ts'

const MASK = '********'
const SHOWN_OF_A_TOKEN = 12

/** The request is made anew, of masked values, so that no secret is looked for in a text in which it may be spelt in many ways. */
export function showRequest({ fields, request }: TrialStep, values: TrialValues, baseUrl: string): string {
  const masked = fields.map(({ name, kind }) => [name, maskOf(kind, values[name] ?? '')] as const)
  const { method, path, headers, body } = request(Object.fromEntries(masked))
  return [`${method} ${baseUrl}${path}`, ...linesOf(headers), ...(body === undefined ? [] : ['', body])].join('\n')
}

function maskOf(kind: TrialStep['fields'][number]['kind'], value: string): string {
  if (kind === 'text') return value
  if (kind === 'password' || value.length < 4 * SHOWN_OF_A_TOKEN) return value === '' ? '' : MASK
  return `${value.slice(0, SHOWN_OF_A_TOKEN)}...`
}

/** Of the connection, and no part of what the door says. */
const HOP_HEADERS: ReadonlySet<string> = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'])

export function showAnswer({ status, headers, body }: TrialAnswer): string {
  const told = Object.entries(headers).filter(([name]) => !HOP_HEADERS.has(name))
  return [`${status} ${STATUS_CODES[status] ?? ''}`.trim(), ...linesOf(Object.fromEntries(told)), ...(body === '' ? [] : ['', body])].join(
    '\n',
  )
}

function linesOf(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
}

/** Visible ASCII, blanks inside (RFC 9110, section 5.5): what is not is no header that a client could send. */
const FIELD_VALUE = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/

/** A little less than the head of a request may have (`listen.ts`). */
const MAX_HEAD_BYTES = 15 * 1024

/** Whether a client could send it. What a person typed stands in headers as it is. */
export function canBeSent({ path, headers }: TrialRequest): boolean {
  const lines = Object.entries(headers)
  const headBytes = lines.reduce((sum, [name, value]) => sum + name.length + value.length + 4, path.length)
  return headBytes <= MAX_HEAD_BYTES && lines.every(([, value]) => FIELD_VALUE.test(value))
}

/** What an answer comes to, for a person. */
export function sayAnswer(answer: TrialAnswer, outcome: TrialOutcome | undefined): string {
  const { status, headers } = answer
  if (outcome?.signInAt !== undefined)
    return 'The login has begun. Sign in as the person whose token it is to be, and come back here with the code.'
  if (outcome !== undefined) return 'The door has answered with a token.'
  const after = headers['retry-after']
  if (status === 429) return `Too many attempts. ${after === undefined ? 'Try again later.' : `Try again in ${after} seconds.`}`
  if (status === 503) return `The server has too much to do. ${after === undefined ? 'Try again later.' : `Try again in ${after} seconds.`}`
  if (status >= 500) return 'Something went wrong on the side of the server.'
  const said = messageIn(answer.body)
  return said === undefined ? `The door has refused this with status ${status}.` : `The door has refused this: ${said}`
}

/** In the members that the platforms have for it. */
function messageIn(body: string): string | undefined {
  const parsed = parseJson(body)
  if (typeof parsed !== 'object' || parsed === null) return undefined
  const members = ['message', 'error_description', 'error'].map((name): unknown => Reflect.get(parsed, name))
  return members.find((member) => typeof member === 'string' && member !== '') as string | undefined // found by its type
}
