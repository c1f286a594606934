import type { FastifyRequest } from 'fastify'

/** What the header `Authorization` says, as far as a token goes. */
export type Authorization =
  /** No header, or what a program writes when it has no token. */
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: string }
  /** One word without a scheme. */
  | { readonly kind: 'raw'; readonly token: string }
  /** Another scheme, or nothing that could be read. */
  | { readonly kind: 'other' }

/** What programs have been seen to send in place of a token: their language's word for nothing. */
const WORDS_FOR_NOTHING = new Set(['', 'none', 'null', 'undefined', 'bearer'])

function isWordForNothing(text: string): boolean {
  return WORDS_FOR_NOTHING.has(text.toLowerCase())
}

/** The scheme is compared without case (RFC 9110, section 11.1). */
export function readAuthorization(header: string | undefined): Authorization {
  const text = header ?? ''
  if (isWordForNothing(text)) return { kind: 'none' }
  const [, scheme = '', token] = /^([\x21-\x7e]+)(?: +([\x21-\x7e]+))?$/.exec(text) ?? []
  if (scheme === '') return { kind: 'other' }
  if (token === undefined) return { kind: 'raw', token: scheme }
  if (scheme.toLowerCase() !== 'bearer') return { kind: 'other' }
  return isWordForNothing(token) ? { kind: 'none' } : { kind: 'bearer', token }
}

/** The token after `Bearer`; undefined for everything else, a token without a scheme included. */
export function bearerTokenOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const authorization = readAuthorization(headers.authorization)
  return authorization.kind === 'bearer' ? authorization.token : undefined
}
