/** `/account/delete` and `/account/keep`: a person leaves, or stays after all. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { LANGUAGE_FIELD } from '../../pages/language-choice.tsx'
import { LEAVING_FIELDS } from '../../pages/leaving-form.ts'
import { FORM_TOKEN_FIELD } from '../../pages/render-account.tsx'
import { type LeaveProblem, renderLeave, renderLeft, renderStayed } from '../../pages/render-leaving.tsx'
import { callerOf } from '../caller.ts'
import { clearCookie, cookieOf } from '../cookies.ts'
import type { DoorDeps } from '../front-door.ts'
import { sendErrorPage, sendPage, settingChosen } from '../pages.ts'
import { readQuery } from '../query.ts'
import { tenantOf } from '../request-context.ts'
import { FORM, PATHS, sessionCookieName } from './wire.ts'

export function createLeavingPages({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(PATHS.leave, async (request, reply) => {
      const tenant = tenantOf(request)
      const { [LANGUAGE_FIELD]: chosen } = readQuery(request, [LANGUAGE_FIELD])
      const outcome = await useCases.describeBrowserSession({ tenant, browserSession: cookieOf(request, sessionCookieName(tenant.name)) })
      if (!outcome.ok) return reply.redirect(`..${PATHS.account}`, 303) // which asks for a sign-in
      const { formToken } = outcome.value
      return sendPage(reply, 200, renderLeave({ setting: settingChosen(request, reply, chosen), formToken, problem: undefined }))
    })

    app.post(PATHS.leave, FORM, async (request, reply) => {
      const tenant = tenantOf(request)
      const form = formOf(request)
      const { [FORM_TOKEN_FIELD]: formToken = '', [LEAVING_FIELDS.password]: password = '' } = form
      const setting = settingChosen(request, reply, undefined, form[LEAVING_FIELDS.locales])
      const name = sessionCookieName(tenant.name)
      const outcome = await useCases.deleteOwnAccount({
        tenant,
        browserSession: cookieOf(request, name),
        formToken,
        password,
        language: setting.language,
        caller: callerOf(request),
      })
      if (outcome.ok) {
        clearCookie(reply, name)
        return sendPage(reply, 200, renderLeft({ setting, erasesAt: outcome.value.erasesAt }))
      }
      const { refusal } = outcome
      const again = (status: number, problem: LeaveProblem) => sendPage(reply, status, renderLeave({ setting, formToken, problem }))
      switch (refusal.code) {
        case 'form_token_invalid':
          return sendErrorPage(request, reply, 403, 'cross_site')
        case 'browser_session_over':
          return reply.redirect(`..${PATHS.account}`, 303)
        case 'password_wrong':
          return again(403, { kind: 'password' })
        case 'throttled':
          reply.header('retry-after', refusal.retryAfterSeconds)
          return again(429, { kind: 'throttled', retryAfterSeconds: refusal.retryAfterSeconds })
      }
    })

    /** Where a link leads here, nothing happens: a sign-in leads to the page that has a button. */
    app.get(PATHS.keep, async (_request, reply) => reply.redirect(`..${PATHS.account}`, 303))

    app.post(PATHS.keep, FORM, async (request, reply) => {
      const form = formOf(request)
      const setting = settingChosen(request, reply, undefined, form[LEAVING_FIELDS.locales])
      const leaving = form[LEAVING_FIELDS.leaving] ?? ''
      const outcome = await useCases.keepAccount({ tenant: tenantOf(request), leaving, caller: callerOf(request) })
      if (!outcome.ok) return sendErrorPage(request, reply, 400, 'sign_in_request_invalid')
      return sendPage(reply, 200, renderStayed({ setting }))
    })
  }
}

function formOf({ body }: FastifyRequest): Readonly<Record<string, string>> {
  return (body ?? {}) as Readonly<Record<string, string>> // `bodies: 'form'` lets nothing else through
}
