/** `/oauth2/auth`: an application asks, a person answers on a page, and the browser takes the answer back. */
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { answerAt } from '../../domain/redirect-uri.ts'
import type { Tenant } from '../../domain/tenant.ts'
import { LANGUAGE_FIELD } from '../../pages/language-choice.tsx'
import { renderStay } from '../../pages/render-leaving.tsx'
import { renderSignIn, SIGN_IN_ANSWERS, SIGN_IN_FIELDS, type SignInModel } from '../../pages/render-sign-in.tsx'
import type { AuthorizationAnswer, SignInAnswer, SignInProblem, SignInPrompt, SignInResult } from '../../use-cases/use-cases.ts'
import { clearCookie, cookieOf, setCookie } from '../cookies.ts'
import type { DoorDeps } from '../front-door.ts'
import { sendErrorPage, sendPage, settingChosen, settingFor } from '../pages.ts'
import { readQuery } from '../query.ts'
import { tenantOf } from '../request-context.ts'
import { browserCallerOf, keepDevice } from './device-cookie.ts'
import { AUTHORIZATION_PARAMETERS, DOOR, PATHS, SIGN_IN_COOKIE_SECONDS, sessionCookieName } from './wire.ts'

/** The application's request. A bad one is told to the application once it is known where that may be told, else to the person. */
export function createSignInPage({ useCases, issuerOf }: DoorDeps): RouteHandlerMethod {
  return async (request, reply) => {
    const tenant = tenantOf(request)
    const query = readQuery(request, AUTHORIZATION_PARAMETERS)
    const outcome = await useCases.askForSignIn({
      tenant,
      purpose: { kind: 'application', authorization: authorizationOf(query) },
      browserSession: cookieOf(request, sessionCookieName(tenant.name)),
      cookieOf: (name) => cookieOf(request, name),
    })
    if (outcome.ok) return sendPrompt(request, reply, outcome.value, { chosen: query.ui_locales })
    const { refusal } = outcome
    if (refusal.code !== 'answered_to_application') return sendErrorPage(request, reply, 400, refusal.code)
    return reply.redirect(locationOf(refusal.answer, issuerOf(tenant)), 302)
  }
}

function authorizationOf(query: { readonly [N in (typeof AUTHORIZATION_PARAMETERS)[number]]: string | undefined }) {
  return {
    clientId: query.client_id,
    redirectUri: query.redirect_uri,
    responseType: query.response_type,
    responseMode: query.response_mode,
    scope: query.scope,
    state: query.state,
    codeChallenge: query.code_challenge,
    codeChallengeMethod: query.code_challenge_method,
    prompt: query.prompt,
    loginHint: query.login_hint,
    maxAge: query.max_age,
  }
}

/** The person's answer. Never 307: the next address must not get the password (RFC 9700, section 4.12). */
export function createSignInAnswer({ useCases, issuerOf }: DoorDeps): RouteHandlerMethod {
  return async (request, reply) => {
    const tenant = tenantOf(request)
    const form = (request.body ?? {}) as Readonly<Record<string, string>> // `bodies: 'form'` lets nothing else through
    const { [LANGUAGE_FIELD]: chosen, [SIGN_IN_FIELDS.locales]: shown, [SIGN_IN_FIELDS.login]: login } = form
    const outcome = await useCases.answerSignIn({
      tenant,
      door: DOOR,
      sealedRequest: form[SIGN_IN_FIELDS.request] ?? '',
      browserSession: cookieOf(request, sessionCookieName(tenant.name)),
      cookieOf: (name) => cookieOf(request, name),
      answer: answerOf(form),
      language: settingFor(request, chosen ?? shown).language,
      caller: browserCallerOf(request),
    })
    if (!outcome.ok) return sendErrorPage(request, reply, 400, outcome.refusal.code)
    const result = outcome.value
    if (result.kind === 'answered') return sendBack(reply, tenant, result, issuerOf(tenant))
    if (result.kind === 'leaving')
      return sendPage(reply, 200, renderStay({ ...result, setting: settingChosen(request, reply, chosen, shown) }))
    const { prompt, problem } = result
    return sendPrompt(request, reply, prompt, { chosen, shown, problem, login })
  }
}

function answerOf(form: Readonly<Record<string, string>>): SignInAnswer {
  switch (form[SIGN_IN_FIELDS.answer]) {
    case SIGN_IN_ANSWERS.goOn:
      return { kind: 'go_on' }
    case SIGN_IN_ANSWERS.askAgain:
      return { kind: 'ask_for_password' }
    case SIGN_IN_ANSWERS.cancel:
      return { kind: 'cancel' }
    case SIGN_IN_ANSWERS.password:
      return { kind: 'password', login: form[SIGN_IN_FIELDS.login] ?? '', password: form[SIGN_IN_FIELDS.password] ?? '' }
    default:
      return { kind: 'ask_again' } // a button of another language
  }
}

type Answered = Extract<SignInResult, { kind: 'answered' }>

function sendBack(
  reply: FastifyReply,
  { name: tenantName }: Tenant,
  { answer, cookie, cookieName, browserSession, device }: Answered,
  issuer: string,
) {
  if (cookie === undefined) clearCookie(reply, cookieName)
  else setCookie(reply, cookie.name, cookie.value, SIGN_IN_COOKIE_SECONDS)
  if (browserSession !== undefined) setCookie(reply, sessionCookieName(tenantName), browserSession.value, browserSession.expiresInSeconds)
  if (device !== undefined) keepDevice(reply, tenantName, device)
  return reply.redirect(answer === undefined ? `..${PATHS.account}` : locationOf(answer, issuer), 303)
}

/** RFC 6749, section 4.1.2; `iss` is RFC 9207's. */
function locationOf({ redirectUri, state, result }: AuthorizationAnswer, issuer: string): string {
  const answer = 'code' in result ? { code: result.code } : { error: result.error, error_description: result.description }
  return answerAt(redirectUri, { ...answer, ...(state === undefined ? {} : { state }), iss: issuer })
}

interface Showing {
  /** A language that the person or the application has chosen. */
  readonly chosen?: string | undefined
  /** The language in which the form was shown. */
  readonly shown?: string | undefined
  readonly problem?: SignInProblem | undefined
  /** What was typed. */
  readonly login?: string | undefined
}

/** Not 401: there is no scheme that a browser could try instead (RFC 9110, section 15.5.2). */
const STATUS_OF_PROBLEM: Readonly<Record<SignInProblem['kind'], number>> = { password: 403, throttled: 429, signed_out: 403 }

export function sendPrompt(
  request: FastifyRequest,
  reply: FastifyReply,
  prompt: SignInPrompt,
  { chosen, shown, problem, login }: Showing,
): FastifyReply {
  const { cookie, applicationName, scopes, sealedRequest, loginHint, signedInAs, formTargets } = prompt
  setCookie(reply, cookie.name, cookie.value, SIGN_IN_COOKIE_SECONDS)
  const setting = settingChosen(request, reply, chosen, shown)
  if (problem?.kind === 'throttled') reply.header('retry-after', problem.retryAfterSeconds)
  const page = renderSignIn({
    setting,
    action: `${setting.root}${PATHS.authorize.slice(1)}`,
    applicationName,
    scopes,
    sealedRequest,
    loginHint: login ?? loginHint,
    problem: problem === undefined ? undefined : modelOf(problem),
    signedInAs,
    formTargets,
    offersCancel: applicationName !== undefined,
    offersRegistration: tenantOf(request).phones.registersIn !== undefined,
  })
  return sendPage(reply, problem === undefined ? 200 : STATUS_OF_PROBLEM[problem.kind], page)
}

function modelOf(problem: SignInProblem): NonNullable<SignInModel['problem']> {
  return problem.kind === 'password' ? { kind: 'wrong_name_or_password' } : problem
}
