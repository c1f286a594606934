import { afterEach, describe, expect, it, vi } from 'vitest'
import { signInAt } from '../../../../../tests/process/vpaas-visit.ts'
import { type KeeperBench, openKeeperBench } from '../testing/keeper-bench.ts'

vi.mock('@node-rs/argon2', () => import('../../testing/quick-argon2.ts'))

let bench: KeeperBench
afterEach(() => bench.world.stop())

describe('voipex', () => {
  it('is signed in to by password and renewed without it, for oneself and for another', async () => {
    bench = await openKeeperBench('voipex')
    const { email = '', boss_email: boss = '', password = '' } = bench.world.given
    expect(await bench.login('voipex', ['--email', email], password)).toMatchObject({ exit: 0 })
    const forOther = ['--email', boss, '--impersonate', email, '--as', 'other']
    expect(await bench.login('voipex', forOther, password)).toMatchObject({ exit: 0 })
    const first = await bench.type(['token', 'other'])
    bench.world.advance(3600)
    const second = await bench.type(['token', 'other'])
    expect(second.exit).toBe(0)
    expect(second.out).not.toBe(first.out)
    expect((await bench.type(['whoami', 'other', '--json'])).json()).toMatchObject({ account: email })
    expect(bench.world.count('POST /token 200')).toBe(3)
  })
})

describe('vpaas', () => {
  async function open(): Promise<{ key: string; visit: (shown: string) => Promise<string> }> {
    bench = await openKeeperBench('vpaas')
    const { api_key: key = '', email = '', password = '' } = bench.world.given
    const visit = async (shown: string) => (await signInAt(/^ {2}(http\S+)$/m.exec(shown)?.[1] ?? '', { email, password })).authCode
    return { key, visit }
  }

  it('off a terminal: shows the address and waits with code 8; a second command takes the code, and calls have both headers', async () => {
    const { key, visit } = await open()
    const shown = await bench.login('vpaas', ['--client-id', 'app'], key)
    expect(shown).toMatchObject({ exit: 8, out: '', err: expect.stringContaining('--code-stdin') })
    const pending = await bench.login('vpaas', ['--client-id', 'app', '--json'], key)
    expect(pending).toMatchObject({ exit: 8, err: expect.stringContaining('--code-stdin') })
    expect(pending.json()).toEqual({ pending: true, address: /^ {2}(http\S+)$/m.exec(pending.err)?.[1] })
    expect(await bench.type(['token'])).toMatchObject({ exit: 4 })
    const code = `smarthubplatform://login?authCode=${await visit(shown.err)}`
    const again = ['login', 'vpaas', '--client-id', 'app', '--base-url', bench.world.baseUrl, '--secret-file', '/key', '--code-stdin']
    const signedIn = await bench.type(again, { files: { '/key': key }, stdin: code })
    expect(signedIn).toMatchObject({ exit: 0, out: '', err: expect.stringContaining('with the secret') })
    const { out } = await bench.type(['token'])
    expect((await bench.type(['header'])).out).toBe(`apikey: ${key.trim()}\nAuthorization: Bearer ${out}`)
    expect(await bench.type(['call', 'vpaas', 'GET', '/user/api/v1/'])).toMatchObject({ exit: 0 })
    // The same code a second time: it is not sent, because that would end the session.
    expect(await bench.type(again, { files: { '/key': key }, stdin: code })).toMatchObject({ exit: 0 })
    expect(bench.world.count('exchange-auth-code')).toBe(1)
    bench.world.advance(14_390)
    const renewed = await bench.type(['token'])
    expect(renewed.exit).toBe(0)
    expect(renewed.out).not.toBe(out)
    expect(bench.printed.err).not.toContain(key.trim())
  })

  it.each([
    [['--client-id', 'app', '--code-stdin', '--secret-stdin'], 2],
    [['--secret-stdin'], 2],
    [['--client-id', 'app', '--secret-stdin', '--keep-password'], 2],
    [['--client-id', 'app', '--secret-stdin', '--with-token'], 2],
    [['--client-id', 'app', '--secret-stdin', '--code-file', '/nothing'], 2],
    [['--client-id', 'app', '--secret-stdin', '--code-file', '/wrong'], 5],
  ])('%j is code %d', async (args, exit) => {
    const { key } = await open()
    const ran = await bench.type(['login', 'vpaas', '--base-url', bench.world.baseUrl, ...args], {
      stdin: key,
      files: { '/wrong': 'wrong' },
    })
    expect(ran).toMatchObject({ exit, out: '' })
    expect(ran.err).not.toContain(key.trim())
  })

  it('an API key that is refused is code 9', async () => {
    await open()
    expect(await bench.login('vpaas', ['--client-id', 'app'], 'wrong')).toMatchObject({ exit: 9, out: '' })
  })
})

describe('oauth', () => {
  it('is found by its issuer, and its client secret is kept', async () => {
    bench = await openKeeperBench('voipex')
    const issuer = 'http://127.0.0.1:1'
    let made = 0
    bench.world.setWire(async (request) => {
      const metadata = { issuer, token_endpoint: `${issuer}/token` }
      const body = request.method === 'GET' ? metadata : { access_token: `token-${++made}`, token_type: 'Bearer', expires_in: 60 }
      return Response.json(body)
    })
    const args = ['login', 'oauth', '--base-url', issuer, '--client-id', 'pbx', '--secret-stdin']
    expect(await bench.type(args, { stdin: 'a-secret' })).toMatchObject({ exit: 0, out: '' })
    expect(await bench.type(['token', 'oauth'])).toMatchObject({ exit: 0, out: 'token-1\n' })
    bench.world.advance(60)
    expect(await bench.type(['token', 'oauth'])).toMatchObject({ exit: 0, out: 'token-2\n' })
    expect(await bench.type(['login', 'oauth', '--client-id', 'pbx', '--secret-stdin', '--as', 'x'], { stdin: 'a' })).toMatchObject({
      exit: 2,
      err: expect.stringContaining('--base-url'),
    })
  })
})
