/** What the pages have in common on which a person who is signed in changes the account. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { OWN_FIELDS } from '../../pages/own-form.ts'
import type { BrowserSignedIn, OwnForm } from '../../use-cases/use-cases.ts'
import { cookieOf, setCookie } from '../cookies.ts'
import { tenantOf } from '../request-context.ts'
import { browserCallerOf, keepDevice } from './device-cookie.ts'
import { PATHS, sessionCookieName } from './wire.ts'

export type Form = Readonly<Record<string, string>>

export function formOf({ body }: FastifyRequest): Form {
  return (body ?? {}) as Form // `bodies: 'form'` lets nothing else through
}

/** Who sends a form of the person's own page. */
export function ownFormOf(request: FastifyRequest): OwnForm {
  return { ...ownBrowserOf(request), formToken: formOf(request)[OWN_FIELDS.formToken] ?? '', caller: browserCallerOf(request) }
}

export function ownBrowserOf(request: FastifyRequest): Pick<OwnForm, 'tenant' | 'browserSession'> {
  const tenant = tenantOf(request)
  return { tenant, browserSession: cookieOf(request, sessionCookieName(tenant.name)) }
}

/** To the page of the person, which asks for a sign-in if nobody is signed in any more. */
export function leadToAccount({ url }: Pick<FastifyRequest, 'url'>, reply: FastifyReply): FastifyReply {
  const [path = ''] = url.split('?', 1)
  return reply.redirect(`${'..'.concat('/..'.repeat(path.split('/').length - 3))}${PATHS.account}`, 303)
}

/** The browser has a new session: all others of the person are over. */
export function keepSignedIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { value, expiresInSeconds, device }: BrowserSignedIn,
): FastifyReply {
  const { name } = tenantOf(request)
  setCookie(reply, sessionCookieName(name), value, expiresInSeconds)
  keepDevice(reply, name, device)
  return leadToAccount(request, reply)
}
