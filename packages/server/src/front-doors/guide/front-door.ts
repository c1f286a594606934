/** What every tenant has for people who come with a browser: a front page to try its doors from, and what the doors answer, to read. */
import { defaultPolicy } from '../../domain/refresh-policy.ts'
import type { Scope } from '../../domain/scope.ts'
import { STYLE_SHEET } from '../../pages/style-sheet.ts'
import type { FrontDoor } from '../front-door.ts'
import { PAGE_TRANSPORT_ERRORS } from '../pages.ts'
import { PLAIN_TRANSPORT_ERRORS } from '../plain-errors.ts'
import { createDocs } from './docs.ts'
import { createFrontPage } from './front-page.ts'
import { ABOUT, OPERATIONS } from './operations.ts'
import { createOutboxPage } from './outbox.ts'
import { createTry } from './try.ts'
import { DOOR, PATHS } from './wire.ts'

export const guide: FrontDoor = {
  name: DOOR,
  title: 'Guide',
  documentUrl: 'https://spec.openapis.org/oas/v3.1.1',
  isInEveryTenant: true,
  signsInWithoutClient: false,
  readsRawTokens: false,
  applicationDefaults: {
    type: 'public',
    scope: '' as Scope,
    tokenFormat: 'signed',
    algorithm: 'ES256',
    lifetimes: { accessSeconds: 600, idleSeconds: 14 * 86_400, absoluteSeconds: 90 * 86_400 },
    refreshPolicy: defaultPolicy('device', 600),
  },
  owns: [
    { paths: [PATHS.frontPage, PATHS.docs, `${PATHS.try}/*`], errors: PAGE_TRANSPORT_ERRORS },
    { paths: [PATHS.openApi, PATHS.outbox, '/assets/*'], errors: PLAIN_TRANSPORT_ERRORS },
  ],
  demo: undefined,
  trial: undefined,
  about: ABOUT,
  operations: OPERATIONS,
  plugin: (deps) => async (app) => {
    await app.register(createFrontPage(deps))
    await app.register(createTry(deps))
    await app.register(createDocs(deps))
    await app.register(createOutboxPage(deps))
    app.get(STYLE_SHEET.path, { config: { writesCacheControl: true } }, async (_request, reply) =>
      reply.headers(STYLE_SHEET.headers).send(STYLE_SHEET.content),
    )
  },
}
