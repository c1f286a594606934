import { afterEach, describe, expect, it, vi } from 'vitest'
import { connect } from '../connect.ts'
import { answerOf, openWorld, type World } from '../testing/world.ts'

vi.mock('@node-rs/argon2', () => import('../../../server/src/testing/quick-argon2.ts'))

let world: World
afterEach(() => world.stop())

/** The server's own realm, which has metadata and takes a confidential client by Basic. */
async function openRealm() {
  world = await openWorld('voipex')
  const { email = '', password = '', pbx_secret: clientSecret = '' } = world.given
  const issuer = `${world.baseUrl}/realms/client`
  const { baseUrl: _, ...options } = world.options
  return { issuer, email, password, clientSecret, options }
}

describe('any OAuth server', () => {
  it('is found by its issuer, signed in to and refreshed', async () => {
    const { issuer, email, password, clientSecret, options } = await openRealm()
    const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()
    const connection = await connect(
      { issuer: String(Reflect.get(Object(metadata), 'issuer')), clientId: 'pbx', clientSecret, username: email, password },
      options,
    )
    const first = await connection.token()
    world.advance(2990)
    expect((await connection.token()).value).not.toBe(first.value)
    expect(world.requests.filter((line) => line.startsWith('POST'))).toHaveLength(2)
    expect(world.count('openid-configuration')).toBe(1)
  })

  it('client credentials: the secret goes in the Authorization header, encoded as RFC 6749 has it', async () => {
    const { options } = await openRealm()
    const issuer = 'https://auth.example'
    const seen: string[] = []
    world.setWire(async (request) => {
      if (request.method === 'GET') return answerOf(200, { issuer, token_endpoint: `${issuer}/token` })
      seen.push(request.headers.get('authorization') ?? '', await request.text())
      return answerOf(200, { access_token: 'opaque', token_type: 'Bearer', expires_in: 600 })
    })
    const connection = await connect({ issuer, clientId: 'a b', clientSecret: 'c:d%', scope: 'calls' }, options)
    expect((await connection.token()).value).toBe('opaque')
    expect(seen).toEqual([`Basic ${Buffer.from('a+b:c%3Ad%25').toString('base64')}`, 'grant_type=client_credentials&scope=calls'])
  })

  it('a refresh token from elsewhere is used once, and what it becomes is kept', async () => {
    const { options } = await openRealm()
    const issuer = 'https://auth.example'
    const presented: (string | null)[] = []
    world.setWire(async (request) => {
      if (request.method === 'GET') return answerOf(200, { issuer, token_endpoint: `${issuer}/token` })
      presented.push(new URLSearchParams(await request.text()).get('refresh_token'))
      return answerOf(200, { access_token: `a${presented.length}`, refresh_token: `r${presented.length}`, expires_in: 600 })
    })
    const credentials = { issuer, clientId: 'app', refreshToken: 'r0' }
    expect((await (await connect(credentials, options)).token()).value).toBe('a1')
    expect((await (await connect(credentials, options)).token()).value).toBe('a1')
    world.advance(595)
    expect((await (await connect(credentials, options)).token()).value).toBe('a2')
    expect(presented).toEqual(['r0', 'r1'])
  })

  it.each([
    ['names another issuer', { issuer: 'https://evil.example', token_endpoint: 'https://auth.example/token' }],
    ['has a token endpoint without TLS', { issuer: 'https://auth.example', token_endpoint: 'http://auth.example/token' }],
    ['has no token endpoint', { issuer: 'https://auth.example' }],
  ])('no secret goes to a server whose metadata %s', async (_what, metadata) => {
    const { options } = await openRealm()
    world.setWire(async () => answerOf(200, metadata))
    const connection = await connect({ issuer: 'https://auth.example', clientId: 'app', clientSecret: 'secret-secret' }, options)
    await expect(connection.token()).rejects.toMatchObject({ code: 'configuration' })
    expect(world.count('POST')).toBe(0)
  })
})

describe('a platform of one’s own', () => {
  it('is one object, kept like the others', async () => {
    const { options } = await openRealm()
    let made = 0
    const fifth = {
      name: 'fifth',
      baseUrl: 'https://fifth.example',
      open: ({ key }: { key: string }) => ({
        identity: [key],
        secrets: [],
        signIn: async () => {
          made += 1
          const { Secret } = await import('../secret.ts')
          const issuedAt = options.environment.now()
          return { accessToken: new Secret(`fifth-${made}`), issuedAt, expiresAt: issuedAt + 60_000 }
        },
        canRefresh: () => false,
        refresh: () => Promise.reject(new Error('it has none')),
        headers: (value: string) => ({ 'x-token': value }),
        signInAdvice: 'Ask the fifth platform.',
      }),
    }
    const connection = await connect(fifth, { key: 'k' }, options)
    expect((await connection.token()).headers()).toEqual({ 'x-token': 'fifth-1' })
    world.advance(61)
    expect((await connection.token()).value).toBe('fifth-2')
  })

  it('a name that nobody has is told with those that there are', async () => {
    world = await openWorld('voipex')
    // As a program without types may call it.
    const name = 'smartfloo' as 'smartflo'
    await expect(connect(name, {}, world.options)).rejects.toMatchObject({
      message: expect.stringContaining('smartflo, servetel, voipex, vpaas'),
    })
  })
})
