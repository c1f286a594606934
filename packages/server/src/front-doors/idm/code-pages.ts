/** `/register` and `/recover`: a person proves a number by a code, and makes an account or sets a new password. Two pages each. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { CODE_ANSWER, CODE_FIELDS, type CodeWay } from '../../pages/code-form.ts'
import { LANGUAGE_FIELD } from '../../pages/language-choice.tsx'
import { type AskPhoneProblem, renderAskPhone } from '../../pages/render-ask-phone.tsx'
import { type GiveCodeProblem, renderGiveCode } from '../../pages/render-give-code.tsx'
import type { AskForCode, BrowserSignedIn, Recover, Register } from '../../use-cases/use-cases.ts'
import { clearCookie, cookieOf, setCookie } from '../cookies.ts'
import type { DoorDeps } from '../front-door.ts'
import { sendErrorPage, sendPage, settingChosen } from '../pages.ts'
import { readQuery } from '../query.ts'
import { tenantOf } from '../request-context.ts'
import { browserCallerOf, keepDevice } from './device-cookie.ts'
import { CODE_COOKIE, DOOR, FORM, PATHS, sessionCookieName } from './wire.ts'

type Form = Readonly<Record<string, string>>
type Refused<Verb extends (...request: never[]) => Promise<unknown>> = Extract<Awaited<ReturnType<Verb>>, { ok: false }>['refusal']

interface Way {
  readonly way: CodeWay
  readonly paths: { readonly ask: string; readonly give: string }
  readonly ask: AskForCode
  readonly give: (request: Parameters<Recover>[0], form: Form) => ReturnType<Register>
}

export function createCodePages({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  const ways: readonly Way[] = [
    {
      way: 'register',
      paths: { ask: PATHS.register, give: PATHS.registerCode },
      ask: (request) => useCases.askToRegister(request),
      give: (request, { [CODE_FIELDS.name]: name = '' }) => useCases.register({ ...request, name: name === '' ? undefined : name }),
    },
    {
      way: 'recover',
      paths: { ask: PATHS.recover, give: PATHS.recoverCode },
      ask: (request) => useCases.askToRecover(request),
      give: (request) => useCases.recover(request),
    },
  ]
  return async (app) => {
    for (const way of ways) {
      app.get(way.paths.ask, async (request, reply) => showAsk(way, request, reply))
      app.post(way.paths.ask, FORM, async (request, reply) => ask(way, request, reply))
      /** Who loads the second page anew begins again. */
      app.get(way.paths.give, async (_request, reply) => reply.redirect(`..${way.paths.ask}`, 303))
      app.post(way.paths.give, FORM, async (request, reply) => give(way, request, reply))
    }
  }
}

function isClosed(request: FastifyRequest): boolean {
  return tenantOf(request).phones.registersIn === undefined
}

function showAsk({ way, paths }: Way, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isClosed(request)) return sendErrorPage(request, reply, 404, 'not_found')
  const { [LANGUAGE_FIELD]: chosen, ui_locales: proposed } = readQuery(request, [LANGUAGE_FIELD, 'ui_locales'])
  const setting = settingChosen(request, reply, chosen ?? proposed)
  return sendPage(
    reply,
    200,
    renderAskPhone({ setting, way, action: `${setting.root}${paths.ask.slice(1)}`, phone: '', problem: undefined }),
  )
}

async function ask({ way, paths, ask }: Way, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const form = formOf(request)
  const { [CODE_FIELDS.phone]: phone = '' } = form
  const setting = settingChosen(request, reply, form[LANGUAGE_FIELD], form[CODE_FIELDS.locales])
  const again = (status: number, problem: AskPhoneProblem | undefined) =>
    sendPage(reply, status, renderAskPhone({ setting, way, action: `${setting.root}${paths.ask.slice(1)}`, phone, problem }))
  if (isClosed(request)) return sendErrorPage(request, reply, 404, 'not_found')
  if (form[CODE_FIELDS.answer] !== CODE_ANSWER) return again(200, undefined) // a button of another language
  const held = cookieOf(request, CODE_COOKIE.name)
  const asked = await ask({
    tenant: tenantOf(request),
    phone,
    browserKey: held,
    language: setting.language,
    caller: browserCallerOf(request),
  })
  if (!asked.ok) {
    const { refusal } = asked
    if (refusal.code === 'registration_closed') return sendErrorPage(request, reply, 404, 'not_found')
    if (refusal.code !== 'messages_exhausted') return again(422, { kind: 'phone' })
    reply.header('retry-after', refusal.retryAfterSeconds)
    return again(429, { kind: 'throttled', retryAfterSeconds: refusal.retryAfterSeconds })
  }
  const { codeId, number, browserKey } = asked.value
  setCookie(reply, CODE_COOKIE.name, browserKey, CODE_COOKIE.maxAgeSeconds)
  const page = { setting, way, action: `${setting.root}${paths.give.slice(1)}`, back: `${setting.root}${paths.ask.slice(1)}` }
  return sendPage(reply, 200, renderGiveCode({ ...page, codeId, number, name: '', problem: undefined }))
}

async function give({ way, paths, give }: Way, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const form = formOf(request)
  const { [CODE_FIELDS.codeId]: codeId = '', [CODE_FIELDS.phone]: number = '', [CODE_FIELDS.name]: name = '' } = form
  const setting = settingChosen(request, reply, form[LANGUAGE_FIELD], form[CODE_FIELDS.locales])
  const again = (status: number, problem: GiveCodeProblem | undefined) => {
    const page = { setting, way, action: `${setting.root}${paths.give.slice(1)}`, back: `${setting.root}${paths.ask.slice(1)}` }
    return sendPage(reply, status, renderGiveCode({ ...page, codeId, number, name, problem }))
  }
  if (isClosed(request)) return sendErrorPage(request, reply, 404, 'not_found')
  if (form[CODE_FIELDS.answer] !== CODE_ANSWER) return again(200, undefined) // a button of another language
  const { [CODE_FIELDS.code]: code = '', [CODE_FIELDS.password]: password = '' } = form
  const browserKey = cookieOf(request, CODE_COOKIE.name) ?? ''
  const tenant = tenantOf(request)
  const given = {
    tenant,
    door: DOOR,
    codeId,
    code: code.trim(),
    browserKey,
    password,
    language: setting.language,
    caller: browserCallerOf(request),
  }
  const outcome = await give(given, form)
  if (outcome.ok) return signIn(reply, tenant.name, outcome.value)
  const { refusal } = outcome
  if (refusal.code === 'registration_closed') return sendErrorPage(request, reply, 404, 'not_found')
  if (refusal.code === 'guesses_exhausted') reply.header('retry-after', refusal.retryAfterSeconds)
  return again(STATUS_OF[refusal.code], problemOf(refusal))
}

function signIn(reply: FastifyReply, tenantName: string, { value, expiresInSeconds, device }: BrowserSignedIn): FastifyReply {
  clearCookie(reply, CODE_COOKIE.name)
  setCookie(reply, sessionCookieName(tenantName), value, expiresInSeconds)
  keepDevice(reply, tenantName, device)
  return reply.redirect(`..${PATHS.account}`, 303)
}

type GivenWrong = Exclude<Refused<Register>, { readonly code: 'registration_closed' }>

const STATUS_OF: Readonly<Record<GivenWrong['code'], number>> = {
  code_wrong: 403,
  guesses_exhausted: 429,
  name_invalid: 422,
  password_too_short: 422,
  password_too_long: 422,
  password_common: 422,
}

function problemOf(refusal: GivenWrong): GiveCodeProblem {
  switch (refusal.code) {
    case 'guesses_exhausted':
      return { kind: 'throttled', retryAfterSeconds: refusal.retryAfterSeconds }
    case 'code_wrong':
      return { kind: 'code' }
    case 'name_invalid':
      return { kind: 'name' }
    case 'password_too_short':
      return { kind: 'password-short' }
    case 'password_too_long':
      return { kind: 'password-long' }
    case 'password_common':
      return { kind: 'password-common' }
  }
}

function formOf({ body }: FastifyRequest): Form {
  return (body ?? {}) as Form // `bodies: 'form'` lets nothing else through
}
