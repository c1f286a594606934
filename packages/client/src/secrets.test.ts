/** Every flow's output is searched for every secret of the run: whatever a program prints of what it was given, nothing slips out. */
import { inspect } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { findSecrets } from '../../../tests/process/secret-search.ts'
import { signInAt } from '../../../tests/process/vpaas-visit.ts'
import { connect } from './connect.ts'
import type { Connection } from './connection.ts'
import { createExchange, safeCause } from './exchange.ts'
import { memoryStore } from './keep/memory-store.ts'
import { ServerClock } from './keep/server-clock.ts'
import { Secret, scrub } from './secret.ts'
import { openWorld, type Wire, type World } from './testing/world.ts'

vi.mock('@node-rs/argon2', () => import('../../server/src/testing/quick-argon2.ts'))

let world: World
afterEach(() => world?.stop())

/** What a program may print of a thing, one way or another. */
function print(thing: unknown): string {
  const hidden = inspect(thing, { depth: 20, showHidden: true, getters: false })
  const plain = inspect(thing, { depth: 20, customInspect: false })
  const stack = thing instanceof Error ? `${thing.stack}${thing.cause instanceof Error ? thing.cause.stack : ''}` : ''
  return [hidden, plain, stack, String(thing), JSON.stringify(thing), JSON.stringify({ thing })].join('\n')
}

/** A server that says again what it was sent, in its refusal. */
const echo =
  (status: number): Wire =>
  async (request) => {
    const said = `${await request.clone().text()} ${[...request.headers.values()].join(' ')}`
    return new Response(JSON.stringify({ error: 'invalid_grant', error_description: said, message: said }), { status })
  }

/** A library's error that has the request in it, as those of axios do. */
const tattle: Wire = async (request) => {
  const config = { headers: Object.fromEntries(request.headers), data: await request.clone().text() }
  throw Object.assign(new Error(`could not send ${config.data}`), { code: 'ECONNRESET', config })
}

/** Everything that a flow lets out: tokens, statuses, events, and the error of each kind of failure. */
async function lettingOut(open: () => Promise<Connection>): Promise<string[]> {
  const printed: string[] = []
  const attempt = async (work: () => Promise<unknown>) => {
    printed.push(print(await work().catch((error: unknown) => error)))
  }
  await attempt(open)
  const connection = await open()
  await attempt(() => connection.token())
  await attempt(() => connection.status())
  for (const wire of [echo(400), echo(401), echo(403), echo(429), echo(500), echo(503), tattle]) {
    world.setWire(wire)
    world.advance(20_000)
    await attempt(() => connection.token())
    await attempt(() => connection.fetch('/v1/anything'))
    await attempt(open)
  }
  return [...printed, print(connection), print(world.events)]
}

/** What stands in the store is all that the flow got. */
async function keptSecrets(): Promise<[string, string][]> {
  const secrets: [string, string][] = []
  const note = (name: string, value: unknown) => {
    if (typeof value === 'string' && value.length >= 8) secrets.push([name, value])
  }
  for (const [index, text] of written.entries()) {
    const { grant } = JSON.parse(text) as { grant?: { accessToken?: string; refreshToken?: string } }
    note(`access token ${index}`, grant?.accessToken)
    note(`refresh token ${index}`, grant?.refreshToken)
  }
  return secrets
}

const written: string[] = []
function watchedStore() {
  written.length = 0
  const store = memoryStore()
  return {
    ...store,
    swap: (key: string, version: string | undefined, value: string | undefined) => {
      if (value !== undefined) written.push(value)
      return store.swap(key, version, value)
    },
  }
}

describe('nothing that is let out has a secret in it', () => {
  it.each(['smartflo', 'servetel', 'voipex'] as const)('%s', async (name) => {
    world = await openWorld(name)
    const { email = '', password = '' } = world.given
    const options = { ...world.options, store: watchedStore(), timeoutSeconds: 3 }
    const out = await lettingOut(() => connect(name, { email, password }, options))
    const secrets = new Map([['the password', password], ...(await keptSecrets())])
    expect(secrets.size).toBeGreaterThan(1)
    expect(findSecrets(Buffer.from(out.join('\n')), secrets)).toEqual([])
  })

  it('vpaas', async () => {
    world = await openWorld('vpaas')
    const { email = '', password = '', api_key: apiKey = '' } = world.given
    const codes: string[] = []
    const askForCode = async (address: string) => {
      const { authCode } = await signInAt(address, { email, password })
      codes.push(authCode)
      return authCode
    }
    const options = { ...world.options, store: watchedStore(), askForCode, timeoutSeconds: 3 }
    const out = await lettingOut(() => connect('vpaas', { clientId: 'app', apiKey }, options))
    const secrets = new Map([['the API key', apiKey], ['the code', codes[0] ?? ''], ...(await keptSecrets())])
    expect(secrets.size).toBeGreaterThan(3)
    expect(findSecrets(Buffer.from(out.join('\n')), secrets)).toEqual([])
  })

  it('the code of an address that was pasted and refused', async () => {
    world = await openWorld('vpaas')
    const { api_key: apiKey = '' } = world.given
    world.setWire(echo(400))
    const authCode = 'smarthubplatform://login?authCode=a-very-secret-code'
    const error = await connect('vpaas', { clientId: 'app', apiKey, authCode }, world.options).catch((caught: unknown) => caught)
    const secrets = new Map([
      ['the API key', apiKey],
      ['the code', 'a-very-secret-code'],
    ])
    expect(findSecrets(Buffer.from(print(error)), secrets)).toEqual([])
  })

  it('the client secret and the token of an OAuth server', async () => {
    world = await openWorld('voipex')
    const { baseUrl: _, ...options } = world.options
    const issuer = 'https://auth.example'
    const metadata: Wire = async () => new Response(JSON.stringify({ issuer, token_endpoint: `${issuer}/token` }))
    world.setWire((request, pass) => (request.method === 'GET' ? metadata(request, pass) : echo(401)(request, pass)))
    const connection = await connect(
      { issuer, clientId: 'app', clientSecret: 'a-very-secret-secret', refreshToken: 'a-refresh-token' },
      options,
    )
    const error = await connection.token().catch((caught: unknown) => caught)
    const secrets = new Map([
      ['the secret', 'a-very-secret-secret'],
      ['the token', 'a-refresh-token'],
    ])
    expect(findSecrets(Buffer.from(print(error) + print(connection)), secrets)).toEqual([])
  })
})

describe('a secret', () => {
  it('prints as redacted everywhere, and is itself when it is asked', () => {
    const secret = new Secret('hush-hush-hush')
    const printed = [print(secret), print({ deep: [{ secret }] }), `${secret}`, print(new Error('no', { cause: { secret } }))].join('\n')
    expect(printed).not.toContain('hush')
    expect(printed).toContain('[redacted]')
    expect(secret.reveal()).toBe('hush-hush-hush')
  })

  it('is cut out of what a server says, as it is, percent-encoded and as a JSON string', () => {
    const secrets = [new Secret('p"ss wörd')]
    const said = `a p"ss wörd b ${encodeURIComponent('p"ss wörd')} c ${JSON.stringify('p"ss wörd')}`
    expect(scrub(said, secrets)).not.toMatch(/ss.{1,9}w/)
  })

  it('goes out of an error’s cause with all that the error carried', () => {
    const error = Object.assign(new Error('sent hush-hush-hush', { cause: new Error('hush-hush-hush') }), {
      config: { data: 'hush-hush-hush' },
    })
    expect(print(safeCause(error, [new Secret('hush-hush-hush')]))).not.toContain('hush-')
  })

  it('an access token that the server repeats in its refusal is cut out too', async () => {
    const clock = new ServerClock()
    const environment = { now: () => 0, fetch: async () => new Response('{"message":"no: Bearer hush-hush-hush"}', { status: 401 }) }
    const machine = { ...(await import('./environment.ts')).environment, ...environment }
    const exchange = createExchange({ platform: 'p', environment: machine, clock, requestTimeoutMs: 1000, secrets: [] })
    const answer = await exchange.send({ method: 'GET', url: 'https://p.example', headers: { authorization: 'Bearer hush-hush-hush' } })
    expect(exchange.quote(answer)).not.toContain('hush')
  })
})
