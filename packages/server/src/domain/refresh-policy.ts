/**
 * How long a lost answer may be asked for again. It is the application's choice, because a browser, a smart speaker and a
 * script shared by several programs lose answers differently.
 */
export type RefreshPolicy =
  | { readonly name: 'strict'; readonly windowSeconds: number }
  /** Until the successor is used. */
  | { readonly name: 'device' }
  | { readonly name: 'bearer'; readonly windowSeconds: number }

export type RefreshPolicyName = RefreshPolicy['name']

/** A window shorter than this is not offered: an honest client on a bad line would lose its session. */
export const MIN_WINDOW_SECONDS = 10
const STRICT_WINDOW_SECONDS = 30
/** Programs that share one token notice its renewal only when theirs has run out; then they need time to ask. */
const BEARER_MARGIN_SECONDS = 300

export function defaultPolicy(name: RefreshPolicyName, accessSeconds: number): RefreshPolicy {
  switch (name) {
    case 'strict':
      return { name, windowSeconds: STRICT_WINDOW_SECONDS }
    case 'bearer':
      return { name, windowSeconds: accessSeconds + BEARER_MARGIN_SECONDS }
    case 'device':
      return { name }
  }
}

/** @returns the window in milliseconds; Infinity where only the successor's use ends it */
export function windowMs(policy: RefreshPolicy): number {
  return policy.name === 'device' ? Number.POSITIVE_INFINITY : policy.windowSeconds * 1000
}

/** The longest `Retry-After`, in seconds, that a refresh under this policy may be told: a third of the window. */
export function maxRetryAfterSeconds(policy: RefreshPolicy): number {
  return Math.max(1, Math.floor(Math.min(windowMs(policy), 90_000) / 3000))
}
