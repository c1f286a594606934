const FIRST_MS = 500
const MAX_MS = 30_000

/**
 * How long to wait after a number of failures in a row: anything from half of a doubling time to all of it.
 * @param random at least 0, less than 1
 */
export function backOffMs(failures: number, random: number): number {
  const longest = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16))
  return longest * (0.5 + random / 2)
}

/** RFC 9110, section 10.2.3: seconds, or a date. @returns seconds; undefined if it is neither */
export function readRetryAfter(value: string | null, serverNow: number): number | undefined {
  if (value === null) return undefined
  if (/^\s*\d+\s*$/.test(value)) return Number(value)
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - serverNow) / 1000))
}
