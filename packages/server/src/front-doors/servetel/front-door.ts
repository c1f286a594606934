/** Servetel: Smartflo's protocol with fewer fields in its answers. README.md says which. */
import { createSmartfloFamilyDoor } from '../smartflo/front-door.ts'

export const servetel = createSmartfloFamilyDoor({
  name: 'servetel',
  title: 'Servetel',
  documentUrl: 'https://docs.servetel.in/reference/authentication-using-tokens',
  answersDaysLeft: false,
  answersFailedCount: false,
  readsTokenInQuery: false,
})
