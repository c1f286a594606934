/** `/account/password`: a person who knows the password sets another one. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { LANGUAGE_FIELD } from '../../pages/language-choice.tsx'
import { OWN_ANSWER, OWN_FIELDS } from '../../pages/own-form.ts'
import { type ChangePasswordProblem, renderChangePassword } from '../../pages/render-change-password.tsx'
import type { ChangePassword } from '../../use-cases/use-cases.ts'
import type { DoorDeps } from '../front-door.ts'
import { sendErrorPage, sendPage, settingChosen } from '../pages.ts'
import { readQuery } from '../query.ts'
import { formOf, keepSignedIn, leadToAccount, ownBrowserOf, ownFormOf } from './own-form-page.ts'
import { DOOR, FORM, PATHS } from './wire.ts'

type Refused = Extract<Awaited<ReturnType<ChangePassword>>, { ok: false }>['refusal']
type Wrong = Exclude<Refused, { readonly code: 'browser_session_over' | 'form_token_invalid' }>

const STATUS_OF: Readonly<Record<Wrong['code'], number>> = {
  password_wrong: 403,
  throttled: 429,
  password_too_short: 422,
  password_too_long: 422,
  password_common: 422,
  password_same: 422,
}

export function createPasswordPage({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  async function show(request: FastifyRequest, reply: FastifyReply, { chosen, shown, problem, status = 200 }: Showing) {
    const described = await useCases.describeBrowserSession(ownBrowserOf(request))
    if (!described.ok) return leadToAccount(request, reply)
    const { account, formToken } = described.value
    const setting = settingChosen(request, reply, chosen, shown)
    const [loginId = ''] = account.loginIds
    return sendPage(reply, status, renderChangePassword({ setting, formToken, loginId, problem }))
  }

  return async (app) => {
    app.get(PATHS.password, async (request, reply) => {
      const { [LANGUAGE_FIELD]: chosen, ui_locales: proposed } = readQuery(request, [LANGUAGE_FIELD, 'ui_locales'])
      return show(request, reply, { chosen: chosen ?? proposed })
    })

    app.post(PATHS.password, FORM, async (request, reply) => {
      const form = formOf(request)
      const { [LANGUAGE_FIELD]: chosen, [OWN_FIELDS.locales]: shown } = form
      if (form[OWN_FIELDS.answer] !== OWN_ANSWER) return show(request, reply, { chosen, shown }) // a button of another language
      const { [OWN_FIELDS.current]: current = '', [OWN_FIELDS.password]: password = '' } = form
      const { language } = settingChosen(request, reply, chosen, shown)
      const outcome = await useCases.changePassword({ ...ownFormOf(request), door: DOOR, current, password, language })
      if (outcome.ok) return keepSignedIn(request, reply, outcome.value)
      const { refusal } = outcome
      if (refusal.code === 'form_token_invalid') return sendErrorPage(request, reply, 403, 'cross_site')
      if (refusal.code === 'browser_session_over') return leadToAccount(request, reply)
      if (refusal.code === 'throttled') reply.header('retry-after', refusal.retryAfterSeconds)
      return show(request, reply, { chosen, shown, problem: problemOf(refusal), status: STATUS_OF[refusal.code] })
    })
  }
}

interface Showing {
  /** A language that the person has chosen. */
  readonly chosen?: string | undefined
  /** The language in which the form was shown. */
  readonly shown?: string | undefined
  readonly problem?: ChangePasswordProblem | undefined
  readonly status?: number
}

function problemOf(refusal: Wrong): ChangePasswordProblem {
  switch (refusal.code) {
    case 'password_wrong':
      return { kind: 'current' }
    case 'throttled':
      return { kind: 'throttled', retryAfterSeconds: refusal.retryAfterSeconds }
    case 'password_too_short':
      return { kind: 'password-short' }
    case 'password_too_long':
      return { kind: 'password-long' }
    case 'password_common':
      return { kind: 'password-common' }
    case 'password_same':
      return { kind: 'password-same' }
  }
}
