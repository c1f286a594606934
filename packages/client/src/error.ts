/** What a caller does about it differs from code to code; the codes are stable. */
export type ErrorCode =
  /** Only a person, or the program's own sign-in, can go on. */
  | 'reauthentication_required'
  /** The platform said no to the name and password, the code, or the client. */
  | 'credentials_refused'
  | 'rate_limited'
  | 'network'
  | 'timeout'
  /** The platform answered that it cannot serve now. */
  | 'unavailable'
  | 'unexpected_answer'
  /** The place where tokens are kept cannot be read or written. */
  | 'store_unavailable'
  | 'configuration'

export interface ErrorDetails {
  readonly retryAfterSeconds?: number | undefined
  /** Of the answer that caused it. */
  readonly status?: number | undefined
  /** Whether the platform may have done what it was asked: `not_done` is safe to ask again. */
  readonly outcome?: 'not_done' | 'unknown' | undefined
  readonly cause?: unknown
}

/** The one error of this package. Its message ends with what to do, and holds no token, code or password. */
export class RingkeyError extends Error {
  override readonly name: string = 'RingkeyError'
  readonly code: ErrorCode
  readonly retryAfterSeconds: number | undefined
  readonly status: number | undefined
  readonly outcome: 'not_done' | 'unknown' | undefined

  constructor(code: ErrorCode, message: string, { retryAfterSeconds, status, outcome, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? {} : { cause })
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
    this.status = status
    this.outcome = outcome
  }
}

/** Passing trouble: the same request may succeed later. */
export function isPassing({ code }: RingkeyError): boolean {
  return ['rate_limited', 'network', 'timeout', 'unavailable'].includes(code)
}
