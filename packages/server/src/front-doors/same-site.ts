import type { FastifyRequest } from 'fastify'
import { parseUrl } from '../domain/parse-url.ts'

/**
 * Whether a form may have come from one of our own pages. A browser says where it comes from by `Sec-Fetch-Site` (W3C Fetch Metadata,
 * section 2.3) or by `Origin`; the latter is `null` for our pages too, because they ask it to tell nobody where it was. A program says
 * neither: it holds no cookies of anybody else's.
 */
export function isFromOwnPage({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  const site = headers['sec-fetch-site']
  const { origin, host } = headers
  if (origin !== undefined && origin !== 'null' && !isOrigin(origin, host)) return false
  if (site !== undefined) return site === 'same-origin'
  return origin !== 'null'
}

function isOrigin(origin: string, host: string | undefined): boolean {
  // An origin has one spelling (RFC 6454, section 6.2), which has no name, password or path.
  const url = parseUrl(origin)
  return url !== undefined && url.origin === origin && url.host === host?.toLowerCase()
}
