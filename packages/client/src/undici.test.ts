import { Readable } from 'node:stream'
import { Agent, Client, type Dispatcher, interceptors, request, fetch as undiciFetch } from 'undici'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { connect } from './connect.ts'
import type { Connection } from './connection.ts'
import { type Api, openApi } from './testing/api.ts'
import { openWorld, type World } from './testing/world.ts'
import { addToken, type Dispatch } from './undici.ts'

vi.mock('@node-rs/argon2', () => import('../../server/src/testing/quick-argon2.ts'))

let world: World
let api: Api
let dispatcher: Dispatcher
afterEach(async () => {
  await dispatcher.destroy()
  api.stop()
  await world.stop()
})

async function open(): Promise<Connection> {
  world = await openWorld('smartflo')
  api = await openApi()
  const { email = '', password = '' } = world.given
  const connection = await connect('smartflo', { email, password }, { ...world.options, apiUrl: api.url })
  dispatcher = new Agent().compose(addToken(connection))
  return connection
}

/** A token that is held, and that the API takes no more. */
async function openExpired(): Promise<{ connection: Connection; old: string }> {
  const connection = await open()
  const { value: old } = await connection.token()
  api.setTakes((authorization) => authorization !== `Bearer ${old}`)
  return { connection, old }
}

const bodies = () => api.calls.map(({ body }) => body)

describe('an undici dispatcher with the token', () => {
  it('sends it in the place of a header of the same name, beside the caller’s own', async () => {
    const connection = await open()
    const { value } = await connection.token()
    for (const headers of [{ Authorization: 'mine', Accept: '*/*' }, ['authorization', 'mine', 'x-a', '1'], new Map([['x-a', '1']])]) {
      const { statusCode, body } = await request(`${api.url}/v1/calls`, { dispatcher, headers })
      expect(statusCode).toBe(200)
      expect(await body.json()).toEqual(['taken'])
    }
    expect(api.calls.map(({ authorization }) => authorization)).toEqual(Array.from({ length: 3 }, () => `Bearer ${value}`))
  })

  it.each([
    ['a text', 'number=1&name=ü'],
    ['bytes', Buffer.from('number=1&name=ü')],
  ])('makes a call that is answered 401 once more with a new token and its body: %s', async (_kind, body) => {
    await openExpired()
    const answer = await request(`${api.url}/v1/calls`, { dispatcher, method: 'POST', body })
    expect(answer.statusCode).toBe(200)
    expect(await answer.body.json()).toEqual(['taken'])
    expect(bodies()).toEqual(['number=1&name=ü', 'number=1&name=ü'])
    expect(world.count('refresh')).toBe(1)
  })

  it('makes no call twice whose body is a stream: it is answered 401, and the next one has a new token', async () => {
    await openExpired()
    const post = () => request(`${api.url}/v1/calls`, { dispatcher, method: 'POST', body: Readable.from(['number=1']) })
    const first = await post()
    expect(first.statusCode).toBe(401)
    expect(await first.body.json()).toEqual({ message: 'Unauthenticated.' })
    const second = await post()
    expect(second.statusCode).toBe(200)
    await second.body.dump()
    expect(bodies()).toEqual(['number=1', 'number=1'])
    expect(world.count('refresh')).toBe(1)
  })

  it('renews once for streams that are never taken, and again after one was', async () => {
    await open()
    const post = async () => {
      const { statusCode, body } = await request(`${api.url}/v1/calls`, { dispatcher, method: 'POST', body: Readable.from(['a']) })
      await body.dump()
      return statusCode
    }
    api.setTakes(() => false)
    expect([await post(), await post(), await post()]).toEqual([401, 401, 401])
    expect(world.count('refresh')).toBe(1)
    api.setTakes(() => true)
    expect(await post()).toBe(200)
    api.setTakes(() => false)
    expect([await post(), await post(), await post()]).toEqual([401, 401, 401])
    expect(world.count('refresh')).toBe(2)
  })

  it('asks for a sign-in where a new token is refused too, and has no token in the error', async () => {
    const connection = await open()
    api.setTakes(() => false)
    const refused = await request(`${api.url}/v1/calls`, { dispatcher }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'reauthentication_required', status: 401 })
    expect(api.calls).toHaveLength(2)
    expect(String((refused as Error).stack)).not.toContain((await connection.token()).value)
  })

  it('a hundred calls that are answered 401 renew once', async () => {
    await openExpired()
    const calls = Array.from({ length: 100 }, async () => (await request(`${api.url}/v1/calls`, { dispatcher })).body.dump())
    await Promise.all(calls)
    expect(world.count('refresh')).toBe(1)
    expect(api.calls.at(-1)?.authorization).not.toBe(api.calls[0]?.authorization)
  })

  it('serves undici’s fetch and Node’s own', async () => {
    await openExpired()
    expect((await undiciFetch(`${api.url}/v1/calls`, { dispatcher })).status).toBe(200)
    const forNode: object = { dispatcher }
    expect((await fetch(`${api.url}/v1/calls`, forNode)).status).toBe(200)
    expect(world.count('refresh')).toBe(1)
  })

  it('the token goes to nobody but the platform, and not along with a redirect', async () => {
    await open()
    const elsewhere = await openApi()
    try {
      await expect(request(`${elsewhere.url}/`, { dispatcher })).rejects.toMatchObject({ code: 'configuration' })
      const following = dispatcher.compose(interceptors.redirect({ maxRedirections: 3 }))
      const away = `${api.url}/away?to=${encodeURIComponent(elsewhere.url)}`
      await expect(request(away, { dispatcher: following })).rejects.toMatchObject({ code: 'configuration' })
      expect(elsewhere.calls).toEqual([])
    } finally {
      elsewhere.stop()
    }
  })

  it('a call that is given up is not sent', async () => {
    const connection = await open()
    const aborter = new AbortController()
    const wait = vi.spyOn(connection, 'authorize')
    const asked = request(`${api.url}/v1/calls`, { dispatcher: new Agent().compose(addToken(connection)), signal: aborter.signal })
    aborter.abort()
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
    await wait.mock.results[0]?.value
    expect(api.calls).toEqual([])
  })

  it('what goes wrong on the way is undici’s own error', async () => {
    await open()
    api.stop()
    await expect(request(`${api.url}/v1/calls`, { dispatcher })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('a dispatcher that does not say where it sends to, and an undici that is too old, are refused', async () => {
    const connection = await open()
    const client = new Client(api.url)
    const asked = client.compose(addToken(connection)).request({ method: 'GET', path: '/' })
    await expect(asked).rejects.toMatchObject({ code: 'configuration', message: expect.stringContaining('Agent') })
    await client.close()
    const dispatch: Dispatch = () => true
    const old = { onConnect: () => {} }
    expect(() => addToken(connection)(dispatch)({ path: '/' }, old as object)).toThrow('undici 7')
  })
})

describe('a platform that wants two headers', () => {
  it('gets both, and a redirect takes neither to another origin', async () => {
    world = await openWorld('vpaas')
    api = await openApi()
    const elsewhere = await openApi()
    const { api_key: apiKey = '' } = world.given
    world.setWire(async () => new Response('{"accessToken":"eyJ.a","expiresIn":14399}'))
    const options = { ...world.options, apiUrl: api.url }
    const connection = await connect('vpaas', { clientId: 'app', apiKey, authCode: 'a-code' }, options)
    dispatcher = new Agent().compose(interceptors.redirect({ maxRedirections: 3 }), addToken(connection))
    try {
      const answer = await request(`${api.url}/away?to=${encodeURIComponent(elsewhere.url)}`, { dispatcher })
      expect(answer.statusCode).toBe(302)
      expect(api.calls).toMatchObject([{ apikey: apiKey.trim(), authorization: 'Bearer eyJ.a' }])
      expect(elsewhere.calls).toEqual([])
    } finally {
      elsewhere.stop()
    }
  })
})
