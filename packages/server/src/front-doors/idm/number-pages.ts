/** `/account/number`: a person proves another number, which takes the place of the present one. Two pages. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { LANGUAGE_FIELD } from '../../pages/language-choice.tsx'
import { OWN_ANSWER, OWN_FIELDS } from '../../pages/own-form.ts'
import type { Page, PageSetting } from '../../pages/page.ts'
import {
  type ChangeNumberProblem,
  type ConfirmNumberProblem,
  renderChangeNumber,
  renderConfirmNumber,
} from '../../pages/render-change-number.tsx'
import type { AskToChangeNumber, ChangeNumber } from '../../use-cases/use-cases.ts'
import type { DoorDeps } from '../front-door.ts'
import { sendErrorPage, sendPage, settingChosen } from '../pages.ts'
import { readQuery } from '../query.ts'
import { formOf, keepSignedIn, leadToAccount, ownBrowserOf, ownFormOf } from './own-form-page.ts'
import { DOOR, FORM, PATHS } from './wire.ts'

type Refused<Verb extends (...request: never[]) => Promise<unknown>> = Extract<Awaited<ReturnType<Verb>>, { ok: false }>['refusal']
/** What is told by another page than that of the form. */
type Elsewhere = { readonly code: 'browser_session_over' | 'form_token_invalid' | 'number_change_closed' }
type AskedWrong = Exclude<Refused<AskToChangeNumber>, Elsewhere>
type GivenWrong = Exclude<Refused<ChangeNumber>, Elsewhere>

const STATUS_OF: Readonly<Record<AskedWrong['code'] | GivenWrong['code'], number>> = {
  phone_unreadable: 422,
  phone_not_served: 422,
  number_same: 422,
  password_wrong: 403,
  code_wrong: 403,
  throttled: 429,
  messages_exhausted: 429,
  guesses_exhausted: 429,
}

export function createNumberPages({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  /** A page of who is signed in and may change the number. */
  async function show(request: FastifyRequest, reply: FastifyReply, setting: PageSetting, render: Render, status = 200) {
    const described = await useCases.describeBrowserSession(ownBrowserOf(request))
    if (!described.ok) return leadToAccount(request, reply)
    if (!described.value.mayChangeNumber) return sendErrorPage(request, reply, 404, 'not_found')
    return sendPage(reply, status, render({ setting, formToken: described.value.formToken }))
  }

  async function ask(request: FastifyRequest, reply: FastifyReply) {
    const form = formOf(request)
    const { [OWN_FIELDS.phone]: phone = '', [OWN_FIELDS.current]: current = '' } = form
    const setting = settingChosen(request, reply, form[LANGUAGE_FIELD], form[OWN_FIELDS.locales])
    const again = (problem?: ChangeNumberProblem, status?: number) =>
      show(request, reply, setting, (parts) => renderChangeNumber({ ...parts, phone, problem }), status)
    if (form[OWN_FIELDS.answer] !== OWN_ANSWER) return again() // a button of another language
    const asked = await useCases.askToChangeNumber({ ...ownFormOf(request), current, phone, language: setting.language })
    if (asked.ok) return show(request, reply, setting, (parts) => renderConfirmNumber({ ...parts, ...asked.value }))
    const { refusal } = asked
    if (isElsewhere(refusal)) return answerElsewhere(request, reply, refusal)
    if ('retryAfterSeconds' in refusal) reply.header('retry-after', refusal.retryAfterSeconds)
    return again(problemOf(refusal), STATUS_OF[refusal.code])
  }

  async function give(request: FastifyRequest, reply: FastifyReply) {
    const form = formOf(request)
    const { [OWN_FIELDS.codeId]: codeId = '', [OWN_FIELDS.phone]: number = '', [OWN_FIELDS.code]: code = '' } = form
    const setting = settingChosen(request, reply, form[LANGUAGE_FIELD], form[OWN_FIELDS.locales])
    const again = (problem?: ConfirmNumberProblem, status?: number) =>
      show(request, reply, setting, (parts) => renderConfirmNumber({ ...parts, codeId, number, problem }), status)
    if (form[OWN_FIELDS.answer] !== OWN_ANSWER) return again() // a button of another language
    const { language } = setting
    const changed = await useCases.changeNumber({ ...ownFormOf(request), door: DOOR, codeId, code: code.trim(), language })
    if (changed.ok) return keepSignedIn(request, reply, changed.value)
    const { refusal } = changed
    if (isElsewhere(refusal)) return answerElsewhere(request, reply, refusal)
    if (refusal.code === 'code_wrong') return again({ kind: 'code' }, STATUS_OF[refusal.code])
    reply.header('retry-after', refusal.retryAfterSeconds)
    return again({ kind: 'throttled', retryAfterSeconds: refusal.retryAfterSeconds }, STATUS_OF[refusal.code])
  }

  return async (app) => {
    app.get(PATHS.number, async (request, reply) => {
      const { [LANGUAGE_FIELD]: chosen, ui_locales: proposed } = readQuery(request, [LANGUAGE_FIELD, 'ui_locales'])
      const setting = settingChosen(request, reply, chosen ?? proposed)
      return show(request, reply, setting, (parts) => renderChangeNumber({ ...parts, phone: '' }))
    })
    app.post(PATHS.number, FORM, ask)
    /** Who loads the second page anew begins again. */
    app.get(PATHS.numberCode, async (_request, reply) => reply.redirect('../number', 303))
    app.post(PATHS.numberCode, FORM, give)
  }
}

type Render = (parts: { readonly setting: PageSetting; readonly formToken: string }) => Page

function isElsewhere<R extends { readonly code: string }>(refusal: R): refusal is Extract<R, Elsewhere> {
  return ['browser_session_over', 'form_token_invalid', 'number_change_closed'].includes(refusal.code)
}

function answerElsewhere(request: FastifyRequest, reply: FastifyReply, { code }: Elsewhere): FastifyReply {
  if (code === 'browser_session_over') return leadToAccount(request, reply)
  return code === 'form_token_invalid' ? sendErrorPage(request, reply, 403, 'cross_site') : sendErrorPage(request, reply, 404, 'not_found')
}

function problemOf(refusal: AskedWrong): ChangeNumberProblem {
  switch (refusal.code) {
    case 'phone_unreadable':
    case 'phone_not_served':
      return { kind: 'phone' }
    case 'number_same':
      return { kind: 'same' }
    case 'password_wrong':
      return { kind: 'current' }
    case 'throttled':
      return { kind: 'throttled', retryAfterSeconds: refusal.retryAfterSeconds }
    case 'messages_exhausted':
      return { kind: 'messages', retryAfterSeconds: refusal.retryAfterSeconds }
  }
}
