/** What can be shown with the real use cases alone: who cannot be told apart on the page, and what the door says of itself. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RawAnswer, sendRaw } from '../../../../../vectors/raw-socket.ts'
import { startTestServer, type TestServer } from '../../http/testing/start-test-server.ts'
import { idm } from './front-door.ts'
import { describeServer } from './wire.ts'

let server: TestServer
let names: Readonly<Record<string, string>>
beforeAll(async () => {
  server = await startTestServer()
  names = await server.furnish('alike', 'idm')
})
afterAll(() => server.close())

async function ask(requestLine: string, headers: readonly string[] = [], body = ''): Promise<RawAnswer> {
  const head = [`${requestLine} HTTP/1.1`, 'Host: localhost', ...headers, `Content-Length: ${Buffer.byteLength(body)}`]
  return sendRaw(server.port, `${head.join('\r\n')}\r\n\r\n${body}`)
}

/** Opens the page and sends its form back. */
async function tryPassword(login: string, password: string): Promise<RawAnswer> {
  const query = `client_id=plain&redirect_uri=${names.redirect_uri}&response_type=code`
  const page = await ask(`GET ${names.base_path}/oauth2/auth?${query}`)
  const [cookie = ''] = page.headers.get('set-cookie')?.split(';') ?? []
  const [, sealed = ''] = /name="request" value="([^"]+)"/.exec(page.body) ?? []
  const fields = new URLSearchParams({ request: sealed, answer: 'password', login, password })
  const headers = [`Cookie: ${cookie}`, 'Content-Type: application/x-www-form-urlencoded', 'Sec-Fetch-Site: same-origin']
  return ask(`POST ${names.base_path}/oauth2/auth`, headers, String(fields))
}

/** Without what differs between any two answers: ids of requests, dates, keys, seals, and the name that was typed. */
function withoutChance({ head, body }: RawAnswer, login: string): string {
  return `${head}\n${body}`
    .replace(/^(date|x-request-id): .*$/gim, '')
    .replace(/=[\w-]{43};/, '=;')
    .replaceAll(/eyJ[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+/g, 'sealed')
    .replace(/^content-length: .*$/im, '')
    .replaceAll(login, 'login')
}

test('S67: an unknown name, a wrong password and a disabled account are answered with the same bytes', async () => {
  const good = names.password ?? ''
  const tries = [
    [names.email ?? '', 'wrong'],
    ['nobody@alike.example', good],
    [names.disabled_email ?? '', good],
    [names.disabled_email ?? '', 'wrong'],
  ] as const
  const answers = await Promise.all(tries.map(async ([login, password]) => withoutChance(await tryPassword(login, password), login)))
  expect(answers[0]).toContain('403 Forbidden')
  expect(new Set(answers).size).toBe(1)
  expect((await tryPassword(names.email ?? '', good)).status).toBe(303)
})

describe('the metadata', () => {
  test('has the addresses of the configuration, whatever the request says', async () => {
    const path = `${names.base_path}/.well-known/oauth-authorization-server`
    const answer = await ask(`GET ${path}`, ['X-Forwarded-Host: evil.example', 'Forwarded: host=evil.example'])
    expect(JSON.parse(answer.body)).toMatchObject({ issuer: names.issuer, token_endpoint: `${names.issuer}/oauth2/tokens` })
    expect(answer.body).not.toContain('evil')
  })

  test('names places that exist', async () => {
    const { jwks, introspect } = { jwks: '/.well-known/jwks.json', introspect: '/oauth2/introspect' }
    const described = describeServer(names.base_path ?? '', { jwks, introspect })
    const places = [described.authorization_endpoint, described.token_endpoint, described.jwks_uri, described.introspection_endpoint]
    for (const place of places) expect((await ask(`OPTIONS ${place}`)).status, place).toBe(405)
  })
})

test('its applications are as follows unless an operator says otherwise', () => {
  const day = 86_400
  expect(idm.applicationDefaults).toMatchObject({
    type: 'public',
    scope: 'offline_access smarthub',
    tokenFormat: 'signed',
    lifetimes: { accessSeconds: 3600, idleSeconds: 30 * day, absoluteSeconds: 365 * day },
  })
  expect(idm.ownApplication?.lifetimes).toMatchObject({ idleSeconds: day / 2, absoluteSeconds: day / 2 })
})
