import type { FastifyRequest } from 'fastify'
import { readAuthorization } from '../bearer.ts'

/** Stands for credentials that are no token. No token is spelled with a blank. */
const UNREADABLE = 'unreadable credentials'

/**
 * The token of a refresh or a sign-out: raw or `Bearer` in `Authorization`, else the member `token` of a JSON or form body, and of the
 * query where `readsQuery`. Everything else in the body is passed over.
 * @returns undefined if there is none, or two places hold different ones
 */
export function presentedToken(request: FastifyRequest, { readsQuery }: { readonly readsQuery: boolean }): string | undefined {
  const places = [inHeader(request), memberToken(request.body), readsQuery ? memberToken(request.query) : undefined]
  const tokens = new Set(places.filter((place) => place !== undefined))
  const [token] = tokens
  return tokens.size === 1 && token !== UNREADABLE ? token : undefined
}

function inHeader(request: FastifyRequest): string | undefined {
  const authorization = readAuthorization(request.headers.authorization)
  switch (authorization.kind) {
    case 'none':
      return undefined
    case 'other':
      return UNREADABLE
    default:
      return authorization.token
  }
}

function memberToken(fields: unknown): string | undefined {
  if (typeof fields !== 'object' || fields === null || !('token' in fields)) return undefined
  const { token } = fields
  if (typeof token !== 'string') return undefined
  const authorization = readAuthorization(token)
  return 'token' in authorization ? authorization.token : undefined
}
