/**
 * The three examples of VOIPEX's document, https://ipexcloud.github.io/voipex-docs/docs/auth, as printed, against a server with TLS whose
 * certificate comes from an authority made for the run. Only host, e-mail address and password are put in.
 */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeAuthority } from './authority.ts'
import { readDemo } from './demo-settings.ts'
import { type Installation, openStage } from './launch.ts'

const run = promisify(execFile)
const stage = openStage()
/** The vendor's page, where it lies beside the repository. */
const PAGE = new URL('../../../shared/vendor-docs/voipex-002.txt', import.meta.url)

const EXAMPLES = {
  curl: `curl -L "https://auth.voipex.io/token" -H "Content-Type: application/x-www-form-urlencoded" -d "client_id=api" -d "username=your%40email.com" -d "password=*****" -d "grant_type=password"`,
  axios: `const axios = require('axios')
const qs = require('qs')
const data = qs.stringify({
'client_id': 'api',
'username': 'your@email.com',
'password': '*****',
'grant_type': 'password'
})
const config = {
method: 'post',
url: 'https://auth.voipex.io/token',
headers: {
'Content-Type': 'application/x-www-form-urlencoded'
},
data
}

axios(config)
.then(response => {
console.log(JSON.stringify(response.data))
})
.catch(error => {
console.log(error)
})`,
  python: `import http.client

conn = http.client.HTTPSConnection("auth.voipex.io")
payload = 'client_id=api&username=your%40email.com&password=*****&grant_type=password'
headers = {
'Content-Type': 'application/x-www-form-urlencoded'
}
conn.request("POST", "/token", payload, headers)
res = conn.getresponse()
data = res.read()
print(data.decode("utf-8"))`,
} as const

let installation: Installation
let host: string
let authorityFile: string
beforeAll(async () => {
  const { file, variables } = makeAuthority(stage.newFolder())
  authorityFile = file
  installation = stage.newInstallation()
  const server = await installation.serve({ demo: true, variables })
  host = new URL(server.url.replace('127.0.0.1', 'localhost')).host
})

function filledIn(example: string, { formEncoded }: { readonly formEncoded: boolean }): string {
  const { username, password } = readDemo(installation).voipex
  const form = (text: string) => (formEncoded ? encodeURIComponent(text) : text)
  return example
    .replaceAll('auth.voipex.io', host)
    .replaceAll('your%40email.com', form(username))
    .replaceAll('your@email.com', username)
    .replaceAll('*****', form(password))
}

const TRUST = () => ({ CURL_CA_BUNDLE: authorityFile, NODE_EXTRA_CA_CERTS: authorityFile, SSL_CERT_FILE: authorityFile })
const MODULES = join(import.meta.dirname, '../../node_modules')

async function answerOf(program: string, ...args: string[]): Promise<Record<string, unknown>> {
  const env = { PATH: process.env.PATH ?? '', NODE_PATH: MODULES, ...TRUST() }
  const { stdout } = await run(program, args, { env })
  return JSON.parse(stdout)
}

describe('the examples of the document', () => {
  it('stand here as on the page', (context) => {
    if (!existsSync(PAGE)) return context.skip('the page does not lie beside the repository')
    const page = readFileSync(PAGE, 'utf8')
    for (const example of Object.values(EXAMPLES)) expect(page).toContain(example)
  })

  it.each([
    ['curl', () => answerOf('sh', '-c', `${filledIn(EXAMPLES.curl, { formEncoded: true })} --silent`)],
    ['axios with qs', () => answerOf(process.execPath, '--eval', filledIn(EXAMPLES.axios, { formEncoded: false }))],
    ['Python with http.client', () => answerOf('python3', '-c', filledIn(EXAMPLES.python, { formEncoded: true }))],
  ])('%s: gets the documented answer', async (_name, runExample) => {
    const answer = await runExample()
    expect(Object.keys(answer)).toEqual([
      'access_token',
      'expires_in',
      'refresh_expires_in',
      'refresh_token',
      'token_type',
      'not-before-policy',
      'session_state',
      'scope',
    ])
    expect(answer).toMatchObject({
      expires_in: 3000,
      refresh_expires_in: 7200,
      token_type: 'Bearer',
      'not-before-policy': 0,
      session_state: expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      scope: 'profile email',
    })
  })

  it('go nowhere by a certificate that nobody vouches for', async () => {
    const example = `${filledIn(EXAMPLES.curl, { formEncoded: true })} --silent --show-error`
    await expect(run('sh', ['-c', example], { env: { PATH: process.env.PATH ?? '' } })).rejects.toThrow('certificate')
  })
})
