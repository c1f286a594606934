import { curlCommand } from '../curl-command.ts'
import type { DemoCommand, DemoSettings, DoorDemo } from '../door-demo.ts'
import { PATHS } from './wire.ts'

const CLIENT_ID = 'api'
const FORM_HEADER = 'Content-Type: application/x-www-form-urlencoded'

/** An access for programs, one that may impersonate, and a person whom it may. */
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
      return { clientId: CLIENT_ID, username, password, impersonation: { username: impersonating, password: portal.password, email } }
    },
    commands,
  }
}

/** The commands of the document, then what an access that may impersonate does. */
function commands({ baseUrl, username, password, impersonation }: DemoSettings): readonly DemoCommand[] {
  if (typeof username !== 'string' || typeof password !== 'string' || typeof impersonation !== 'object') {
    throw new Error('the settings of the demo of VOIPEX are not what its preparation made')
  }
  const { username: actorName, password: actorPassword, email } = impersonation
  const login = tokenRequest(baseUrl, 'password', [`username=${username}`, `password=${password}`])
  const actor = tokenRequest(baseUrl, 'password', [`username=${actorName}`, `password=${actorPassword}`])
  const refresh = tokenRequest(baseUrl, 'refresh_token', ['refresh_token=$REFRESH_TOKEN'])
  const exchange = curlCommand({
    method: 'POST',
    url: `${baseUrl}${PATHS.tokenExchange}`,
    headers: ['Authorization: Bearer $ACTOR_TOKEN', 'Content-Type: application/json'],
    data: JSON.stringify({ email }),
  })
  return [
    { title: 'Get an access token', command: login },
    { title: 'Get a refresh token and keep it in REFRESH_TOKEN', command: `REFRESH_TOKEN=$(${login} | ${member('refresh_token')})` },
    { title: 'Refresh', command: refresh },
    {
      title: 'Get the token of an access that may impersonate, in ACTOR_TOKEN',
      command: `ACTOR_TOKEN=$(${actor} | ${member('access_token')})`,
    },
    { title: 'Get the tokens of a person of the same company', command: exchange },
  ]
}

function tokenRequest(baseUrl: string, grantType: string, fields: readonly string[]): string {
  const form = [`client_id=${CLIENT_ID}`, `grant_type=${grantType}`, ...fields]
  return curlCommand({ method: 'POST', url: `${baseUrl}${PATHS.token}`, headers: [FORM_HEADER], form })
}

/** Prints one member of a JSON object of strings, without a tool that a machine may not have. */
function member(name: string): string {
  return `sed 's/.*"${name}":"\\([^"]*\\)".*/\\1/'`
}
