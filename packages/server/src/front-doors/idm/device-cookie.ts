/** What a browser keeps to be known again at the pages of a tenant. It signs nobody in. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BrowserSignedIn, Caller } from '../../use-cases/use-cases.ts'
import { callerOf } from '../caller.ts'
import { cookieOf, setCookie } from '../cookies.ts'
import { tenantOf } from '../request-context.ts'
import { deviceCookieName } from './wire.ts'

/** As `callerOf`, with what the browser is known by. */
export function browserCallerOf(request: FastifyRequest): Caller {
  return { ...callerOf(request), deviceKey: cookieOf(request, deviceCookieName(tenantOf(request).name)) }
}

export function keepDevice(reply: FastifyReply, tenantName: string, { value, expiresInSeconds }: BrowserSignedIn['device']): void {
  setCookie(reply, deviceCookieName(tenantName), value, expiresInSeconds)
}
