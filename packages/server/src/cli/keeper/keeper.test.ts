import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { findSecrets } from '../../../../../tests/process/secret-search.ts'
import { FakeTerminal } from '../testing/cli-bench.ts'
import { type KeeperBench, openKeeperBench } from '../testing/keeper-bench.ts'

vi.mock('@node-rs/argon2', () => import('../../testing/quick-argon2.ts'))

let bench: KeeperBench
let email: string
let password: string
beforeEach(async () => {
  bench = await openKeeperBench('smartflo')
  email = bench.world.given.email ?? ''
  password = bench.world.given.password ?? ''
})
afterEach(() => bench.world.stop())

async function signIn(...args: string[]): Promise<void> {
  expect(await bench.login('smartflo', ['--email', email, ...args], `${password}\n`)).toMatchObject({ exit: 0, out: '' })
}

/** Answers instead of the server, to everything. */
function answerAlways(status: number, headers: Record<string, string> = {}): void {
  bench.world.setWire(async () => new Response('{}', { status, headers }))
}

describe('login', () => {
  it('keeps a sign-in that the platform has accepted, under its name, and without the password', async () => {
    const ran = await bench.login('smartflo', ['--email', email, '--as', 'work', '--json'], password)
    expect(ran).toMatchObject({ exit: 0, err: expect.stringContaining('without the password') })
    expect(ran.json()).toEqual({ name: 'work', platform: 'smartflo', account: email, store: 'memory', secretKept: false })
    const kept = await bench.world.store.read('sign-ins')
    expect(kept?.value).toContain('work')
    expect(kept?.value).not.toContain(password)
  })

  it('keeps the password where that is asked for, and signs in again with it by itself', async () => {
    await signIn('--keep-password')
    bench.world.advance(40 * 86_400)
    expect(await bench.type(['token'])).toMatchObject({ exit: 0, err: '' })
    expect(bench.world.count('POST /v1/auth/login 200')).toBe(2)
  })

  it('a wrong password ends with code 5, and leaves the sign-in that was there', async () => {
    await signIn()
    const { out } = await bench.type(['token'])
    expect(await bench.login('smartflo', ['--email', email], 'wrong')).toMatchObject({ exit: 5, out: '' })
    expect(await bench.type(['token'])).toMatchObject({ exit: 0, out })
    await bench.type(['logout'])
    expect(await bench.login('smartflo', ['--email', email], 'wrong')).toMatchObject({ exit: 5 })
    expect(await bench.type(['status', '--json'])).toMatchObject({ exit: 0, out: expect.stringContaining('"signIns": []') })
  })

  it('asks the platform also where a good token is kept, and hands out the new one', async () => {
    await signIn()
    const { out } = await bench.type(['token'])
    bench.world.advance(60)
    await signIn()
    expect((await bench.type(['token'])).out).not.toBe(out)
  })

  it('remembers who it was under this name', async () => {
    await signIn()
    expect(await bench.type(['login', 'smartflo', '--secret-stdin'], { stdin: password })).toMatchObject({ exit: 0 })
  })

  it('takes a permanent token of the portal, from a file too', async () => {
    const token = bench.world.given.permanent_token ?? ''
    const args = ['login', 'smartflo', '--base-url', bench.world.baseUrl, '--with-token', '--secret-file', '/t']
    expect(await bench.type(args, { files: { '/t': `${token}\n` } })).toMatchObject({ exit: 0 })
    expect(await bench.type(['token'])).toMatchObject({ exit: 0, out: `${token}\n` })
    expect(bench.world.requests).toEqual([])
  })

  it.each(['hunter22\x07', 'hunter\x0022', 'hünter22'])('a token that no header can have is code 2: %j', async (token) => {
    const ran = await bench.login('smartflo', ['--with-token'], token)
    expect(ran).toMatchObject({ exit: 2, out: '', err: expect.not.stringContaining('nter') })
  })

  it('asks on a terminal without showing what is typed; Ctrl-C is code 130', async () => {
    const args = ['login', 'smartflo', '--base-url', bench.world.baseUrl, '--email', email]
    const terminal = new FakeTerminal()
    terminal.write(`${password}\n`)
    const ran = await bench.type(args, { stdin: terminal })
    expect(ran).toMatchObject({ exit: 0, out: '', err: expect.stringMatching(/^Password: \n/) })
    const given = new FakeTerminal()
    given.write('\x03')
    expect(await bench.type(args, { stdin: given })).toMatchObject({ exit: 130, out: '' })
  })

  it.each([
    [['--email', 'a', '--password', 'hunter22'], 2],
    [['--email', 'a', '--token=hunter22'], 2],
    [['--email', 'a', 'hunter22'], 2],
    [['--email', 'a', '-phunter22'], 2],
    [['--email', 'a', '--secret-file', 'hunter22'], 2],
    [['--email', 'a', '--secret-file', '/open'], 2],
    [['--email', 'a', '--secret-file', '/empty'], 2],
    [['--email', 'a', '--secret-file', '/two-lines'], 2],
    [['--email', 'a', '--secret-file', '/good', '--secret-stdin'], 2],
    [['--email', 'a'], 2],
    [['--secret-file', '/good'], 2],
    [['--email', 'a', '--secret-file', '/good', '--as', '../x'], 2],
    [['--email', 'a', '--secret-file', '/good', '--impersonate', 'b'], 2],
    [['--email', 'a', '--secret-file', '/good', '--code-stdin'], 2],
    [['--email', '', '--secret-file', '/good'], 2],
    [['--email', ' ', '--secret-file', '/good'], 2],
    [['--email', 'a b@example.com', '--secret-file', '/good'], 2],
    [['--email', 'a', '--secret-file', '/good', '--base-url', ' '], 2],
    [['--email', 'a', '--secret-file', '/good', '--scope', ''], 2],
    [['--email', 'a', '--secret-file', '/good', '--base-url', 'http://example.com'], 9],
    [['--email', 'a', '--secret-file', '/good', '--base-url', 'nonsense'], 9],
  ])('%j is refused, asks nobody, and repeats no secret', async (args, exit) => {
    const others = { ok: true, text: 'hunter22', othersCanRead: true } as const
    const files = { '/good': 'hunter22', '/open': others, '/empty': '\n', '/two-lines': 'hunter22\nhunter22\n' }
    const ran = await bench.type(['login', 'smartflo', ...args], { files })
    expect(ran).toMatchObject({ exit, out: '' })
    expect(ran.err).not.toBe('')
    expect(ran.err).not.toContain('hunter22')
    expect(bench.world.requests).toEqual([])
  })

  it('a platform that there is not is code 2', async () => {
    expect(await bench.type(['login', 'smartfax'])).toMatchObject({ exit: 2, err: expect.stringContaining('smartflo') })
  })
})

describe('token and header', () => {
  it('print what the platform takes, and nothing else', async () => {
    await signIn()
    const { out } = await bench.type(['token'])
    expect(out).toMatch(/^[\w.-]+\n$/)
    expect(await bench.type(['header', 'smartflo'])).toMatchObject({ exit: 0, out: `Authorization: Bearer ${out}`, err: '' })
    const token = out.trim()
    const expiresAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    expect((await bench.type(['token', '--json'])).json()).toEqual({ token, expiresAt })
    expect((await bench.type(['header', '--json'])).json()).toEqual({ headers: { Authorization: `Bearer ${token}` }, expiresAt })
  })

  it('renew a token that is too old, or not good for as long as is asked', async () => {
    await signIn()
    const first = await bench.type(['token'])
    bench.world.advance(1800)
    expect((await bench.type(['token', '--min-validity', '60'])).out).toBe(first.out)
    const second = await bench.type(['token', '--min-validity', '3000'])
    expect(second).toMatchObject({ exit: 0 })
    expect(second.out).not.toBe(first.out)
    bench.world.advance(3590)
    expect((await bench.type(['header'])).out).not.toContain(second.out.trim())
    expect(bench.world.count('refresh 200')).toBe(2)
  })

  it.each(['-5', 'NaN', '1.5', 'Infinity', '1e3', ''])('--min-validity %j is code 2, and says what it wants', async (seconds) => {
    await signIn()
    for (const args of [['--min-validity', seconds], [`--min-validity=${seconds}`]]) {
      const ran = await bench.type(['token', ...args])
      expect(ran).toMatchObject({ exit: 2, out: '', err: expect.stringContaining('--min-validity') })
      expect(ran.err).toContain('a whole number of seconds, 0 or more')
      expect(ran.err).not.toMatch(/[.?!]{2}/)
    }
  })

  it('more than a token lives is told with the flag’s name', async () => {
    await signIn()
    const ran = await bench.type(['token', '--min-validity', '9999'])
    expect(ran).toMatchObject({ exit: 9, out: '', err: expect.stringContaining('--min-validity') })
    expect(ran.err).not.toContain('minValidity')
  })

  it('code 4 where nobody is signed in, or the sign-in has ended; code 2 where it is not clear which one is meant', async () => {
    for (const args of [['token'], ['header'], ['token', 'work'], ['call', 'work', 'GET', '/'], ['whoami'], ['logout']]) {
      expect(await bench.type(args), args.join(' ')).toMatchObject({ exit: 4, out: '', err: expect.stringContaining('ringkey login') })
    }
    await signIn()
    await signIn('--as', 'work')
    expect(await bench.type(['token'])).toMatchObject({ exit: 2, out: '', err: expect.stringContaining('smartflo, work') })
    bench.world.advance(40 * 86_400)
    expect(await bench.type(['token', 'work'])).toMatchObject({ exit: 4, out: '', err: expect.stringContaining('ringkey login smartflo') })
    expect(await bench.type(['token', 'work', '--min-validity', 'x'])).toMatchObject({ exit: 2 })
  })

  it('code 6 for a network that fails, 7 for a platform that was asked too often, 9 for a store that cannot be read', async () => {
    await signIn()
    bench.world.advance(3600)
    bench.world.setWire(() => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } })))
    expect(await bench.type(['token'])).toMatchObject({ exit: 6, out: '' })
    answerAlways(503)
    expect(await bench.type(['token'])).toMatchObject({ exit: 6, out: '' })
    answerAlways(429, { 'retry-after': '600' })
    expect(await bench.type(['token'])).toMatchObject({ exit: 7, out: '', err: expect.stringContaining('600') })
    const kept = await bench.world.store.read('sign-ins')
    await bench.world.store.swap('sign-ins', kept?.version, '{"v":2,"password":"hunter22"}')
    expect(await bench.type(['token'])).toMatchObject({ exit: 9, out: '', err: expect.not.stringContaining('hunter22') })
  })
})

describe('call', () => {
  it('prints what the platform answers, byte for byte, and says by its code whether it was a yes', async () => {
    await signIn()
    const { out: token } = await bench.type(['token'])
    const seen: string[] = []
    bench.world.setWire(async (request) => {
      seen.push([request.method, new URL(request.url).pathname, request.headers.get('authorization'), await request.text()].join(' '))
      return new Response('{"a":1}\x1b', { status: 201, headers: { 'x-count': '1' } })
    })
    const args = ['call', 'smartflo', 'post', '/v1/calls', '--header', 'X-A: b', '--body-file', '/body']
    expect(await bench.type(args, { files: { '/body': '{"to":1}' } })).toMatchObject({ exit: 0, out: '{"a":1}\x1b', err: '' })
    expect(seen).toEqual([`POST /t/client/v1/calls Bearer ${token.trim()} {"to":1}`])
    const asJson = await bench.type(['call', 'smartflo', 'GET', '/v1/calls', '--json'])
    expect(asJson.json()).toEqual({ status: 201, headers: expect.objectContaining({ 'x-count': '1' }), body: '{"a":1}\x1b' })
  })

  it.each([
    [404, 5],
    [429, 7],
    [503, 6],
    [401, 4],
  ])('an answer of %d is code %d', async (status, exit) => {
    await signIn()
    bench.world.setWire((request, pass) => (request.url.includes('/auth/') ? pass() : Promise.resolve(new Response('no', { status }))))
    expect(await bench.type(['call', 'smartflo', 'GET', '/v1/calls'])).toMatchObject({ exit, out: status === 401 ? '' : 'no' })
  })

  it('a token goes to its platform only, and nowhere with a request that cannot be right', async () => {
    await signIn()
    const asked = bench.world.requests.length
    expect(await bench.type(['call', 'smartflo', 'GET', 'https://example.com/'])).toMatchObject({ exit: 9, out: '' })
    expect(await bench.type(['call', 'smartflo', 'GET', '/', '--header', 'a\nb'])).toMatchObject({ exit: 2 })
    expect(await bench.type(['call', 'smartflo', 'GET', '/', '--body-stdin'], { stdin: 'x' })).toMatchObject({ exit: 2 })
    expect(await bench.type(['call', 'smartflo', 'POST', '/', '--body-file', '/none'])).toMatchObject({ exit: 2 })
    expect(await bench.type(['call', 'smartflo', 'G T', '/'])).toMatchObject({ exit: 2 })
    for (const header of ['Authorization: Bearer x', 'authorization:x', 'APIKEY: hunter22', 'Proxy-Authorization: Basic x']) {
      const ran = await bench.type(['call', 'smartflo', 'GET', '/', '--header', header])
      expect(ran).toMatchObject({ exit: 2, out: '', err: expect.stringContaining('--header') })
      expect(ran.err).not.toContain('hunter22')
    }
    expect(bench.world.requests).toHaveLength(asked)
    bench.world.setWire(() => Promise.reject(new TypeError(`fetch failed ${password}`)))
    expect(await bench.type(['call', 'smartflo', 'GET', '/'])).toMatchObject({
      exit: 6,
      out: '',
      err: expect.not.stringContaining(password),
    })
    const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError(`terminated ${password}`)) })
    bench.world.setWire(async () => new Response(broken))
    const cut = await bench.type(['call', 'smartflo', 'GET', '/'])
    expect(cut).toMatchObject({ exit: 6, out: '', err: expect.stringContaining('broken off') })
    expect(cut.err).not.toContain(password)
  })
})

/** Under which keys a sign-in's record stands: the memory store has no list. */
async function keysOf(name: string): Promise<string[]> {
  const read: string[] = []
  const { store } = bench.world
  const watched = { ...store, read: (key: string) => store.read(read[read.push(key) - 1] ?? '') }
  await bench.type(['status', name], { keeper: { store: watched } })
  return read.filter((key) => /^smartflo-[\da-f]+$/.test(key))
}

describe('status, whoami and logout', () => {
  it('tell what is kept and ask nobody; a name that nobody is signed in under is code 4', async () => {
    expect(await bench.type(['status'])).toMatchObject({ exit: 0, out: '', err: expect.stringContaining('ringkey login') })
    await signIn('--as', 'work')
    const asked = bench.world.requests.length
    const shape = {
      name: 'work',
      platform: 'smartflo',
      account: email,
      baseUrl: bench.world.baseUrl,
      store: 'memory',
      signedIn: true,
      expiresAt: new Date(bench.world.options.environment.now() + 3_600_000).toISOString(),
      refusedAt: null,
      refreshExpiresAt: null,
      scope: null,
      secretKept: false,
      clockAheadSeconds: 0,
    }
    expect((await bench.type(['status', '--json'])).json()).toEqual({ signIns: [shape] })
    expect((await bench.type(['status', 'work'])).out).toMatch(/^NAME .*\nwork +smartflo +olga@client\.example +yes +\d/)
    expect(await bench.type(['status', 'play'])).toMatchObject({ exit: 4, out: '' })
    expect(bench.world.requests).toHaveLength(asked)
  })

  it('two names for one account at one place have a session each: what is ended under one goes on under the other', async () => {
    await signIn('--as', 'work')
    await signIn('--as', 'play')
    const { out } = await bench.type(['token', 'work'])
    expect((await bench.type(['token', 'play'])).out).not.toBe(out)
    expect(await bench.type(['logout', 'play'])).toMatchObject({ exit: 0 })
    expect((await bench.type(['status', '--json'])).json()).toMatchObject({ signIns: [{ name: 'work', signedIn: true }] })
    bench.world.advance(3600)
    const renewed = await bench.type(['token', 'work'])
    expect(renewed).toMatchObject({ exit: 0, err: '' })
    expect(renewed.out).not.toBe(out)
    expect(bench.world.count('refresh 200')).toBe(1)
  })

  it('a token that the platform has refused is shown as refused, with code 4, until a call is taken', async () => {
    const token = bench.world.given.permanent_token ?? ''
    expect(await bench.login('smartflo', ['--with-token'], token)).toMatchObject({ exit: 0 })
    expect(await bench.type(['whoami'])).toMatchObject({ exit: 0 })
    const refuse = (status: number) => bench.world.setWire(async () => new Response('[]', { status }))
    refuse(401)
    expect(await bench.type(['call', 'smartflo', 'GET', '/v1/calls'])).toMatchObject({ exit: 4, out: '' })
    const at = new Date(bench.world.options.environment.now()).toISOString()
    const status = await bench.type(['status', 'smartflo', '--json'])
    expect(status.exit).toBe(4)
    expect(status.json()).toMatchObject({ signIns: [{ signedIn: false, refusedAt: at }] })
    expect((await bench.type(['status'])).out).toContain(`refused at ${at}`)
    const refused = { exit: 4, out: '', err: expect.stringMatching(/refused this token at .*ringkey login smartflo/) }
    expect(await bench.type(['whoami'])).toMatchObject(refused)
    const doctor = await bench.type(['doctor', '--json'])
    expect(doctor.exit).toBe(4)
    expect(doctor.out).toContain('has refused it')
    refuse(200)
    expect(await bench.type(['call', 'smartflo', 'GET', '/v1/calls'])).toMatchObject({ exit: 0 })
    for (const args of [['status', 'smartflo'], ['whoami'], ['doctor']])
      expect(await bench.type(args), args.join(' ')).toMatchObject({ exit: 0 })
    expect((await bench.type(['status', '--json'])).json()).toMatchObject({ signIns: [{ signedIn: true, refusedAt: null }] })
  })

  it('a token that has ended and that nobody can renew is code 4 at status too', async () => {
    await signIn()
    bench.world.advance(40 * 86_400)
    expect(await bench.type(['token'])).toMatchObject({ exit: 4 })
    const ran = await bench.type(['status', 'smartflo', '--json'])
    expect(ran.exit).toBe(4)
    expect(ran.json()).toMatchObject({ signIns: [{ signedIn: false }] })
  })

  it('login --with-token takes the place of what cannot be read', async () => {
    const token = bench.world.given.permanent_token ?? ''
    expect(await bench.login('smartflo', ['--with-token'], token)).toMatchObject({ exit: 0 })
    const [key = ''] = await keysOf('smartflo')
    const { version } = (await bench.world.store.read(key)) ?? {}
    await bench.world.store.swap(key, version, '{"v":1,"clocks":{},"grant":{}}')
    expect(await bench.type(['token'])).toMatchObject({ exit: 9 })
    expect(await bench.login('smartflo', ['--with-token'], token)).toMatchObject({ exit: 0 })
    expect(await bench.type(['token'])).toMatchObject({ exit: 0, out: `${token}\n` })
  })

  it('what is kept of a sign-in and cannot be read is told beside the others; login replaces it, and logout takes it away', async () => {
    await signIn('--as', 'play')
    const [key = ''] = await keysOf('play')
    const spoil = async () => {
      const { version } = (await bench.world.store.read(key)) ?? {}
      await bench.world.store.swap(key, version, '{"v":1,"clocks":{},"grant":{}}')
    }
    const token = bench.world.given.permanent_token ?? ''
    expect(await bench.login('smartflo', ['--with-token', '--as', 'work'], token)).toMatchObject({ exit: 0 })
    await spoil()
    const listed = await bench.type(['status', '--json'])
    expect(listed).toMatchObject({ exit: 9, err: expect.stringMatching(/^play: .*cannot be read.*Sign out and in again\.\n$/) })
    expect(listed.json()).toMatchObject({
      signIns: [
        { name: 'play', account: email, signedIn: false },
        { name: 'work', signedIn: true },
      ],
    })
    expect(await bench.type(['token', 'play'])).toMatchObject({ exit: 9, out: '' })
    await signIn('--as', 'play')
    expect(await bench.type(['token', 'play'])).toMatchObject({ exit: 0 })
    await spoil()
    expect(await bench.type(['logout', 'play'])).toMatchObject({ exit: 0 })
    expect((await bench.world.store.read(key))?.value).toBeUndefined()
    expect((await bench.type(['status', '--json'])).json()).toMatchObject({ signIns: [{ name: 'work' }] })
  })

  it('whoami names the account, and whom the token names', async () => {
    await signIn()
    const ran = await bench.type(['whoami', '--json'])
    expect(ran.json()).toEqual({
      name: 'smartflo',
      platform: 'smartflo',
      account: email,
      subject: expect.stringMatching(/./),
      baseUrl: bench.world.baseUrl,
    })
    expect((await bench.type(['whoami'])).out).toContain(email)
  })

  it('logout ends the session at the platform and takes all away', async () => {
    await signIn()
    const { out } = await bench.type(['token'])
    expect((await bench.type(['logout', '--json'])).json()).toEqual({ name: 'smartflo', signedOut: true })
    expect(bench.world.count('POST /v1/auth/logout 200')).toBe(1)
    expect(await bench.type(['token'])).toMatchObject({ exit: 4 })
    const refused = await fetch(`${bench.world.baseUrl}/v1/auth/refresh`, { method: 'POST', headers: { authorization: out.trim() } })
    expect(refused.status).toBe(401)
  })

  it('logout takes all away also where the platform cannot be told, and says so', async () => {
    await signIn()
    answerAlways(503)
    expect(await bench.type(['logout'])).toMatchObject({ exit: 6, out: '', err: expect.stringContaining('was not told') })
    expect(await bench.type(['status'])).toMatchObject({ out: '' })
    await bench.login('smartflo', ['--email', email], password)
    expect(await bench.type(['token'])).toMatchObject({ exit: 4 })
  })
})

it('S154: of all that was printed, only token, header and call show a token, and none a password', async () => {
  const secrets = new Map([['password', password]])
  // Commands renew by themselves: what is looked for is every token that was ever given, not those that this test has asked for.
  bench.world.setWire(async (_request, pass) => {
    const answer = await pass()
    const { access_token: token } = JSON.parse((await answer.clone().text()) || '{}') as { access_token?: string }
    if (token !== undefined) secrets.set(`token ${secrets.size}`, token)
    return answer
  })
  await signIn('--keep-password')
  await bench.type(['token'])
  bench.printed.out = ''
  const silent = [['status'], ['status', '--json'], ['whoami'], ['whoami', '--json'], ['doctor'], ['doctor', '--json']]
  for (const args of silent) {
    bench.world.advance(3600)
    expect(await bench.type(args), args.join(' ')).toMatchObject({ exit: 0 })
  }
  expect(await bench.login('smartflo', ['--email', email, '--json'], password)).toMatchObject({ exit: 0 })
  expect(await bench.login('smartflo', ['--email', email], `${password}x`)).toMatchObject({ exit: 5 })
  expect(await bench.type(['logout', '--json'])).toMatchObject({ exit: 0 })
  expect(await bench.type(['token'])).toMatchObject({ exit: 4 })
  expect([...secrets.keys()]).toEqual(['password', 'token 1', 'token 2', 'token 3', 'token 4'])
  expect(findSecrets(Buffer.from(bench.printed.out + bench.printed.err), secrets)).toEqual([])
})
