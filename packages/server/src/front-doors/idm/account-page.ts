/** `/account`: what is kept of a person, for that person. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { APPLICATION_FIELD } from '../../pages/account-applications.tsx'
import { LANGUAGE_FIELD } from '../../pages/language-choice.tsx'
import { FORM_TOKEN_FIELD, renderAccount, SESSION_FIELD } from '../../pages/render-account.tsx'
import { renderSignedOut } from '../../pages/render-signed-out.tsx'
import { callerOf } from '../caller.ts'
import { clearCookie, cookieOf } from '../cookies.ts'
import type { DoorDeps } from '../front-door.ts'
import { sendErrorPage, sendPage, settingChosen, settingFor } from '../pages.ts'
import { readQuery } from '../query.ts'
import { tenantOf } from '../request-context.ts'
import { formOf, leadToAccount, ownFormOf } from './own-form-page.ts'
import { sendPrompt } from './sign-in-page.ts'
import { FORM, PATHS, sessionCookieName } from './wire.ts'

export function createAccountPage({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(PATHS.account, async (request, reply) => {
      const tenant = tenantOf(request)
      const { [LANGUAGE_FIELD]: chosen, ui_locales: proposed } = readQuery(request, [LANGUAGE_FIELD, 'ui_locales'])
      const browserSession = cookieOf(request, sessionCookieName(tenant.name))
      const outcome = await useCases.describeBrowserSession({
        tenant,
        browserSession,
        chosenLanguage: chosen === undefined ? undefined : settingFor(request, chosen).language,
      })
      if (outcome.ok) {
        const { account, ...page } = outcome.value
        const { id: accountId, name, loginIds, roles, createdAt, passwordSetAt } = account
        const setting = settingChosen(request, reply, chosen ?? proposed)
        const kept = { accountId, name, loginIds, roles, createdAt, passwordSetAt }
        return sendPage(reply, 200, renderAccount({ setting, ...kept, ...page }))
      }
      const prompt = await useCases.askForSignIn({
        tenant,
        purpose: { kind: 'account' },
        browserSession,
        cookieOf: (name) => cookieOf(request, name),
      })
      if (!prompt.ok) throw new Error("a person's own page was refused to the person")
      return sendPrompt(request, reply, prompt.value, { chosen: chosen ?? proposed })
    })

    /** Where a link leads here, nothing happens: the page has a button. */
    for (const path of [PATHS.signOut, PATHS.endSession, PATHS.endApplication])
      app.get(path, async (_request, reply) => reply.redirect(`..${PATHS.account}`, 303))

    app.post(PATHS.endSession, FORM, async (request, reply) => {
      const tenant = tenantOf(request)
      const form = (request.body ?? {}) as Readonly<Record<string, string>> // `bodies: 'form'` lets nothing else through
      const outcome = await useCases.endOwnSession({
        tenant,
        browserSession: cookieOf(request, sessionCookieName(tenant.name)),
        formToken: form[FORM_TOKEN_FIELD] ?? '',
        sessionId: form[SESSION_FIELD] ?? '',
        caller: callerOf(request),
      })
      if (!outcome.ok && outcome.refusal.code === 'form_token_invalid') return sendErrorPage(request, reply, 403, 'cross_site')
      return reply.redirect(`..${PATHS.account}`, 303) // which asks for a sign-in if there is none any more
    })

    app.post(PATHS.endApplication, FORM, async (request, reply) => {
      const { [APPLICATION_FIELD]: applicationId = '' } = formOf(request)
      const outcome = await useCases.endOwnApplication({ ...ownFormOf(request), applicationId })
      if (!outcome.ok && outcome.refusal.code === 'form_token_invalid') return sendErrorPage(request, reply, 403, 'cross_site')
      return leadToAccount(request, reply)
    })

    app.post(PATHS.signOut, FORM, async (request, reply) => {
      const tenant = tenantOf(request)
      const form = (request.body ?? {}) as Readonly<Record<string, string>> // `bodies: 'form'` lets nothing else through
      const name = sessionCookieName(tenant.name)
      const formToken = form[FORM_TOKEN_FIELD] ?? ''
      const outcome = await useCases.endBrowserSession({
        tenant,
        browserSession: cookieOf(request, name),
        formToken,
        caller: callerOf(request),
      })
      if (!outcome.ok) return sendErrorPage(request, reply, 403, 'cross_site')
      clearCookie(reply, name)
      return sendPage(reply, 200, renderSignedOut({ setting: settingFor(request) }))
    })
  }
}
