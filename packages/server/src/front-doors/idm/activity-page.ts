/** `/account/activity`: what has happened to the account of who is signed in. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { LANGUAGE_FIELD } from '../../pages/language-choice.tsx'
import { renderActivity } from '../../pages/render-activity.tsx'
import type { DoorDeps } from '../front-door.ts'
import { sendPage, settingChosen } from '../pages.ts'
import { readQuery } from '../query.ts'
import { leadToAccount, ownBrowserOf } from './own-form-page.ts'
import { PATHS } from './wire.ts'

export function createActivityPage({ useCases }: DoorDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(PATHS.activity, async (request, reply) => {
      const { [LANGUAGE_FIELD]: chosen, ui_locales: proposed } = readQuery(request, [LANGUAGE_FIELD, 'ui_locales'])
      const described = await useCases.describeOwnActivity(ownBrowserOf(request))
      if (!described.ok) return leadToAccount(request, reply)
      const setting = settingChosen(request, reply, chosen ?? proposed)
      return sendPage(reply, 200, renderActivity({ setting, events: described.value }))
    })
  }
}
