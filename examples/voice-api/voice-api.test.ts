import { createServer, request as httpRequest, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/src/testing/start-test-server.ts'
import { createVoiceApi } from './voice-api.ts'

const NEW_CALL = { from: '+493012345678', to: '+911140840000' }

const undo: (() => Promise<unknown> | undefined)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

/** @returns its address */
async function startApi(verifyUrl: URL, timeoutMs?: number): Promise<string> {
  const app: FastifyInstance = createVoiceApi({ verifyUrl, ...(timeoutMs === undefined ? {} : { timeoutMs }) })
  undo.push(() => app.close())
  return app.listen({ port: 0, host: '127.0.0.1' })
}

function placeCall(api: string, headers: Record<string, string>, body = JSON.stringify(NEW_CALL)): Promise<Response> {
  return fetch(`${api}/calls`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
}

describe('the voice API beside Ringkey', () => {
  let ringkey: TestServer
  beforeAll(async () => {
    ringkey = await startTestServer()
  })
  afterAll(async () => {
    expect(ringkey.faults).toEqual([])
    await ringkey.stop()
  })

  const start = () => startApi(new URL('/verify', ringkey.baseUrl))

  async function issue(name: string, scope: string): Promise<{ id: string; headers: { authorization: string } }> {
    const { tenant, email, clientId } = ringkey.smartflo
    const request = { tenant, account: email, clientId, name, scope, lifetimeSeconds: undefined }
    const issued = await ringkey.useCases.issuePermanentToken(request)
    if (!issued.ok) throw new Error(`refused: ${issued.refusal.code}`)
    const { permanentToken, token } = issued.value
    return { id: permanentToken.id, headers: { authorization: `Bearer ${token}` } }
  }

  it('lets a call through with the scope that it needs, in the name of the account that Ringkey states', async () => {
    const api = await start()
    const { headers } = await issue('both', 'calls:read calls:write')
    const placed = await placeCall(api, { ...headers, 'x-auth-subject': 'acc_somebody_else' })
    expect(placed.status).toBe(201)
    const call = await placed.json()
    expect(call).toEqual({ id: expect.any(String), ...NEW_CALL, placedBy: expect.stringMatching(/^acc_(?!somebody_else)/) })
    expect(await (await fetch(`${api}/calls`, { headers })).json()).toEqual({ calls: [call] })
  })

  it('passes on that a scope is missing, and which', async () => {
    const api = await start()
    const { headers } = await issue('reader', 'calls:read')
    expect((await fetch(`${api}/calls`, { headers })).status).toBe(200)
    const refused = await placeCall(api, headers)
    expect(refused.status).toBe(403)
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="api", error="insufficient_scope", scope="calls:write"')
  })

  it('asks for a token where there is none', async () => {
    const refused = await placeCall(await start(), {})
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="api"')
  })

  it('refuses a token from the moment that it is revoked', async () => {
    const api = await start()
    const { id, headers } = await issue('short-lived', 'calls:read')
    expect((await fetch(`${api}/calls`, { headers })).status).toBe(200)
    expect(await ringkey.useCases.revokePermanentToken({ tenant: ringkey.smartflo.tenant, id })).toMatchObject({ ok: true })
    const refused = await fetch(`${api}/calls`, { headers })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="api", error="invalid_token"')
  })

  it('refuses two Authorization headers, even if the first one is good', async () => {
    const api = await start()
    const { headers } = await issue('twice', 'calls:read')
    const status = await new Promise((resolve, reject) => {
      const asked = httpRequest(`${api}/calls`, (answer) => resolve(answer.resume().statusCode))
      asked.setHeader('authorization', [headers.authorization, 'Bearer another'])
      asked.on('error', reject).end()
    })
    expect(status).toBe(401)
  })

  it('does not look at a body before the token is good', async () => {
    const api = await start()
    expect((await placeCall(api, {}, 'no JSON')).status).toBe(401)
    const { headers } = await issue('curious', 'calls:write')
    expect((await placeCall(api, headers, 'no JSON')).status).toBe(400)
  })
})

/** Something that stands where Ringkey should. */
async function startStandIn(answer: RequestListener) {
  let connections = 0
  const server = createServer(answer)
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  undo.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { verifyUrl: new URL(`http://127.0.0.1:${port}/verify`), connections: () => connections }
}

describe('the voice API without Ringkey', () => {
  const headers = { authorization: 'Bearer any' }

  it.each([
    ['fails', 500, {}],
    ['is overloaded', 503, {}],
    ['sends us elsewhere', 302, { location: '/elsewhere', 'x-auth-subject': 'acc_x' }],
    ['says yes without saying to whom', 200, {}],
    ['says something else that is a success', 204, { 'x-auth-subject': 'acc_x' }],
  ])('lets nobody in where the other side %s', async (_what, status, answered) => {
    const { verifyUrl } = await startStandIn((_req, res) => res.writeHead(status, answered).end())
    const refused = await fetch(`${await startApi(verifyUrl)}/calls`, { headers })
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('1')
  })

  it('lets nobody in where the answer does not come in time', async () => {
    const { verifyUrl } = await startStandIn(() => {})
    expect((await fetch(`${await startApi(verifyUrl, 20)}/calls`, { headers })).status).toBe(503)
  })

  it('lets nobody in where nobody listens', async () => {
    const { verifyUrl } = await startStandIn(() => {})
    for (const step of undo.splice(0)) await step()
    expect((await fetch(`${await startApi(verifyUrl)}/calls`, { headers })).status).toBe(503)
  })

  it('asks with the header Authorization and nothing else of the request, over one connection', async () => {
    const questions: unknown[] = []
    const { verifyUrl, connections } = await startStandIn((req, res) => {
      const { authorization, cookie, 'content-length': length, 'x-secret': secret } = req.headers
      questions.push({ method: req.method, url: req.url, authorization, cookie, length, secret })
      res.writeHead(200, { 'x-auth-subject': 'acc_x' }).end()
    })
    const api = await startApi(verifyUrl)
    for (let count = 0; count < 3; count += 1)
      expect((await placeCall(api, { ...headers, cookie: 'a=b', 'x-secret': 'c' })).status).toBe(201)
    expect(questions).toEqual(Array(3).fill({ method: 'GET', url: '/verify?scope=calls%3Awrite', authorization: 'Bearer any' }))
    expect(connections()).toBe(1)
  })
})

describe('a route', () => {
  it('without a scope does not come into being', async () => {
    const app = createVoiceApi({ verifyUrl: new URL('http://127.0.0.1:1/verify') })
    undo.push(() => app.close())
    expect(() => app.get('/open', async () => 'all of it')).toThrow('GET /open needs no scope')
  })
})
