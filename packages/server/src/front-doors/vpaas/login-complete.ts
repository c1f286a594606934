/** `GET /user/api/v2/login-complete`: the browser is back from the IDM, and is sent on to the application. */
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { answerAt } from '../../domain/redirect-uri.ts'
import { renderReturn } from '../../pages/render-return.tsx'
import { clearCookie, cookieOf } from '../cookies.ts'
import type { DoorDeps } from '../front-door.ts'
import { sendErrorPage, sendPage, settingFor } from '../pages.ts'
import { readQuery } from '../query.ts'
import { tenantOf } from '../request-context.ts'
import { DOOR } from './wire.ts'

export function createLoginComplete({ useCases }: DoorDeps): RouteHandlerMethod {
  return async (request, reply) => {
    const { code, error, state, iss } = readQuery(request, ['code', 'error', 'state', 'iss'])
    // Neither, or both, is no answer of an identity provider (RFC 6749, section 4.1.2).
    if (state === undefined || (code === undefined) === (error === undefined))
      return sendErrorPage(request, reply, 400, 'login_state_invalid')
    const outcome = await useCases.completeLogin({
      tenant: tenantOf(request),
      door: DOOR,
      state,
      answer: code === undefined ? { kind: 'error' } : { kind: 'code', code },
      issuer: iss,
      cookieOf: (name) => cookieOf(request, name),
    })
    if (!outcome.ok) return sendErrorPage(request, reply, 400, outcome.refusal.code)
    const { redirectUri, code: authCode, applicationName, showsCode, cookieName } = outcome.value
    clearCookie(reply, cookieName)
    if (authCode === undefined) return sendOn(reply, answerAt(redirectUri, { error: 'access_denied' }))
    const appUrl = answerAt(redirectUri, { authCode })
    if (!showsCode || !isShownToPerson(request)) return sendOn(reply, appUrl)
    return sendPage(reply, 200, renderReturn({ setting: settingFor(request), applicationName, appUrl, code: authCode }))
  }
}

function sendOn(reply: FastifyReply, location: string): FastifyReply {
  return reply.code(302).header('location', location).type('text/plain; charset=utf-8').send(`Redirect to ${location}`)
}

/** A browser says what an answer is for (W3C Fetch Metadata, sections 2.1 and 2.2); a program that follows redirects says nothing. */
function isShownToPerson({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
}
