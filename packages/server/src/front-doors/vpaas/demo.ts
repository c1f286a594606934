import { askFirst, curlCommand, keepMembers, quoteForShell, SHOW_KEPT } from '../curl-command.ts'
import type { DemoCommand, DemoSettings, DoorDemo } from '../door-demo.ts'
import { PATHS } from './wire.ts'

const CLIENT_ID = 'vpaas-demo-app'
const SCOPE = 'CompApp'
const REDIRECT_URI = 'smarthubplatform://login'
/** A number that is given to nobody: it is one of those that Germany keeps for films (Bundesnetzagentur, Mitteilung 148/2021). */
const PHONE = '+4915228817386'

/** A person, and an app that shows the code to who has nothing installed that the browser could call. */
export function createDemo(): DoorDemo {
  return {
    async prepare(kit) {
      const email = 'vpaas@demo.example'
      const { password } = await kit.account(email, { loginIds: [PHONE], name: 'Anna Demo', roles: ['/feature/mss/mailbox_allowed'] })
      await kit.application({ clientId: CLIENT_ID, door: 'vpaas', name: 'Demo voice app', showsCode: true })
      const apiKey = await kit.apiKey(CLIENT_ID)
      return { apiKey, clientId: CLIENT_ID, scope: SCOPE, redirectUri: REDIRECT_URI, email, password, phone: PHONE }
    },
    placeholders: () => ({
      apiKey: 'YOUR_API_KEY',
      clientId: 'YOUR_CLIENT_ID',
      scope: 'YOUR_SCOPE',
      redirectUri: REDIRECT_URI,
      email: 'YOUR_EMAIL',
      password: 'YOUR_PASSWORD',
      phone: 'YOUR_PHONE',
    }),
    commands,
  }
}

/** The four commands of the document. What a step shows, the next one finds in variables of the shell; the code comes from the browser. */
function commands({ baseUrl, apiKey, clientId, scope, email, password }: DemoSettings): readonly DemoCommand[] {
  if (typeof clientId !== 'string' || typeof scope !== 'string' || typeof email !== 'string' || typeof password !== 'string')
    throw new Error('the settings of the demo of VPaaS are not what its preparation made')
  const key = `apikey: ${String(apiKey)}`
  const post = (path: string, members: object) =>
    curlCommand({
      method: 'POST',
      url: baseUrl + path,
      headers: [key, 'Content-Type: application/json'],
      data: { filledIn: JSON.stringify(members) },
    })
  const login = curlCommand({ method: 'GET', url: `${baseUrl}${PATHS.login}?clientId=${clientId}&scope=${scope}`, headers: [key] })
  const exchange = post(PATHS.exchange, { authCode: '$AUTH_CODE', clientId })
  const userInfo = curlCommand({
    method: 'GET',
    url: `${baseUrl}${PATHS.userInfo}/`,
    headers: [key, 'Authorization: Bearer $ACCESS_TOKEN'],
  })
  const refresh = post(PATHS.refresh, { clientId, refreshToken: '$REFRESH_TOKEN' })
  return [
    {
      title: `Trigger the login, and open the address in a browser. Sign in as ${email} with the password ${quoteForShell(password)}`,
      command: login,
    },
    {
      title: 'Type in the authCode that the page shows, within a minute: it is exchanged for tokens, in ACCESS_TOKEN and REFRESH_TOKEN',
      command: askFirst({ variable: 'AUTH_CODE', words: 'The authCode:' }, keepAndShow(exchange)),
    },
    { title: 'Ask whose token it is', command: userInfo },
    { title: 'Refresh the token', command: keepAndShow(refresh) },
  ]
}

function keepAndShow(command: string): string {
  return `${keepMembers(command, { ACCESS_TOKEN: 'accessToken', REFRESH_TOKEN: 'refreshToken' })}\n${SHOW_KEPT}`
}
