/** `/account/export`: what is kept of a person, as a file for that person. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { DoorDeps } from '../front-door.ts'
import { sendErrorPage } from '../pages.ts'
import { writeOwnData } from './own-data.ts'
import { leadToAccount, ownFormOf } from './own-form-page.ts'
import { FORM, OWN_DATA_HEADERS, PATHS } from './wire.ts'

export function createAccountData({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    /** Where a link leads here, nothing happens: the page has a button. */
    app.get(PATHS.exportData, async (request, reply) => leadToAccount(request, reply))

    app.post(PATHS.exportData, FORM, async (request, reply) => {
      const outcome = await useCases.exportOwnData(ownFormOf(request))
      if (outcome.ok) return reply.headers(OWN_DATA_HEADERS).send(writeOwnData(outcome.value))
      const { refusal } = outcome
      if (refusal.code === 'form_token_invalid') return sendErrorPage(request, reply, 403, 'cross_site')
      if (refusal.code === 'throttled') {
        reply.header('retry-after', refusal.retryAfterSeconds)
        return sendErrorPage(request, reply, 429, 'throttled')
      }
      return leadToAccount(request, reply)
    })
  }
}
