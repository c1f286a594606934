/** When a token is too old. All durations are milliseconds. */
import type { Grant } from '../grant.ts'

/** `soft`: good, and time to renew it. `hard`: not good any more. */
export type Freshness = 'fresh' | 'soft' | 'hard'

const MAX_HARD_MS = 60_000
const HARD_SHARE = 0.05
const SOFT_FROM = 0.75
const SOFT_SPREAD = 0.15

/**
 * @param at by the platform's clock
 * @param jitter at least 0, less than 1: keepers that began together do not renew together
 */
export function assess(grant: Grant, at: number, jitter: number, minValidityMs: number): Freshness {
  const { issuedAt, expiresAt } = grant
  if (expiresAt === undefined) return 'fresh'
  const life = expiresAt - issuedAt
  const left = expiresAt - at
  if (left <= Math.max(Math.min(MAX_HARD_MS, life * HARD_SHARE), minValidityMs)) return 'hard'
  return at >= issuedAt + life * (SOFT_FROM + SOFT_SPREAD * jitter) ? 'soft' : 'fresh'
}
