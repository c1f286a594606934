/** Whatever is given wrongly is told by its name, as this package's error, before anything is asked of a platform, and without its value. */
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { connect } from './connect.ts'
import { encryptedStore } from './keep/encrypted-store.ts'
import { fileStore } from './keep/file-store.ts'
import { memoryStore } from './keep/memory-store.ts'
import { connect as connectOAuth } from './platforms/oauth.ts'
import { connect as connectSmartflo } from './platforms/smartflo.ts'
import { connect as connectVoipex } from './platforms/voipex.ts'
import { connect as connectVpaas } from './platforms/vpaas.ts'

/** As a program without types calls it. */
type Untyped = (...given: unknown[]) => Promise<unknown>
const untyped = connect as unknown as Untyped

const PASSWORD = 'geheim77'
const credentials = { email: 'olga@example.com', password: PASSWORD }

let asked = 0
const environment = {
  fetch: async () => {
    asked += 1
    return new Response('{"access_token":"a.b.c","expires_in":3600}')
  },
}
const options = { environment, store: memoryStore() }

/** @param named what the message has to name */
async function refuses(work: () => unknown, named: string): Promise<void> {
  asked = 0
  const error: unknown = await Promise.resolve()
    .then(work)
    .catch((caught: unknown) => caught)
  expect(error).toMatchObject({ name: 'RingkeyError', code: 'configuration', message: expect.stringContaining(named) })
  expect(inspect(error, { depth: 10 })).not.toContain(PASSWORD)
  expect(asked).toBe(0)
}

describe('connect() refuses', () => {
  it.each<[string, unknown[], string]>([
    ['nothing', [], 'name of a platform'],
    ['null', [null], 'name of a platform'],
    ['a number', [7], 'name of a platform'],
    ['an empty object', [{}], 'name of a platform'],
    ['a function', [() => PASSWORD], 'name of a platform'],
    ['a platform that there is not', [PASSWORD], 'smartflo, servetel, voipex, vpaas'],
    ['a name that all objects have', ['constructor', credentials], 'smartflo, servetel, voipex, vpaas'],
    ['no credentials', ['smartflo'], 'email'],
    ['null in their place', ['smartflo', null], 'credentials'],
    ['a text in their place', ['smartflo', PASSWORD], 'credentials'],
    ['null in the place of options', ['smartflo', credentials, null], 'options'],
    ['a text in the place of options', ['smartflo', credentials, PASSWORD], 'options'],
    ['null in the place of the options of an OAuth server', [{ issuer: 'https://a.example', clientId: 'a' }, null], 'options'],
    ['an OAuth server without an issuer', [{ issuer: undefined, clientId: 'a' }], 'issuer'],
    ['an issuer that is no address', [{ issuer: PASSWORD, clientId: 'a' }], 'issuer'],
  ])('%s', (_what, given, named) => refuses(() => untyped(...given), named))

  it.each<[string, unknown]>([
    ['baseUrl', new URL('https://api.example')],
    ['baseUrl', 'geheim77'],
    ['apiUrl', 7],
    ['apiOrigins', 'https://records.example'],
    ['apiOrigins', [new URL('https://records.example')]],
    ['apiOrigins', null],
    ['store', 'memory'],
    ['store', { read: () => undefined }],
    ['encryptionKey', 32],
    ['encryptionKey', new Uint8Array(32)],
    ['name', 7],
    ['repeatsLostAnswers', 'yes'],
    ['askForCode', 'code'],
    ['open', 'xdg-open'],
    ['signInAdvice', () => ''],
    ['timeoutSeconds', Number.NaN],
    ['timeoutSeconds', -1],
    ['timeoutSeconds', 0],
    ['timeoutSeconds', Number.POSITIVE_INFINITY],
    ['timeoutSeconds', 1e9],
    ['timeoutSeconds', '30'],
    ['requestTimeoutSeconds', Number.NaN],
    ['requestTimeoutSeconds', -1],
    ['requestTimeoutSeconds', Number.POSITIVE_INFINITY],
    ['onEvent', {}],
    ['environment', 'node'],
    ['environment.fetch', { fetch: 'fetch' }],
    ['environment.now', { now: 0 }],
  ])('the option %s as %j', (name, value) =>
    refuses(() => untyped('smartflo', credentials, { ...options, [name.split('.')[0] ?? '']: value }), name),
  )

  const families: readonly [string, Untyped, object, Readonly<Record<string, readonly unknown[]>>][] = [
    ['smartflo', connectSmartflo as unknown as Untyped, credentials, { email: [7, ''], password: [7, '', null], token: ['', ' ', 7] }],
    [
      'voipex',
      connectVoipex as unknown as Untyped,
      credentials,
      { email: [7, ''], password: [[], ''], clientId: [7], clientSecret: [7, ''], scope: [[]], impersonate: [{}] },
    ],
    [
      'vpaas',
      connectVpaas as unknown as Untyped,
      { clientId: 'app', apiKey: PASSWORD },
      { clientId: [7, '', undefined], apiKey: ['', 7, undefined], scope: [7], authCode: [7], account: [7] },
    ],
    [
      'oauth',
      connectOAuth as unknown as Untyped,
      { issuer: 'https://auth.example', clientId: 'app', clientSecret: PASSWORD },
      {
        issuer: [7, '', undefined, new URL('https://auth.example')],
        clientId: [7, '', undefined],
        clientSecret: ['', 7],
        clientAuthentication: ['none', 7],
        scope: [7],
        resource: [7],
        refreshToken: ['', 7],
        username: [7],
        password: ['', 7],
      },
    ],
  ]
  it.each(families)('what is no credential of %s', async (_name, connectTo, good, wrong) => {
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) await refuses(() => connectTo({ ...good, [name]: value }, options), name)
    }
    await connectTo(good, options)
  })
})

describe('a connection refuses', () => {
  const open = () => untyped('smartflo', credentials, options) as ReturnType<typeof connect>

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, '300'])('minValiditySeconds as %j', async (minValiditySeconds) => {
    const connection = await open()
    await refuses(() => (connection.token as unknown as Untyped)({ minValiditySeconds }), 'minValiditySeconds')
  })

  it.each([null, 300])('%j in the place of what token() takes', async (given) => {
    const connection = await open()
    await refuses(() => (connection.token as unknown as Untyped)(given), 'token()')
  })

  it.each([undefined, null, 7, {}])('a call of %j', async (path) => {
    const connection = await open()
    await refuses(() => (connection.fetch as unknown as Untyped)(path), 'address')
  })
})

describe('a store refuses', () => {
  it.each<[string, () => unknown, string]>([
    ['nothing to seal', () => (encryptedStore as unknown as Untyped)(), 'encryptedStore()'],
    ['a key that is not there', () => (encryptedStore as unknown as Untyped)(memoryStore(), undefined), 'key'],
    ['a key that is bytes', () => (encryptedStore as unknown as Untyped)(memoryStore(), new Uint8Array(32)), 'key'],
    ['no folder', () => (fileStore as unknown as Untyped)(undefined), 'folder'],
    ['a folder without a name', () => fileStore(''), 'folder'],
  ])('%s', (_what, work, named) => refuses(work, named))
})

describe('what is not given', () => {
  it('is as if it were not there, also where it is undefined', async () => {
    const nothing = {
      baseUrl: undefined,
      apiOrigins: undefined,
      onEvent: undefined,
      timeoutSeconds: undefined,
      requestTimeoutSeconds: undefined,
    }
    const given = { ...nothing, ...options, environment: { ...environment, now: undefined } }
    const connection = (await untyped('smartflo', { ...credentials, token: undefined }, given)) as Awaited<ReturnType<typeof connect>>
    expect((await connection.token()).value).toBe('a.b.c')
  })

  it('a part of a second is a time, too', async () => {
    const connection = await connect('smartflo', credentials, { ...options, store: memoryStore(), requestTimeoutSeconds: 9.9999 })
    expect((await connection.token()).value).toBe('a.b.c')
  })
})
