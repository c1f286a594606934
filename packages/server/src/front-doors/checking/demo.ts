import { askFirst, curlCommand } from '../curl-command.ts'
import type { DemoCommand, DemoSettings, DoorDemo } from '../door-demo.ts'
import { PATHS } from './wire.ts'

const CLIENT_ID = 'demo-api'

/** An API that may ask about every token of its tenant. */
export function createDemo(): DoorDemo {
  return {
    async prepare(kit) {
      const application = { clientId: CLIENT_ID, door: kit.door, name: 'Demo API', type: 'confidential', checks: 'tenant' } as const
      await kit.application(application)
      return { apiKey: await kit.apiKey(CLIENT_ID) }
    },
    placeholders: () => ({ apiKey: 'YOUR_API_KEY' }),
    commands,
  }
}

/** From the least that one can ask to the most: a status, what the token says, and the keys to read it with. */
function commands({ baseUrl, apiKey }: DemoSettings): readonly DemoCommand[] {
  const verify = curlCommand({ method: 'GET', url: `${baseUrl}${PATHS.verify}`, headers: ['Authorization: Bearer $TOKEN'] })
  const introspect = curlCommand({
    method: 'POST',
    url: `${baseUrl}${PATHS.introspect}`,
    headers: [`apikey: ${String(apiKey)}`],
    form: ['token=$TOKEN'],
  })
  return [
    {
      title: 'Paste in any token, and ask about it as a gateway does: the status alone decides',
      command: askFirst({ variable: 'TOKEN', words: 'The token:' }, `${verify} --include`),
    },
    { title: 'Ask about the same as the API that is called', command: introspect },
    {
      title: 'Get the public keys, to check signatures without asking',
      command: curlCommand({ method: 'GET', url: baseUrl + PATHS.jwks }),
    },
  ]
}
