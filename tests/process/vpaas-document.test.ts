/**
 * The four commands of Deutsche Telekom's document, https://developer.telekom.com/idm-token, as printed, against a server with TLS whose
 * certificate comes from an authority made for the run. Only what the page itself says is a placeholder is put in; between the first and
 * the second a program does what a browser does.
 */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { vpaas } from '../../packages/server/src/front-doors/vpaas/front-door.ts'
import { makeAuthority } from './authority.ts'
import { readDemo } from './demo-settings.ts'
import { type Installation, openStage } from './launch.ts'
import { signInAt } from './vpaas-visit.ts'

const run = promisify(execFile)
const stage = openStage()
/** The vendor's page, where it lies beside the repository. */
const PAGE = new URL('../../../shared/vendor-docs/telekom-vpaas-001.txt', import.meta.url)

const EXAMPLES = {
  login: `curl -X GET "https://api.voiceui.telekom.net/user/api/v2/login?clientId=THE_CLIENT_ID&scope=THE_SCOPE" \\
-H  "apikey: THE_API_KEY"`,
  exchange: `curl -X POST "https://api.voiceui.telekom.net/user/api/v2/exchange-auth-code" \\
      -H  "apikey: THE_API_KEY" \\
      -H  "Content-Type: application/json" \\
      -d "{  \\"authCode\\": \\"THE_AUTH_CODE\\",  \\"clientId\\": \\"THE_CLIENT_ID\\"}"`,
  userInfo: `curl "https://api.voiceui.telekom.net/user/api/v1/" \\
     -H 'apikey: THE_API_KEY' \\
     -H 'Authorization: Bearer eyJhbGciOiJ..........nV3POfgARffP_fs'`,
  refresh: `curl -X POST "https://api.voiceui.telekom.net/user/api/v2/refresh-platform-token" \\
      -H 'apikey: THE_API_KEY' \\
      -H  "Content-Type: application/json" \\
      -d "{  \\"clientId\\": \\"THE_CLIENT_ID\\",  \\"refreshToken\\": \\"RTSVH2:eyJhb.......OfgARffP_fs\\"}"`,
} as const

let installation: Installation
let authorityFile: string
let host: string
beforeAll(async () => {
  const authority = makeAuthority(stage.newFolder())
  authorityFile = authority.file
  installation = stage.newInstallation()
  const server = await installation.serve({ demo: true, variables: authority.variables })
  host = new URL(server.url).host
})

/** Pastes a command into a shell. @param found what the steps before have shown */
async function paste(example: string, found: { authCode?: string; accessToken?: string; refreshToken?: string } = {}): Promise<string> {
  const { clientId, scope, apiKey } = readDemo(installation).vpaas
  const command = example
    .replaceAll('api.voiceui.telekom.net', host)
    .replaceAll('THE_CLIENT_ID', clientId)
    .replaceAll('THE_SCOPE', scope)
    .replaceAll('THE_API_KEY', apiKey)
    .replaceAll('THE_AUTH_CODE', found.authCode ?? '')
    .replaceAll('eyJhbGciOiJ..........nV3POfgARffP_fs', found.accessToken ?? '')
    .replaceAll('RTSVH2:eyJhb.......OfgARffP_fs', found.refreshToken ?? '')
  const env = { PATH: process.env.PATH ?? '', CURL_CA_BUNDLE: authorityFile }
  return (await run('bash', ['-c', command], { env })).stdout
}

/** All but the last key are as the document's second example has them. */
function expectTokens(text: string): { accessToken: string; refreshToken: string } {
  const tokens = JSON.parse(text)
  expect(Object.keys(tokens)).toEqual(['accessToken', 'refreshToken', 'expiresIn', 'expiresAt', 'scope'])
  expect(tokens).toEqual({
    accessToken: expect.stringMatching(/^eyJhbGciOiJ[\w-]*(?:\.[\w-]*){4}$/),
    refreshToken: expect.stringMatching(/^RTSVH2:eyJ/),
    expiresIn: 14_399,
    expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    scope: 'CompApp',
  })
  return tokens
}

describe('the commands of the document', () => {
  it('stand here as on the page', (context) => {
    if (!existsSync(PAGE)) return context.skip('the page does not lie beside the repository')
    const page = readFileSync(PAGE, 'utf8')
    for (const example of Object.values(EXAMPLES)) expect(page).toContain(example)
  })

  it('lead as printed from an API key to tokens, to the person, and to the next tokens', async () => {
    const [, location = ''] = /^Redirect to (\S+)$/.exec(await paste(EXAMPLES.login)) ?? []
    const { clientId, email, password } = readDemo(installation).vpaas
    const query = `prompt=x-no-sso&response_type=code&scope=offline_access%20smarthub&client_id=${clientId}`
    const callback = encodeURIComponent(`https://${host}/user/api/v2/login-complete`)
    expect(location.replace(callback, decodeURIComponent(callback))).toMatch(
      `https://${host}/oauth2/auth?${query}&redirect_uri=https://${host}/user/api/v2/login-complete&state=eyJhbG`,
    )
    const { authCode } = await signInAt(location, { email, password }, readFileSync(authorityFile, 'utf8'))

    const first = expectTokens(await paste(EXAMPLES.exchange, { authCode }))
    expect(JSON.parse(await paste(EXAMPLES.userInfo, first))).toEqual({
      id: expect.stringMatching(/./),
      anonymizedId: expect.stringMatching(/./),
      name: 'Anna Demo',
      email,
      personalDataUrl: `https://${host}/account`,
      flags: ['/feature/mss/mailbox_allowed'],
    })
    const next = expectTokens(await paste(EXAMPLES.refresh, first))
    expect(next.accessToken).not.toBe(first.accessToken)
    expect(JSON.parse(await paste(EXAMPLES.userInfo, next))).toMatchObject({ email })
    expect(JSON.parse(await paste(EXAMPLES.exchange, { authCode }))).toMatchObject({ error: 'invalid_grant' })
  })

  it('are on the wire what the demo’s commands are, which a shell fills in', async () => {
    const sent: unknown[] = []
    const tokens = { accessToken: 'eyJhbGciOiJ..........nV3POfgARffP_fs', refreshToken: 'RTSVH2:eyJhb.......OfgARffP_fs' }
    const recorder = createServer(async (request, response) => {
      const { method, url, headers } = request
      const body = await text(request)
      const { host: _host, 'content-length': _length, 'user-agent': _agent, ...more } = headers
      sent.push({ method, url, headers: more, body: body === '' ? '' : JSON.parse(body) })
      response.end(JSON.stringify(tokens))
    })
    await once(recorder.listen(0, '127.0.0.1'), 'listening')
    try {
      const baseUrl = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`
      const settings = {
        baseUrl,
        apiKey: 'THE_API_KEY',
        clientId: 'THE_CLIENT_ID',
        scope: 'THE_SCOPE',
        email: 'a@b.example',
        password: 'p',
      }
      const ours = vpaas.demo?.commands(settings).map(({ command }) => command) ?? []
      for (const commands of [Object.values(EXAMPLES).map((each) => each.replace('https://api.voiceui.telekom.net', baseUrl)), ours])
        await runTyped(commands.join('\n'), 'THE_AUTH_CODE')
      expect(sent).toHaveLength(8)
      expect(sent.slice(4)).toEqual(sent.slice(0, 4))
    } finally {
      recorder.close()
    }
  })
})

/** @param typed what a person answers to the one question that the commands ask */
async function runTyped(commands: string, typed: string): Promise<void> {
  const running = run('bash', ['-c', commands], { env: { PATH: process.env.PATH ?? '' } })
  running.child.stdin?.end(`${typed}\n`)
  await running
}
