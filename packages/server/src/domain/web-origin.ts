import { parseUrl } from './parse-url.ts'

declare const webOriginBrand: unique symbol
/** Scheme, host and port as a browser writes them in `Origin` (RFC 6454, section 6.2). */
export type WebOrigin = string & { readonly [webOriginBrand]: 'WebOrigin' }

const MAX_WEB_ORIGINS = 20

/**
 * @returns undefined for everything but an origin in its one spelling, over TLS or on this machine: no path, no wildcard, no `null`,
 * which any sandboxed page sends
 */
export function parseWebOrigin(text: string): WebOrigin | undefined {
  const url = parseUrl(text)
  if (url === undefined || url.origin !== text || text.includes('*')) return undefined
  const isOnThisMachine = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  return url.protocol === 'https:' || (url.protocol === 'http:' && isOnThisMachine) ? (text as WebOrigin) : undefined
}

/** @returns undefined if one of them is none, or there are too many */
export function parseWebOrigins(texts: readonly string[]): readonly WebOrigin[] | undefined {
  const origins = [...new Set(texts)].flatMap((text) => parseWebOrigin(text) ?? [])
  return origins.length === new Set(texts).size && origins.length <= MAX_WEB_ORIGINS ? origins : undefined
}
