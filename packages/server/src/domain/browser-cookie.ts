import { createHash, timingSafeEqual } from 'node:crypto'
import { decodeBase64Url } from './base64url.ts'
import type { Randomness } from './randomness.ts'

/**
 * What a browser holds for one sign-in: random bytes in a cookie of its own. With them it shows that it is the browser in which the page
 * was opened, and after the sign-in, with new ones, that it is the browser in which it was finished.
 */
const KEY_BYTES = 32

export function makeBrowserKey(randomness: Randomness): string {
  return randomness.bytes(KEY_BYTES).toString('base64url')
}

export function isBrowserKey(text: string | undefined): text is string {
  return text !== undefined && decodeBase64Url(text)?.length === KEY_BYTES
}

/** The name of a sign-in's cookie. `__Host-`: only this host, by TLS or on this machine, can set it (RFC 6265bis, section 4.1.3.2). */
export function signInCookieName(state: string): string {
  return `__Host-sign-in-${digestText(state).slice(0, 16)}`
}

/** What is kept of a browser's key, or of anything else that is compared and not shown: its SHA-256 in base64url. */
export function digestText(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

export function isDigestOf(digest: string, text: string): boolean {
  const [kept, ours] = [Buffer.from(digest), Buffer.from(digestText(text))]
  return kept.length === ours.length && timingSafeEqual(kept, ours)
}
