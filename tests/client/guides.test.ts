/** Every snippet of the pages about tokens is executed as it stands there, against the real server at the address that it names. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { transform } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { furnishForPages } from '../../packages/server/src/http/testing/furnish-for-pages.ts'
import { furnishForPasswords } from '../../packages/server/src/http/testing/furnish-for-passwords.ts'
import { openServedHouse, type ServedHouse } from '../../packages/server/src/testing/served-house.ts'
import { PROGRAM } from '../../scripts/build.mjs'
import { CLIENT } from '../../scripts/build-client.mjs'
import { signInAt } from '../process/vpaas-visit.ts'

vi.mock('@node-rs/argon2', () => import('../../packages/server/src/testing/quick-argon2.ts'))

const WRITTEN_ADDRESS = 'http://127.0.0.1:8080'
const PLATFORMS = ['smartflo', 'servetel', 'voipex', 'vpaas'] as const
type PlatformName = (typeof PLATFORMS)[number]

let server: ServedHouse
let site: Server
let folder: string
const given: Partial<Record<PlatformName, Record<string, string>>> = {}
let platform: PlatformName = 'smartflo'

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringkey-guides-'))
  site = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1')
  await once(site, 'listening')
  // As an installed package links it.
  writeFileSync(join(folder, 'ringkey'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`, { mode: 0o755 })
  server = await openServedHouse()
  for (const name of PLATFORMS) {
    const furnish = name === 'vpaas' ? furnishForPages : furnishForPasswords
    given[name] = await furnish(server.house, { tenant: name, door: name, issuer: `http://127.0.0.1:${server.port}/t/${name}` })
  }
})
afterAll(async () => {
  site.closeAllConnections()
  site.close()
  await server.stop()
})
afterEach(() => rmSync(join(folder, 'kept'), { recursive: true, force: true }))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const OWN_PATHS = /^\/(?:v1\/auth|token|user)(?:[/?]|$)/
const siteAddress = () => `http://127.0.0.1:${(site.address() as AddressInfo).port}`

/** The platform, and beside it an API that asks the platform whether a token is good. */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = '/', method = 'GET' } = request
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const path = OWN_PATHS.test(url) ? url : '/verify'
  const names = ['accept', 'apikey', 'authorization', 'content-type']
  const headers = names.flatMap((name): [string, string][] =>
    request.headers[name] === undefined ? [] : [[name, String(request.headers[name])]],
  )
  const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }
  const answer = await fetch(`http://127.0.0.1:${server.port}/t/${platform}${path}`, { method, headers, redirect: 'manual', ...body })
  const location = answer.headers.get('location')
  response.writeHead(answer.status, location === null ? {} : { location }).end(await answer.text())
}

function variablesOf(name: PlatformName): Record<string, string> {
  const { email = '', password = '', application = '', api_key: apiKey = '' } = given[name] ?? {}
  const prefix = name.toUpperCase()
  const keyFile = join(folder, 'api-key')
  writeFileSync(keyFile, apiKey, { mode: 0o600 })
  const variables = { EMAIL: email, PASSWORD: password, CLIENT_ID: application, API_KEY: apiKey, API_KEY_FILE: keyFile }
  return Object.fromEntries(Object.entries(variables).map(([key, value]) => [`${prefix}_${key}`, value]))
}

const SECTIONS = { shell: '## In the shell', typescript: '## In TypeScript', curl: '## With curl' } as const

function snippetsOf(name: PlatformName, section: keyof typeof SECTIONS): string[] {
  const text = readFileSync(new URL(`../../docs/guides/tokens-${name}.md`, import.meta.url), 'utf8')
  const [, after = ''] = text.split(`${SECTIONS[section]}\n`)
  const [within = ''] = after.split(/^## /m)
  const blocks = [...within.matchAll(/```(?:sh|ts)\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  return blocks.map((block) => block.replaceAll(WRITTEN_ADDRESS, siteAddress()))
}

interface Running {
  readonly stderr: () => string
  readonly type: (text: string) => void
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>
}

function run(name: PlatformName, program: string, args: readonly string[], more: Record<string, string> = {}): Running {
  platform = name
  const env = { PATH: `${folder}:${process.env.PATH}`, RINGKEY_HOME: join(folder, 'kept'), ...variablesOf(name), ...more }
  const child = spawn(program, args, { env, timeout: 60_000 })
  const printed = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed.stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (printed.stderr += chunk))
  child.stdin.on('error', () => {})
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...printed }))
  return { stderr: () => printed.stderr, type: (text) => void child.stdin.write(text), ended }
}

/** As a program in a folder of its own, where the package is the built one. */
async function runTypeScript(name: PlatformName): Promise<Running> {
  const [snippet = ''] = snippetsOf(name, 'typescript')
  const { code } = await transform(snippet, { loader: 'ts', format: 'esm', target: 'node20' })
  const file = join(folder, `${name}.mjs`)
  const built = pathToFileURL(join(CLIENT, 'dist/node/index.js')).href
  writeFileSync(file, code.replace(/["']@ringkey\/client["']/, JSON.stringify(built)))
  return run(name, process.execPath, [file])
}

describe('the snippets of the pages about tokens', () => {
  it.each(['smartflo', 'servetel', 'voipex'] as const)('TypeScript: %s', async (name) => {
    const { ended } = await runTypeScript(name)
    expect(await ended).toEqual({ code: 0, stdout: '200\n', stderr: '' })
  })

  it.each(['smartflo', 'servetel', 'voipex'] as const)('curl: %s', async (name) => {
    const [snippet = ''] = snippetsOf(name, 'curl')
    expect(await run(name, 'sh', ['-euc', snippet]).ended).toEqual({ code: 0, stdout: '200\n', stderr: '' })
  })

  it.each(['smartflo', 'servetel', 'voipex'] as const)('shell: %s', async (name) => {
    const [snippet = ''] = snippetsOf(name, 'shell')
    const { code, stdout, stderr } = await run(name, 'sh', ['-euc', snippet]).ended
    expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: '200\n' })
    expect(stderr).toMatch(/^Signed in as \w+\. Kept in .*, without the password\.\n$/)
  })

  it('shell: vpaas, with somebody who signs in', async () => {
    const [first = '', second = ''] = snippetsOf('vpaas', 'shell')
    const asked = await run('vpaas', 'sh', ['-euc', first]).ended
    expect(asked).toMatchObject({ code: 8, stdout: '' })
    const { authCode } = await signIn(/^ {2}(http\S+)$/m.exec(asked.stderr)?.[1] ?? '')
    expect(await run('vpaas', 'sh', ['-euc', second], { VPAAS_AUTH_CODE: authCode }).ended).toMatchObject({ code: 0, stdout: '200\n' })
  })

  it('TypeScript: vpaas, with somebody who signs in', async () => {
    const { stderr, type, ended } = await runTypeScript('vpaas')
    const address = await vi.waitUntil(() => /Open (\S+)\n/.exec(stderr())?.[1], { timeout: 30_000, interval: 10 })
    type(`smarthubplatform://login?authCode=${(await signIn(address)).authCode}\n`)
    expect(await ended).toMatchObject({ code: 0, stdout: '200\n' })
    expect(await (await runTypeScript('vpaas')).ended, 'the next start asks nobody').toEqual({ code: 0, stdout: '200\n', stderr: '' })
  })

  it('curl: vpaas, with somebody who signs in', async () => {
    const [login = '', exchange = ''] = snippetsOf('vpaas', 'curl')
    const { stdout } = await run('vpaas', 'sh', ['-euc', login]).ended
    const address = /^Redirect to (\S+)/.exec(stdout)?.[1] ?? ''
    const { authCode } = await signIn(address)
    const exchanged = await run('vpaas', 'sh', ['-euc', exchange], { VPAAS_AUTH_CODE: authCode }).ended
    expect(JSON.parse(exchanged.stdout)).toMatchObject({ expiresIn: 14_399, refreshToken: expect.stringMatching(/^RTSVH2:/) })
  })
})

function signIn(address: string) {
  const { email = '', password = '' } = given.vpaas ?? {}
  return signInAt(address, { email, password })
}
