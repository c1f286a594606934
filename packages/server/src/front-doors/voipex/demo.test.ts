import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { DemoKit } from '../door-demo.ts'
import { createDemo } from './demo.ts'

const run = promisify(execFile)

test('the demo of VOIPEX asks for an application that may send passwords, an access, one that may impersonate, and a person', async () => {
  const asked: unknown[] = []
  const kit: DemoKit = {
    tenant: 'demo',
    door: 'voipex',
    baseUrl: 'http://127.0.0.1:8080',
    account: async (...account) => {
      asked.push(account)
      return { password: `p${asked.length}` }
    },
    application: async (application) => void asked.push(application),
    apiKey: async () => expect.fail('nobody needs an API key here'),
  }
  expect(await createDemo().prepare(kit)).toEqual({
    clientId: 'api',
    realm: 'demo',
    username: 'voipex@demo.example',
    password: 'p1',
    impersonation: { username: 'voipex-portal@demo.example', password: 'p2', email: 'voipex-user@demo.example' },
  })
  expect(asked).toEqual([
    ['voipex@demo.example', { name: 'Demo switchboard', roles: ['switchboard'] }],
    ['voipex-portal@demo.example', { name: 'Demo portal', mayImpersonate: true }],
    ['voipex-user@demo.example', { name: 'Anna Demo', roles: ['agent'] }],
    { clientId: 'api', door: 'voipex', passwordGrant: true },
  ])
})

const baseUrl = 'http://127.0.0.1:8080'
const password = `it's "$HOME" \\ 100%&`
const settings = {
  ...{ baseUrl, clientId: 'api', realm: 'demo', username: 'a@b.example', password },
  impersonation: { username: 'c@d.example', password: 'q', email: 'e@f.example' },
}

test('the first command of the demo is that of the document, word by word but for the address, the name and the password', () => {
  const [first] = createDemo().commands({ ...settings, password: '*****' })
  expect(first?.command.replaceAll(' \\\n ', '')).toBe(
    `curl -L '${baseUrl}/token' -H "Content-Type: application/x-www-form-urlencoded" -d "client_id=api" -d "username=a%40b.example" ` +
      `--data-urlencode 'password=*****' -d "grant_type=password"`,
  )
})

test('the commands of VOIPEX’s demo are for a shell, whatever stands in a password, and hand the tokens on', async () => {
  const commands = createDemo()
    .commands(settings)
    .map(({ command }) => command)
  const curl = `curl() { printf '%s\\n' "$# $*" >&2; echo '{"access_token":"a.b.c","expires_in":3000,"refresh_token":"d.e.f","token_type":"Bearer"}'; }`
  const { stderr } = await run('sh', ['-c', [curl, ...commands].join('\n')])
  const form = `-L ${baseUrl}/token -H Content-Type: application/x-www-form-urlencoded -d client_id=api`
  const login = `${form} -d username=a%40b.example --data-urlencode password=${password} -d grant_type=password`
  const actor = `${form} -d username=c%40d.example --data-urlencode password=q -d grant_type=password`
  expect(stderr.trim().split('\n')).toEqual([
    `12 ${login}`,
    `13 --silent ${login}`,
    `10 ${form} -d grant_type=refresh_token -d refresh_token=d.e.f`,
    `7 --silent --request GET --url ${baseUrl}/realms/demo/protocol/openid-connect/userinfo --header Authorization: Bearer a.b.c`,
    `13 --silent ${actor}`,
    `11 --silent --request POST --url ${baseUrl}/token-exchange --header Authorization: Bearer a.b.c --header Content-Type: application/json --data {"email":"e@f.example"}`,
  ])
})
