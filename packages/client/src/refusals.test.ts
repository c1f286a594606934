/** What becomes of a token that the platform does not take: how often it is asked for another, what it is told, and what is kept of it. */
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { connect } from './connect.ts'
import type { ConnectionOptions } from './connect-platform.ts'
import { RingkeyError } from './error.ts'
import { encryptedStore } from './keep/encrypted-store.ts'
import { memoryStore } from './keep/memory-store.ts'
import type { Store } from './keep/store.ts'

const credentials = { email: 'olga@example.com', password: 'geheim77' }
const TOKEN = 'aaaa.bbbb.cccc'
/** It says of itself that it is renewed by nobody. */
const PERMANENT = `e30.${btoa(JSON.stringify({ iss: 'https://a.example/token/generate' }))}.c`

/** A platform of one's own: what it gives in turn (the last again and again), and what its API takes. */
function openPlatform(gives: readonly string[]) {
  const requests: string[] = []
  const platform = {
    requests,
    takes: [] as readonly string[],
    warnings: [] as string[],
    at: Date.parse('2026-01-01T00:00:00Z'),
  }
  let given = 0
  const fetch: NonNullable<NonNullable<ConnectionOptions['environment']>['fetch']> = async (input, init) => {
    const request = new Request(input, init)
    const { pathname } = new URL(request.url)
    requests.push(pathname)
    if (pathname.endsWith('/exchange-auth-code')) return Response.json({ accessToken: TOKEN, refreshToken: TOKEN })
    if (pathname.startsWith('/v1/auth/')) {
      given += 1
      return Response.json({ access_token: gives[Math.min(given, gives.length) - 1], expires_in: 3600 })
    }
    const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? ''
    return platform.takes.includes(token) ? new Response('[]') : new Response('{}', { status: 401 })
  }
  const environment = { fetch, now: () => platform.at, sleep: async () => {}, warn: (text: string) => void platform.warnings.push(text) }
  return { platform, options: { store: memoryStore(), environment } satisfies ConnectionOptions }
}

const refused = { code: 'reauthentication_required', status: 401 }

describe('a platform that gives the refused token again', () => {
  it('is asked once, the call is not made again, and the error says so', async () => {
    const { platform, options } = openPlatform([TOKEN])
    const connection = await connect('smartflo', credentials, options)
    await connection.token()
    const error: unknown = await connection.fetch('/v1/calls').catch((caught: unknown) => caught)
    expect(error).toMatchObject({
      ...refused,
      message: expect.stringMatching(/refuses the token that it has just given.*ringkey login smartflo/),
    })
    expect(platform.requests).toEqual(['/v1/auth/login', '/v1/calls', '/v1/auth/refresh'])
    await expect(connection.fetch('/v1/calls')).rejects.toMatchObject(refused)
    expect(platform.requests.slice(3)).toEqual(['/v1/calls'])
    expect(inspect(error, { depth: 10 })).not.toContain(TOKEN)
  })

  it('is asked once for a hundred calls', async () => {
    const { platform, options } = openPlatform([TOKEN])
    const connection = await connect('smartflo', credentials, options)
    await connection.token()
    const calls = await Promise.allSettled(Array.from({ length: 100 }, () => connection.fetch('/v1/calls')))
    expect(calls.every((call) => call.status === 'rejected' && call.reason.code === refused.code)).toBe(true)
    expect(platform.requests.filter((path) => path === '/v1/auth/refresh')).toHaveLength(1)
  })

  it('makes no second call of one whose body is gone', async () => {
    const { platform, options } = openPlatform([TOKEN])
    const connection = await connect('smartflo', credentials, options)
    let sent = 0
    const send = async () => {
      sent += 1
      return { answer: sent, isRefused: true }
    }
    for (let calls = 1; calls <= 3; calls += 1) {
      expect(await connection.authorize(new URL('https://api-smartflo.tatateleservices.com/v1'), { send, canRepeat: false })).toBe(calls)
    }
    expect(platform.requests).toEqual(['/v1/auth/login', '/v1/auth/refresh'])
    expect((await connection.status()).refusedAt).toBeInstanceOf(Date)
  })
})

describe('a token that was refused', () => {
  it('and cannot be renewed is known as refused to the next process too, until a call is taken', async () => {
    const { platform, options } = openPlatform([])
    const open = () => connect('smartflo', { token: PERMANENT }, options)
    const first = await open()
    await first.token()
    expect((await first.status()).refusedAt).toBeUndefined()
    await expect(first.fetch('/v1/calls')).rejects.toMatchObject({ code: 'reauthentication_required' })
    expect((await first.status()).refusedAt).toEqual(new Date(platform.at))
    const second = await open()
    expect((await second.status()).refusedAt).toEqual(new Date(platform.at))
    expect((await second.token()).value).toBe(PERMANENT)
    platform.takes = [PERMANENT]
    expect((await second.fetch('/v1/calls')).status).toBe(200)
    expect((await second.status()).refusedAt).toBeUndefined()
    expect((await (await open()).status()).refusedAt).toBeUndefined()
  })

  it('is not written down with what was only given', async () => {
    const { options } = openPlatform([])
    const written: string[] = []
    const store = {
      ...options.store,
      swap: (key: string, version: string | undefined, value?: string) => {
        written.push(value ?? '')
        return options.store.swap(key, version, value)
      },
    }
    const connection = await connect('smartflo', { token: PERMANENT }, { ...options, store })
    await expect(connection.fetch('/v1/calls')).rejects.toMatchObject({ code: 'reauthentication_required' })
    expect((await connection.status()).refusedAt).toBeInstanceOf(Date)
    expect(written.join('')).toContain('refusedAt')
    expect(written.join('')).not.toContain(PERMANENT)
  })

  it('and given again by the platform is known as refused, and the next token as good', async () => {
    const { platform, options } = openPlatform([TOKEN, TOKEN, 'dddd.eeee.ffff'])
    const connection = await connect('smartflo', credentials, options)
    await connection.token()
    await expect(connection.fetch('/v1/calls')).rejects.toMatchObject(refused)
    expect((await connection.status()).refusedAt).toEqual(new Date(platform.at))
    platform.at += 3_600_000
    await connection.token()
    expect((await connection.status()).refusedAt).toBeUndefined()
  })

  it('by a network that fails at its renewal is not known as refused: the next call renews it', async () => {
    const { options } = openPlatform([TOKEN])
    await (await connect('smartflo', credentials, options)).token()
    const { fetch } = options.environment
    const cut: typeof fetch = async (input, init) => {
      if (new Request(input, init).url.includes('/auth/')) throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })
      return fetch(input, init)
    }
    const environment = { ...options.environment, fetch: cut }
    const second = await connect('smartflo', credentials, { ...options, environment, timeoutSeconds: 1 })
    await expect(second.fetch('/v1/calls')).rejects.toMatchObject({ code: 'network' })
    expect((await second.status()).refusedAt).toBeUndefined()
  })

  it('is told of also where that cannot be written, with a warning', async () => {
    const { platform, options } = openPlatform([])
    const store: Store = {
      ...options.store,
      async swap(key, ...written) {
        if (key.endsWith('.lease')) return options.store.swap(key, ...written)
        throw new RingkeyError('store_unavailable', 'Make room on the disk.')
      },
    }
    const connection = await connect('smartflo', { token: PERMANENT }, { ...options, store })
    await expect(connection.fetch('/v1/calls')).rejects.toMatchObject({ code: 'reauthentication_required' })
    expect(platform.warnings).toEqual(['Make room on the disk.'])
  })

  it('signIn() with the given token holds nothing against it any more', async () => {
    const { options } = openPlatform([])
    const connection = await connect('smartflo', { token: PERMANENT }, options)
    await expect(connection.fetch('/v1/calls')).rejects.toMatchObject({ code: 'reauthentication_required' })
    await connection.signIn()
    expect(await connection.status()).toMatchObject({ isSignedIn: true, refusedAt: undefined })
  })
})

describe('a store that does not open with this key', () => {
  const right = Buffer.alloc(32, 1).toString('base64')

  it.each([
    ['another key', Buffer.alloc(32, 2).toString('base64'), 'store_unavailable'],
    ['no key', 'short', 'configuration'],
  ])('%s: nobody is asked to sign in, and nothing is asked of the platform', async (_what, key, code) => {
    const { platform, options } = openPlatform([TOKEN])
    const place = { environment: options.environment, timeoutSeconds: 1 }
    let asked = 0
    const askForCode = async () => {
      asked += 1
      return 'code'
    }
    const app = { clientId: 'app', apiKey: 'key-of-the-app' }
    const before = await connect('smartflo', credentials, { ...place, store: encryptedStore(options.store, right) })
    await before.token()
    await connect('vpaas', { ...app, authCode: 'code' }, { ...place, store: encryptedStore(options.store, right) })
    const earlier = platform.requests.length
    const store = encryptedStore(options.store, key)
    const wrong = await connect('smartflo', credentials, { ...place, store })
    await expect(wrong.token()).rejects.toMatchObject({ code, message: expect.stringContaining('key') })
    await expect(wrong.signIn()).rejects.toMatchObject({ code })
    const attended = connect('vpaas', app, { ...place, store, askForCode })
    await expect(attended).rejects.toMatchObject({ code })
    const unasked = await connect('vpaas', app, { ...place, store })
    await expect(unasked.signIn()).rejects.toMatchObject({ code })
    if (code === 'configuration') {
      const nothingKept = { ...place, store: encryptedStore(memoryStore(), key), askForCode }
      await expect(connect('vpaas', app, nothingKept)).rejects.toMatchObject({ code })
    }
    expect(asked).toBe(0)
    expect(platform.requests).toHaveLength(earlier)
  })
})
