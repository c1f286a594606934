/** Behind a proxy, and under an authority of one's own: a real server over TLS, and a proxy that counts what goes through it. */
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import { type AddressInfo, connect as connectSocket, createServer, type Socket, type Server as SocketServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { connect } from '../../packages/client/src/connect.ts'
import { memoryStore } from '../../packages/client/src/keep/memory-store.ts'
import { createFetch } from '../../packages/client/src/node-fetch.ts'
import { furnishForPasswords } from '../../packages/server/src/http/testing/furnish-for-passwords.ts'
import { openServedHouse, type ServedHouse } from '../../packages/server/src/testing/served-house.ts'
import { makeAuthority } from '../process/authority.ts'
import { startClient } from './client-process.ts'

vi.mock('@node-rs/argon2', () => import('../../packages/server/src/testing/quick-argon2.ts'))

const PROXY_USER = 'dialler'
const PROXY_PASSWORD = 'proxy-pass-phrase'
/** A `%` that begins no escape. */
const ODD_PASSWORD = '100%-pass-phrase'
/** A name that nobody but the proxy can find. */
const BEHIND = 'api.test'

const folder = mkdtempSync(join(tmpdir(), 'ringkey-proxy-'))
let server: ServedHouse
let tls: SocketServer
let proxy: Server
let given: Record<string, string>
let ca: string
let authorityFile: string
/** What the proxy was asked for, and with which authorization. */
const tunnels: { readonly host: string | undefined; readonly authorization: string | undefined }[] = []

const addressAt = (host: string) => `https://${host}:${portOf(tls)}/t/proxied`
const portOf = (listening: SocketServer | Server) => (listening.address() as AddressInfo).port

beforeAll(async () => {
  const authority = makeAuthority(folder, [BEHIND])
  authorityFile = authority.file
  ca = readFileSync(authorityFile, 'utf8')
  const { RINGKEY_TLS_CERT_FILE: cert = '', RINGKEY_TLS_KEY_FILE: key = '' } = authority.variables
  server = await openServedHouse({ publicUrl: new URL(`https://${BEHIND}`) })
  given = await furnishForPasswords(server.house, { tenant: 'proxied', door: 'smartflo', issuer: `https://${BEHIND}` })
  tls = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, (socket) => {
    const behind = connectSocket(server.port, '127.0.0.1')
    socket.pipe(behind).pipe(socket)
    for (const one of [socket, behind]) one.on('error', () => {})
  }).listen(0, '127.0.0.1')
  proxy = createHttpServer().listen(0, '127.0.0.1')
  proxy.on('connect', ({ url, headers }, socket) => {
    tunnels.push({ host: url, authorization: headers['proxy-authorization'] })
    const wanted = [PROXY_PASSWORD, ODD_PASSWORD].map((one) => `Basic ${Buffer.from(`${PROXY_USER}:${one}`).toString('base64')}`)
    if (!wanted.includes(headers['proxy-authorization'] ?? '')) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    const target = connectSocket(Number(url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(target).pipe(socket)
    })
    for (const one of [socket, target]) one.on('error', () => {})
  })
  await Promise.all([once(tls, 'listening'), once(proxy, 'listening')])
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  tls.close()
  proxy.close()
  await server.stop()
})
beforeEach(() => {
  tunnels.length = 0
})

async function ask(variables: Record<string, string>, { isTrusted = true, host = 'localhost' } = {}) {
  const { email = '', password = '' } = given
  const options = { baseUrl: addressAt(host), store: memoryStore(), timeoutSeconds: 1 }
  const fetch = createFetch({ variables, ...(isTrusted ? { ca } : {}) })
  const connection = await connect('smartflo', { email, password }, { ...options, environment: { fetch } })
  return connection.token()
}

const proxyUrl = (credentials = `${PROXY_USER}:${PROXY_PASSWORD}@`) => `http://${credentials}127.0.0.1:${portOf(proxy)}`

describe('an authority of one’s own', () => {
  it('is trusted when it is given', async () => {
    expect((await ask({})).value).toMatch(/^eyJ/)
    expect(tunnels).toEqual([])
  })

  it('is not trusted otherwise, and the error says what to do', async () => {
    await expect(ask({}, { isTrusted: false })).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    })
  })

  it('trusts nothing else: a proxy changes nothing about that', async () => {
    const refused = ask({ HTTPS_PROXY: proxyUrl() }, { isTrusted: false, host: BEHIND })
    await expect(refused).rejects.toMatchObject({ code: 'configuration', message: expect.stringContaining('NODE_EXTRA_CA_CERTS') })
    expect(tunnels).toHaveLength(1)
  })
})

describe('a proxy', () => {
  it.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'])('that %s names is gone through, with its name and password', async (name) => {
    expect((await ask({ [name]: proxyUrl() }, { host: BEHIND })).value).toMatch(/^eyJ/)
    expect(tunnels.map(({ host }) => host)).toEqual([`${BEHIND}:${portOf(tls)}`])
  })

  it('is given a password with a bare % as it is', async () => {
    expect((await ask({ HTTPS_PROXY: proxyUrl(`${PROXY_USER}:${ODD_PASSWORD}@`) }, { host: BEHIND })).value).toMatch(/^eyJ/)
  })

  it('is left when the call is given up', async () => {
    const target = createServer().listen(0, '127.0.0.1')
    await once(target, 'listening')
    const patience = new AbortController()
    const fetch = createFetch({ variables: { HTTPS_PROXY: proxyUrl() } })
    const call = fetch(`https://${BEHIND}:${portOf(target)}/`, { signal: patience.signal })
    const [socket] = (await once(target, 'connection')) as [Socket]
    const left = once(socket.resume(), 'close')
    await once(socket, 'data') // TLS has begun
    patience.abort()
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    await left
    target.close()
  })

  it.each(['localhost', '.localhost', '*', 'example.com, localhost', 'LOCALHOST', 'localhost:PORT'])(
    'is not gone through for NO_PROXY=%s',
    async (exceptions) => {
      const variables = { HTTPS_PROXY: proxyUrl(), NO_PROXY: exceptions.replace('PORT', String(portOf(tls))) }
      expect((await ask(variables)).value).toMatch(/^eyJ/)
      expect(tunnels).toEqual([])
    },
  )

  it.each([
    ['goes through it', BEHIND, {}, 1],
    ['goes past it where NO_PROXY says so', 'localhost', { NO_PROXY: 'localhost' }, 0],
  ])(
    'a program with nothing but the variables of its environment %s, and trusts the authority that they name',
    async (how, host, more, times) => {
      const { email = '', password = '' } = given
      const client = await startClient({
        platform: 'smartflo',
        credentials: { email, password },
        folder: join(folder, `tokens ${how}`),
        options: { baseUrl: addressAt(host) },
        variables: { HTTPS_PROXY: proxyUrl(), NODE_EXTRA_CA_CERTS: authorityFile, ...more },
      })
      client.say('herd 1')
      expect(await client.hear()).toEqual({ failures: [], values: [expect.stringMatching(/^eyJ/)] })
      await client.kill()
      expect(tunnels).toHaveLength(times)
    },
  )

  it.each(['example.com', 'ocalhost', 'localhost:1', 'host'])('is gone through for NO_PROXY=%s', async (exceptions) => {
    expect((await ask({ HTTPS_PROXY: proxyUrl(), NO_PROXY: exceptions })).value).toMatch(/^eyJ/)
    expect(tunnels).toHaveLength(1)
  })

  it('that wants another password is told as that, without the one that was sent', async () => {
    const error = await ask({ HTTPS_PROXY: proxyUrl('dialler:wrong-pass-phrase@') }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'configuration', message: expect.stringContaining('HTTPS_PROXY'), status: 407 })
    expect(inspect(error, { depth: 10 })).not.toContain('pass-phrase')
  })

  it('that is not there is trouble of the network', async () => {
    const error = await ask({ HTTPS_PROXY: 'http://dialler:proxy-pass-phrase@127.0.0.1:1' }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'network', outcome: 'not_done' })
    expect(inspect(error, { depth: 10 })).not.toContain('pass-phrase')
  })

  it('that is no address is refused, and not repeated', async () => {
    const error = await ask({ HTTPS_PROXY: 'socks5://dialler:proxy-pass-phrase@127.0.0.1:1' }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'configuration' })
    expect(inspect(error, { depth: 10 })).not.toContain('pass-phrase')
  })
})
