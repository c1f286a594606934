/**
 * A run through every flow, and then a search for every secret of it in all that the program has printed and written. What it is
 * meant to show is taken out first: the commands of the demo, `demo.json`, `master.key`, and a secret that a command makes.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Caller, claimsOf, createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { type Installation, openStage, type Server } from './launch.ts'
import { findSecrets } from './secret-search.ts'
import { createVpaasProgram, type VpaasTokens, vpaasTokensOf } from './vpaas-program.ts'
import { fieldOf, openBrowser, signInAt } from './vpaas-visit.ts'

const stage = openStage()
const MASTER_KEY = createHash('sha256').update('a master key that this test knows').digest()
const LOGIN_IDS = ['smartflo@demo.example', 'bert@demo.example']

/** Every secret of the run. */
const secrets = new Map<string, string | Buffer>([
  ['the master key', MASTER_KEY],
  ['a wrong password', 'wrong/password+of?somebody'],
  ['a password as an argument', 'typed-where-all-can-see'],
  ['the password of bert', 'Grüße & "quotes" of bert'],
  ['a verifier', 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'],
  ['the second password of bert', 'the second one of bert'],
])
const SHOWN_BY_THE_DEMO = [
  'the password of s',
  'the password of v',
  'the password of idm',
  'the password of the portal',
  'the API key of s',
  'the API key of vpaas',
  'the API key of checking',
]
const secretOf = (name: string) => String(secrets.get(name))

let installation: Installation
let server: Server
let caller: Caller
/** All that commands have printed, without the secrets that they were asked to make. */
let printedByCommands = ''
/** The files as they were while the server ran. */
const filesInUse = new Map<string, Buffer>()

function keepToken(name: string, token: string): string {
  const [, payload = '', signature = ''] = token.split('.')
  secrets.set(name, token).set(`${name}, payload`, payload).set(`${name}, signature`, signature)
  return token
}

async function run(args: readonly string[], input = ''): Promise<string> {
  const { stdout, stderr } = await installation.run(args, { input, variables: { RINGKEY_MASTER_KEY: MASTER_KEY.toString('base64url') } })
  printedByCommands += stderr
  return stdout
}

/** Runs a command that makes a secret, which is all of its standard output. */
async function make(name: string, ...args: string[]): Promise<string> {
  const secret = (await run(args)).trim()
  expect(secret).toMatch(/^\S{30,}$/)
  secrets.set(name, secret)
  return secret
}

async function say(...args: string[]): Promise<void> {
  printedByCommands += await run(args)
}

async function operate(): Promise<{ clientSecret: string; permanent: string }> {
  const organisation = ['--organisation', 'Demo Telephony', '--password-stdin']
  printedByCommands += await run(['account', 'create', 'bert@demo.example', ...organisation], secretOf('the password of bert'))
  printedByCommands += await run(['account', 'create', 'bert@demo.example', ...organisation, '--json'], secretOf('the password of bert'))
  await say(
    'account',
    'create',
    'carl@demo.example',
    '--organisation',
    'Demo Telephony',
    '--password',
    secretOf('a password as an argument'),
  )
  await say('account', 'set-password', 'bert@demo.example', secretOf('a password as an argument'))
  const application = ['application', 'create', 'gateway', '--door', 'smartflo', '--type', 'confidential', '--checks', 'tenant']
  const clientSecret = await make('a client secret', ...application, '--scope', 'calls:read')
  await make('an API key', 'apikey', 'create', 'production', '--application', 'gateway')
  const of = ['--account', 'bert@demo.example', '--application', 'gateway']
  const permanent = keepToken('a permanent token', await make('a permanent token', 'permanent-token', 'issue', 'crm', ...of))
  await say('permanent-token', 'issue', 'crm', ...of) // the name is taken
  await say('config', 'print')
  for (const noun of ['permanent-token', 'apikey', 'application', 'account']) await say(noun, 'list', '--json')
  return { clientSecret, permanent }
}

async function signInEverySoOften(): Promise<string> {
  const { smartflo } = readDemo(installation)
  const bert = { email: 'bert@demo.example', password: secretOf('the password of bert') }
  const wrong = secretOf('a wrong password')
  expect((await caller.signIn({ ...bert, password: wrong })).status).toBe(401)
  expect((await caller.signIn({ email: 'nobody@demo.example', password: wrong })).status).toBe(401)
  expect((await caller.signIn({ email: wrong, password: wrong })).status).toBe(401) // a password in the wrong field
  const headers = { 'content-type': 'application/json' }
  for (const body of [`{"email":"bert@demo.example","password":"${wrong}"`, `{"email":["${wrong}"],"password":{"a":"${wrong}"}}`]) {
    expect((await caller.call('/v1/auth/login', { method: 'POST', headers, body })).status).toBeGreaterThanOrEqual(400)
  }
  await signInAtFrontPage({ ...bert, password: wrong })
  keepToken('a token of the front page', await signInAtFrontPage(bert))
  keepToken('a token of the demo', tokenOf(await caller.signIn(smartflo)))
  return keepToken('a token of bert', tokenOf(await caller.signIn(bert)))
}

/** @returns the token that the page shows */
async function signInAtFrontPage(credentials: Readonly<Record<string, string>>): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }
  const answer = await caller.call('/try/smartflo', { method: 'POST', headers, body: new URLSearchParams(credentials).toString() })
  expect(answer.status).toBe(200)
  const [, token = ''] = /<pre class="copied token">([^<]+)<\/pre>/.exec(answer.text) ?? []
  return token
}

async function callAround(first: string, { clientSecret, permanent }: { clientSecret: string; permanent: string }): Promise<void> {
  const { smartflo } = readDemo(installation)
  let token = first
  for (let step = 0; step < 3; step += 1) {
    const next = keepToken(`token ${step} of a session`, tokenOf(await caller.refresh(token)))
    expect(tokenOf(await caller.refresh(token)), 'repeated').toBe(next)
    token = next
  }
  expect((await caller.introspect(smartflo.apiKey, token)).text).toContain('"active":true')
  expect((await caller.verify(token)).status).toBe(200)
  expect((await caller.call('/verify?scope=calls:write', { headers: { authorization: `Bearer ${permanent}` } })).status).toBe(403)
  expect((await caller.refresh(permanent)).status).toBe(400)
  for (const secret of [clientSecret, secretOf('a wrong password')]) {
    const authorization = `Basic ${Buffer.from(`gateway:${encodeURIComponent(secret)}`).toString('base64')}`
    const form = { authorization, 'content-type': 'application/x-www-form-urlencoded' }
    await caller.call('/oauth2/introspect', { method: 'POST', headers: form, body: `token=${token}` })
  }
  for (const path of [
    `/v1/auth/refresh?token=${token}`,
    `/v1/auth/${token}`,
    `/t/demo/verify?aud=${token}`,
    `/${token}`,
    `/t/${token}/verify`,
  ]) {
    await caller.call(path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}x`, apikey: `${smartflo.apiKey}x`, cookie: token },
    })
    await caller.call(path, { headers: { authorization: token, 'x-request-id': token, 'user-agent': token } })
  }
  expect((await caller.refresh(first)).status, 'reused').toBe(401)
  expect((await caller.verify(token)).status, 'and ended').toBe(401)
}

/** Keycloak-shaped tokens, and those of a person who did not sign in. */
async function impersonate(): Promise<void> {
  const { voipex } = readDemo(installation)
  const { username, password, email } = voipex.impersonation
  const ask = async (what: string, fields: Record<string, string>) => {
    const body = new URLSearchParams({ client_id: voipex.clientId, ...fields }).toString()
    const answer = await caller.call('/token', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body })
    return keepAll(what, answer.text)
  }
  const own = await ask('the portal', { grant_type: 'password', username, password, scope: 'openid' })
  const headers = { authorization: `Bearer ${own.access_token}`, 'content-type': 'application/json' }
  const exchanged = await caller.call('/token-exchange', { method: 'POST', headers, body: JSON.stringify({ email }) })
  const others = keepAll('an impersonated person', exchanged.text)
  await ask('an impersonated person, refreshed', { grant_type: 'refresh_token', refresh_token: others.refresh_token ?? '' })
  await caller.call('/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `client_id=api&grant_type=refresh_token&refresh_token=${own.access_token}&password=${encodeURIComponent(password)}`,
  })
}

/** A login at the page, with a wrong password first, a browser's own session, tokens, and codes and tokens that are used where they must not be. */
async function signInAtPage(): Promise<void> {
  const { vpaas } = readDemo(installation)
  const program = createVpaasProgram(caller, vpaas)
  const challenge = createHash('sha256').update(secretOf('a verifier')).digest('base64url')
  const location = await program.startLogin(`&codeChallenge=${challenge}&codeChallengeMethod=S256`)
  const stranger = openBrowser()
  const request = fieldOf(await stranger.get(location), 'request')
  const wrong = { request, login: vpaas.email, password: secretOf('a wrong password'), answer: 'password' }
  expect((await stranger.post(`${vpaas.baseUrl}/oauth2/auth`, wrong)).status).toBe(403)
  const visit = await signInAt(location, vpaas)
  for (const [name, secret] of visit.secrets) secrets.set(`${name} of a visit`, secret)
  expect((await program.exchange(visit.authCode, { codeVerifier: `${secretOf('a verifier')}x` })).status, 'another verifier').toBe(400)
  const tokens = keepVpaas('exchanged', vpaasTokensOf(await program.exchange(visit.authCode, { codeVerifier: secretOf('a verifier') })))
  expect((await program.askWhose(tokens.accessToken)).status).toBe(200)
  keepVpaas('refreshed', vpaasTokensOf(await program.refresh(tokens.refreshToken)))
  for (const token of [visit.authCode, tokens.accessToken, ...visit.secrets.values()]) {
    await program.refresh(token)
    await program.exchange(token)
    await program.askWhose(token)
    await caller.call(`/user/api/v2/login-complete?code=${token}&state=${token}`, { headers: { cookie: `__Host-x=${token}` } })
    await caller.call(`/user/api/v2/login?clientId=${token}&scope=${token}`, { headers: { apikey: vpaas.apiKey } })
    await caller.call(`/oauth2/auth?client_id=${token}&redirect_uri=${token}&state=${token}`)
  }
  expect((await program.exchange(visit.authCode, { codeVerifier: secretOf('a verifier') })).status, 'reused').toBe(400)
  await signInToAccount(vpaas)
}

function keepVpaas(what: string, tokens: VpaasTokens): VpaasTokens {
  const [, , , sealed = ''] = tokens.accessToken.split('.')
  secrets.set(`the accessToken ${what}`, tokens.accessToken).set(`the accessToken ${what}, what is sealed`, sealed)
  secrets.set(`the refreshToken ${what}`, tokens.refreshToken)
  return tokens
}

async function signInToAccount({ baseUrl, email, password }: { baseUrl: string; email: string; password: string }): Promise<void> {
  const browser = openBrowser()
  const request = fieldOf(await browser.get(`${baseUrl}/account`), 'request')
  const sent = await browser.post(`${baseUrl}/oauth2/auth`, { request, login: email, password, answer: 'password' })
  expect(sent.status).toBe(303)
  const formToken = fieldOf(await browser.get(`${baseUrl}/account`), 'formToken')
  secrets.set('the sealed request of the account', request).set('the token of a form', formToken)
  for (const [index, value] of browser.received.entries()) secrets.set(`cookie ${index} of the account`, value)
  expect((await browser.post(`${baseUrl}/account/sign-out`, { formToken: `${formToken}x` })).status).toBe(403)
  expect((await browser.post(`${baseUrl}/account/sign-out`, { formToken })).status).toBe(200)
}

function keepAll(what: string, text: string): Readonly<Record<'access_token' | 'refresh_token', string | undefined>> {
  const tokens = JSON.parse(text)
  for (const name of ['access_token', 'refresh_token', 'id_token']) if (name in tokens) keepToken(`the ${name} of ${what}`, tokens[name])
  expect(Object.keys(tokens)).toContain('access_token')
  return tokens
}

beforeAll(async () => {
  installation = stage.newInstallation()
  const variables = { RINGKEY_MASTER_KEY: MASTER_KEY.toString('base64url'), RINGKEY_LOG_LEVEL: 'debug' }
  server = await installation.serve({ demo: true, variables })
  caller = createCaller(server.url)
  const { voipex, ...others } = readDemo(installation)
  for (const [door, settings] of Object.entries(others)) {
    if ('password' in settings) secrets.set(`the password of ${door}`, settings.password)
    if ('apiKey' in settings) secrets.set(`the API key of ${door}`, settings.apiKey)
  }
  secrets.set('the password of voipex', voipex.password).set('the password of the portal', voipex.impersonation.password)
  const made = await operate()
  await callAround(await signInEverySoOften(), made)
  await impersonate()
  await signInAtPage()
  const last = keepToken(
    'a token that is signed out',
    tokenOf(await caller.signIn({ email: 'bert@demo.example', password: secretOf('the password of bert') })),
  )
  expect((await caller.signOut(last)).status).toBe(200)
  printedByCommands += await run(
    ['account', 'set-password', 'bert@demo.example', '--password-stdin'],
    secretOf('the second password of bert'),
  )
  const [{ id }] = JSON.parse(await run(['permanent-token', 'list', '--json'])).permanentTokens
  await say('permanent-token', 'revoke', id)
  await say('session', 'list', '--json')
  await say('key', 'list', '--json')
  await say('audit', 'list', '--json')
  for (const name of readdirSync(installation.dataDir)) filesInUse.set(name, readFileSync(join(installation.dataDir, name)))
  await server.end('SIGTERM')
  caller.close()
})

/** All secrets but those whose name begins like this. */
function without(...beginnings: string[]): Map<string, string | Buffer> {
  return new Map([...secrets].filter(([name]) => !beginnings.some((beginning) => name.startsWith(beginning))))
}

describe('after a run through every flow', () => {
  it('S154, S122: no log line has a secret or a login name in it', () => {
    const log = Buffer.from(server.stderr())
    expect(log.toString().split('\n').length).toBeGreaterThan(50)
    expect(findSecrets(log, new Map([...secrets, ...LOGIN_IDS.map((id): [string, string] => [id, id])]))).toEqual([])
  })

  it('S154: the demo prints its own passwords and API keys, and nothing else', () => {
    expect(findSecrets(Buffer.from(server.stdout()), without(...SHOWN_BY_THE_DEMO))).toEqual([])
  })

  it('S154, S122: no command prints a secret but the one that it made, once', () => {
    expect(printedByCommands.length).toBeGreaterThan(5000)
    expect(findSecrets(Buffer.from(printedByCommands), secrets)).toEqual([])
  })

  it('S154, S155: no file has a secret in it, neither while the server runs nor afterwards', () => {
    expect([...filesInUse.keys()].sort()).toEqual(['demo.json', 'ringkey.sqlite', 'ringkey.sqlite-shm', 'ringkey.sqlite-wal'])
    const filesAfterwards = readdirSync(installation.dataDir).map((name): [string, Buffer] => [
      name,
      readFileSync(join(installation.dataDir, name)),
    ])
    for (const [name, bytes] of [...filesInUse, ...filesAfterwards]) {
      const sought = name === 'demo.json' ? without(...SHOWN_BY_THE_DEMO) : secrets
      expect(findSecrets(bytes, sought), name).toEqual([])
    }
  })

  it('S31: no token says anything about its user but an id', () => {
    for (const name of ['a token of bert', 'a token of the demo', 'a permanent token']) {
      const claims = claimsOf(secretOf(name))
      expect(Object.keys(claims).sort()).toEqual(['exp', 'iat', 'iss', 'jti', 'nbf', 'sub'])
      expect(claims.sub).toMatch(/^acc_[a-z2-7]{24}$/)
      const said = JSON.stringify(claims)
      expect(said).not.toMatch(/bert|demo\.example|@/)
      expect(findSecrets(Buffer.from(said), new Map(LOGIN_IDS.map((id) => [id, id])))).toEqual([])
    }
  })
})

describe('the search', () => {
  it('finds a secret in every spelling, wherever it stands', () => {
    const secret = 'p/ss+w?rd "ü"'
    const sought = new Map([['it', secret]])
    const spellings = [
      secret,
      encodeURIComponent(secret),
      JSON.stringify({ secret }),
      new URLSearchParams({ secret }).toString(),
      Buffer.from(secret).toString('hex'),
      ...['', 'a', 'ab', 'abc'].flatMap((before) =>
        ['base64', 'base64url'].map((how) => Buffer.from(`${before}${secret}after`).toString(how as 'base64')),
      ),
    ]
    for (const spelling of spellings) expect(findSecrets(Buffer.from(`before ${spelling} after`), sought), spelling).not.toEqual([])
    expect(findSecrets(Buffer.from(`before ${secret.slice(1)} after`), sought)).toEqual([])
  })

  it('would have found what this run has written on purpose', () => {
    const demo = filesInUse.get('demo.json') ?? Buffer.alloc(0)
    expect(findSecrets(demo, secrets)).toContain('the password of smartflo (as it is)')
    const planted = join(stage.newFolder(), 'planted')
    writeFileSync(planted, `a line with ${Buffer.from(`gateway:${secretOf('a client secret')}`).toString('base64')} in it`)
    expect(findSecrets(readFileSync(planted), secrets).join()).toContain('a client secret (base64')
  })
})
