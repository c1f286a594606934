/** Servetel: Smartflo's protocol with fewer fields in its answers, and codes of its own. README.md says which. */
import type { FrontDoor } from '../front-door.ts'
import { createSmartfloFamilyDoor } from '../smartflo/front-door.ts'
import { BASES } from '../smartflo/wire.ts'
import { createDoNotCall } from './do-not-call.ts'
import { OPERATIONS } from './operations.ts'
import { createSignInByCode } from './sign-in-by-code.ts'

const ofTheFamily = createSmartfloFamilyDoor({
  name: 'servetel',
  title: 'Servetel',
  documentUrl: 'https://docs.servetel.in/reference/authentication-using-tokens',
  answersDaysLeft: false,
  answersFailedCount: false,
  readsTokenInQuery: false,
})

export const servetel: FrontDoor = {
  ...ofTheFamily,
  operations: [...ofTheFamily.operations, ...OPERATIONS],
  plugin: (deps) => async (app) => {
    await app.register(ofTheFamily.plugin(deps))
    for (const prefix of BASES) {
      await app.register(createSignInByCode({ kind: 'door', door: ofTheFamily.name }, deps), { prefix })
      await app.register(createDoNotCall(deps), { prefix })
    }
  },
}
