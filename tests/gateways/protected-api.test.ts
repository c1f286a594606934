/** APIs behind the gateways that are shipped, with the real programs: what passes, what does not, and who the API is told is calling. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { base64url, textsOf } from '../../packages/server/src/testing/token-workbench.ts'
import { findFreePort } from '../process/launch.ts'
import type { Answer } from './ask.ts'
import { findGateway, type Gateway, HERE, openGatewayStage } from './programs.ts'
import { openTestApi, type ProtectedApi, protectApi, type TestApi } from './protected-api.ts'
import { type Certificate, makeCertificate, weaken } from './shipped-file.ts'
import { openTokenHouse, type TokenHouse } from './token-house.ts'

const stage = openGatewayStage()
let certificate: Certificate
let api: TestApi
let house: TokenHouse
let tokens: Record<'expired' | 'good' | 'tampered' | 'unsigned' | 'confused' | 'foreignIssuer' | 'early' | 'revoked' | 'otherApi', string>
let reader: string
let writer: string

beforeAll(async () => {
  certificate = makeCertificate(stage.newFolder())
  api = await openTestApi()
  house = await openTokenHouse()
  const expired = await house.signIn()
  await house.house.wait(3601)
  const good = await house.signIn()
  const revoked = await house.permanent('revoked')
  await revoked.revoke()
  tokens = {
    expired,
    good,
    tampered: changeClaim(good, { sub: 'acc_somebody_else' }),
    unsigned: `${base64url(JSON.stringify({ ...JSON.parse(textsOf(good).header), alg: 'none' }))}.${good.split('.')[1]}.`,
    confused: await house.signWithPublicKey(good),
    foreignIssuer: await house.resign(good, { iss: 'https://elsewhere.example/api/v1/auth/login' }),
    early: await house.resign(good, { nbf: JSON.parse(textsOf(good).payload).nbf + 3000 }),
    revoked: revoked.token,
    otherApi: (await house.permanent('other', { clientId: 'other' })).token,
  }
  reader = (await house.permanent('reader', { scope: 'calls:read' })).token
  writer = (await house.permanent('writer', { scope: 'calls:write' })).token
})
afterAll(async () => {
  await house.stop()
  await api.close()
  expect(house.faults).toEqual([])
})

/** Other claims under the old signature. */
function changeClaim(token: string, claims: Readonly<Record<string, unknown>>): string {
  const [header, , signature] = token.split('.')
  return `${header}.${base64url(JSON.stringify({ ...JSON.parse(textsOf(token).payload), ...claims }))}.${signature}`
}

const protect = (gateway: Gateway, change?: (shipped: string) => string, tokensPort = house.port) =>
  protectApi(gateway, { stage, certificate, tokensPort, apiPort: api.port }, change)

/** What a call comes to: its status, its challenges, and whether the API was called. */
async function outcomeOf(call: () => Promise<Answer>) {
  const before = api.reached.length
  const { status, all } = await call()
  return { status, challenges: all('www-authenticate'), reached: api.reached.length - before }
}

const passes = { status: 200, challenges: [], reached: 1 }
const INVALID = { status: 401, challenges: ['Bearer realm="api", error="invalid_token"'], reached: 0 }
const isNotAllowed = (scope: string) => ({
  status: 403,
  challenges: [`Bearer realm="api", error="insufficient_scope", scope="${scope}"`],
  reached: 0,
})

describe.each(HERE)('an API behind $title', ({ gateway, isHere }) => {
  describe.skipIf(!isHere)('as it is shipped', () => {
    let gate: ProtectedApi
    beforeAll(async () => {
      gate = await protect(gateway)
    })

    it('lets a good token through, and tells the API who is calling and nothing of the token', async () => {
      expect(await outcomeOf(() => gate.call('/calls', tokens.good))).toEqual(passes)
      const headers = api.reached.at(-1) ?? {}
      expect(headers).toMatchObject({
        'x-auth-subject': JSON.parse(textsOf(tokens.good).payload).sub,
        'x-auth-client': 'smartflo',
        'x-auth-scope': 'calls:read calls:write',
        'x-auth-tenant': 'demo',
        'x-auth-expires': String(JSON.parse(textsOf(tokens.good).payload).exp),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'https',
      })
      expect(headers).not.toHaveProperty('authorization')
      expect(headers).not.toHaveProperty('x-auth-actor')
    })

    it('asks for a token where there is none', async () => {
      expect(await outcomeOf(() => gate.call('/calls/9'))).toEqual({ status: 401, challenges: ['Bearer realm="api"'], reached: 0 })
    })

    it.each(['expired', 'tampered', 'unsigned', 'confused', 'foreignIssuer', 'early', 'revoked', 'otherApi'] as const)(
      'refuses a token that is %s with one challenge',
      async (kind) => {
        expect(await outcomeOf(() => gate.call('/calls', tokens[kind]))).toEqual(INVALID)
      },
    )

    it.each([
      ['a word', 'garbage'],
      ['three words', 'a.b.c'],
      ['8000 characters', 'a'.repeat(8000)],
    ])('refuses %s in place of a token', async (_what, garbage) => {
      expect(await outcomeOf(() => gate.call('/calls', garbage))).toEqual(INVALID)
    })

    it('refuses a token without the scope of the path, whatever its caller writes into the query', async () => {
      expect(await outcomeOf(() => gate.call('/dial', reader))).toEqual(isNotAllowed('calls:write'))
      expect(await outcomeOf(() => gate.call('/calls', writer))).toEqual(isNotAllowed('calls:read'))
      expect(await outcomeOf(() => gate.call('/admin', tokens.good))).toEqual(isNotAllowed('admin'))
      expect(await outcomeOf(() => gate.call('/admin/?scope=calls:read', tokens.good))).toEqual(isNotAllowed('admin'))
      expect(await outcomeOf(() => gate.call('/dial', writer))).toEqual(passes)
    })

    it('serves nothing that is not named, and no path that can be read in two ways', async () => {
      const statusOf = async (path: string) => (await outcomeOf(() => gate.call(path, tokens.good))).status
      for (const path of ['/', '/other', '/callsign', '/CALLS/', '/_ringkey/calls-read', '/verify']) {
        expect([path, await outcomeOf(() => gate.call(path, tokens.good))]).toEqual([path, { status: 404, challenges: [], reached: 0 }])
      }
      const ambiguous = [
        '/calls/../admin',
        '/calls/%2e%2e/admin',
        '/calls/..%2Fadmin',
        '//calls',
        '/calls/a;b',
        '/calls/%5c',
        '/calls/a\\b',
      ]
      for (const path of ambiguous) expect([path, await statusOf(path)]).toEqual([path, 400])
      expect(await statusOf('/calls/?next=//a/../b;c'), 'a query is the API’s own').toBe(200)
    })

    it('tells the API nobody whom Ringkey has not named', async () => {
      const spoofed = ['X-Auth-Subject', 'acc_root', 'x-auth-actor', 'acc_root', 'X-Auth-Scope', 'admin', 'X_Auth_Tenant', 'root']
      await gate.call('/calls', reader, ...spoofed, 'X-Auth-Subject', 'acc_twice', 'Forwarded', 'for=root', 'X-Forwarded-For', 'root')
      const headers = api.reached.at(-1) ?? {}
      expect(headers).toMatchObject({ 'x-auth-scope': 'calls:read', 'x-auth-tenant': 'demo' })
      expect(JSON.stringify(headers)).not.toMatch(/root|twice/)
    })

    it('refuses two tokens, in one order as in the other', async () => {
      for (const [first, second] of [
        [tokens.good, 'garbage'],
        ['garbage', tokens.good],
        [tokens.good, tokens.good],
      ] as const) {
        const { status, reached } = await outcomeOf(() => gate.call('/calls', first, 'Authorization', `Bearer ${second}`))
        expect({ isRefused: status === 400 || status === 401, reached }).toEqual({ isRefused: true, reached: 0 })
      }
    })

    it('asks each time: a token is refused from the moment in which it is revoked', async () => {
      const token = await house.signIn()
      expect((await gate.call('/calls', token)).status).toBe(200)
      await house.signOut(token)
      expect(await outcomeOf(() => gate.call('/calls', token))).toEqual(INVALID)
    })

    it('hands a body to the API and never to Ringkey, where the next question would be taken for it', async () => {
      const posted = (...headers: string[]) =>
        outcomeOf(() => gate.ask({ path: '/dial', method: 'POST', headers, body: 'x'.repeat(100_000) }))
      const chunked = (...headers: string[]) =>
        outcomeOf(() => gate.ask({ path: '/dial', method: 'POST', headers: ['Transfer-Encoding', 'chunked', ...headers] }))
      for (const post of [posted, chunked, posted]) {
        expect(await post('Authorization', `Bearer ${writer}`)).toEqual(passes)
        expect(await post()).toMatchObject({ status: 401, reached: 0 })
      }
    })

    it('goes on through a change of keys, with tokens of the old one and of the new', async () => {
      const before = await house.signIn()
      await house.rotateKeys()
      const after = await house.signIn()
      expect(textsOf(after).header).not.toBe(textsOf(before).header)
      for (const token of [before, after]) expect((await gate.call('/calls', token)).status).toBe(200)
    })

    it('is closed while nobody answers its questions', async () => {
      const alone = await protect(gateway, undefined, Number(await findFreePort()))
      expect(await outcomeOf(() => alone.call('/calls', tokens.good))).toEqual({ status: 503, challenges: [], reached: 0 })
    })
  })
})

describe.skipIf(findGateway('nginx') === undefined)('the matrix finds an nginx', () => {
  it('that keeps the scope in a variable: anybody may do anything', async () => {
    const weak = await protect('nginx', (shipped) =>
      weaken(
        shipped,
        ['location ~ ^/admin(/|$) {', 'location ~ ^/admin(/|$) { set $scope "?scope=admin";'],
        [/verify\?scope=admin&aud=https:\/\/api\.example/, 'verify$scope'],
        ['server_name api.example', 'set $scope ""; server_name api.example'],
      ),
    )
    expect(await outcomeOf(() => weak.call('/admin', reader))).toEqual(passes)
  })

  it('that tells Ringkey the length of a body that it does not send', async () => {
    const weak = await protect('nginx', (shipped) => weaken(shipped, [/.*proxy_set_header Content-Length.*/, '']))
    const call = { path: '/dial', method: 'POST', headers: ['Authorization', `Bearer ${writer}`], body: 'x'.repeat(100_000) }
    expect((await weak.ask(call)).status).toBe(200)
    expect((await weak.ask(call)).status, 'the second question is lost').toBe(503)
  })

  it('that adds the challenge of a 401 once more, and forgets that of a 403', async () => {
    const weak = await protect('nginx', (shipped) => weaken(shipped, ['403 $ringkey_challenge', '401 $ringkey_challenge']))
    expect((await weak.call('/calls', 'garbage')).all('www-authenticate')).toHaveLength(2)
    expect((await weak.call('/calls', writer)).all('www-authenticate')).toEqual([])
  })

  it('that hands on who the caller says that it is', async () => {
    const weak = await protect('nginx', (shipped) => weaken(shipped, [/.*proxy_set_header X-Auth-.*/, '']))
    await weak.call('/calls', reader, 'X-Auth-Subject', 'acc_root')
    expect(api.reached.at(-1)?.['x-auth-subject']).toBe('acc_root')
  })
})

describe.skipIf(findGateway('haproxy') === undefined)('the matrix finds an HAProxy', () => {
  it('that lets through what it has no answer about', async () => {
    const change = (shipped: string) => weaken(shipped, [/.*deny deny_status 503.*/, ''])
    const weak = await protect('haproxy', change, Number(await findFreePort()))
    expect(await outcomeOf(() => weak.call('/calls', tokens.good))).toEqual(passes)
  })

  it('that hands on who the caller says that it is', async () => {
    const weak = await protect('haproxy', (shipped) => weaken(shipped, [/.*del-header X-Auth-.*/, '']))
    await weak.call('/calls', reader, 'X-Auth-Actor', 'acc_root')
    expect(api.reached.at(-1)?.['x-auth-actor']).toBe('acc_root')
  })
})
