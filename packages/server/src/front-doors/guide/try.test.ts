import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AnsweredRequest } from '../../http/request-events.ts'
import { startTestServer, type TestServer } from '../../testing/start-test-server.ts'
import { valueFrom } from '../../testing/test-house.ts'

let server: TestServer
const answered: AnsweredRequest[] = []
beforeAll(async () => {
  server = await startTestServer({ observe: (request) => void answered.push(request), trustedProxies: ['127.0.0.1'] })
})
afterAll(() => server.stop())
beforeEach(() => {
  answered.length = 0
})

type Fields = Readonly<Record<string, string>>

async function tryDoor(door: string, fields: Fields, headers: Fields = {}, base = server.baseUrl) {
  const answer = await fetch(`${base}/try/${door}`, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' })
  const html = await answer.text()
  return { status: answer.status, headers: answer.headers, html, text: textOf(html) }
}

const ENTITIES: Fields = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&#34;': '"', '&#39;': "'" }

function textOf(html: string): string {
  return html.replace(/<[^>]*>/g, ' ').replace(/&(?:amp|lt|gt|#34|#39);/g, (entity) => ENTITIES[entity] ?? entity)
}

/** The fields of the form with this button, as a browser sends them. */
function formOf(html: string, action: string): Fields {
  const form = html.split('<form ').find((part) => part.includes(`>${action}</button>`)) ?? expect.fail(`there is no form ${action}`)
  const inputs = [...form.matchAll(/<input [^>]*name="([^"]*)"[^>]* value="([^"]*)"/g)]
  return Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, textOf(value)]))
}

const right = () => ({ email: server.smartflo.email, password: server.smartflo.password })
const tokenIn = (html: string) => /<pre class="copied token">([^<]+)<\/pre>/.exec(html)?.[1]?.trim() ?? expect.fail('there is no token')

describe('a form of a door', () => {
  test('gets a token, shown as it crossed the wire, decoded and checked', async () => {
    const { status, html, text } = await tryDoor('smartflo', { step: 'sign-in', ...right() })
    expect(status).toBe(200)
    expect(text).toContain('Here is the token')
    expect(text).toContain(`POST ${server.baseUrl}/v1/auth/login\naccept: application/json`)
    expect(text).toMatch(/200 OK\n[\s\S]*content-type: application\/json[\s\S]*"success":true,"access_token":"/)
    expect(text).toContain('Checked: the token is good (200).')
    expect(html).toContain('data-remaining="3600"')
    expect(text).toMatch(/exp\s+\d+\s+[^<]+ UTC, in 1 hour/)
    const check = await fetch(`${server.baseUrl}/verify`, { headers: { authorization: `Bearer ${tokenIn(html)}` } })
    expect(check.status).toBe(200)
  })

  test('is the first of its door where none is named', async () => {
    expect((await tryDoor('smartflo', right())).text).toContain('Here is the token')
  })

  test('works at the address of another tenant, whose door it goes to', async () => {
    const { email, password, baseUrl } = server.servetel
    const { text } = await tryDoor('servetel', { email, password }, {}, baseUrl)
    expect(text).toContain(`POST ${baseUrl}/v1/auth/login`)
    expect(text).toContain('Here is the token')
  })

  test('shows no password that was typed: not in the request, not in the form, nowhere', async () => {
    for (const password of [server.smartflo.password, 'a wrong one & <b>']) {
      const { html, text } = await tryDoor('smartflo', { ...right(), password })
      expect(text).not.toContain(password)
      expect(html).not.toContain(password.replaceAll(' ', '+'))
      expect(html).toMatch(/name="password"[^>]* value=""/)
      expect(text).toContain('"password":"********"')
    }
  })

  test('says in words what its door refuses, and shows it as it crossed the wire', async () => {
    const { status, text } = await tryDoor('smartflo', { ...right(), password: 'wrong' })
    expect(status).toBe(200)
    expect(text).toContain('The door has refused this: The username or password is incorrect.')
    expect(text).toMatch(/401 Unauthorized\n[\s\S]*"login_failed_count":\d/)
    expect(text).not.toContain('Check again')
  })

  test('refreshes, and checks again, with what the answer before has brought along', async () => {
    const first = await tryDoor('smartflo', right())
    const checked = await tryDoor('smartflo', formOf(first.html, 'Check again'))
    expect(checked.text).toContain('A good token')
    expect(tokenIn(checked.html)).toBe(tokenIn(first.html))
    server.clock.advance(2000)
    const refreshed = await tryDoor('smartflo', formOf(checked.html, 'Refresh'))
    expect(refreshed.text).toContain(`POST ${server.baseUrl}/v1/auth/refresh`)
    expect(refreshed.text).toContain('Here is the token')
    expect(refreshed.text).not.toContain(`Bearer ${tokenIn(first.html)}`)
  })

  test('checks any token of the tenant, a permanent one too, and says what is none', async () => {
    const application = { tenant: 'demo', clientId: server.smartflo.clientId, account: server.smartflo.email, name: 'crm' }
    const { token } = valueFrom(await server.useCases.issuePermanentToken({ ...application, scope: undefined, lifetimeSeconds: undefined }))
    const good = await tryDoor('checking', { accessToken: ` ${token} ` })
    expect(good.text).toContain('A good token')
    expect(good.text).toContain('By what it says, this is a permanent token.')
    const bad = await tryDoor('checking', { accessToken: 'eyJhIjoxfQ.e30.c2ln' })
    expect(bad.text).toContain('Not a good token')
    expect(bad.text).toMatch(/401 Unauthorized\n[\s\S]*www-authenticate: Bearer realm="api", error="invalid_token"/)
  })

  test('is not sent where no client could send it, and says so', async () => {
    for (const accessToken of ['', 'a\r\nx: y', 'ключ']) {
      const { status, text } = await tryDoor('checking', { accessToken })
      expect([status, text.includes('Not sent')]).toEqual([400, true])
    }
    await expect.poll(() => answered.length).toBe(3)
    expect(answered.some(({ route }) => route === '/verify')).toBe(false)
  })
})

/** A tenant with a sign-in page, and an application whose browser comes back to the page of the form. */
async function openIdm(name: string): Promise<{ base: string; client: Fields }> {
  const base = `${server.baseUrl}/t/${name}`
  const redirectUri = `${base}/try/idm`
  valueFrom(await server.useCases.createTenant({ name, hostNames: [], doors: ['idm'], isDefault: false }))
  valueFrom(
    await server.useCases.createApplication({ tenant: name, clientId: 'web', name: 'Web', door: 'idm', redirectUris: [redirectUri] }),
  )
  return { base, client: { clientId: 'web', redirectUri } }
}

describe('the form of the IDM', () => {
  test('has a sign-in of its own at the IDM, whose code comes back to a page that shows it', async () => {
    const { base, client } = await openIdm('sign-in')
    const front = await (await fetch(`${base}/`)).text()
    const first = formOf(front, 'Start the sign-in')
    expect(first.codeVerifier).toMatch(/^[\w-]{43}$/)
    const { html, text } = await tryDoor('idm', { ...first, ...client }, {}, base)
    expect(text).toContain('Now sign in')
    const signIn = /href="([^"]*\/oauth2\/auth\?[^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? expect.fail('no way to sign in')
    const { origin, pathname, searchParams } = new URL(signIn)
    expect(origin + pathname).toBe(`${base}/oauth2/auth`)
    const next = formOf(html, 'Exchange the code')
    expect(next).toMatchObject({ ...client, code: '', codeVerifier: first.codeVerifier })
    expect(searchParams.get('code_challenge')).toBe(createHash('sha256').update(String(first.codeVerifier)).digest('base64url'))
    expect(searchParams.get('redirect_uri')).toBe(client.redirectUri)
    expect(await (await fetch(signIn)).text()).toContain('name="password"')
    const refused = await tryDoor('idm', { ...next, code: 'none' }, {}, base)
    expect(refused.text).toContain('The door has refused this: the code is unknown')
  })

  test('begins nothing for an address that is not registered', async () => {
    const { base, client } = await openIdm('refusing')
    const { text } = await tryDoor('idm', { ...client, redirectUri: 'https://evil.example/', codeVerifier: 'v' }, {}, base)
    expect(text).toContain('The door has refused this with status 400.')
    expect(text).not.toContain('Sign in (opens a new tab)')
  })

  test('shows a code and nothing else of an address, and only where a form exchanges it', async () => {
    const { base } = await openIdm('showing')
    const code = 'c'.repeat(43)
    const get = async (path: string) => {
      const answer = await fetch(base + path, { redirect: 'manual' })
      return { status: answer.status, html: await answer.text() }
    }
    const { status, html } = await get(`/try/idm?code=${code}&state=%3Cb%3Estate&iss=https://evil.example`)
    expect(status).toBe(200)
    expect(html).toContain(`value="${code}"`)
    expect(html).not.toMatch(/evil|&lt;b|<b>/)
    for (const other of ['', '%3Cscript%3Ealert(1)%3C/script%3E_______________', `${code} your bank account`, 'c'.repeat(500), 'short'])
      expect((await get(`/try/idm?code=${other}`)).status).toBe(303)
    expect((await get(`/try/idm?error=access_denied`)).status).toBe(303)
    for (const door of ['checking', 'nobody', 'smartflo']) expect((await get(`/try/${door}?code=${code}`)).status).toBe(303)
    expect((await get(`/try/idm?code=${code}&code=${code}`)).status).toBe(400)
  })
})

describe('what is no form of a door here', () => {
  test.each(['voipex', 'vpaas', 'idm', 'guide', 'nobody', '..%2fverify', '%00'])(
    'at %s is answered with a page that says so',
    async (door) => {
      const { status, html } = await tryDoor(door, { step: 'sign-in' })
      expect([400, 404]).toContain(status)
      expect(html).toMatch(/^<!doctype html>/)
    },
  )

  test.each(['nothing', 'constructor', '__proto__', ''])('with the step %j is 404', async (step) => {
    expect((await tryDoor('smartflo', { step })).status).toBe(404)
  })

  test('is sent nowhere by fields that no step has', async () => {
    const more = { path: '/oauth2/introspect', method: 'GET', url: 'http://evil.example', headers: 'a', baseUrl: 'http://evil.example' }
    const { text } = await tryDoor('smartflo', { ...right(), ...more })
    expect(text).not.toContain('evil.example')
    await expect.poll(() => answered.map(({ route }) => route)).toEqual(['/v1/auth/login', '/verify', '/try/:door'])
  })

  test('leads to the front page by GET', async () => {
    const answer = await fetch(`${server.baseUrl}/try/smartflo?password=x`, { redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '../'])
  })
})

describe('who may send it', () => {
  test.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ])('S91: a form from elsewhere (%j) is 403 before anybody looks at it', async (headers) => {
    const { status, text } = await tryDoor('smartflo', right(), headers)
    expect(status).toBe(403)
    expect(text).not.toContain('Here is the token')
    await expect.poll(() => answered.map(({ route }) => route)).toEqual(['/try/:door'])
  })

  test('S93, S95, S96: what it is answered with stands in no frame, is kept nowhere, and is read by no other origin', async () => {
    for (const fields of [right(), { ...right(), password: 'wrong' }, { step: 'nothing' }]) {
      const { headers } = await tryDoor('smartflo', fields, { 'sec-fetch-site': 'same-origin' })
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      )
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect([...headers.keys()].filter((name) => name.startsWith('access-control') || name === 'set-cookie')).toEqual([])
    }
  })

  test('S94: nothing that was typed stands in the page as more than text', async () => {
    const probes = [
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' autofocus onfocus='alert(1)",
      '</pre></title><script>',
      '&lt;b&gt;',
    ]
    const claims = (probe: string) => Buffer.from(JSON.stringify({ [probe]: probe, iss: probe, exp: probe })).toString('base64url')
    for (const probe of probes) {
      for (const { html } of [
        await tryDoor('smartflo', { email: probe, password: probe }),
        await tryDoor('smartflo', { step: 'refresh', token: probe }),
        await tryDoor('smartflo', { step: 'check', accessToken: probe, next: 'refresh', token: probe }),
        await tryDoor('checking', { accessToken: `${claims(probe)}.${claims(probe)}.${probe}` }),
      ]) {
        const tags = html.replace(/"[^"]*"/g, '""').match(/<[a-z!][^>]*>/gi) ?? []
        expect(tags.filter((tag) => /^<(?:script|img|b)\b|\son[a-z]+=/i.test(tag))).toEqual([])
        expect(html.match(/<pre/g)?.length).toBe(html.match(/<\/pre>/g)?.length)
      }
      expect((await tryDoor('smartflo', { email: probe, password: 'x' })).text).toContain(JSON.stringify(probe).slice(1, -1))
    }
  })
})

describe('limits and records', () => {
  test('are of the address of the person, also behind a trusted proxy', async () => {
    const from = { 'x-forwarded-for': '203.0.113.77' }
    expect((await tryDoor('smartflo', right(), from)).text).toContain('Here is the token')
    const [row] = (await server.house.store.auditTrail.list({ max: 1000 })).filter(({ action }) => action === 'sign_in.succeeded')
    expect(row?.addressBlock).toContain('203.0.113')
  })

  test('shut out who guesses, with the seconds that its door says, and not who sits elsewhere', async () => {
    const from = { 'x-forwarded-for': '198.51.100.7' }
    let last = await tryDoor('smartflo', { email: 'guess-0', password: 'x' }, from)
    for (let guess = 1; guess < 200 && !last.text.includes('Too many attempts'); guess += 1)
      last = await tryDoor('smartflo', { email: `guess-${guess}`, password: 'x' }, from)
    const [, seconds] = /Too many attempts\. Try again in (\d+) seconds\./.exec(last.text) ?? []
    expect(last.text).toContain(`retry-after: ${seconds}\n`)
    const direct = await fetch(`${server.baseUrl}/v1/auth/login`, {
      method: 'POST',
      headers: { ...from, 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'guess', password: 'x' }),
    })
    expect(direct.status, 'who is shut out here is shut out there').toBe(429)
    expect((await tryDoor('smartflo', right(), { 'x-forwarded-for': '203.0.113.78' })).text).toContain('Here is the token')
  })
})
