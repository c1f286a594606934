/** A server behind the front ends that are shipped, with the real programs: whom it takes for its caller, and what a browser gets. */
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { valueFrom } from '../../packages/server/src/testing/test-house.ts'
import { findFreePort, untilFound } from '../process/launch.ts'
import type { Answer } from './ask.ts'
import { openLosingServer } from './losing-server.ts'
import { findGateway, type Gateway, HERE, openGatewayStage } from './programs.ts'
import { openRaw } from './raw-connection.ts'
import { proxyServer, type ReverseProxy } from './reverse-proxy.ts'
import { type Certificate, makeCertificate, weaken } from './shipped-file.ts'
import { ACCOUNT, openTokenHouse, type TokenHouse } from './token-house.ts'

const stage = openGatewayStage()
const [OWNER, STRANGER] = ['127.1.0.1', '127.2.0.1']
let certificate: Certificate
let apiKey: string
let clientId: string
let houses: TokenHouse[]

beforeAll(() => {
  certificate = makeCertificate(stage.newFolder())
  houses = []
})
afterAll(async () => {
  await Promise.all(houses.map((house) => house.stop()))
  expect(houses.flatMap(({ faults }) => faults)).toEqual([])
})

/** A house of its own, because what was guessed counts on. */
async function openHouse(): Promise<TokenHouse> {
  const house = await openTokenHouse()
  houses.push(house)
  const application = { tenant: 'demo', clientId: 'app', name: 'app', door: 'vpaas' }
  clientId = valueFrom(await house.house.useCases.createApplication(application)).application.clientId
  apiKey = valueFrom(await house.house.useCases.createApiKey({ tenant: 'demo', clientId, name: 'app' })).apiKey
  return house
}

const proxy = (gateway: Gateway, tokensPort: number, change?: (shipped: string) => string) =>
  proxyServer(gateway, { stage, certificate, tokensPort }, change)

const JSON_TYPE = ['Content-Type', 'application/json']
const FORM_TYPE = ['Content-Type', 'application/x-www-form-urlencoded']

function signIn(front: ReverseProxy, from: string, given: { password?: string; headers?: readonly string[] } = {}): Promise<Answer> {
  const { password = ACCOUNT.password, headers = [] } = given
  const body = JSON.stringify({ ...ACCOUNT, password })
  return front.ask({ path: '/v1/auth/login', method: 'POST', headers: [...JSON_TYPE, ...headers], body, from })
}

/** Ten wrong passwords from one address, which says each time that it is the owner's. @returns what both get then */
async function guessAt(front: ReverseProxy): Promise<{ stranger: number; owner: number }> {
  const honest = ['X-Forwarded-For', OWNER]
  expect((await signIn(front, OWNER, { headers: honest })).status).toBe(200)
  const pretending = ['X-Forwarded-For', OWNER, 'X-Real-IP', OWNER, 'Forwarded', `for=${OWNER}`]
  for (let guess = 0; guess < 10; guess += 1) {
    expect((await signIn(front, STRANGER, { password: `guess number ${guess}`, headers: pretending })).status).toBe(401)
  }
  return {
    stranger: (await signIn(front, STRANGER, { password: 'one more', headers: pretending })).status,
    owner: (await signIn(front, OWNER, { headers: honest })).status,
  }
}

/** A person's whole way through the page. @param site what the browser says of the page that sends the form. @returns where it ends */
async function signInAtPage(front: ReverseProxy, { site, origin }: { readonly site: string; readonly origin: string }) {
  const cookies = new Map<string, string>()
  async function visit(url: URL, method = 'GET', body?: string, headers: readonly string[] = []): Promise<Answer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const more = body === undefined ? {} : { body }
    const answer = await front.ask({ path: url.pathname + url.search, method, headers: ['Cookie', cookie, ...headers], ...more })
    for (const line of answer.all('set-cookie')) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    return answer
  }
  const start = await front.ask({ path: `/user/api/v2/login?clientId=${clientId}&scope=CompApp`, headers: ['apikey', apiKey] })
  const page = new URL(start.all('location')[0] ?? '')
  const shown = await visit(page)
  const [, request = ''] = /name="request" value="([^"]+)"/.exec(shown.text) ?? []
  const form = new URLSearchParams({ request, answer: 'password', login: ACCOUNT.email, password: ACCOUNT.password })
  const browser = [...FORM_TYPE, 'Origin', origin, 'Sec-Fetch-Site', site, 'Sec-Fetch-Mode', 'navigate', 'Sec-Fetch-Dest', 'document']
  const answered = await visit(new URL(page.origin + page.pathname), 'POST', String(form), browser)
  if (answered.all('location').length === 0) return { status: answered.status, end: undefined }
  const completed = await visit(new URL(answered.all('location')[0] ?? ''))
  return { status: completed.status, end: completed.all('location')[0] }
}

/** Two requests on one connection, the second of which the server takes and does not answer. @returns how many requests it got */
async function loseAnswer(gateway: Gateway, change?: (shipped: string) => string): Promise<{ taken: number; statuses: readonly number[] }> {
  const server = await openLosingServer()
  const front = await proxy(gateway, server.port, change)
  const connection = await openRaw(front.port, certificate.pem)
  for (const count of [1, 2]) {
    connection.send('GET /user/api/v2/login-complete HTTP/1.1\r\nHost: tokens.example\r\n\r\n')
    await connection.untilAnswered(count)
  }
  await connection.finish()
  const taken = server.taken()
  await server.close()
  return { taken, statuses: connection.statuses() }
}

/** Whether nginx has written a body of 60 kB to disk; it says so from the level `warn` on. */
async function writesBodies(tokensPort: number, ...changes: Parameters<typeof weaken>[1][]): Promise<boolean> {
  const front = await proxy('nginx', tokensPort, (shipped) => weaken(shipped, [' crit;', ' warn;'], ...changes))
  const asked = { path: '/v1/auth/login', method: 'POST', headers: JSON_TYPE, body: `"${'a'.repeat(60_000)}"` }
  expect((await front.ask(asked)).status).toBe(422)
  return front.logs.some((log) => readFileSync(log, 'utf8').includes('buffered to a temporary file'))
}

describe.each(HERE)('a server behind $title', ({ gateway, isHere }) => {
  describe.skipIf(!isHere)('as it is shipped', () => {
    let house: TokenHouse
    let front: ReverseProxy
    beforeAll(async () => {
      house = await openHouse()
      front = await proxy(gateway, house.port)
    })

    it('S72: counts guesses against the address that the front end has seen, whatever the caller says of itself', async () => {
      expect(await guessAt(front)).toEqual({ stranger: 429, owner: 200 })
    })

    it('takes one line for one: headers that the caller has doubled are replaced by the one of the front end', async () => {
      const twice = ['X-Forwarded-For', '1.2.3.4', 'X-Forwarded-For', '5.6.7.8', 'X-Forwarded-Proto', 'http', 'X-Forwarded-Proto', 'http']
      const others = ['Forwarded', 'X-Forwarded-Host', 'X-Forwarded-Port', 'X-Forwarded-Prefix', 'X-Forwarded-Method', 'X-Forwarded-Uri']
      const last = ['X-Original-Uri', 'X-Original-Method', 'X-Real-IP']
      const headers = [...twice, ...[...others, ...last].flatMap((name) => [name, 'a', name, 'b'])]
      expect((await signIn(front, OWNER, { headers })).status).toBe(200)
    })

    it('refuses what has come in clear, whatever its caller says, and in the shape of the path', async () => {
      const asked = { path: '/v1/auth/login', method: 'POST', headers: JSON_TYPE, body: JSON.stringify(ACCOUNT) }
      for (const headers of [JSON_TYPE, [...JSON_TYPE, 'X-Forwarded-Proto', 'https']]) {
        const answer = await front.askInClear({ ...asked, headers })
        expect([answer.status, answer.all('location')]).toEqual([403, []])
        expect(answer.text).toBe('{"message":"HTTPS is required."}')
      }
      expect((await front.ask(asked)).all('strict-transport-security')).toHaveLength(1)
    })

    it('signs a person in at the page, with what the browser says of where the form comes from', async () => {
      const own = { site: 'same-origin', origin: 'https://tokens.example' }
      expect(await signInAtPage(front, own)).toEqual({ status: 302, end: expect.stringMatching(/^smarthubplatform:\/\/login\?authCode=/) })
      const foreign = [
        { site: 'cross-site', origin: 'https://tokens.example' },
        { site: 'same-origin', origin: 'https://elsewhere.example' },
      ]
      for (const one of foreign) expect(await signInAtPage(front, one)).toEqual({ status: 403, end: undefined })
    })

    it('reads a body up to its limit, and no larger one', async () => {
      const post = async (length: number) =>
        (await front.ask({ path: '/v1/auth/login', method: 'POST', headers: JSON_TYPE, body: `"${'a'.repeat(length - 2)}"` })).status
      expect([await post(65_536), await post(65_537)]).toEqual([422, 413])
    })

    it('is asked with the path and the query as they came', async () => {
      const [first, second] = ['/t/servetel/%2e%2e/verify', '/verify?scope=calls%3Aread+calls:write&aud=https%3A%2F%2Fapi.example']
      const headers = ['Authorization', `Bearer ${await house.signIn()}`]
      expect((await front.ask({ path: first, headers })).status, 'not resolved on the way').toBe(404)
      expect((await front.ask({ path: second, headers })).status).toBe(200)
    })

    it('gets a request once, whatever becomes of the answer', async () => {
      const { taken, statuses } = await loseAnswer(gateway)
      expect({ taken, first: statuses[0], isSecondGood: statuses[1] === 200 }).toEqual({ taken: 2, first: 200, isSecondGood: false })
    })

    it('never has the query of a request in a log, neither of an answered one nor of one that failed', async () => {
      const alone = await proxy(gateway, Number(await findFreePort()))
      await front.ask({ path: '/user/api/v2/login-complete?code=THE-CODE' })
      expect((await alone.ask({ path: '/user/api/v2/login-complete?code=THE-CODE' })).status).toBeGreaterThanOrEqual(502)
      for (const one of [front, alone]) {
        const logged = () => [one.output(), ...one.logs.map((log) => (existsSync(log) ? readFileSync(log, 'utf8') : ''))].join('\n')
        await untilFound(() => (logged().includes('/user/api/v2/login-complete') ? true : undefined))
        expect(logged()).not.toContain('THE-CODE')
      }
    })
  })
})

const SENDS_AGAIN: Readonly<Record<Gateway, readonly [from: string, to: string]>> = {
  nginx: ['proxy_next_upstream off;', ''],
  haproxy: ['retry-on conn-failure', 'retry-on all-retryable-errors'],
}

const HANDS_ON: Readonly<Record<Gateway, readonly [from: string, to: string]>> = {
  nginx: ['proxy_set_header X-Forwarded-For $remote_addr', 'proxy_set_header X-Forwarded-For $http_x_forwarded_for'],
  haproxy: ['http-request set-header X-Forwarded-For %[src]', ''],
}

describe.each(HERE)('these tests find a mistake in the configuration of $title', ({ gateway, isHere }) => {
  it.skipIf(!isHere)('that hands on the address that the caller states: the owner pays for the guesses of a stranger', async () => {
    const front = await proxy(gateway, (await openHouse()).port, (shipped) => weaken(shipped, HANDS_ON[gateway]))
    expect((await guessAt(front)).owner).toBe(429)
  })

  it.skipIf(!isHere)('that sends a request again whose answer was lost', async () => {
    expect((await loseAnswer(gateway, (shipped) => weaken(shipped, SENDS_AGAIN[gateway]))).taken).toBeGreaterThan(2)
  })
})

describe.skipIf(findGateway('nginx') === undefined)('these tests find an nginx', () => {
  it('that changes the host: nobody signs in at the page', async () => {
    const change = (shipped: string) => weaken(shipped, ['proxy_set_header Host $http_host', 'proxy_set_header Host 127.0.0.1'])
    const front = await proxy('nginx', (await openHouse()).port, change)
    expect((await signInAtPage(front, { site: 'same-origin', origin: 'https://tokens.example' })).status).toBe(403)
  })

  it('that writes bodies to disk, and that the shipped one does not', async () => {
    const { port } = await openHouse()
    expect(await writesBodies(port)).toBe(false)
    expect(await writesBodies(port, ['client_body_buffer_size 64k', 'client_body_buffer_size 1k'])).toBe(true)
  })

  it('that logs the line of a request with its query', async () => {
    const change = (shipped: string) => weaken(shipped, [' crit;', ' error;'])
    const front = await proxy('nginx', Number(await findFreePort()), change)
    await front.ask({ path: '/user/api/v2/login-complete?code=THE-CODE' })
    await untilFound(() => (front.logs.some((log) => readFileSync(log, 'utf8').includes('THE-CODE')) ? true : undefined))
  })
})

describe.skipIf(findGateway('haproxy') === undefined)('these tests find an HAProxy', () => {
  it('that adds a line to that of the caller: the request is refused', async () => {
    const change = (shipped: string) => weaken(shipped, [HANDS_ON.haproxy[0], 'option forwardfor'])
    const front = await proxy('haproxy', (await openHouse()).port, change)
    expect((await signIn(front, OWNER, { headers: ['X-Forwarded-For', '1.2.3.4'] })).status).toBe(400)
  })
})
