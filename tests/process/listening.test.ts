/** Where a server listens, whom it believes, and what it shows to those who watch it. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Caller, createCaller, tokenOf } from './caller.ts'
import { readDemo } from './demo-settings.ts'
import { openStage } from './launch.ts'

const stage = openStage()

function makeCertificate(): { readonly certificate: string; readonly variables: Record<string, string> } {
  const folder = stage.newFolder()
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  execFileSync('openssl', ['req', '-x509', '-nodes', '-days', '1', ...curve, '-keyout', keyFile, '-out', certFile, ...subject], {
    stdio: 'ignore',
  })
  return { certificate: readFileSync(certFile, 'utf8'), variables: { RINGKEY_TLS_CERT_FILE: certFile, RINGKEY_TLS_KEY_FILE: keyFile } }
}

describe('a listener beyond loopback', () => {
  it('is refused without TLS and without trusted proxies, before anything is made', async () => {
    const installation = stage.newInstallation()
    for (const host of ['0.0.0.0', '::', '192.0.2.1']) {
      const variables = { RINGKEY_HOST: host, RINGKEY_PUBLIC_URL: 'https://tokens.example' }
      const { code, stdout, stderr } = await installation.begin({ demo: true, variables }).ended
      expect({ code, stdout, made: existsSync(installation.dataDir) }).toEqual({ code: 9, stdout: '', made: false })
      expect(stderr).toMatch(/RINGKEY_HOST is .*, beyond loopback, where tokens must not travel in clear/)
    }
  })

  it('serves https with a certificate, and nothing in clear', async () => {
    const installation = stage.newInstallation()
    const { certificate, variables } = makeCertificate()
    const server = await installation.serve({
      demo: true,
      variables: { ...variables, RINGKEY_HOST: '0.0.0.0', RINGKEY_PUBLIC_URL: 'https://127.0.0.1' },
    })
    const url = server.url.replace('0.0.0.0', '127.0.0.1')
    const caller = createCaller(url, certificate)
    const signedIn = await caller.signIn(readDemo(installation).smartflo)
    expect(signedIn.headers['strict-transport-security']).toBeDefined()
    expect((await caller.verify(tokenOf(signedIn))).status).toBe(200)
    const clear = await createCaller(url.replace('https:', 'http:'))
      .signIn(readDemo(installation).smartflo)
      .catch(() => undefined)
    expect(clear?.status ?? 400).toBe(400)
    await expect(createCaller(url).call('/livez'), 'nobody has to believe this certificate').rejects.toThrow(/self-signed/)
    caller.close()
    expect((await server.end('SIGTERM')).code).toBe(0)
  })
})

describe('the address of a caller', () => {
  /**
   * Ten wrong passwords from one forwarded address, after the owner has signed in from another. The guesser names a new address
   * each time itself, which a proxy hands on in front of the one that it has seen. @returns what both then get
   */
  async function guessAt(caller: Caller, account: { email: string; password: string }): Promise<{ stranger: number; owner: number }> {
    const from = (address: string) => ({ 'x-forwarded-for': address })
    tokenOf(await caller.signIn(account, from('198.51.100.1')))
    for (let guess = 0; guess < 10; guess += 1) {
      const { status } = await caller.signIn({ ...account, password: `guess number ${guess}` }, from(`10.0.0.${guess}, 203.0.113.9`))
      expect(status).toBe(401)
    }
    return {
      stranger: (await caller.signIn({ ...account, password: 'one more guess' }, from('198.51.100.1, 203.0.113.9'))).status,
      owner: (await caller.signIn(account, from('198.51.100.1'))).status,
    }
  }

  it('S72: is the forwarded one where a trusted proxy forwards it: guesses of one do not cost another', async () => {
    const installation = stage.newInstallation()
    const server = await installation.serve({ demo: true, variables: { RINGKEY_TRUSTED_PROXIES: '127.0.0.1' } })
    expect(await guessAt(createCaller(server.url), readDemo(installation).smartflo)).toEqual({ stranger: 429, owner: 200 })
  })

  it('S72: is its own where a stranger claims another: no header buys more guesses', async () => {
    const installation = stage.newInstallation()
    const server = await installation.serve({ demo: true, variables: { RINGKEY_TRUSTED_PROXIES: '192.0.2.0/24' } })
    expect(await guessAt(createCaller(server.url), readDemo(installation).smartflo)).toEqual({ stranger: 429, owner: 429 })
  })
})

describe('those who watch', () => {
  it('find counters on a listener of their own, on loopback, and nowhere else', async () => {
    const installation = stage.newInstallation()
    const { variables } = makeCertificate()
    const server = await installation.serve({
      demo: true,
      variables: { ...variables, RINGKEY_METRICS_PORT: '0', RINGKEY_HOST: '0.0.0.0', RINGKEY_PUBLIC_URL: 'https://127.0.0.1' },
    })
    expect(server.metricsUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const caller = createCaller(server.url.replace('0.0.0.0', '127.0.0.1'), readFileSync(variables.RINGKEY_TLS_CERT_FILE ?? '', 'utf8'))
    await caller.signIn({ email: 'nobody@demo.example', password: 'a wrong password' })
    expect((await caller.call('/metrics')).status).toBe(404)
    const metrics = createCaller(server.metricsUrl ?? '')
    const { status, text } = await metrics.call('/metrics')
    expect(status).toBe(200)
    expect(text).toMatch(/^ringkey_http_requests_total\{.*door="smartflo".*status="401".*\} 1$/m)
    expect(text).toMatch(/^ringkey_events_total\{event="sign_in\.refused"\} 1$/m)
    expect((await metrics.call('/')).status).toBe(404)
    caller.close()
    metrics.close()
  })

  it('are told on any host whether it lives and whether it is ready, and nothing else', async () => {
    const server = await stage.newInstallation().serve({ demo: true })
    for (const path of ['/livez', '/readyz']) {
      const text = await new Promise<string>((resolve, reject) => {
        const asked = request(`${server.url}${path}`, { headers: { host: 'whatever.example' } }, (response) => {
          let body = `${response.statusCode} `
          response.on('data', (chunk) => (body += chunk)).on('end', () => resolve(body))
        })
        asked.on('error', reject).end()
      })
      expect(text).toBe('200 {"status":"ok"}')
    }
  })
})
