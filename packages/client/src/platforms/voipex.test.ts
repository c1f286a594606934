import { afterEach, describe, expect, it, vi } from 'vitest'
import { connect } from '../connect.ts'
import type { Connection } from '../connection.ts'
import { answerOf, openWorld, type World } from '../testing/world.ts'
import type { VoipexCredentials } from './voipex.ts'

vi.mock('@node-rs/argon2', () => import('../../../server/src/testing/quick-argon2.ts'))

let world: World
afterEach(() => world.stop())

async function openVoipex(changed: Partial<VoipexCredentials> = {}): Promise<Connection> {
  world = await openWorld('voipex')
  return another(changed)
}

function another(changed: Partial<VoipexCredentials> = {}): Promise<Connection> {
  const { email = '', password = '' } = world.given
  return connect('voipex', { email, password, ...changed }, world.options)
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

describe('voipex', () => {
  it('signs in, and renews by the refresh token', async () => {
    const connection = await openVoipex()
    const first = await connection.token()
    expect(first.headers()).toEqual({ authorization: `Bearer ${first.value}` })
    world.advance(2990)
    const second = await connection.token()
    expect(second.value).not.toBe(first.value)
    expect(claimsOf(second.value).sid).toBe(claimsOf(first.value).sid)
    expect(world.requests).toEqual(['POST /token 200', 'POST /token 200'])
  })

  it('signs in by password when the refresh token has run out, without asking with it', async () => {
    const connection = await openVoipex()
    const first = await connection.token()
    world.advance(7300)
    const second = await connection.token()
    expect(claimsOf(second.value).sid).not.toBe(claimsOf(first.value).sid)
    expect(world.requests).toEqual(['POST /token 200', 'POST /token 200'])
  })

  it('says what to run where there is no password', async () => {
    const connection = await openVoipex()
    await connection.token()
    const { email = '' } = world.given
    const without = await connect('voipex', { email }, world.options)
    expect((await without.token()).value).not.toBe('')
    world.advance(7300)
    await expect(without.token()).rejects.toMatchObject({
      code: 'reauthentication_required',
      message: expect.stringContaining('ringkey login voipex'),
    })
  })

  it('speaks for another user, and renews that user’s session', async () => {
    world = await openWorld('voipex')
    const { boss_email: boss = '', email = '' } = world.given
    const connection = await another({ email: boss, impersonate: ` ${email} ` })
    const first = await connection.token()
    expect(claimsOf(first.value)).toMatchObject({ email })
    world.advance(2990)
    expect(claimsOf((await connection.token()).value)).toMatchObject({ email })
    expect(world.requests).toEqual(['POST /token 200', 'POST /token-exchange 200', 'POST /token 200'])
  })

  it('says which right is missing', async () => {
    world = await openWorld('voipex')
    const { boss_email: boss = '' } = world.given
    await expect((await another({ impersonate: boss })).token()).rejects.toMatchObject({
      code: 'credentials_refused',
      message: expect.stringContaining('Tick Impersonation'),
    })
  })

  it('tells a client that is refused from a password that is', async () => {
    world = await openWorld('voipex')
    await expect((await another({ clientId: 'nobody' })).token()).rejects.toMatchObject({ code: 'configuration' })
    await expect((await another({ password: 'wrong password' })).token()).rejects.toMatchObject({ code: 'credentials_refused' })
  })

  it('a confidential client proves itself', async () => {
    world = await openWorld('voipex')
    const { pbx_secret: clientSecret = '' } = world.given
    expect((await (await another({ clientId: 'pbx', clientSecret })).token()).value).not.toBe('')
  })

  it('keeps the refresh token where an answer brings no other', async () => {
    const connection = await openVoipex()
    let asked = ''
    world.setWire(async (request) => {
      asked = await request.clone().text()
      const refresh = asked.includes('grant_type=password') ? { refresh_token: 'the-only-one' } : {}
      return answerOf(200, { access_token: `token-${world.requests.length}`, expires_in: 3000, ...refresh })
    })
    await connection.token()
    for (let renewals = 0; renewals < 3; renewals += 1) {
      world.advance(2990)
      await connection.token()
      expect(asked).toContain('refresh_token=the-only-one')
    }
  })

  it.each([
    [307, '/token', '/elsewhere/token', 'POST /elsewhere/token 200'],
    [308, '/token', '/elsewhere/token', 'POST /elsewhere/token 200'],
  ])('follows %d within the origin, with its body', async (status, from, to, last) => {
    const connection = await openVoipex()
    world.setWire(async (request) => {
      if (request.url.endsWith(to)) return answerOf(200, { access_token: await request.text(), expires_in: 3000 })
      expect(request.url.endsWith(from)).toBe(true)
      return new Response('', { status, headers: { location: to } })
    })
    expect((await connection.token()).value).toContain('grant_type=password')
    expect(world.requests.at(-1)).toBe(last)
  })

  it.each([
    [307, 'https://elsewhere.example/token'],
    [302, '/login'],
  ])('sends no password after a %d to %s', async (status, location) => {
    const connection = await openVoipex()
    world.setWire(async () => new Response('', { status, headers: { location } }))
    await expect(connection.token()).rejects.toMatchObject({ code: 'configuration', status })
    expect(world.requests).toHaveLength(1)
  })
})
