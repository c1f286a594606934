import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import axios from 'axios'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { connect } from './connect.ts'
import type { ConnectionOptions } from './connect-platform.ts'
import type { Connection } from './connection.ts'
import { openWorld, type World } from './testing/world.ts'

vi.mock('@node-rs/argon2', () => import('../../server/src/testing/quick-argon2.ts'))

let world: World
afterEach(() => world.stop())

async function openSmartflo(changed: ConnectionOptions = {}): Promise<Connection> {
  world = await openWorld('smartflo')
  const { email = '', password = '' } = world.given
  return connect('smartflo', { email, password }, { ...world.options, ...changed })
}

interface Call {
  readonly authorization: string | null
  readonly body: string
}

/** An API behind the same address, which takes only what `takes` allows. */
function serveApi(takes: (authorization: string) => boolean): Call[] {
  const calls: Call[] = []
  world.setWire(async (request, pass) => {
    if (request.url.includes('/auth/')) return pass()
    const authorization = request.headers.get('authorization')
    calls.push({ authorization, body: await request.text() })
    return takes(authorization ?? '') ? new Response('[]') : new Response('{"message":"Unauthenticated."}', { status: 401 })
  })
  return calls
}

describe('a call', () => {
  it('has the token in its header, and goes below the platform’s address', async () => {
    const connection = await openSmartflo()
    const calls = serveApi(() => true)
    expect((await connection.fetch('/v1/call/records')).status).toBe(200)
    expect(world.requests.at(-1)).toBe('GET /v1/call/records 200')
    expect(calls[0]?.authorization).toBe(`Bearer ${(await connection.token()).value}`)
  })

  it.each([
    ['a text', () => 'number=1&name=ü'],
    ['bytes', () => new TextEncoder().encode('number=1&name=ü')],
    ['a stream', () => new Blob(['number=1&name=ü']).stream()],
  ])('that is answered 401 is made once more with a new token and its body: %s', async (_kind, makeBody) => {
    const connection = await openSmartflo()
    const { value: old } = await connection.token()
    const calls = serveApi((authorization) => authorization !== `Bearer ${old}`)
    const answer = await connection.fetch('/v1/calls', { method: 'POST', body: makeBody(), duplex: 'half' })
    expect(answer.status).toBe(200)
    expect(calls.map(({ body }) => body)).toEqual(['number=1&name=ü', 'number=1&name=ü'])
    expect(world.count('refresh')).toBe(1)
  })

  it('that is answered 401 twice asks for a sign-in, and the next one renews nothing', async () => {
    const connection = await openSmartflo()
    const calls = serveApi(() => false)
    const refused = { code: 'reauthentication_required', status: 401, message: expect.stringContaining('ringkey login smartflo') }
    await expect(connection.fetch('/v1/calls')).rejects.toMatchObject(refused)
    expect(calls).toHaveLength(2)
    await expect(connection.fetch('/v1/calls')).rejects.toMatchObject(refused)
    expect(calls).toHaveLength(3)
    expect(world.count('refresh')).toBe(1)
  })

  it('a hundred that are answered 401 renew once', async () => {
    const connection = await openSmartflo()
    const { value: old } = await connection.token()
    serveApi((authorization) => authorization !== `Bearer ${old}`)
    const answers = await Promise.all(Array.from({ length: 100 }, () => connection.fetch('/v1/calls')))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(world.count('refresh')).toBe(1)
  })

  it('of another status comes back as it is', async () => {
    const connection = await openSmartflo()
    world.setWire((request, pass) => (request.url.includes('/auth/') ? pass() : Promise.resolve(new Response('', { status: 403 }))))
    expect((await connection.fetch('/v1/calls')).status).toBe(403)
    expect(world.count('calls')).toBe(1)
  })

  it.each(['https://evil.example/v1/calls', 'https://api.servetel.in/v1', 'file:///etc/passwd'])(
    'the token does not go to %s',
    async (address) => {
      const connection = await openSmartflo()
      await expect(connection.fetch(address)).rejects.toMatchObject({ code: 'configuration' })
      expect(world.requests).toEqual([])
    },
  )

  it('whose token no header can have is refused, and the token is not in the error', async () => {
    world = await openWorld('smartflo')
    const connection = await connect('smartflo', { token: 'secret\n-token\u0007' }, world.options)
    for (const call of [() => connection.fetch('/v1/calls'), () => connection.token()]) {
      const error = await call().catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'configuration', outcome: 'not_done' })
      expect(inspect(error, { depth: 10 })).not.toContain('-token')
    }
    expect(world.requests).toEqual([])
  })

  it('goes to another origin that was named', async () => {
    const connection = await openSmartflo({ apiOrigins: ['https://records.example'] })
    const calls = serveApi(() => true)
    await connection.fetch('https://records.example/v1/calls')
    expect(calls).toHaveLength(1)
  })
})

describe('a redirect', () => {
  it('takes no API key to another origin', async () => {
    const asked: string[] = []
    const other = createServer(({ headers }, response) => {
      asked.push(String(headers.apikey))
      response.end()
    }).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`
    const site = createServer((_request, response) => void response.writeHead(302, { location }).end()).listen(0, '127.0.0.1')
    await once(site, 'listening')
    try {
      world = await openWorld('vpaas')
      const { api_key: apiKey = '' } = world.given
      const answer = () => new Response('{"accessToken":"eyJ.a","expiresIn":14399}')
      const baseUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
      world.setWire(async (request, pass) => (request.method === 'POST' ? answer() : pass()))
      const connection = await connect('vpaas', { clientId: 'app', apiKey, authCode: 'a-code' }, { ...world.options, baseUrl })
      expect((await connection.fetch('/anything')).status).toBe(302)
      expect(asked).toEqual([])
    } finally {
      for (const one of [other, site]) one.close()
    }
  })
})

describe('signing out', () => {
  it('leaves no token behind where the platform cannot be reached', async () => {
    const connection = await openSmartflo()
    await connection.token()
    world.setWire(() => Promise.reject(new TypeError('fetch failed')))
    await expect(connection.signOut()).rejects.toMatchObject({ code: 'network' })
    expect(await connection.status()).toMatchObject({ isSignedIn: false })
  })
})

describe('a library that is given a fetch', () => {
  it('sends its own requests with the token, as axios does', async () => {
    const connection = await openSmartflo()
    const { value: old } = await connection.token()
    const calls = serveApi((authorization) => authorization !== `Bearer ${old}`)
    const api = axios.create({ adapter: 'fetch', baseURL: world.baseUrl, env: { fetch: connection.fetch } })
    const { status } = await api.post('/v1/calls', { number: 1 })
    expect(status).toBe(200)
    expect(calls.map(({ body }) => body)).toEqual(['{"number":1}', '{"number":1}'])
    await expect(api.get('https://evil.example/')).rejects.toMatchObject({ message: expect.stringContaining('apiOrigins') })
  })

  it.each([
    ['a request', (url: string) => new Request(url, { method: 'POST', body: 'number=1' })],
    ['an address', (url: string) => new URL(url)],
  ])('may hand it %s', async (_what, make) => {
    const connection = await openSmartflo()
    const calls = serveApi(() => true)
    expect((await connection.fetch(make(`${world.baseUrl}/v1/calls`))).status).toBe(200)
    expect(calls[0]?.authorization).toMatch(/^Bearer eyJ/)
    const away = connection.fetch(new Request('https://evil.example/'))
    await expect(away).rejects.toMatchObject({ code: 'configuration' })
    expect(calls).toHaveLength(1)
  })
})

describe('a sign-in on demand', () => {
  it('takes place whatever is kept, and what comes of it is kept', async () => {
    const connection = await openSmartflo()
    const { value: old } = await connection.token()
    await connection.signIn()
    const { value } = await connection.token()
    expect(value).not.toBe(old)
    const { email = '', password = '' } = world.given
    expect((await (await connect('smartflo', { email, password }, world.options)).token()).value).toBe(value)
    expect(world.count('login')).toBe(2)
  })

  it('that is refused leaves what is kept', async () => {
    const connection = await openSmartflo()
    const { value } = await connection.token()
    const { email = '' } = world.given
    const wrong = await connect('smartflo', { email, password: 'wrong' }, world.options)
    await expect(wrong.signIn()).rejects.toMatchObject({ code: 'credentials_refused' })
    expect((await connection.token()).value).toBe(value)
    expect((await wrong.token()).value).toBe(value)
  })

  it('needs something to sign in with', async () => {
    await openSmartflo()
    const connection = await connect('smartflo', { email: 'a@example.com' }, world.options)
    await expect(connection.signIn()).rejects.toMatchObject({ code: 'configuration' })
  })
})

describe('an address', () => {
  it.each([
    ['https://olga:geheim77@api.example', 'user name or password'],
    ['http://api.example', 'https'],
    ['geheim77', 'no address'],
  ])('%s is refused, and not repeated', async (baseUrl, why) => {
    const refused = openSmartflo({ baseUrl })
    await expect(refused).rejects.toMatchObject({ code: 'configuration', message: expect.stringContaining(why) })
    await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining('geheim77') })
  })
})

describe('a status', () => {
  it('says what is kept, and where, without a secret', async () => {
    const connection = await openSmartflo()
    expect(await connection.status()).toMatchObject({ isSignedIn: false, store: 'memory', expiresAt: undefined })
    const { value, expiresAt } = await connection.token()
    const status = await connection.status()
    expect(status).toMatchObject({ platform: 'smartflo', baseUrl: world.baseUrl, isSignedIn: true, expiresAt })
    expect(JSON.stringify(status)).not.toContain(value.slice(-20))
  })
})
