/** `ANY /verify?scope=a+b&aud=x`: may a call with this token pass? The status alone decides. */
import { METHODS } from 'node:http'
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { Tenant } from '../../domain/tenant.ts'
import type { CheckedToken, UseCases } from '../../use-cases/use-cases.ts'
import { readAuthorization } from '../bearer.ts'
import { parseFormPairs } from '../form-pairs.ts'
import { tenantOf } from '../request-context.ts'
import { answerError, refuse } from '../wire-error.ts'
import { headerText } from './header-text.ts'
import { MAX_VERIFY_CACHE_SECONDS, VERIFY_BAD_QUESTION, VERIFY_NO_TOKEN, verifyRefusals } from './wire.ts'

/** A gateway repeats its client's method. `CONNECT` never gets as far as a path, and `TRACE` is refused on every one. */
export const ANY_METHOD = METHODS.filter((method) => method !== 'CONNECT' && method !== 'TRACE')

interface Question {
  readonly requiredScope: string
  readonly requiredAudience: string | undefined
}

/**
 * Answers in `onRequest`, before anything looks at a body or its type: both are the gateway's client's and none of our business.
 */
export function createVerify(authorizeCall: UseCases['authorizeCall'], readsRawTokens: boolean): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const question = readQuestion(request.raw.url ?? '')
    if (question === undefined) return answerError(reply, VERIFY_BAD_QUESTION)
    const token = presentedToken(request, readsRawTokens)
    if (token === undefined) return answerError(reply, VERIFY_NO_TOKEN)
    const tenant = tenantOf(request)
    const outcome = await authorizeCall({ tenant, token, ...question })
    if (!outcome.ok) return refuse(reply, verifyRefusals(question.requiredScope), outcome.refusal)
    return allow(reply, tenant, outcome.value)
  }
}

/** Fails closed: a parameter that is unknown, empty or repeated may be a misspelt `scope`, or a variable of a gateway that was reset. */
function readQuestion(url: string): Question | undefined {
  const mark = url.indexOf('?')
  if (mark < 0) return { requiredScope: '', requiredAudience: undefined }
  const question = url.slice(mark + 1)
  if (question.split('&').includes('')) return undefined // a parameter that was meant to be there
  const pairs = parseFormPairs(question)
  if (!pairs.ok || pairs.value.size === 0) return undefined
  for (const [name, value] of pairs.value) {
    if ((name !== 'scope' && name !== 'aud') || value.trim() === '') return undefined
  }
  return { requiredScope: pairs.value.get('scope') ?? '', requiredAudience: pairs.value.get('aud') }
}

function presentedToken(request: FastifyRequest, readsRawTokens: boolean): string | undefined {
  const authorization = readAuthorization(request.headers.authorization)
  if (authorization.kind === 'bearer') return authorization.token
  return authorization.kind === 'raw' && readsRawTokens ? authorization.token : undefined
}

/** nginx 1.22 heeds whichever of `X-Accel-Expires` and `Cache-Control` comes first, so their order is part of the answer. */
function allow(reply: FastifyReply, tenant: Tenant, token: CheckedToken): FastifyReply {
  return reply
    .code(200)
    .headers({
      'x-accel-expires': String(Math.min(MAX_VERIFY_CACHE_SECONDS, token.expiresInSeconds)),
      'cache-control': 'no-store',
      'x-auth-subject': headerText(token.subject),
      ...(token.actor === undefined ? {} : { 'x-auth-actor': headerText(token.actor) }),
      'x-auth-client': headerText(token.clientId),
      'x-auth-scope': headerText(token.scope),
      'x-auth-tenant': headerText(tenant.name),
      'x-auth-expires': String(token.expiresAt),
    })
    .send()
}
