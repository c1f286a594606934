/** An instant in milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number
/** An instant in whole seconds since 1970-01-01T00:00:00Z; the unit of `exp`, `iat` and `nbf` (RFC 7519, section 2). */
export type EpochSeconds = number

/**
 * The one clock of a store. It never runs backwards, whatever the machine's clock does.
 * @see store-clock.ts for how it is made
 */
export interface Clock {
  now(): EpochMs
  /** When the machine's clock last jumped forward against the monotonic clock; undefined if it never did in this process. */
  lastForwardStepAt(): EpochMs | undefined
}

/** What the operating system says. Only `system-clock.ts` reads it. */
export interface SystemTime {
  /** Wall clock. */
  wallMs(): EpochMs
  /** Milliseconds of a clock that no one sets; only differences mean something. */
  monotonicMs(): number
}

export function toSeconds(at: EpochMs): EpochSeconds {
  return Math.floor(at / 1000)
}

/** What remains until `endsAt`, rounded up, never below 0: a token of one hour answers 3600, not 3599. */
export function remainingSeconds(endsAt: EpochSeconds, at: EpochMs): number {
  return Math.max(0, Math.ceil((endsAt * 1000 - at) / 1000))
}
