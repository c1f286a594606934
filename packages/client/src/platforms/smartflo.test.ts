import { afterEach, describe, expect, it, vi } from 'vitest'
import { connect } from '../connect.ts'
import { openWorld, type World } from '../testing/world.ts'

vi.mock('@node-rs/argon2', () => import('../../../server/src/testing/quick-argon2.ts'))

let world: World
afterEach(() => world.stop())

describe.each(['smartflo', 'servetel'] as const)('%s', (name) => {
  async function open() {
    world = await openWorld(name)
    const { email = '', password = '' } = world.given
    return { email, password, options: world.options }
  }

  it('signs in with the first token that is asked for, and not before', async () => {
    const { options, ...credentials } = await open()
    const connection = await connect(name, credentials, options)
    expect(world.requests).toEqual([])
    const token = await connection.token()
    expect(token.value).toMatch(/^eyJ0eXAiOiJKV1Qi/)
    expect(token.headers()).toEqual({ authorization: `Bearer ${token.value}` })
    expect(token.expiresAt?.getTime()).toBe(options.environment.now() + 3_600_000)
    expect(world.requests).toEqual(['POST /v1/auth/login 200'])
  })

  it('renews a token by itself before it ends, and one that has ended too where the server allows it', async () => {
    const { options, ...credentials } = await open()
    const connection = await connect(name, credentials, options)
    const first = await connection.token()
    world.advance(3590)
    const second = await connection.token()
    world.advance(3700)
    const third = await connection.token()
    expect(new Set([first.value, second.value, third.value]).size).toBe(3)
    expect(world.requests).toEqual(['POST /v1/auth/login 200', 'POST /v1/auth/refresh 200', 'POST /v1/auth/refresh 200'])
  })

  it('signs in anew when a token has ended at the platform’s own address', async () => {
    const { options, ...credentials } = await open()
    const connection = await connect(name, credentials, { ...options, repeatsLostAnswers: false })
    await connection.token()
    world.advance(3700)
    await connection.token()
    expect(world.requests).toEqual(['POST /v1/auth/login 200', 'POST /v1/auth/login 200'])
  })

  it('signs in when the platform renews no longer', async () => {
    const { options, ...credentials } = await open()
    const connection = await connect(name, credentials, options)
    await connection.token()
    world.advance(20 * 86_400)
    await connection.token()
    expect(world.requests.slice(1)).toEqual(['POST /v1/auth/refresh 401', 'POST /v1/auth/login 200'])
  })

  it('uses a permanent token as it is, blanks and the word Bearer aside, and never asks for another', async () => {
    const { options } = await open()
    const { permanent_token: permanent = '' } = world.given
    const connection = await connect(name, { token: ` Bearer ${permanent}\n` }, options)
    world.advance(400 * 86_400)
    expect((await connection.token()).value).toBe(permanent)
    world.advance(10 * 366 * 86_400)
    await expect(connection.token()).rejects.toMatchObject({
      code: 'reauthentication_required',
      message: expect.stringContaining('portal'),
    })
    expect(world.requests).toEqual([])
  })

  it('goes on with a token of an hour that it was given, and says what to run when that ends', async () => {
    const { options, ...credentials } = await open()
    const given = (await (await connect(name, credentials, options)).token()).value
    const connection = await connect(name, { token: given }, options)
    expect((await connection.token()).value).toBe(given)
    world.advance(3590)
    expect((await connection.token()).value).not.toBe(given)
    world.advance(20 * 86_400)
    await expect(connection.token()).rejects.toMatchObject({
      code: 'reauthentication_required',
      message: expect.stringContaining(`ringkey login ${name}`),
    })
  })

  it('tells a wrong password once, and does not send it again', async () => {
    const { options, email } = await open()
    const connection = await connect(name, { email, password: 'wrong' }, options)
    for (let attempts = 0; attempts < 5; attempts += 1) {
      await expect(connection.token()).rejects.toMatchObject({ code: 'credentials_refused', status: 401 })
    }
    expect(world.requests).toEqual(['POST /v1/auth/login 401'])
  })

  it('takes an address as people copy it', async () => {
    const { options, ...credentials } = await open()
    const connection = await connect(name, credentials, { ...options, baseUrl: ` ${world.baseUrl}/v1/auth/login ` })
    expect((await connection.token()).value).not.toBe('')
  })

  it('ends the session where the platform can, and takes away what was kept', async () => {
    const { options, ...credentials } = await open()
    const connection = await connect(name, credentials, options)
    const { value } = await connection.token()
    await connection.signOut()
    expect(world.requests.at(-1)).toBe('POST /v1/auth/logout 200')
    expect(await connection.status()).toMatchObject({ isSignedIn: false })
    const answer = await fetch(`${world.baseUrl}/v1/auth/refresh`, { method: 'POST', headers: { authorization: value } })
    expect(answer.status).toBe(401)
  })
})
