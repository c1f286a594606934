import type { DoorName } from '../../domain/tenant.ts'
import { curlCommand } from '../curl-command.ts'
import type { DemoCommand, DemoSettings, DoorDemo } from '../door-demo.ts'
import { BASES, PATHS } from './wire.ts'

const [BASE] = BASES
const JSON_HEADERS = ['Accept: application/json', 'Content-Type: application/json']

/** What the demo's tokens are good for, at an API that asks for a scope. */
const SCOPE = 'calls:read calls:write'

/** An account, the application of the sign-ins, and that of an API that may ask about tokens. */
export function createDemo(door: DoorName): DoorDemo {
  return {
    async prepare(kit) {
      const email = `${door}@demo.example`
      const { password } = await kit.account(email)
      await kit.application({ clientId: door, door, takesDoorSignIns: true, scope: SCOPE })
      const clientId = `${door}-demo-api`
      await kit.application({ clientId, door, name: 'Demo API that checks tokens', type: 'confidential', checks: 'tenant' })
      return { email, password, apiKey: await kit.apiKey(clientId) }
    },
    placeholders: () => ({ email: 'YOUR_EMAIL', password: 'YOUR_PASSWORD', apiKey: 'YOUR_API_KEY' }),
    commands,
  }
}

/** The commands of the document, then what the operator of an API does with the token. */
function commands({ baseUrl, email, password, apiKey }: DemoSettings): readonly DemoCommand[] {
  const login = curlCommand({
    method: 'POST',
    url: `${baseUrl}${BASE}${PATHS.login}`,
    headers: JSON_HEADERS,
    data: JSON.stringify({ email, password }),
  })
  const refresh = curlCommand({
    method: 'POST',
    url: `${baseUrl}${BASE}${PATHS.refresh}`,
    headers: ['Accept: application/json', 'Authorization: $TOKEN'],
  })
  const introspect = curlCommand({
    method: 'POST',
    url: `${baseUrl}/oauth2/introspect`,
    headers: [`apikey: ${apiKey}`],
    form: ['token=$TOKEN'],
  })
  const verify = curlCommand({ method: 'GET', url: `${baseUrl}/verify`, headers: ['Authorization: Bearer $TOKEN'] })
  return [
    { title: 'Request a token', command: login },
    { title: 'Request a token and keep it in TOKEN', command: `TOKEN=$(${login} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')` },
    { title: 'Refresh the token', command: refresh },
    { title: 'Ask, as the API that is called, whether the token is good', command: introspect },
    { title: 'Ask as a gateway does: the status alone decides', command: `${verify} --include` },
  ]
}
