/** `/account/delete` and `/account/keep`: a person leaves, or stays after all. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { LANGUAGE_FIELD } from '../../pages/language-choice.tsx'
import { LEAVING_FIELDS } from '../../pages/leaving-form.ts'
import { type LeaveProblem, renderLeave, renderLeft, renderStayed } from '../../pages/render-leaving.tsx'
import { callerOf } from '../caller.ts'
import { clearCookie } from '../cookies.ts'
import type { DoorDeps } from '../front-door.ts'
import { sendErrorPage, sendPage, settingChosen } from '../pages.ts'
import { readQuery } from '../query.ts'
import { tenantOf } from '../request-context.ts'
import { formOf, leadToAccount, ownBrowserOf, ownFormOf } from './own-form-page.ts'
import { FORM, PATHS, sessionCookieName } from './wire.ts'

export function createLeavingPages({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(PATHS.leave, async (request, reply) => {
      const { [LANGUAGE_FIELD]: chosen } = readQuery(request, [LANGUAGE_FIELD])
      const outcome = await useCases.describeBrowserSession(ownBrowserOf(request))
      if (!outcome.ok) return leadToAccount(request, reply)
      const { formToken } = outcome.value
      return sendPage(reply, 200, renderLeave({ setting: settingChosen(request, reply, chosen), formToken, problem: undefined }))
    })

    app.post(PATHS.leave, FORM, async (request, reply) => {
      const form = formOf(request)
      const { [LEAVING_FIELDS.password]: password = '' } = form
      const setting = settingChosen(request, reply, undefined, form[LEAVING_FIELDS.locales])
      const own = ownFormOf(request)
      const { formToken } = own
      const outcome = await useCases.deleteOwnAccount({ ...own, password, language: setting.language })
      if (outcome.ok) {
        clearCookie(reply, sessionCookieName(own.tenant.name))
        return sendPage(reply, 200, renderLeft({ setting, erasesAt: outcome.value.erasesAt }))
      }
      const { refusal } = outcome
      const again = (status: number, problem: LeaveProblem) => sendPage(reply, status, renderLeave({ setting, formToken, problem }))
      switch (refusal.code) {
        case 'form_token_invalid':
          return sendErrorPage(request, reply, 403, 'cross_site')
        case 'browser_session_over':
          return leadToAccount(request, reply)
        case 'password_wrong':
          return again(403, { kind: 'password' })
        case 'throttled':
          reply.header('retry-after', refusal.retryAfterSeconds)
          return again(429, { kind: 'throttled', retryAfterSeconds: refusal.retryAfterSeconds })
      }
    })

    /** Where a link leads here, nothing happens: a sign-in leads to the page that has a button. */
    app.get(PATHS.keep, async (request, reply) => leadToAccount(request, reply))

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
