/** What the doors of a tenant answer: `/openapi.json` for programs, `/docs` for people. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { renderDocs } from '../../pages/render-docs.tsx'
import type { DoorDeps } from '../front-door.ts'
import { sendPage, settingFor } from '../pages.ts'
import { docsOf } from './docs-model.ts'
import { createDocumentFor, createOpenApi } from './openapi.ts'
import { PATHS } from './wire.ts'

export function createDocs(deps: DoorDeps): FastifyPluginAsyncTypebox {
  const documentFor = createDocumentFor(deps)
  return async (app) => {
    app.get(PATHS.openApi, { config: { writesCacheControl: true } }, createOpenApi(documentFor))
    app.get(PATHS.docs, async (request, reply) => {
      const { document } = await documentFor(request)
      return sendPage(reply, 200, renderDocs({ ...docsOf(document), setting: { ...settingFor(request), language: 'en' } }))
    })
  }
}
