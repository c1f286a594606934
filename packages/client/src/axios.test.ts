import { Readable } from 'node:stream'
import { inspect } from 'node:util'
import axios, { AxiosError, type AxiosInstance } from 'axios'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { addToken } from './axios.ts'
import { connect } from './connect.ts'
import type { Connection } from './connection.ts'
import { type Api, openApi } from './testing/api.ts'
import { openWorld, type World } from './testing/world.ts'

vi.mock('@node-rs/argon2', () => import('../../server/src/testing/quick-argon2.ts'))

let world: World
let api: Api
let client: AxiosInstance
afterEach(async () => {
  api.stop()
  await world.stop()
})

const ADAPTERS = ['http', 'fetch'] as const
type Adapter = (typeof ADAPTERS)[number]

async function open(adapter: Adapter): Promise<{ connection: Connection; old: string }> {
  world = await openWorld('smartflo')
  api = await openApi()
  const { email = '', password = '' } = world.given
  const connection = await connect('smartflo', { email, password }, { ...world.options, apiUrl: api.url })
  client = axios.create({ adapter, baseURL: api.url })
  client.interceptors.request.use(addToken(connection, axios))
  const { value: old } = await connection.token()
  return { connection, old }
}

const bodies = () => api.calls.map(({ body }) => body)
const print = (thing: unknown) => `${inspect(thing, { depth: 20, showHidden: true })}${JSON.stringify(thing)}`
const failure = (asked: Promise<unknown>) =>
  asked.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  )

describe.each(ADAPTERS)('axios with the token, over %s', (adapter) => {
  it('sends it, and what comes back is axios’s answer without it', async () => {
    const { old } = await open(adapter)
    const answer = await client.get('/v1/calls', { headers: { Authorization: 'mine' } })
    expect(answer).toMatchObject({ status: 200, data: ['taken'], config: { url: '/v1/calls' } })
    expect(api.calls[0]?.authorization).toBe(`Bearer ${old}`)
    expect(print(answer).includes(old)).toBe(false)
  })

  it.each([
    ['an object', { number: 1 }, '{"number":1}'],
    ['a text', 'number=1&name=ü', 'number=1&name=ü'],
    ['bytes', Buffer.from('number=1'), 'number=1'],
  ])('makes a call that is answered 401 once more with a new token and its body: %s', async (_kind, body, sent) => {
    const { old } = await open(adapter)
    api.setTakes((authorization) => authorization !== `Bearer ${old}`)
    expect((await client.post('/v1/calls', body)).data).toEqual(['taken'])
    expect(bodies()).toEqual([sent, sent])
    expect(world.count('refresh')).toBe(1)
  })

  it('asks for a sign-in where a new token is refused too, whatever counts as success', async () => {
    await open(adapter)
    api.setTakes(() => false)
    await expect(client.get('/v1/calls')).rejects.toMatchObject({ code: 'reauthentication_required' })
    await expect(client.get('/v1/calls', { validateStatus: () => true })).rejects.toMatchObject({ code: 'reauthentication_required' })
    expect(world.count('refresh')).toBe(1)
  })

  it('the token goes to nobody but the platform', async () => {
    await open(adapter)
    await expect(client.get('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'configuration' })
    const elsewhere = client.get('/v1/calls', { baseURL: '' })
    await expect(elsewhere).rejects.toMatchObject({ code: 'configuration', message: expect.stringContaining('baseURL') })
    expect(api.calls).toEqual([])
  })

  it('an error is axios’s own, without the token', async () => {
    const { old } = await open(adapter)
    const refused = await failure(client.get('/away?to='))
    expect(refused).toBeInstanceOf(AxiosError)
    api.stop()
    const broken = await failure(client.get('/v1/calls'))
    expect(broken).toBeInstanceOf(AxiosError)
    expect(broken).toMatchObject({ config: { url: '/v1/calls' } })
    for (const error of [refused, broken]) expect(print(error).includes(old)).toBe(false)
  })
})

describe('axios with the token', () => {
  it('makes no call twice whose body is a stream: it is answered 401, and the next one has a new token', async () => {
    const { old } = await open('http')
    api.setTakes((authorization) => authorization !== `Bearer ${old}`)
    const post = () => client.post('/v1/calls', Readable.from(['number=1']))
    const refused = await failure(post())
    expect(refused).toMatchObject({ status: 401, response: { data: { message: 'Unauthenticated.' } } })
    expect(print(refused).includes(old)).toBe(false)
    expect((await post()).status).toBe(200)
    expect(bodies()).toEqual(['number=1', 'number=1'])
  })

  it('puts away the refused answer that comes as a stream, and hands out the other', async () => {
    const { old } = await open('http')
    api.setTakes((authorization) => authorization !== `Bearer ${old}`)
    const { data } = await client.get<Readable>('/v1/calls', { responseType: 'stream' })
    expect(Buffer.concat(await data.toArray()).toString()).toBe('["taken"]')
  })

  it.each(ADAPTERS)('gives a platform both its headers, and a redirect takes neither to another origin: %s', async (adapter) => {
    world = await openWorld('vpaas')
    api = await openApi()
    const elsewhere = await openApi()
    const { api_key: apiKey = '' } = world.given
    world.setWire(async () => new Response('{"accessToken":"eyJ.a","expiresIn":14399}'))
    const options = { ...world.options, apiUrl: api.url }
    const connection = await connect('vpaas', { clientId: 'app', apiKey, authCode: 'a-code' }, options)
    client = axios.create({ adapter, baseURL: api.url })
    client.interceptors.request.use(addToken(connection, axios))
    try {
      await failure(client.get(`/away?to=${encodeURIComponent(elsewhere.url)}`))
      expect(api.calls).toMatchObject([{ apikey: apiKey.trim(), authorization: 'Bearer eyJ.a' }])
      expect(elsewhere.calls).toEqual([])
    } finally {
      elsewhere.stop()
    }
  })
})
