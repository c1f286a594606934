import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sendRaw } from '../../../../../vectors/raw-socket.ts'
import type { Tenant } from '../../domain/tenant.ts'
import { guideMaterial } from '../../testing/guide-material.ts'
import { startTestServer, type TestServer } from '../../testing/start-test-server.ts'
import { attachContext } from '../request-context.ts'
import { viewDemo } from './demo-view.ts'
import type { GuideMaterial } from './material.ts'

const SCRIPT = 'export {} // the script'
const SECRET = 'secret-of-the-demo'

let server: TestServer
let demoServer: TestServer
beforeAll(async () => {
  server = await startTestServer({ guide: { ...guideMaterial, readBuilt: async () => SCRIPT } })
  const guide: GuideMaterial = {
    version: '9.8.7',
    makeSecret: guideMaterial.makeSecret,
    readBuilt: async () => SCRIPT,
    demoSettingsOf: () => ({ baseUrl: demoServer.baseUrl, email: 'ann@demo.example', password: SECRET, apiKey: 'k' }),
    demoTenants: () => [
      { name: 'demo', baseUrl: demoServer.baseUrl, doors: ['Tata Smartflo'] },
      { name: 'servetel', baseUrl: `${demoServer.baseUrl}/t/servetel`, doors: ['Servetel'] },
    ],
    demoOutbox: () => [{ to: '+491', text: 'a code' }],
  }
  demoServer = await startTestServer({ guide, trustedProxies: ['192.0.2.1'] })
})
afterAll(async () => {
  await server.stop()
  await demoServer.stop()
})

async function get(path: string, { baseUrl } = server) {
  const answer = await fetch(baseUrl + path, { redirect: 'manual' })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

const headed = (html: string) => [...html.matchAll(/<h2[^>]*>([^<]*)</g)].map(([, title]) => title)

describe('the front page', () => {
  test('names its tenant, and the doors that this tenant has and no others', async () => {
    const demo = await get('/')
    expect(demo.status).toBe(200)
    expect(demo.text).toContain('<h1>The token server of demo</h1>')
    expect(headed(demo.text)).toEqual(['Tata Smartflo', 'Checking tokens'])
    expect(headed((await get('/t/servetel/')).text)).toEqual(['Servetel', 'Checking tokens'])
  })

  test('has the platforms first, then what they lean on, then what every tenant has', async () => {
    const tenant = { name: 'ordered', hostNames: [], doors: ['idm', 'vpaas', 'voipex'], isDefault: false }
    expect((await server.useCases.createTenant(tenant)).ok).toBe(true)
    expect(headed((await get('/t/ordered/')).text)).toEqual(['Deutsche Telekom VPaaS', 'VOIPEX', 'Sign-in page (IDM)', 'Checking tokens'])
  })

  test('is at the address of a tenant with its slash, to which the one without leads', async () => {
    const { status, headers } = await get('/t/servetel')
    expect([status, headers.get('location')]).toEqual([308, '/t/servetel/'])
    expect((await get('/t/servetel/')).text).toContain('<h1>The token server of servetel</h1>')
  })

  test('has each door’s document, its commands with placeholders, and its form', async () => {
    const { text } = await get('/t/servetel/')
    expect(text).toContain('href="https://docs.servetel.in/reference/authentication-using-tokens"')
    expect(text).toContain(`--url &#39;${server.baseUrl}/t/servetel/v1/auth/login&#39;`)
    expect(text).toContain('YOUR_PASSWORD')
    expect(text).toContain('<form class="trial" method="post" action="./try/servetel">')
    expect((await server.useCases.createTenant({ name: 'switch', hostNames: [], doors: ['voipex'], isDefault: false })).ok).toBe(true)
    expect((await get('/t/switch/')).text).toContain(`${server.baseUrl}/t/switch/realms/switch/`)
  })

  test('has links that stay in its tenant, but for those to the health of the server', async () => {
    const { text } = await get('/t/servetel/')
    const links = [...text.matchAll(/(?:href|src|action)="([^"]*)"/g)]
      .map(([, link = '']) => link)
      .filter((link) => !link.startsWith('https://'))
    expect(links.filter((link) => !/^(?:\.\/|#)/.test(link))).toEqual(['/livez', '/readyz'])
    for (const link of ['./docs', './openapi.json']) expect(links).toContain(link)
    for (const path of ['/livez', '/readyz']) expect((await get(path)).status).toBe(200)
  })

  test('S93, S95, S96: stands in no frame, is kept nowhere, is read by no other origin, and runs a script of this server alone', async () => {
    const { headers, text } = await get('/')
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    )
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect([...headers.keys()].filter((name) => name.startsWith('access-control') || name === 'set-cookie')).toEqual([])
    expect(text.match(/<script[^>]*>[^<]*/g)).toEqual([
      expect.stringMatching(/^<script type="module" src="\.\/assets\/front-page\.[0-9a-f]{16}\.js">$/),
    ])
    expect(text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:|undefined|\[object/)
  })

  test('is in English, and says so', async () => {
    const answer = await fetch(`${server.baseUrl}/`, { headers: { 'accept-language': 'de' } })
    expect(answer.headers.get('content-language')).toBe('en')
    expect(await answer.text()).toContain('<html lang="en">')
  })
})

describe('the script of the front page', () => {
  test('is named after its content, and may be kept for ever', async () => {
    const hash = createHash('sha256').update(SCRIPT).digest('hex').slice(0, 16)
    const { status, headers, text } = await get(`/assets/front-page.${hash}.js`)
    expect([status, text]).toEqual([200, SCRIPT])
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect((await get('/')).text).toContain(`./assets/front-page.${hash}.js`)
  })

  test('is not there under another name', async () => {
    for (const name of ['0123456789abcdef.js', 'js', '..%2fringkey.js']) expect((await get(`/assets/front-page.${name}`)).status).toBe(404)
  })

  test('is asked for again where it could not be read', async () => {
    let tries = 0
    const readBuilt = async () => {
      tries += 1
      if (tries === 1) throw new Error('not there yet')
      return SCRIPT
    }
    const started = await startTestServer({ guide: { ...guideMaterial, readBuilt } })
    try {
      expect((await get('/', started)).status).toBe(500)
      expect((await get('/', started)).status).toBe(200)
      expect((await get('/', started)).status).toBe(200)
      expect(tries).toBe(2)
    } finally {
      await started.stop()
    }
  })
})

describe('the demo’s accounts', () => {
  const ask = async (...headers: string[]) => (await sendRaw(demoServer.port, `GET / HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)).body

  test.each(['Host: 127.0.0.1', 'Host: localhost:8080', 'Host: LOCALHOST'])('are filled in for who is at its machine: %s', async (host) => {
    const page = await ask(host)
    expect(page).toContain(`type="password" value="${SECRET}"`)
    expect(page).toContain(`&#34;password&#34;:&#34;${SECRET}&#34;`)
    expect(page).toContain('9.8.7')
    expect(page).toContain(`href="${demoServer.baseUrl}/t/servetel/"`)
    expect(page).not.toContain('YOUR_PASSWORD')
  })

  test.each([
    'X-Forwarded-For: 127.0.0.1',
    'Forwarded: for=127.0.0.1',
    'X-Real-IP: 127.0.0.1',
    'X-Forwarded-Host: localhost',
    'Via: 1.1 a',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Server: a',
    'X-Forwarded: a',
    'X-Original-Host: a',
    'X-Client-IP: 127.0.0.1',
    'True-Client-IP: 127.0.0.1',
    'CF-Connecting-IP: 127.0.0.1',
  ])('are not shown through a proxy, which says that it is one: %s', async (header) => {
    const page = await ask('Host: localhost', header)
    expect(page).toContain('YOUR_PASSWORD')
    expect(page).not.toContain(SECRET)
    expect(page).not.toMatch(/9\.8\.7|servetel/)
  })

  test('are not shown under a foreign name', async () => {
    expect(await ask('Host: evil.example')).not.toContain(SECRET)
    const guide = { ...guideMaterial, demoTenants: () => [{ name: 'demo', baseUrl: 'https://demo.example', doors: [] }] }
    const settings = { baseUrl: 'https://demo.example', email: 'a', password: SECRET, apiKey: 'k' }
    const started = await startTestServer({
      guide: { ...guide, demoSettingsOf: () => settings },
      publicUrl: new URL('https://demo.example'),
    })
    try {
      const at = async (host: string) => (await sendRaw(started.port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).body
      expect(await at('localhost')).toContain(SECRET)
      expect(await at('demo.example')).toContain('YOUR_PASSWORD')
      expect(await at('demo.example')).not.toContain(SECRET)
    } finally {
      await started.stop()
    }
  })

  test('are not shown by another tenant that has the same door', async () => {
    const tenant = { name: 'own', hostNames: [], doors: ['smartflo'], isDefault: false }
    expect((await demoServer.useCases.createTenant(tenant)).ok).toBe(true)
    const { text } = await get('/t/own/', demoServer)
    expect(text).toContain('YOUR_PASSWORD')
    expect(text).not.toContain(SECRET)
  })

  test('are not shown by another tenant of the demo, whose they are not', async () => {
    const { text } = await get('/t/servetel/', demoServer)
    expect(text).toContain('this demo')
    expect(text).toContain('YOUR_PASSWORD')
    expect(text).not.toContain(SECRET)
  })

  test.each([
    ['127.0.0.1', true],
    ['127.3.2.1', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['192.0.2.1', false],
    ['::ffff:192.0.2.1', false],
    ['2001:db8::1', false],
    ['10.127.0.0', false],
    ['', false],
  ])('are for who comes from a loopback address, and from %j: %s', (address, isShown) => {
    const raw = { httpVersion: '1.1', socket: { remoteAddress: address } } as IncomingMessage
    const tenant = { name: 'demo' } as Tenant
    attachContext(raw, { requestId: 'r', tenant, receivedAt: 0 })
    const request = { raw, ip: address, headers: { host: 'localhost' } } as FastifyRequest
    const guide = { ...guideMaterial, demoTenants: () => [{ name: 'demo', baseUrl: 'https://a.example', doors: [] }] }
    expect(viewDemo(request, { guide, issuerOf: () => 'https://a.example' }) !== undefined).toBe(isShown)
  })

  test('are not shown to who speaks HTTP/1.0, as a proxy does that says nothing of itself', async () => {
    const page = await sendRaw(demoServer.port, 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n')
    expect(page.status).toBe(200)
    expect(page.body).not.toContain(SECRET)
  })

  test('are in no page without a demo', async () => {
    expect((await get('/')).text).not.toMatch(/0\.0\.0|this demo|servetel/)
  })
})
