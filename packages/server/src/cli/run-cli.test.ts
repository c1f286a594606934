import { Writable } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import { Unavailable } from '../domain/fault.ts'
import { accept, refuse } from '../domain/outcome.ts'
import { anAccount, anApplication, aTenant, ringkey, stubUseCases } from './testing/cli-bench.ts'

const MASTER_KEY = Buffer.alloc(32, 9).toString('base64url')

describe('refusals', () => {
  it('of a use case say what to do on standard error and end with code 5', async () => {
    const endSession = async () => refuse({ code: 'session_not_found', logDetail: 'for the log only' })
    const ran = await ringkey(['session', 'end', 'x', '--json'], { useCases: stubUseCases({ endSession }) })
    expect(ran).toMatchObject({ exit: 5, out: '', opened: 1, closed: 1 })
    expect(ran.err).toBe('There is no session with this id in this tenant. `ringkey session list` shows them.\n')
  })

  it('of a way of writing end with code 2 and may list what there is', async () => {
    const createTenant = async () => refuse({ code: 'door_unknown' })
    const ran = await ringkey(['tenant', 'create', 'x', '--doors', 'y'], { useCases: stubUseCases({ createTenant }) })
    expect(ran).toMatchObject({ exit: 2, err: 'There is no such door. The doors are: voipex, smartflo.\n' })
  })

  it.each([
    ['not_initialised', /no Ringkey data in \/srv\/ringkey-data\. `ringkey init`/],
    ['master_key_missing', /No new one is made/],
    ['master_key_wrong', /not the one that this store was made with/],
    ['schema_newer', /newer Ringkey/],
    ['data_directory_unusable', /\/srv\/ringkey-data cannot be used/],
  ] as const)('S156: of opening the data directory (%s) end with code 9', async (code, sentence) => {
    const ran = await ringkey(['tenant', 'list'], { openUseCases: async () => refuse({ code }) })
    expect(ran).toMatchObject({ exit: 9, out: '', err: expect.stringMatching(sentence) })
    const served = await ringkey(['serve'], { serve: async () => refuse({ code }) })
    expect(served).toMatchObject({ exit: 9, out: '' })
  })
})

describe('faults', () => {
  it('of a store that cannot answer now end with code 6, others with code 1, and the store is closed', async () => {
    const busy = stubUseCases({ list: { tenants: async () => Promise.reject(new Unavailable('busy', 3)) } })
    expect(await ringkey(['tenant', 'list'], { useCases: busy })).toMatchObject({
      exit: 6,
      closed: 1,
      err: 'The store cannot answer now. Try again in 3 s.\n',
    })
    const broken = stubUseCases({ list: { tenants: async () => Promise.reject(new Error('broken')) } })
    expect(await ringkey(['tenant', 'list'], { useCases: broken })).toMatchObject({
      exit: 1,
      closed: 1,
      out: '',
      err: expect.stringContaining('broken'),
    })
  })
})

describe('the tenant of a command', () => {
  it('must be named where there is no default', async () => {
    const useCases = stubUseCases({ list: { tenants: async () => [aTenant({ isDefault: false })] } })
    const ran = await ringkey(['account', 'list'], { useCases })
    expect(ran).toMatchObject({ exit: 2, opened: 1, closed: 1, err: expect.stringContaining('--tenant') })
  })

  it('is not looked for where it is named', async () => {
    const accounts = vi.fn(async () => accept([]))
    const tenants = () => Promise.reject(new Error('looked'))
    const ran = await ringkey(['account', 'list', '--tenant', 'x'], { useCases: stubUseCases({ list: { accounts, tenants } }) })
    expect(ran).toMatchObject({ exit: 0, out: '', err: 'There are none.\n' })
    expect(accounts.mock.calls).toEqual([['x']])
  })
})

describe('the arguments', () => {
  it.each([
    [['tenat', 'list'], /unknown command 'tenat'\n\(Did you mean tenant\?\)/],
    [['organization', 'list'], /Did you mean organisation\?/],
    [['tenant', 'lsit'], /Did you mean list\?/],
    [['tenant', 'list', '--jsn'], /Did you mean --json\?/],
    [['tenant', 'create', 'x'], /required option '--doors <names>' not specified/],
    [['tenant', 'create', '--doors', 'x'], /missing required argument 'name'/],
    [['tenant', 'create', 'x', '--doors', 'a,,b'], /names, parted by commas/],
    [['audit', 'list', '--max', '0'], /whole number from 1 on/],
    [['audit', 'list', '--max', '1e3'], /whole number from 1 on/],
    [['application', 'create', 'x', '--door', 'y', '--checks', 'all'], /Allowed choices are none, own, tenant/],
    [['session', 'end', 'a', 'b'], /too many arguments/],
    [['tenant'], /Usage: ringkey tenant/],
    [[], /Usage: ringkey/],
  ])('%j are refused with code 2, on standard error only', async (args, message) => {
    expect(await ringkey(args)).toMatchObject({ exit: 2, out: '', opened: 0, err: expect.stringMatching(message) })
  })

  it('ask for the version or for help with code 0, and the store stays closed', async () => {
    expect(await ringkey(['--version'])).toMatchObject({ exit: 0, out: '1.2.3\n', err: '' })
    for (const args of [['--help'], ['help'], ['tenant', '--help'], ['help', 'tenant'], ['tenant', 'create', '--help']]) {
      expect(await ringkey(args)).toMatchObject({ exit: 0, err: '', opened: 0, out: expect.stringContaining('Examples:') })
    }
  })
})

describe('configuration', () => {
  it('that cannot be used is told in full on standard error, with code 9', async () => {
    const ran = await ringkey(['tenant', 'list'], { environment: { RINGKEY_PORT: 'x', RINGKEY_HOTS: '1', 'RINGKEY_A\x1b[2J\n': '1' } })
    expect(ran).toMatchObject({ exit: 9, out: '', opened: 0 })
    expect(ran.err.split('\n')).toEqual([
      'The configuration cannot be used:',
      '  RINGKEY_HOTS is no setting: did you mean RINGKEY_HOST?',
      '  RINGKEY_A\\u{1b}[2J\\u{a} is no setting',
      '  RINGKEY_PORT must be a port from 0 to 65535, not "x"',
      '',
    ])
  })

  it('is shown with its sources, and S154: without its secrets', async () => {
    const bench = { environment: { RINGKEY_MASTER_KEY: MASTER_KEY, RINGKEY_PUBLIC_URL: 'https://ID.example.com/' } }
    const asTable = await ringkey(['config', 'print', '--data-dir', '/data'], bench)
    expect(asTable.exit).toBe(0)
    expect(asTable.out).toMatch(/^RINGKEY_MASTER_KEY +\(not shown\) +environment$/m)
    expect(asTable.out).toMatch(/^RINGKEY_PUBLIC_URL +https:\/\/id\.example\.com +environment$/m)
    expect(asTable.out).toMatch(/^RINGKEY_DATA_DIR +\/data +flag$/m)
    expect(asTable.out).toMatch(/^RINGKEY_HASH_WORKERS +\(the number of cores, at most 3\) +default$/m)
    const asJson = await ringkey(['config', 'print', '--json'], bench)
    expect(asJson.json()).toMatchObject({
      configFile: null,
      settings: expect.arrayContaining([
        { name: 'RINGKEY_MASTER_KEY', value: null, source: 'environment', isSecret: true },
        { name: 'RINGKEY_PORT', value: '8080', source: 'default', isSecret: false },
      ]),
    })
    expect(asTable.out + asTable.err + asJson.out + asJson.err).not.toContain(MASTER_KEY)
  })
})

describe('setting up and serving', () => {
  const tenant = aTenant({ name: 'main' })

  it('S146: init makes a tenant with the doors that are asked for, no account, and says what comes next', async () => {
    const initialise = vi.fn(async () => accept({ tenant, madeMasterKeyFile: '/data/master.key' }))
    const ran = await ringkey(['init', '--doors', 'voipex', '--data-dir', '/data'], { initialise })
    expect(initialise.mock.calls).toEqual([[expect.objectContaining({ dataDir: '/data' }), { tenant: 'main', doors: ['voipex'] }]])
    expect(ran).toMatchObject({
      exit: 0,
      opened: 0,
      err: expect.stringMatching(/Made: \/data\/master\.key\. Keep a copy.*ringkey serve --data-dir '\/data'\n$/s),
    })
    expect(ran.err.match(/--data-dir '\/data'/g)).toHaveLength(3)
    const asJson = await ringkey(['init', '--doors', 'voipex', '--json'], {
      initialise: async () => accept({ tenant, madeMasterKeyFile: undefined }),
    })
    expect(asJson.json()).toMatchObject({ dataDir: '/srv/ringkey-data', masterKeyFile: null, tenant: { name: 'main' } })
    expect(asJson.err).not.toContain('--data-dir')
  })

  it('S146: init refuses a data directory that is set up, and needs doors', async () => {
    const ran = await ringkey(['init', '--doors', 'voipex'], { initialise: async () => refuse({ code: 'already_initialised' }) })
    expect(ran).toMatchObject({
      exit: 5,
      out: '',
      err: expect.stringContaining('/srv/ringkey-data is set up already; nothing was changed.'),
    })
    expect(await ringkey(['init'])).toMatchObject({ exit: 2 })
  })

  it('serve starts the server with the configuration, and demo only when asked', async () => {
    const serve = vi.fn(async () => accept(undefined))
    expect(await ringkey(['serve'], { serve, environment: { RINGKEY_PORT: '0' } })).toMatchObject({ exit: 0, out: '', err: '', opened: 0 })
    await ringkey(['serve', '--demo', '--json'], { serve })
    await ringkey(['serve', '--workers', '3'], { serve, environment: { RINGKEY_WORKERS: '2' } })
    expect(serve.mock.calls).toEqual([
      [expect.objectContaining({ port: 0, workers: 1 }), { demo: false }],
      [expect.objectContaining({ port: 8080 }), { demo: true }],
      [expect.objectContaining({ workers: 3 }), { demo: false }],
    ])
    for (const workers of ['0', 'many', '65']) {
      const { exit, err } = await ringkey(['serve', '--workers', workers], { serve })
      expect({ exit, err }).toEqual({ exit: 9, err: expect.stringContaining('RINGKEY_WORKERS') })
    }
  })
})

describe('the streams', () => {
  const evil = 'a\x1b[2J\r\nadmin\u202e\u009b31m\u2028b\u0000'

  it('S143: stored names cannot move the cursor, begin a line or turn the text around', async () => {
    const useCases = stubUseCases({ list: { tenants: async () => [aTenant({ name: evil, hostNames: [] })] } })
    const asTable = await ringkey(['tenant', 'list'], { useCases })
    expect(asTable.out.split('\n')).toHaveLength(3)
    expect(asTable.out).toContain('a\\u{1b}[2J\\u{d}\\u{a}admin\\u{202e}\\u{9b}31m\\u{2028}b\\u{0}')
    const asJson = await ringkey(['tenant', 'list', '--json'], { useCases })
    expect(asJson.json()).toMatchObject({ tenants: [{ name: evil }] })
    for (const { out } of [asTable, asJson]) expect(out).not.toMatch(/[^\P{C}\n]/u)
  })

  it('arguments are not obeyed by the terminal either', async () => {
    for (const args of [[evil], ['tenant', 'list', `--${evil}`], ['audit', 'list', '--max', evil]]) {
      expect((await ringkey(args)).err).not.toMatch(/[^\P{C}\n]/u)
    }
  })

  it('S143: messages about stored names are not obeyed by the terminal either', async () => {
    const createApplication = async () => accept({ application: anApplication({ clientId: evil }), secret: 'made' })
    const ran = await ringkey(['application', 'create', 'x', '--door', 'y'], { useCases: stubUseCases({ createApplication }) })
    expect(ran.err).toMatch(/^Application a\\u\{1b\}\[2J\\u\{d\}\\u\{a\}admin.* made\.$/m)
    expect(ran.err).not.toMatch(/[^\P{C}\n]/u)
  })

  it('nor is the message of a fault', async () => {
    const useCases = stubUseCases({ list: { tenants: async () => Promise.reject(new Error(evil)) } })
    expect((await ringkey(['tenant', 'list'], { useCases })).err).not.toMatch(/[^\P{C}\n]/u)
  })

  it('a reader that has left is no error', async () => {
    expect(await ringkey(['tenant', 'list'], { stdout: failingStream('EPIPE') })).toMatchObject({ exit: 0, err: '' })
    expect(await ringkey(['--help'], { stdout: failingStream('EPIPE') })).toMatchObject({ exit: 0, err: '' })
  })

  it('a full disk is one', async () => {
    const ran = await ringkey(['tenant', 'list'], { stdout: failingStream('ENOSPC') })
    expect(ran).toMatchObject({ exit: 1, err: expect.stringContaining('ENOSPC') })
  })

  it('S154: nothing that a command prints holds the password that it was given', async () => {
    const password = 'correct horse battery'
    const createAccount = async () => accept(anAccount())
    const ran = await ringkey(['account', 'create', 'alice', '--organisation', 'x', '--password-stdin'], {
      useCases: stubUseCases({ createAccount }),
      stdin: password,
    })
    expect(ran.exit).toBe(0)
    expect(ran.out + ran.err).not.toContain(password)
  })
})

function failingStream(code: string): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(`write ${code}`), { code })) })
}
