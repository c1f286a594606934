/** How doors answer a browser with a page. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { chooseLanguage } from '../pages/choose-language.ts'
import type { Page, PageSetting } from '../pages/page.ts'
import { type PageErrorCode, renderError } from '../pages/render-error.tsx'
import { cookieOf, setCookie } from './cookies.ts'
import { contextOf } from './request-context.ts'
import type { FailedRequest, TransportErrors, WireError } from './wire-error.ts'

/** @param path of the page, in its tenant @param asked languages that were asked for, dearest first */
export function settingOf(path: string, acceptLanguage: string | undefined, asked?: string): PageSetting {
  const depth = path.split('/').length - 2
  return { language: chooseLanguage({ asked, accepted: acceptLanguage }), root: depth < 1 ? './' : '../'.repeat(depth) }
}

/** The language that was last asked for in this browser, so that the pages of one way are in one language. */
const LANGUAGE_COOKIE = { name: '__Host-language', maxAgeSeconds: 86_400 } as const

/** As `settingOf`, for a request that has come to its route. */
export function settingFor({ url, headers }: Pick<FastifyRequest, 'url' | 'headers'>, asked?: string): PageSetting {
  const [path = '/'] = url.split('?', 1)
  return settingOf(path, headers['accept-language'], asked ?? cookieOf({ headers }, LANGUAGE_COOKIE.name))
}

/** As `settingFor`, where a language may be chosen: it is remembered for the pages that follow. @param shown the language of the page before */
export function settingChosen(request: FastifyRequest, reply: FastifyReply, chosen: string | undefined, shown?: string): PageSetting {
  const setting = settingFor(request, chosen ?? shown)
  if (chosen !== undefined) setCookie(reply, LANGUAGE_COOKIE.name, setting.language, LANGUAGE_COOKIE.maxAgeSeconds)
  return setting
}

export function sendPage(reply: FastifyReply, status: number, { html, headers }: Page): FastifyReply {
  return reply.code(status).headers(headers).send(html)
}

export function sendErrorPage(request: FastifyRequest, reply: FastifyReply, status: number, code: PageErrorCode): FastifyReply {
  const { requestId } = contextOf(request)
  return sendPage(reply, status, renderError({ setting: settingFor(request), code, requestId }))
}

/** What goes wrong on the way to a page, told by a page. */
export const PAGE_TRANSPORT_ERRORS: TransportErrors = {
  ambiguous_request: errorPage(400, 'bad_request'),
  bad_request: errorPage(400, 'bad_request'),
  repeated_parameter: errorPage(400, 'bad_request'),
  tls_required: errorPage(403, 'bad_request'),
  tenant_disabled: 'as_unknown',
  not_found: errorPage(404, 'not_found'),
  method_not_allowed: errorPage(405, 'method_not_allowed'),
  content_too_large: errorPage(413, 'content_too_large'),
  unsupported_media_type: errorPage(415, 'unsupported_media_type'),
  fault: errorPage(500, 'fault'),
  unavailable: errorPage(503, 'unavailable'),
}

function errorPage(status: number, code: PageErrorCode): (requestId: string, request: FailedRequest) => WireError {
  return (requestId, { path, acceptLanguage }) => {
    const { html, headers } = renderError({ setting: settingOf(path, acceptLanguage), code, requestId })
    return { status, headers, body: html }
  }
}
