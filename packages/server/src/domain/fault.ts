/**
 * The store, or something else that we depend on, cannot answer now and may later. Answered 503 with `Retry-After`.
 * Every other thrown thing is a bug and answered 500.
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds: number, options?: { cause?: unknown }) {
    super(message, options)
    this.retryAfterSeconds = retryAfterSeconds
  }
}
