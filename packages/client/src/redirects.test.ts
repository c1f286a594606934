/** A redirect to somebody else: whatever sends the call, no header of the platform goes along. */
import { Agent as HttpAgent } from 'node:http'
import axios from 'axios'
import { Agent, type Dispatcher, interceptors, request } from 'undici'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { addToken as addTokenToAxios } from './axios.ts'
import { connect } from './connect.ts'
import type { Connection } from './connection.ts'
import { memoryStore } from './keep/memory-store.ts'
import { type Api, openApi } from './testing/api.ts'
import { addToken as addTokenToUndici } from './undici.ts'

const TOKEN = 'eyJ.a.b'
const STATUSES = [301, 302, 303, 307, 308]

let api: Api
let elsewhere: Api
beforeEach(async () => {
  api = await openApi()
  elsewhere = await openApi()
})
afterEach(() => {
  api.stop()
  elsewhere.stop()
})

/** Gives each platform's token, in its own words, to whoever asks. */
const giveToken = async () =>
  Response.json({
    accessToken: TOKEN,
    access_token: TOKEN,
    expiresIn: 3600,
    expires_in: 3600,
    issuer: api.url,
    token_endpoint: `${api.url}/token`,
  })

const PLATFORMS = ['smartflo', 'servetel', 'voipex', 'vpaas', 'oauth'] as const
type Name = (typeof PLATFORMS)[number]

/** Signed in: calls go over this machine's own fetch from then on. */
async function open(name: Name, baseUrl = api.url): Promise<Connection> {
  let isSignedIn = false
  const fetchOnce: typeof fetch = (input, init) => (isSignedIn ? fetch(input, init) : giveToken())
  const options = { baseUrl, store: memoryStore(), environment: { fetch: fetchOnce } }
  const person = { email: 'olga@example.com', password: 'geheim77' }
  const connection = await (name === 'vpaas'
    ? connect(name, { clientId: 'app', apiKey: 'key-of-the-app', authCode: 'code' }, options)
    : name === 'oauth'
      ? connect({ issuer: api.url, clientId: 'app', clientSecret: 'geheim77' }, options)
      : connect(name, person, options))
  await connection.token()
  isSignedIn = true
  return connection
}

const away = (status: number, to = elsewhere.url) => `/away?status=${status}&to=${encodeURIComponent(to)}`

function expectNoHeaderElsewhere(name: Name): void {
  const apikey = name === 'vpaas' ? 'key-of-the-app' : undefined
  expect(api.calls).toMatchObject([{ authorization: `Bearer ${TOKEN}`, apikey }])
  const carried = elsewhere.calls.flatMap(({ authorization, apikey: key }) => [authorization, key].filter((each) => each !== undefined))
  expect(carried).toEqual([])
}

describe.each(PLATFORMS)('a redirect of %s to another origin takes no header along', (name) => {
  describe.each(STATUSES)('%d', (status) => {
    it('over connection.fetch, with or without redirect: follow', async () => {
      const connection = await open(name)
      const init = { method: 'POST', body: 'number=1' }
      const answer = await connection.fetch(away(status), init)
      expect(answer.status).toBe(name === 'vpaas' ? status : 200)
      expectNoHeaderElsewhere(name)
      api.calls.length = 0
      const followed = await connection.fetch(away(status), { ...init, redirect: 'follow' }).catch((error: unknown) => error)
      if (name === 'vpaas') expect(followed).toMatchObject({ code: 'configuration', message: expect.stringContaining('redirect') })
      if (name !== 'vpaas') expectNoHeaderElsewhere(name)
      expect(api.calls).toHaveLength(name === 'vpaas' ? 0 : 1)
    })

    it('over undici, whether its interceptor of redirects stands before or behind', async () => {
      const connection = await open(name)
      const redirects = interceptors.redirect({ maxRedirections: 3 })
      const behind = new Agent().compose(redirects, addTokenToUndici(connection))
      const before = new Agent().compose(addTokenToUndici(connection), redirects)
      const get = async (dispatcher: Dispatcher) => {
        api.calls.length = 0
        await request(api.url + away(status), { dispatcher }).then(
          ({ body }) => body.dump(),
          (error: unknown) => expect(error).toMatchObject({ code: 'configuration' }),
        )
        expectNoHeaderElsewhere(name)
        await dispatcher.destroy()
      }
      await get(behind)
      await get(before)
    })

    it.each(['http', 'fetch'])('over axios: %s', async (adapter) => {
      const client = axios.create({ adapter, baseURL: api.url, validateStatus: () => true })
      client.interceptors.request.use(addTokenToAxios(await open(name), axios))
      await client.get(away(status))
      expectNoHeaderElsewhere(name)
    })
  })
})

describe('a redirect', () => {
  it('over axios takes no token to a name below the platform’s, which is another origin', async () => {
    const hosts: Readonly<Record<string, string>> = { localhost: '127.0.0.1', 'evil.localhost': '127.0.0.2' }
    const { port } = new URL(api.url)
    const evil = await openApi({ host: '127.0.0.2', port: Number(port) })
    try {
      const connection = await open('smartflo', `http://localhost:${port}`)
      const lookup = (host: string, { all }: { all?: boolean }, done: (...found: unknown[]) => void) =>
        all ? done(null, [{ address: hosts[host], family: 4 }]) : done(null, hosts[host], 4)
      const beforeRedirect = vi.fn()
      const client = axios.create({
        adapter: 'http',
        baseURL: `http://localhost:${port}`,
        httpAgent: new HttpAgent({ lookup } as object),
        beforeRedirect,
      })
      client.interceptors.request.use(addTokenToAxios(connection, axios))
      await client.get(away(302, `http://evil.localhost:${port}/v1/calls`), { headers: { Apikey: 'of the caller' } })
      expect(api.calls).toMatchObject([{ authorization: `Bearer ${TOKEN}` }])
      expect(evil.calls).toMatchObject([{ authorization: undefined }])
      expect(beforeRedirect).toHaveBeenCalledOnce()
    } finally {
      evil.stop()
    }
  })

  it.each([
    ['http://evil.127.0.0.1.example/v1', false],
    ['own', true],
    [undefined, false],
  ])('that an older axios is about to follow to %s: its token is there, %s', async (to, isKept) => {
    const connection = await open('smartflo')
    const headers: Record<string, string> = { Authorization: `Bearer ${TOKEN}`, Accept: '*/*' }
    const adapter = async (call: { beforeRedirect?: unknown }) => {
      const next = { headers, ...(to === undefined ? {} : { href: to === 'own' ? `${api.url}/v1/other` : to }) }
      ;(call.beforeRedirect as (given: object) => void)(next)
    }
    const old = { defaults: {}, getAdapter: () => adapter, getUri: () => `${api.url}/v1/calls` }
    const own = { concat: () => own }
    const { adapter: send } = addTokenToAxios(connection, old)({ headers: own, adapter }) as unknown as {
      adapter: (call: object) => Promise<unknown>
    }
    await send({ headers: own, adapter })
    expect(Object.keys(headers)).toEqual(isKept ? ['Authorization', 'Accept'] : ['Accept'])
  })

  it.each(['http', 'fetch'])('within the platform keeps its token: axios over %s', async (adapter) => {
    const client = axios.create({ adapter, baseURL: api.url })
    client.interceptors.request.use(addTokenToAxios(await open('smartflo'), axios))
    expect((await client.get(away(302, `${api.url}/v1/calls`))).status).toBe(200)
    expect(api.calls.map(({ authorization }) => authorization)).toEqual([`Bearer ${TOKEN}`, `Bearer ${TOKEN}`])
  })

  it('to somebody who answers 401 says nothing of the token', async () => {
    const connection = await open('smartflo')
    elsewhere.setTakes(() => false)
    expect((await connection.fetch(away(302))).status).toBe(401)
    expect(api.calls).toHaveLength(1)
    expect((await connection.status()).refusedAt).toBeUndefined()
  })
})
