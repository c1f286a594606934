import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { DemoKit } from '../door-demo.ts'
import { createDemo } from './demo.ts'

const run = promisify(execFile)

test('a demo asks for an account, for the application of its sign-ins, and for one that may check tokens, with an API key', async () => {
  const asked: unknown[] = []
  const kit: DemoKit = {
    tenant: 'demo',
    door: 'smartflo',
    baseUrl: 'http://127.0.0.1:8080',
    account: async (...account) => {
      asked.push(account)
      return { password: 'p' }
    },
    application: async ({ clientId, checks, scope, takesDoorSignIns }) => void asked.push([clientId, { checks, scope, takesDoorSignIns }]),
    apiKey: async (clientId) => `key of ${clientId}`,
  }
  expect(await createDemo('smartflo').prepare(kit)).toEqual({
    email: 'smartflo@demo.example',
    password: 'p',
    apiKey: 'key of smartflo-demo-api',
  })
  expect(asked).toEqual([
    ['smartflo@demo.example'],
    ['smartflo', { scope: 'calls:read calls:write', takesDoorSignIns: true }],
    ['smartflo-demo-api', { checks: 'tenant' }],
  ])
})

test('its commands are for a shell, whatever stands in a password, and hand the token on', async () => {
  const settings = { baseUrl: 'http://127.0.0.1:8080', email: 'a@b.example', password: `it's "$HOME" \\`, apiKey: 'rkk_1' }
  const commands = createDemo('smartflo')
    .commands(settings)
    .map(({ command }) => command)
  const curl = `curl() { printf '%s\\n' "$# $*" >&2; echo '{"success":true,"access_token":"a.b.c","token_type":"bearer"}'; }`
  const { stderr } = await run('sh', ['-c', [curl, ...commands].join('\n')])
  const login = `--url http://127.0.0.1:8080/v1/auth/login --header Accept: application/json --header Content-Type: application/json --data ${JSON.stringify({ email: settings.email, password: settings.password })}`
  expect(stderr.trim().split('\n')).toEqual([
    `11 --silent --request POST ${login}`,
    `11 --silent --request POST ${login}`,
    '9 --silent --request POST --url http://127.0.0.1:8080/v1/auth/refresh --header Accept: application/json --header Authorization: a.b.c',
    '9 --silent --request POST --url http://127.0.0.1:8080/oauth2/introspect --header apikey: rkk_1 --data-urlencode token=a.b.c',
    '8 --silent --request GET --url http://127.0.0.1:8080/verify --header Authorization: Bearer a.b.c --include',
  ])
})
