/** What Laravel does to the fields of a request before and while it validates them, and how it says what is wrong. */
import type { FastifySchemaValidationError } from 'fastify'
import type { WireError } from '../wire-error.ts'

const FIELDS = ['email', 'password'] as const

/**
 * The fields as they are validated: blanks around `email` cut off (never around a password), and what is empty is as if it were not there.
 * @param body anything that a JSON or a form body can be; what is no object has no fields
 */
export function trimFields(body: unknown): Record<string, unknown> {
  if (!isObject(body)) return {}
  const { email, password } = body
  const fields = { email: typeof email === 'string' ? email.trim() : email, password }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)))
}

/** 422: the first message, how many more there are, and all of them by field. */
export function unprocessable(violations: readonly FastifySchemaValidationError[]): WireError {
  const errors: Record<string, readonly string[]> = {}
  for (const field of FIELDS) {
    const message = messageOn(field, violations)
    if (message !== undefined) errors[field] = [message]
  }
  const [first = 'The given data was invalid.', ...others] = Object.values(errors).flat()
  return { status: 422, body: { message: first + andMore(others.length), errors } }
}

function messageOn(field: string, violations: readonly FastifySchemaValidationError[]): string | undefined {
  if (violations.some(({ keyword, params }) => keyword === 'required' && params.missingProperty === field)) {
    return `The ${field} field is required.`
  }
  if (violations.some(({ instancePath }) => instancePath === `/${field}`)) return `The ${field} must be a string.`
  return undefined
}

function andMore(count: number): string {
  if (count === 0) return ''
  return ` (and ${count} more error${count === 1 ? '' : 's'})`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}
