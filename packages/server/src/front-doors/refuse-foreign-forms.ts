import type { preHandlerHookHandler } from 'fastify'
import { sendErrorPage } from './pages.ts'
import { isFromOwnPage } from './same-site.ts'

/** Before anything is looked at: a form that another site has made a browser send. */
export const refuseForeignForms: preHandlerHookHandler = (request, reply, done) => {
  if (request.method !== 'POST' || isFromOwnPage(request)) return done()
  sendErrorPage(request, reply, 403, 'cross_site')
}
