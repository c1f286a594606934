import type { TransportErrorCode } from './wire-error.ts'

/**
 * A request that goes no further. It is thrown, other than refusals of use cases, because hooks and parsers of the router have no other
 * way to say no; `http/` answers it in the shape of the door whose path it is.
 */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused'
  readonly code: Exclude<TransportErrorCode, 'fault' | 'unavailable'>
  /** Methods that the path answers, where the code is `method_not_allowed`. */
  readonly allow: readonly string[]

  constructor(code: RequestRefused['code'], allow: readonly string[] = []) {
    super(code)
    this.code = code
    this.allow = allow
  }
}
