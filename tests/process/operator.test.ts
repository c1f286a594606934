/** The command line beside a running server: what an operator changes holds at the next request. */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Caller, createCaller, tokenOf } from './caller.ts'
import { type Installation, openStage, type Server } from './launch.ts'

const stage = openStage()
const ANN = { email: 'ann@acme.example', password: 'correct horse battery staple' }
const SCOPE = 'calls:read calls:write'

let installation: Installation
let server: Server
let caller: Caller
let apiKey: { readonly id: string; readonly secret: string }

beforeAll(async () => {
  installation = stage.newInstallation()
  expect((await installation.run(['init', '--doors', 'smartflo', '--tenant', 'acme'])).code).toBe(0)
  server = await installation.serve()
  caller = createCaller(server.url)
  await installation.ask('organisation', 'create', 'Acme')
  await createAccount(ANN)
  const gateway = [
    'application',
    'create',
    'gateway',
    '--door',
    'smartflo',
    '--type',
    'confidential',
    '--checks',
    'tenant',
    '--scope',
    SCOPE,
  ]
  await installation.ask(...gateway)
  const made = (await installation.ask('apikey', 'create', 'production', '--application', 'gateway')) as {
    apiKey: { id: string }
    secret: string
  }
  apiKey = { id: made.apiKey.id, secret: made.secret }
})

async function createAccount({ email, password }: typeof ANN, ...options: string[]): Promise<void> {
  const args = ['account', 'create', email, '--organisation', 'Acme', '--password-stdin', '--json', ...options]
  const { code, stdout, stderr } = await installation.run(args, { input: `${password}\n` })
  expect({ code, stderr }, stdout).toMatchObject({ code: 0 })
  expect(JSON.parse(stdout)).toMatchObject({ account: { loginIds: [email], enabled: true } })
}

async function isActive(token: string): Promise<boolean> {
  const { status, text } = await caller.introspect(apiKey.secret, token)
  expect(status).toBe(200)
  return JSON.parse(text).active
}

async function expectDead(token: string): Promise<void> {
  expect((await caller.refresh(token)).status).toBe(401)
  expect((await caller.verify(token)).status).toBe(401)
}

describe('what an operator makes', () => {
  it('works at once: an account signs in, and an API key asks about its token', async () => {
    const token = tokenOf(await caller.signIn(ANN))
    expect(await isActive(token)).toBe(true)
    const { text } = await caller.introspect(apiKey.secret, token)
    expect(JSON.parse(text)).toMatchObject({ client_id: 'smartflo', iss: expect.stringMatching(/\/api\/v1\/auth\/login$/) })
  })

  it('S15: a tenant of its own is there at once, and knows nobody of another', async () => {
    await installation.ask('tenant', 'create', 'other', '--doors', 'servetel')
    const other = createCaller(`${server.url}/t/other`)
    expect((await other.signIn(ANN)).status).toBe(401)
    await installation.ask('organisation', 'create', 'Acme', '--tenant', 'other')
    await createAccount({ ...ANN, password: 'another tenant, another password' }, '--tenant', 'other')
    const token = tokenOf(await other.signIn({ ...ANN, password: 'another tenant, another password' }))
    expect((await other.verify(token)).status).toBe(200)
    expect(await isActive(token), 'and its tokens mean nothing here').toBe(false)
    expect((await caller.verify(token)).status).toBe(401)
    expect((await caller.refresh(token)).status).toBe(401)
    expect((await other.introspect(apiKey.secret, token)).status).toBe(401)
  })
})

describe('what an operator switches off', () => {
  it.each([
    ['an account', ['account', ANN.email], 401],
    ['an organisation', ['organisation', 'Acme'], 401],
    ['an application', ['application', 'smartflo'], 401],
    ['a tenant', ['tenant', 'acme'], 404],
  ] as const)(
    'S40, S44: %s is refused at the next request, and switched on again its old tokens stay dead',
    async (_, [noun, name], status) => {
      const token = tokenOf(await caller.signIn(ANN))
      await installation.ask(noun, 'disable', name)
      expect((await caller.signIn(ANN)).status).toBe(status)
      expect((await caller.refresh(token)).status).toBe(status)
      expect((await caller.verify(token)).status).toBe(status)
      await installation.ask(noun, 'enable', name)
      await expectDead(token)
      const fresh = tokenOf(await caller.signIn(ANN))
      expect(await isActive(fresh)).toBe(true)
    },
  )

  it('an API key asks nothing more, until it is switched on again', async () => {
    const token = tokenOf(await caller.signIn(ANN))
    await installation.ask('apikey', 'disable', apiKey.id)
    expect((await caller.introspect(apiKey.secret, token)).status).toBe(401)
    await installation.ask('apikey', 'enable', apiKey.id)
    expect(await isActive(token)).toBe(true)
  })
})

describe('what an operator ends', () => {
  it('S40: all sessions of an account, an application or a tenant are dead at the next request, and a new sign-in lives', async () => {
    for (const [noun, name] of [
      ['account', ANN.email],
      ['application', 'smartflo'],
      ['tenant', 'acme'],
    ] as const) {
      const token = tokenOf(await caller.signIn(ANN))
      await installation.ask(noun, 'end-sessions', name)
      await expectDead(token)
      expect(await isActive(tokenOf(await caller.signIn(ANN)))).toBe(true)
    }
  })

  it('one session by its id, and no other; it is in no list afterwards', async () => {
    const [one, other] = [tokenOf(await caller.signIn(ANN)), tokenOf(await caller.signIn(ANN))]
    const { sid } = JSON.parse((await caller.introspect(apiKey.secret, one)).text)
    const listed = async () => {
      const { sessions } = (await installation.ask('session', 'list', '--account', ANN.email)) as { sessions: { id: string }[] }
      return sessions.map(({ id }) => id)
    }
    expect(await listed()).toContain(sid)
    await installation.ask('session', 'end', sid)
    await expectDead(one)
    expect((await caller.verify(other)).status).toBe(200)
    expect(await listed()).not.toContain(sid)
  })

  it('S40: sessions under an old password end with it, and only the new one is taken', async () => {
    const token = tokenOf(await caller.signIn(ANN))
    const args = ['account', 'set-password', ANN.email, '--password-stdin']
    expect((await installation.run(args, { input: 'a password that is new' })).code).toBe(0)
    await expectDead(token)
    expect((await caller.signIn(ANN)).status).toBe(401)
    tokenOf(await caller.signIn({ ...ANN, password: 'a password that is new' }))
    expect((await installation.run(args, { input: ANN.password })).code).toBe(0)
  })
})

describe('a permanent token', () => {
  async function issue(name: string, ...options: string[]): Promise<{ readonly id: string; readonly token: string }> {
    const issued = await installation.ask('permanent-token', 'issue', name, '--account', ANN.email, '--application', 'gateway', ...options)
    const { permanentToken, secret } = issued as { permanentToken: { id: string }; secret: string }
    return { id: permanentToken.id, token: secret }
  }
  const verify = (token: string, query = '') => caller.call(`/verify${query}`, { headers: { authorization: `Bearer ${token}` } })

  it('S123: passes where tokens are checked until it is revoked, and is refused at the next request', async () => {
    const { id, token } = await issue('crm')
    expect((await verify(token)).status).toBe(200)
    expect(await isActive(token)).toBe(true)
    await installation.ask('permanent-token', 'revoke', id)
    expect((await verify(token)).status).toBe(401)
    expect(await isActive(token)).toBe(false)
  })

  it('S124: reaches no wider than its own scope, and not further than its account, which may be switched off', async () => {
    const { token } = await issue('reader', '--scope', 'calls:read')
    expect((await verify(token, '?scope=calls:read')).status).toBe(200)
    expect((await verify(token, '?scope=calls:write')).status).toBe(403)
    await installation.ask('account', 'disable', ANN.email)
    expect((await verify(token)).status).toBe(401)
    await installation.ask('account', 'enable', ANN.email)
    expect((await verify(token)).status, 'ends by name, not by an epoch').toBe(200)
  })

  it('S45: is no refresh credential: 400, and it goes on as it is', async () => {
    const { token } = await issue('script')
    const { status, text } = await caller.refresh(token)
    expect(status).toBe(400)
    expect(JSON.parse(text)).toMatchObject({ success: false })
    expect((await caller.signOut(token)).status).toBe(400)
    expect((await verify(token)).status).toBe(200)
  })
})

describe('new keys', () => {
  it('are published at once, and every token of the old ones goes on', async () => {
    const token = tokenOf(await caller.signIn(ANN))
    const published = async () => JSON.parse((await caller.call('/.well-known/jwks.json')).text).keys.length as number
    const before = await published()
    const { keys } = await installation.ask('key', 'rotate')
    expect(keys).toBeGreaterThan(0)
    const refreshed = tokenOf(await caller.refresh(token))
    expect((await caller.verify(refreshed)).status).toBe(200)
    expect((await caller.verify(token)).status).toBe(200)
    const listed = (await installation.ask('key', 'list')) as { keys: { state: string }[] }
    expect(listed.keys.filter(({ state }) => state === 'pending')).toHaveLength(Number(keys))
    const again = await installation.serve({ variables: { RINGKEY_PUBLIC_URL: server.url } })
    const beside = createCaller(again.url)
    expect(JSON.parse((await beside.call('/.well-known/jwks.json')).text).keys.length).toBeGreaterThan(before)
    expect((await beside.verify(refreshed)).status).toBe(200)
    tokenOf(await beside.refresh(refreshed))
    beside.close()
  })
})
