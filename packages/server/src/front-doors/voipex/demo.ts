import { curlCommand, keepMembers, quoteForShell } from '../curl-command.ts'
import type { DemoCommand, DemoSettings, DoorDemo } from '../door-demo.ts'
import { PATHS } from './wire.ts'

const CLIENT_ID = 'api'
const FORM_HEADER = '-H "Content-Type: application/x-www-form-urlencoded"'

interface Access {
  readonly username: string
  readonly password: string
}

/** An access as the portal makes one, one with the box `Impersonation` ticked, and a person whom it may impersonate. */
export function createDemo(): DoorDemo {
  return {
    async prepare(kit) {
      const username = 'voipex@demo.example'
      const { password } = await kit.account(username, { name: 'Demo switchboard', roles: ['switchboard'] })
      const impersonating = 'voipex-portal@demo.example'
      const portal = await kit.account(impersonating, { name: 'Demo portal', mayImpersonate: true })
      const email = 'voipex-user@demo.example'
      await kit.account(email, { name: 'Anna Demo', roles: ['agent'] })
      await kit.application({ clientId: CLIENT_ID, door: 'voipex', passwordGrant: true })
      const impersonation = { username: impersonating, password: portal.password, email }
      return { clientId: CLIENT_ID, realm: kit.tenant, username, password, impersonation }
    },
    placeholders: (tenant) => ({
      clientId: CLIENT_ID,
      realm: tenant,
      username: 'YOUR_USERNAME',
      password: 'YOUR_PASSWORD',
      impersonation: { username: 'YOUR_IMPERSONATING_USERNAME', password: 'ITS_PASSWORD', email: 'EMAIL_OF_A_PERSON' },
    }),
    commands,
  }
}

/** The command of the document, refreshing, who the token is of, and what an access that may impersonate does. */
function commands({ baseUrl, realm, username, password, impersonation }: DemoSettings): readonly DemoCommand[] {
  if (typeof realm !== 'string' || typeof username !== 'string' || typeof password !== 'string' || typeof impersonation !== 'object')
    throw new Error('the settings of the demo of VOIPEX are not what its preparation made')
  const { username: actorName, password: actorPassword, email } = impersonation
  const login = signIn(baseUrl, { username, password })
  const actor = signIn(baseUrl, { username: String(actorName), password: String(actorPassword) })
  const refresh = askForToken(baseUrl, ['-d "grant_type=refresh_token"', '-d "refresh_token=$REFRESH_TOKEN"'])
  const userinfo = curlCommand({
    method: 'GET',
    url: `${baseUrl}${PATHS.protocol.replace(':realm', realm)}/userinfo`,
    headers: ['Authorization: Bearer $ACCESS_TOKEN'],
  })
  const exchange = curlCommand({
    method: 'POST',
    url: `${baseUrl}${PATHS.tokenExchange}`,
    headers: ['Authorization: Bearer $ACTOR_TOKEN', 'Content-Type: application/json'],
    data: JSON.stringify({ email }),
  })
  const kept = keepMembers(silent(login), { ACCESS_TOKEN: 'access_token', REFRESH_TOKEN: 'refresh_token' })
  return [
    { title: 'Get an access token', command: login },
    { title: 'Get tokens, in ACCESS_TOKEN and REFRESH_TOKEN', command: kept },
    { title: 'Refresh', command: refresh },
    { title: 'Ask whose token it is', command: userinfo },
    {
      title: 'Get the token of an access that may impersonate, in ACTOR_TOKEN',
      command: keepMembers(silent(actor), { ACTOR_TOKEN: 'access_token' }),
    },
    { title: 'Get the tokens of a person of the same company', command: exchange },
  ]
}

/** As the document prints it. The password goes to curl as it is, and curl encodes it. */
function signIn(baseUrl: string, { username, password }: Access): string {
  const fields = [`-d "username=${encodeURIComponent(username)}"`, `--data-urlencode ${quoteForShell(`password=${password}`)}`]
  return askForToken(baseUrl, [...fields, '-d "grant_type=password"'])
}

function askForToken(baseUrl: string, fields: readonly string[]): string {
  return [`curl -L ${quoteForShell(`${baseUrl}${PATHS.token}`)}`, FORM_HEADER, `-d "client_id=${CLIENT_ID}"`, ...fields].join(' \\\n  ')
}

function silent(command: string): string {
  return command.replace('curl ', 'curl --silent ')
}
