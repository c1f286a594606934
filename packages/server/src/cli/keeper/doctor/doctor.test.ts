import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { findSecrets } from '../../../../../../tests/process/secret-search.ts'
import { type KeeperBench, openKeeperBench } from '../../testing/keeper-bench.ts'
import type { KeeperDeps } from '../keeper-deps.ts'
import { lookAtFiles } from './look-at-files.ts'
import { lookAtAuthorities } from './look-at-settings.ts'

vi.mock('@node-rs/argon2', () => import('../../../testing/quick-argon2.ts'))

interface Found {
  readonly check: string
  readonly of: string | null
  readonly result: string
  readonly found: string
  readonly remedy: string | null
}

let bench: KeeperBench
let password: string
beforeEach(async () => {
  bench = await openKeeperBench('smartflo')
  password = bench.world.given.password ?? ''
})
afterEach(() => bench.world.stop())

async function signIn(...args: string[]): Promise<void> {
  const { email = '' } = bench.world.given
  expect(await bench.login('smartflo', ['--email', email, ...args], password)).toMatchObject({ exit: 0 })
}

interface Asked {
  readonly name?: string
  readonly files?: Record<string, string>
  readonly keeper?: Partial<KeeperDeps>
}

/** @returns the exit code, and what is not well */
async function ask({ name, ...asked }: Asked = {}): Promise<{ exit: number; unwell: readonly Found[]; all: readonly Found[] }> {
  const ran = await bench.type(['doctor', ...(name === undefined ? [] : [name]), '--json'], asked)
  const { isWell, findings } = ran.json() as { isWell: boolean; findings: readonly Found[] }
  expect(isWell).toBe(ran.exit === 0)
  return { exit: ran.exit, unwell: findings.filter(({ result }) => result !== 'ok'), all: findings }
}

function fail(code: string): void {
  bench.world.setWire(() => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(), { code }) })))
}

describe('doctor', () => {
  it('finds nothing wrong where nothing is, asks the platform once, and renews nothing', async () => {
    await signIn()
    await signIn('--as', 'work')
    bench.world.requests.length = 0
    const { exit, all } = await ask()
    expect(exit).toBe(0)
    expect(all.map(({ check, of, result }) => [check, of, result])).toEqual([
      ['proxy', null, 'ok'],
      ['network', 'smartflo, work', 'ok'],
      ['clock', 'smartflo, work', 'ok'],
      ['token', 'smartflo', 'ok'],
      ['lock', 'smartflo', 'ok'],
      ['token', 'work', 'ok'],
      ['lock', 'work', 'ok'],
    ])
    expect(all.find(({ check }) => check === 'token')?.found).toMatch(/^It is good for 60 min, until \d.*, and is renewed by itself\.$/)
    expect(bench.world.requests).toHaveLength(1)
    expect(bench.world.count('/auth/')).toBe(0)
  })

  it('for people: a line for each finding, and on standard error what to do', async () => {
    const ran = await bench.type(['doctor'])
    expect(ran).toMatchObject({
      exit: 4,
      out: expect.stringMatching(/^RESULT +CHECK +OF +FOUND\nok +proxy .*\nwrong +sign-ins +- +Nobody/),
    })
    expect(ran.err).toBe('One thing is wrong.\nsign-ins: Run: ringkey login <platform>\n')
  })

  it('one sign-in alone, by its name; one that there is not is code 4', async () => {
    await signIn('--as', 'work')
    expect((await ask({ name: 'work' })).all.map(({ of }) => of)).toEqual([null, 'work', 'work', 'work', 'work'])
    expect(await bench.type(['doctor', 'play'])).toMatchObject({
      exit: 4,
      out: '',
      err: expect.stringContaining('ringkey login <platform> --as play'),
    })
    expect(await bench.type(['doctor', 'work', '--server'])).toMatchObject({ exit: 2, out: '' })
  })

  it.each([
    ['ENOTFOUND', 6, /name cannot be found/, /online/],
    ['EAI_AGAIN', 6, /name cannot be found/, /online/],
    ['ENETUNREACH', 6, /no way to it/, /offline/],
    ['ECONNREFUSED', 6, /nobody listens/, /Start the server/],
    ['ECONNRESET', 6, /ECONNRESET/, /proxy/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 9, /trusts/, /NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 9, /trusts/, /NODE_EXTRA_CA_CERTS/],
    ['CERT_HAS_EXPIRED', 9, /not good now/, /clock/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 9, /another name/, /address/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 9, /speak TLS/, /port/],
  ])('a platform that cannot be reached (%s) is code %d', async (code, exit, found, remedy) => {
    await signIn()
    fail(code)
    const asked = await ask()
    expect(asked.exit).toBe(exit)
    expect(asked.unwell).toEqual([
      { check: 'network', of: 'smartflo', result: 'wrong', found: expect.stringMatching(found), remedy: expect.stringMatching(remedy) },
    ])
  })

  it('waits for a platform that does not answer no longer than it may', async () => {
    await signIn()
    const never = (_input: unknown, init?: RequestInit) =>
      new Promise<Response>((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    const environment = { ...bench.world.options.environment, fetch: never }
    const { exit, unwell } = await ask({ keeper: { environment, answerWithinMs: 10 } })
    expect(exit).toBe(6)
    expect(unwell).toMatchObject([{ check: 'network', found: expect.stringContaining('does not answer within') }])
  })

  it('a platform that is in trouble is told, and is no fault of this machine', async () => {
    await signIn()
    bench.world.setWire(async () => new Response('', { status: 503, headers: { date: new Date(0).toUTCString() } }))
    expect(await ask()).toMatchObject({ exit: 0, unwell: [{ check: 'network', result: 'note' }] })
  })

  it.each([
    [31, 'ahead of'],
    [-3600, 'behind'],
  ])('a clock that is %d s off is code 9', async (seconds, where) => {
    await signIn()
    const { now } = bench.world.options.environment
    const { exit, unwell } = await ask({ keeper: { now: () => now() + seconds * 1000 } })
    expect(exit).toBe(9)
    const [{ check, found } = { check: '', found: '' }] = unwell
    expect(check).toBe('clock')
    expect(Number(/is (\d+) s/.exec(found)?.[1])).toBeGreaterThanOrEqual(Math.abs(seconds) - 1)
    expect(found).toContain(where)
  })
})

describe('doctor, of a sign-in', () => {
  it('that has ended and can be renewed: all is well; that cannot: code 4, and the command with its name', async () => {
    await signIn('--as', 'work')
    bench.world.advance(3600)
    expect(await ask()).toMatchObject({ exit: 0, unwell: [] })
    bench.world.advance(40 * 86_400)
    expect(await bench.type(['token'])).toMatchObject({ exit: 4, err: expect.stringMatching(/Run: ringkey login smartflo --as work\n$/) })
    expect(await ask()).toMatchObject({
      exit: 4,
      unwell: [
        { check: 'token', found: expect.stringContaining('cannot be renewed'), remedy: 'Run: ringkey login smartflo --as work' },
        { check: 'last renewal', found: expect.stringContaining('credentials_refused') },
      ],
    })
    await bench.type(['logout', 'work'])
    await signIn('--keep-password', '--as', 'work')
    bench.world.advance(40 * 86_400)
    expect(await ask()).toMatchObject({ exit: 0, unwell: [] })
  })

  it('whose last renewal has failed: when and why, until one succeeds', async () => {
    await signIn()
    bench.world.advance(3600)
    bench.world.setWire(async (request, pass) => (request.method === 'GET' ? pass() : new Response('', { status: 503 })))
    expect(await bench.type(['token'])).toMatchObject({ exit: 6 })
    expect(await ask()).toMatchObject({
      exit: 0,
      unwell: [{ check: 'last renewal', result: 'note', found: expect.stringMatching(/^It failed \(unavailable\) at \d{4}-/) }],
    })
    bench.world.setWire((_request, pass) => pass())
    expect(await bench.type(['token'])).toMatchObject({ exit: 0 })
    expect(await ask()).toMatchObject({ exit: 0, unwell: [] })
  })

  it('that the platform wants to be left alone with is code 7 while there is no good token', async () => {
    await signIn()
    const ask429 = async () => new Response('', { status: 429, headers: { 'retry-after': '600' } })
    bench.world.setWire((request, pass) => (request.method === 'GET' ? pass() : ask429()))
    bench.world.advance(3600)
    expect(await bench.type(['token'])).toMatchObject({ exit: 7 })
    const { exit, unwell } = await ask()
    expect(exit).toBe(7)
    expect(unwell).toMatchObject([
      { check: 'token', remedy: expect.stringMatching(/^Wait (?:10|9) min/) },
      { check: 'last renewal', found: expect.stringContaining('rate_limited') },
    ])
  })

  it('whose answer was lost: since when, and that nothing has to be done', async () => {
    await signIn()
    bench.world.advance(3600)
    bench.world.setWire((request, pass) => {
      if (request.method === 'GET') return pass()
      return Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } }))
    })
    expect(await bench.type(['token'])).toMatchObject({ exit: 6 })
    expect(await ask()).toMatchObject({
      exit: 0,
      unwell: [{ check: 'last renewal', found: expect.stringContaining('its answer was lost') }],
    })
  })

  it.each([
    ['of a living process: it renews', true, 'here', 'ok', /Process 4711 .* lives/],
    ['of a dead one: the next call takes it over', false, 'here', 'note', /4711 .* has died/],
    ['of another host: nobody here can tell', true, 'there', 'note', /another host/],
  ])('a lock %s', async (_sentence, lives, host, result, found) => {
    await signIn()
    const { store } = bench.world
    const held = JSON.stringify({ holder: 'x', host, process: 4711, leaseMs: 15_000 })
    const key = `${await keyOf()}.lease`
    await store.swap(key, (await store.read(key))?.version, held)
    const environment = { ...bench.world.options.environment, host: 'here', isAlive: () => lives }
    const { exit, all } = await ask({ keeper: { environment } })
    expect(exit).toBe(0)
    expect(all.find(({ check }) => check === 'lock')).toMatchObject({ result, found: expect.stringMatching(found) })
  })

  it('S154: that cannot be read is code 9; nothing of it is shown, nor anything else that is secret', async () => {
    await signIn('--keep-password')
    const { out } = await bench.type(['token'])
    bench.printed.out = ''
    await bench.type(['doctor'])
    await bench.type(['doctor', '--json'])
    const key = await keyOf()
    const kept = await bench.world.store.read(key)
    await bench.world.store.swap(key, kept?.version, `{"v":2,"token":"${out.trim()}"}`)
    const { exit, unwell } = await ask()
    expect(exit).toBe(9)
    expect(unwell).toMatchObject([{ check: 'kept', of: 'smartflo', remedy: expect.stringContaining('Sign out') }])
    const printed = Buffer.from(bench.printed.out + bench.printed.err)
    expect(printed.toString()).toContain('"kept"')
    expect(
      findSecrets(
        printed,
        new Map([
          ['token', out.trim()],
          ['password', password],
        ]),
      ),
    ).toEqual([])
  })

  /** The memory store has no list; the name is the client's own, a digest. */
  async function keyOf(): Promise<string> {
    const read: string[] = []
    const { store } = bench.world
    const watched = { ...store, read: (key: string) => store.read(read[read.push(key) - 1] ?? '') }
    await bench.type(['status'], { keeper: { store: watched } })
    return read.find((key) => /^smartflo-[\da-f]+$/.test(key)) ?? ''
  }
})

describe('doctor, of the variables', () => {
  const PROXY = 'http://dialler:proxy-pass-phrase@proxy.example:3128'

  it.each([
    [{}, 'ok', /directly/],
    [{ HTTPS_PROXY: PROXY }, 'ok', /through proxy\.example:3128\.$/],
    [{ https_proxy: PROXY, NO_PROXY: 'a.example' }, 'ok', /through proxy\.example:3128, but to a\.example\.$/],
    [{ HTTP_PROXY: PROXY }, 'note', /HTTP_PROXY is not for https/],
    [{ HTTPS_PROXY: 'socks5://dialler:proxy-pass-phrase@proxy.example' }, 'wrong', /cannot be used/],
  ])('a proxy: %j', async (variables, result, found) => {
    const { exit, all } = await ask({ keeper: { variables: () => variables } })
    expect(all[0]).toMatchObject({ check: 'proxy', result, found: expect.stringMatching(found) })
    expect(exit).toBe(result === 'wrong' ? 9 : 4)
    expect(bench.printed.out + bench.printed.err).not.toContain('pass-phrase')
  })

  it('certificates that are not checked, or an authority that cannot be read, are code 9', async () => {
    const unchecked = await ask({ keeper: { variables: () => ({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }) } })
    expect(unchecked).toMatchObject({
      exit: 9,
      unwell: [{ check: 'certificates', found: expect.stringContaining('No certificate is checked') }, {}],
    })
    const keeper = { variables: () => ({ NODE_EXTRA_CA_CERTS: '/ours.pem' }) }
    const files: Record<string, string>[] = [
      {},
      { '/ours.pem': 'no certificate' },
      { '/ours.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
    ]
    for (const given of files) expect(await ask({ keeper, files: given })).toMatchObject({ exit: 9, unwell: [{ of: '/ours.pem' }, {}] })
  })
})

describe('doctor, of certificates that have run out', () => {
  let young: string
  let old: string
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'ringkey-doctor-test-'))
    const make = (days: string) => {
      const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', join(folder, 'key')]
      const args = ['req', '-x509', '-days', days, '-subj', '/CN=Authority', ...curve]
      return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    }
    old = make('1')
    young = make('30')
    rmSync(folder, { recursive: true, force: true })
  })

  it.each([
    ['none', () => young, undefined, /^Its authorities are trusted/, false],
    ['some', () => old + young, undefined, /^1 of its 2 certificates/, true],
    ['all', () => old + old, 'configuration', /has not run out/, true],
  ])('%s', (_which, text, exit, found, hasRemedy) => {
    const now = () => Date.now() + 10 * 86_400_000
    const readFile = () => ({ ok: true, text: text(), othersCanRead: false }) as const
    const [finding] = lookAtAuthorities({ NODE_EXTRA_CA_CERTS: '/ours.pem' }, { now, readFile })
    expect(finding).toMatchObject({ of: '/ours.pem', found: expect.stringMatching(found) })
    expect([finding?.exit, finding?.remedy !== undefined]).toEqual([exit, hasRemedy])
  })
})

describe('doctor, of the files', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ringkey-doctor-test-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('that are as they should be: nothing is wrong, and nothing is left', async () => {
    writeFileSync(join(folder, 'sign-ins~1'), '{}', { mode: 0o600 })
    const [finding, ...more] = await lookAtFiles(folder)
    expect(finding).toEqual({ check: 'files', of: folder, found: expect.stringContaining('can be written') })
    expect(more).toEqual([])
    expect(readdirSync(folder)).toEqual(['sign-ins~1'])
  })

  it('that are not there yet: the first sign-in makes them', async () => {
    const [finding] = await lookAtFiles(join(folder, 'state', 'ringkey'))
    expect(finding).toEqual({ check: 'files', of: join(folder, 'state', 'ringkey'), found: expect.stringContaining('Nothing is kept yet') })
    expect(readdirSync(folder)).toEqual([])
    const [impossible] = await lookAtFiles('/proc/ringkey/tokens')
    expect(impossible).toMatchObject({ exit: 'configuration', found: expect.stringContaining('/proc/ringkey/tokens (E') })
  })

  it.each([
    ['a folder that others can enter', (path: string) => chmodSync(path, 0o750), /chmod 700/],
    ['a file that others can read', (path: string) => writeFileSync(join(path, 'a'), '', { mode: 0o644 }), /chmod -R go=/],
    ['a pipe', (path: string) => void execFileSync('mkfifo', ['-m', '666', join(path, 'sign-ins~1')]), /^Take them away/],
  ])('%s is wrong, and the command that mends it is named', async (_sentence, spoil, remedy) => {
    spoil(folder)
    const wrong = (await lookAtFiles(folder)).filter(({ exit }) => exit !== undefined)
    expect(wrong).toMatchObject([{ exit: 'configuration', remedy: expect.stringMatching(remedy) }])
  })

  it('of another user, or in the way of the folder, are wrong', async () => {
    const other = (process.getuid?.() ?? 0) + 1
    expect(await lookAtFiles(folder, other)).toMatchObject([{ exit: 'configuration', found: expect.stringContaining('another user') }])
    writeFileSync(join(folder, 'file'), '')
    expect(await lookAtFiles(join(folder, 'file'))).toMatchObject([{ exit: 'configuration', found: expect.stringContaining('no folder') }])
    expect(await lookAtFiles(join(folder, 'file', 'below'))).toMatchObject([
      { exit: 'configuration', found: expect.stringContaining('ENOTDIR') },
    ])
    mkdirSync(join(folder, 'fine'), { mode: 0o700 })
    expect(await lookAtFiles(join(folder, 'fine'))).toHaveLength(1)
  })
})
