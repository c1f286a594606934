/** `/account/export`: what is kept of a person, as a file for that person. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { FORM_TOKEN_FIELD } from '../../pages/render-account.tsx'
import { callerOf } from '../caller.ts'
import { cookieOf } from '../cookies.ts'
import type { DoorDeps } from '../front-door.ts'
import { sendErrorPage } from '../pages.ts'
import { tenantOf } from '../request-context.ts'
import { writeOwnData } from './own-data.ts'
import { FORM, OWN_DATA_HEADERS, PATHS, sessionCookieName } from './wire.ts'

export function createAccountData({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    /** Where a link leads here, nothing happens: the page has a button. */
    app.get(PATHS.exportData, async (_request, reply) => reply.redirect(`..${PATHS.account}`, 303))

    app.post(PATHS.exportData, FORM, async (request, reply) => {
      const tenant = tenantOf(request)
      const form = (request.body ?? {}) as Readonly<Record<string, string>> // `bodies: 'form'` lets nothing else through
      const outcome = await useCases.exportOwnData({
        tenant,
        browserSession: cookieOf(request, sessionCookieName(tenant.name)),
        formToken: form[FORM_TOKEN_FIELD] ?? '',
        caller: callerOf(request),
      })
      if (outcome.ok) return reply.headers(OWN_DATA_HEADERS).send(writeOwnData(outcome.value))
      if (outcome.refusal.code === 'form_token_invalid') return sendErrorPage(request, reply, 403, 'cross_site')
      return reply.redirect(`..${PATHS.account}`, 303) // which asks for a sign-in
    })
  }
}
