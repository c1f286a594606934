import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LoadedConfig, publicUrlOf } from './config.ts'
import { loadConfig } from './load-config.ts'
import type { FileRead, ReadFile } from './read-file.ts'

const KEY = Buffer.alloc(32, 7)
const KEY_TEXT = KEY.toString('base64url')

interface Situation {
  environment?: Record<string, string>
  flags?: Record<string, string>
  /** Files by path; a text is one that only its owner can read. */
  files?: Record<string, string | FileRead>
}

function load({ environment = {}, flags = {}, files = {} }: Situation) {
  const readFile: ReadFile = (path) => {
    const file = files[path]
    if (file === undefined) return { ok: false, isMissing: true, problem: 'does not exist' }
    return typeof file === 'string' ? { ok: true, text: file, othersCanRead: false } : file
  }
  return loadConfig({ environment, flags, readFile, workingDirectory: '/srv', cores: 8 })
}

function loaded(situation: Situation): LoadedConfig {
  const outcome = load(situation)
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal.problems))
  return outcome.value
}

/** Each problem as `name problem`. */
function problems(situation: Situation): string[] {
  const outcome = load(situation)
  return outcome.ok ? [] : outcome.refusal.problems.map(({ name, problem }) => `${name} ${problem}`)
}

const readable = (text: string): FileRead => ({ ok: true, text, othersCanRead: true })

describe('where a value comes from', () => {
  it('has safe defaults with nothing set', () => {
    expect(loaded({}).config).toEqual({
      host: '127.0.0.1',
      port: 8080,
      publicUrl: undefined,
      sharedHosts: [],
      dataDir: '/srv/ringkey-data',
      masterKey: { kind: 'absent', file: '/srv/ringkey-data/master.key' },
      tls: undefined,
      trustedProxies: [],
      workers: 1,
      metricsPort: undefined,
      logLevel: 'info',
      maxConnections: 10_000,
      sms: undefined,
      mail: undefined,
      hashWorkers: 3,
    })
  })

  it('reads every setting from variables', () => {
    const environment = {
      RINGKEY_HOST: 'localhost',
      RINGKEY_PORT: '0',
      RINGKEY_PUBLIC_URL: 'https://ID.example.com:8443/auth//',
      RINGKEY_SHARED_HOSTS: 'Login.Example.com, 10.0.0.1,[2001:DB8:0::1]',
      RINGKEY_DATA_DIR: '/var/lib/ringkey',
      RINGKEY_MASTER_KEY: KEY_TEXT,
      RINGKEY_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      RINGKEY_METRICS_PORT: '9464',
      RINGKEY_LOG_LEVEL: 'debug',
      RINGKEY_SMS_URL: 'https://sms.example/send?account=7',
      RINGKEY_SMS_SECRET: 'a secret of the operator’s',
      RINGKEY_MAIL_URL: 'smtps://mailer@mail.example',
      RINGKEY_MAIL_FROM: 'Ringkey <no-reply@tokens.example>',
      RINGKEY_MAIL_PASSWORD: 'of the mailer',
      RINGKEY_MAIL_PER_DAY: '20',
      RINGKEY_HASH_WORKERS: '2',
    }
    const { config } = loaded({ environment })
    expect(config).toMatchObject({
      host: 'localhost',
      port: 0,
      dataDir: '/var/lib/ringkey',
      metricsPort: 9464,
      logLevel: 'debug',
      hashWorkers: 2,
    })
    expect(config.publicUrl?.href).toBe('https://id.example.com:8443/auth')
    expect(config.sharedHosts).toEqual(['login.example.com', '10.0.0.1', '[2001:db8::1]'])
    expect(config.trustedProxies).toEqual(['10.0.0.0/8', '::1'])
    expect(config.masterKey).toEqual({ kind: 'present', key: KEY })
    expect([config.sms?.url.href, config.sms?.secret]).toEqual(['https://sms.example/send?account=7', 'a secret of the operator’s'])
    expect(config.mail).toEqual({
      url: new URL('smtps://mailer@mail.example'),
      from: 'Ringkey <no-reply@tokens.example>',
      password: 'of the mailer',
      perDay: 20,
    })
  })

  it('prefers a flag to a variable, a variable to the file, the file to the default, and says which it was', () => {
    const { config, effective, configFile } = loaded({
      flags: { RINGKEY_DATA_DIR: 'here' },
      environment: { RINGKEY_CONFIG_FILE: 'ringkey.json', RINGKEY_DATA_DIR: '/env', RINGKEY_PORT: '1' },
      files: {
        '/srv/ringkey.json': JSON.stringify({
          RINGKEY_PORT: 2,
          RINGKEY_LOG_LEVEL: 'warn',
          RINGKEY_SHARED_HOSTS: ['a.example', 'b.example'],
        }),
      },
    })
    expect(config).toMatchObject({ dataDir: '/srv/here', port: 1, logLevel: 'warn', sharedHosts: ['a.example', 'b.example'] })
    expect(configFile).toBe('ringkey.json')
    const sources = Object.fromEntries(effective.map(({ name, source }) => [name, source]))
    expect(sources).toMatchObject({
      RINGKEY_DATA_DIR: 'flag',
      RINGKEY_PORT: 'environment',
      RINGKEY_LOG_LEVEL: 'file',
      RINGKEY_HOST: 'default',
    })
  })

  it('lets a secret file of the environment win over a secret of the configuration file', () => {
    const { config } = loaded({
      environment: { RINGKEY_CONFIG_FILE: '/c.json', RINGKEY_MASTER_KEY_FILE: 'key' },
      files: { '/c.json': JSON.stringify({ RINGKEY_MASTER_KEY: Buffer.alloc(32, 1).toString('base64url') }), '/srv/key': `${KEY_TEXT}\n` },
    })
    expect(config.masterKey).toEqual({ kind: 'present', key: KEY })
  })

  it('never hands out a secret among the effective values', () => {
    const { effective } = loaded({ environment: { RINGKEY_MASTER_KEY: KEY_TEXT } })
    expect(JSON.stringify(effective)).not.toContain(KEY_TEXT)
    expect(effective.find(({ name }) => name === 'RINGKEY_MASTER_KEY')).toMatchObject({
      isSecret: true,
      value: undefined,
      source: 'environment',
    })
  })
})

describe('what is wrong', () => {
  it('lists every problem of every source at once', () => {
    const found = problems({
      environment: {
        RINGKEY_CONFIG_FILE: '/c.json',
        RINGKEY_PORT: '80a',
        RINGKEY_HOTS: 'x',
        RINGKEY_MASTER_KEY: 'short',
        RINGKEY_TLS_CERT_FILE: '/cert',
      },
      files: { '/c.json': JSON.stringify({ RINGKEY_LOG_LEVEL: 'loud', RINGKEY_METRIC_PORT: 1 }) },
    })
    expect(found.sort()).toEqual([
      'RINGKEY_HOTS is no setting: did you mean RINGKEY_HOST?',
      'RINGKEY_LOG_LEVEL must be one of error, warn, info, debug, not "loud"',
      'RINGKEY_MASTER_KEY must be 32 bytes in base64url without padding (43 characters)',
      'RINGKEY_METRIC_PORT is no setting in /c.json: did you mean RINGKEY_METRICS_PORT?',
      'RINGKEY_PORT must be a port from 0 to 65535, not "80a"',
      'RINGKEY_TLS_KEY_FILE is missing: RINGKEY_TLS_CERT_FILE needs it',
    ])
  })

  it.each([
    ['RINGKEY_PROT', 'RINGKEY_PORT'],
    ['RINGKEY_port', 'RINGKEY_PORT'],
    ['RINGKEY_PUBLICURL', 'RINGKEY_PUBLIC_URL'],
    ['RINGKEY_DATA_DIRECTORY', 'RINGKEY_DATA_DIR'],
    ['RINGKEY_MASTER_KEY_FLIE', 'RINGKEY_MASTER_KEY_FILE'],
    ['RINGKEY_CONFIGFILE', 'RINGKEY_CONFIG_FILE'],
  ])('suggests the nearest name for %s', (misspelt, meant) => {
    expect(problems({ environment: { [misspelt]: '1' } })).toEqual([`${misspelt} is no setting: did you mean ${meant}?`])
  })

  it('suggests nothing for a name that is near to none', () => {
    expect(problems({ environment: { RINGKEY_ZEBRA: '1' } })).toEqual(['RINGKEY_ZEBRA is no setting'])
  })

  it('what the commands of integrators set and read is no concern of a server', () => {
    expect(problems({ environment: { RINGKEY_HOME: '/h', RINGKEY_TOKEN: 't', RINGKEY_TOKEN_FILE: '/t' } })).toEqual([])
  })

  it('leaves variables without the prefix alone', () => {
    expect(problems({ environment: { PORT: 'x', RINGKEYPORT: 'x' } })).toEqual([])
  })

  it('says where variables of a Kubernetes Service come from, once', () => {
    const environment = { RINGKEY_PORT: 'tcp://10.0.0.1:8080', RINGKEY_SERVICE_HOST: '10.0.0.1', RINGKEY_PORT_8080_TCP_ADDR: '10.0.0.1' }
    expect(problems({ environment })).toEqual([expect.stringMatching(/^RINGKEY_PORT, RINGKEY_SERVICE_HOST, .*enableServiceLinks: false/)])
  })

  it.each(['RINGKEY_MASTER_KEY', 'RINGKEY_MASTER_KEY_FILE', 'RINGKEY_PUBLIC_URL', 'RINGKEY_CONFIG_FILE', 'RINGKEY_PORT'])(
    'S156: %s that is set to nothing is an error, and no default takes its place',
    (name) => {
      expect(problems({ environment: { [name]: '' } })).toEqual([`${name} is set to nothing: give it a value or take it away`])
    },
  )

  it('refuses an empty flag', () => {
    expect(problems({ flags: { RINGKEY_DATA_DIR: '' } })).toEqual(['RINGKEY_DATA_DIR is set to nothing: give it a value or take it away'])
  })

  it.each([
    ['RINGKEY_HOST', ['http://localhost', 'localhost:80', '1.2.3', 'a b', '-a', '256.1.1.1', '*']],
    ['RINGKEY_PORT', ['-1', '65536', '08', '1.5', '1e3', ' 80', '0x50', 'off']],
    ['RINGKEY_METRICS_PORT', ['on', 'OFF', '-1', 'none']],
    ['RINGKEY_SHARED_HOSTS', ['a,,b', 'a:80', 'https://a', '*.example.com', '[1.2.3.4]', 'bücher.example']],
    [
      'RINGKEY_TRUSTED_PROXIES',
      ['0.0.0.0/0', '::/0', '10.0.0.0/33', '10.0.0.0/08', '0.0.0.0', 'loopback', '10.0.0', '1.2.3.4/8/8', '::1/129'],
    ],
    ['RINGKEY_LOG_LEVEL', ['INFO', 'silent']],
    ['RINGKEY_HASH_WORKERS', ['0', '1025', 'x']],
    [
      'RINGKEY_SMS_URL',
      [
        'sms.example',
        'http://sms.example',
        'https://user@sms.example',
        'https://sms.example#x',
        'smpp://ringkey@centre.example',
        'smpps://centre.example',
        'smpps://ringkey:secret@centre.example',
        'smpps://longer-than-fifteen@centre.example',
        'smpps://a%zz@centre.example',
        'smpps://a%FF@centre.example',
        'ftp://sms.example',
      ],
    ],
    [
      'RINGKEY_MAIL_URL',
      [
        'mail.example',
        'smtps://user:secret@mail.example',
        'https://mail.example',
        'smtp://mail.example/x',
        'smtp://mail.example?x',
        'smtp://mail.example#x',
        'smtp://a%zz@mail.example',
        'smtp://a%ff@mail.example',
        'smtps:///',
      ],
    ],
    ['RINGKEY_MAIL_FROM', ['nobody', 'a@b, c@d', 'A <a@b>, C <c@d>', 'A\r\nBcc: <c@d>', '<>', 'A <a@b> C']],
    ['RINGKEY_MAIL_PER_DAY', ['0', '-1', '1.5', '1000001']],
    [
      'RINGKEY_PUBLIC_URL',
      [
        'example.com',
        'ftp://a.example',
        'https://a.example?x',
        'https://a.example/?',
        'https://a.example#',
        'https://u:p@a.example',
        'https://a.example\\b',
        ' https://a.example',
        'https://',
        'https:a.example',
        'https://a.example:99999',
        'https://0x7f.1',
        'https://a.example./',
      ],
    ],
    ['RINGKEY_MASTER_KEY', [`${KEY_TEXT}=`, KEY.toString('hex'), KEY_TEXT.slice(1), `${KEY_TEXT.slice(0, -1)}d`, `${KEY_TEXT}A`]],
  ])('refuses values that %s cannot have', (name, texts) => {
    for (const text of texts)
      expect(problems({ environment: { [name]: text } }), text).toEqual([expect.stringMatching(new RegExp(`^${name} must be `))])
  })

  it.each<[Record<string, string>, RegExp | undefined]>([
    [{ RINGKEY_SMS_URL: 'https://sms.example' }, /^RINGKEY_SMS_SECRET is missing: RINGKEY_SMS_URL needs it/],
    [{ RINGKEY_SMS_SECRET: 'a secret of the operator’s' }, /^RINGKEY_SMS_URL is missing: RINGKEY_SMS_SECRET needs it/],
    [{ RINGKEY_SMS_URL: 'https://sms.example', RINGKEY_SMS_SECRET: 'too short' }, /^RINGKEY_SMS_SECRET must have 16 characters/],
    [{ RINGKEY_SMS_URL: 'http://[::1]:8025', RINGKEY_SMS_SECRET: 'a secret of the operator’s' }, undefined],
    [{ RINGKEY_SMS_URL: 'smpps://ringkey@centre.example', RINGKEY_SMS_SECRET: 'eight888' }, undefined],
    [{ RINGKEY_SMS_URL: 'smpp://ringkey@127.0.0.1', RINGKEY_SMS_SECRET: 'eight888' }, undefined],
    [
      { RINGKEY_SMS_URL: 'smpps://ringkey@centre.example', RINGKEY_SMS_SECRET: 'nine99999' },
      /^RINGKEY_SMS_SECRET is longer than the 8 octets/,
    ],
    [{ RINGKEY_MAIL_URL: 'smtp://mail.example' }, /^RINGKEY_MAIL_FROM is missing: RINGKEY_MAIL_URL needs it/],
    [{ RINGKEY_MAIL_FROM: 'a@b.example' }, /^RINGKEY_MAIL_URL is missing: RINGKEY_MAIL_FROM needs it/],
    [{ RINGKEY_MAIL_URL: 'smtp://mail.example', RINGKEY_MAIL_FROM: 'a@b.example' }, undefined],
    [
      { RINGKEY_MAIL_URL: 'smtp://me@mail.example', RINGKEY_MAIL_FROM: 'a@b.example' },
      /^RINGKEY_MAIL_PASSWORD is missing: RINGKEY_MAIL_URL names a user/,
    ],
    [
      { RINGKEY_MAIL_URL: 'smtp://mail.example', RINGKEY_MAIL_FROM: 'a@b.example', RINGKEY_MAIL_PASSWORD: 'x' },
      /^RINGKEY_MAIL_PASSWORD belongs to a user/,
    ],
  ])('of messages: %o', (environment, problem) => {
    expect(problems({ environment })).toEqual(problem === undefined ? [] : [expect.stringMatching(problem)])
  })

  it('does not repeat a secret, nor the credentials in an address', () => {
    const secret = 'Kj3-not-a-key-but-secret'
    const environment = {
      RINGKEY_MASTER_KEY: secret,
      RINGKEY_PUBLIC_URL: `https://user:${secret}@a.example`,
      RINGKEY_CONFIG_FILE: '/c.json',
    }
    const found = problems({ environment, files: { '/c.json': `{ "RINGKEY_MASTER_KEY": "${secret}", }` } })
    expect(found).toHaveLength(3)
    expect(found.join()).not.toContain(secret)
  })
})

describe('the configuration file', () => {
  const withFile = (file: string | FileRead, environment = {}) => ({
    environment: { RINGKEY_CONFIG_FILE: '/c.json', ...environment },
    files: { '/c.json': file },
  })

  it('must be there', () => {
    expect(problems({ environment: { RINGKEY_CONFIG_FILE: 'c.json' } })).toEqual(['RINGKEY_CONFIG_FILE names c.json, which does not exist'])
  })

  it.each(['', '[]', 'null', '"x"', '{"a":1', '{RINGKEY_PORT:1}'])('must be one JSON object, not %j', (text) => {
    expect(problems(withFile(text))).toEqual(['/c.json must be one JSON object, with the names of the settings as its keys'])
  })

  it('refuses a key that stands twice, of which JSON would keep the last', () => {
    expect(problems(withFile('{"RINGKEY_PORT": 1, "RINGKEY_HOST": "::1", "RINGKEY_P\\u004fRT": 2}'))).toEqual([
      'RINGKEY_PORT is twice in /c.json',
    ])
  })

  it('takes braces and quotation marks inside values for text', () => {
    expect(problems(withFile('{"RINGKEY_DATA_DIR": "/a\\"}{[\\"RINGKEY_PORT\\":", "RINGKEY_PORT": 1}'))).toEqual([])
  })

  it('refuses values of other kinds', () => {
    expect(
      problems(
        withFile(
          '{"RINGKEY_HOST": true, "RINGKEY_PORT": null, "RINGKEY_SHARED_HOSTS": [1], "RINGKEY_DATA_DIR": ["a"], "RINGKEY_TRUSTED_PROXIES": []}',
        ),
      ),
    ).toEqual([
      'RINGKEY_HOST must be a string in /c.json',
      'RINGKEY_PORT must be a string in /c.json',
      'RINGKEY_SHARED_HOSTS must be a string or an array of strings in /c.json',
      'RINGKEY_DATA_DIR must be a string in /c.json',
      'RINGKEY_TRUSTED_PROXIES must be a string or an array of strings in /c.json',
    ])
  })

  it('refuses a comma inside an item of a list, which would be two', () => {
    expect(problems(withFile('{"RINGKEY_SHARED_HOSTS": ["a.example,b.example"]}'))).toHaveLength(1)
  })

  it('does not take a key inside a value for one of its own', () => {
    expect(problems(withFile('{"RINGKEY_HOST": {"RINGKEY_PORT": 1, "RINGKEY_PORT": 2}}'))).toEqual([
      'RINGKEY_HOST must be a string in /c.json',
    ])
  })

  it('cannot name another', () => {
    expect(problems(withFile('{"RINGKEY_CONFIG_FILE": "/d.json"}'))).toEqual([
      'RINGKEY_CONFIG_FILE is a variable only and cannot be in /c.json',
    ])
  })

  it('S157: is refused when it holds a secret and others can read it, and is not when it holds none', () => {
    expect(problems(withFile(readable(`{"RINGKEY_MASTER_KEY": "${KEY_TEXT}"}`)))).toEqual([
      '/c.json holds a secret and can be read by others: chmod 600 it, or move the secret to a file of its own',
    ])
    expect(problems(withFile(readable('{"RINGKEY_PORT": 1, "RINGKEY_MASTER_KEY_FILE": "/k"}'), {}))).toEqual([
      'RINGKEY_MASTER_KEY_FILE names /k, which does not exist',
    ])
  })
})

describe('the master key', () => {
  it('is refused when given as text and as a file', () => {
    const environment = { RINGKEY_MASTER_KEY: KEY_TEXT, RINGKEY_MASTER_KEY_FILE: '/k' }
    expect(problems({ environment, files: { '/k': KEY_TEXT } })).toEqual([
      'RINGKEY_MASTER_KEY and RINGKEY_MASTER_KEY_FILE are both set: keep one',
    ])
  })

  it('S157: is refused from a file that others can read, wherever that is', () => {
    const own = { environment: { RINGKEY_MASTER_KEY_FILE: '/k' }, files: { '/k': readable(KEY_TEXT) } }
    expect(problems(own)).toEqual(['RINGKEY_MASTER_KEY_FILE names /k, which can be read by others: chmod 600 it'])
    const standard = { files: { '/srv/ringkey-data/master.key': readable(KEY_TEXT) } }
    expect(problems(standard)).toEqual(['/srv/ringkey-data/master.key can be read by others: chmod 600 it'])
  })

  it('is found in the data directory', () => {
    expect(loaded({ files: { '/srv/ringkey-data/master.key': `${KEY_TEXT}\n` } }).config.masterKey).toEqual({ kind: 'present', key: KEY })
  })

  it('S156: that cannot be read, or is none, is a problem and never counts as absent', () => {
    const forbidden: FileRead = { ok: false, isMissing: false, problem: 'may not be read by this user' }
    expect(problems({ files: { '/srv/ringkey-data/master.key': forbidden } })).toEqual([
      '/srv/ringkey-data/master.key may not be read by this user',
    ])
    expect(problems({ files: { '/srv/ringkey-data/master.key': '' } })).toEqual([
      expect.stringContaining('/srv/ringkey-data/master.key must be 32 bytes'),
    ])
    const named = { environment: { RINGKEY_MASTER_KEY_FILE: '/gone' } }
    expect(problems(named)).toEqual(['RINGKEY_MASTER_KEY_FILE names /gone, which does not exist'])
    expect(problems({ ...named, files: { '/gone': 'secret-but-short' } })).toEqual([
      'RINGKEY_MASTER_KEY_FILE names /gone, whose content must be 32 bytes in base64url without padding (43 characters)',
    ])
  })
})

describe('listening beyond loopback', () => {
  const PUBLIC = { RINGKEY_PUBLIC_URL: 'https://id.example.com' }

  it.each(['127.0.0.1', '127.8.8.8', '::1', '0:0:0:0:0:0:0:1', 'localhost', '::ffff:127.0.0.1'])('needs nothing on %s', (host) => {
    expect(problems({ environment: { RINGKEY_HOST: host } })).toEqual([])
  })

  it.each(['0.0.0.0', '::', '10.0.0.5', '2001:db8::1', 'host.example', '128.0.0.1', 'localhost.example.com', '::ffff:10.0.0.1'])(
    'is refused on %s without TLS and without a trusted proxy',
    (host) => {
      expect(problems({ environment: { RINGKEY_HOST: host, ...PUBLIC } })).toEqual([
        expect.stringMatching(/^RINGKEY_HOST is .*, beyond loopback, /),
      ])
    },
  )

  it('is allowed behind a trusted proxy, with the address that callers use', () => {
    const environment = { RINGKEY_HOST: '0.0.0.0', RINGKEY_TRUSTED_PROXIES: '10.0.0.0/8' }
    expect(problems({ environment: { ...environment, ...PUBLIC } })).toEqual([])
    expect(problems({ environment })).toEqual(["RINGKEY_PUBLIC_URL is needed: RINGKEY_HOST is 0.0.0.0, which is nobody's address"])
    expect(problems({ environment: { ...environment, RINGKEY_HOST: '10.0.0.5' } })).toEqual([
      expect.stringMatching(/^RINGKEY_PUBLIC_URL is needed: behind a proxy/),
    ])
  })

  it('does not take a misspelt proxy for none', () => {
    const environment = { RINGKEY_HOST: '0.0.0.0', RINGKEY_TRUSTED_PROXIES: 'x', ...PUBLIC }
    expect(problems({ environment })).toEqual([expect.stringMatching(/^RINGKEY_TRUSTED_PROXIES must be /)])
  })

  it('refuses a public address without TLS but on loopback', () => {
    for (const url of ['http://id.example.com', 'http://10.0.0.1', 'HTTP://ID.EXAMPLE']) {
      expect(problems({ environment: { RINGKEY_PUBLIC_URL: url } }), url).toEqual([
        expect.stringMatching(/^RINGKEY_PUBLIC_URL must be https beyond loopback/),
      ])
    }
    for (const url of ['http://localhost:8080', 'http://127.0.0.1', 'http://[::1]:1/', 'http://acme.localhost']) {
      expect(problems({ environment: { RINGKEY_PUBLIC_URL: url } }), url).toEqual([])
    }
  })

  it('refuses one port for callers and for metrics', () => {
    expect(problems({ environment: { RINGKEY_METRICS_PORT: '8080' } })).toEqual(['RINGKEY_METRICS_PORT must differ from RINGKEY_PORT'])
    expect(loaded({ environment: { RINGKEY_METRICS_PORT: '0', RINGKEY_PORT: '0' } }).config.metricsPort).toBe(0)
  })
})

describe('the base of links', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:4711/'],
    ['::1', 'http://[::1]:4711/'],
    ['localhost', 'http://localhost:4711/'],
  ])('is the listening address of %s where no public address is set', (host, href) => {
    expect(publicUrlOf({ host, publicUrl: undefined, tls: undefined }, 4711).href).toBe(href)
  })

  it('is the public address where one is set', () => {
    expect(publicUrlOf(loaded({ environment: { RINGKEY_PUBLIC_URL: 'https://id.example.com/' } }).config, 4711).href).toBe(
      'https://id.example.com/',
    )
  })
})

describe('TLS files', () => {
  let folder: string
  let cert: string
  let key: string
  const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const environment = { RINGKEY_HOST: '10.0.0.5', RINGKEY_TLS_CERT_FILE: '/cert', RINGKEY_TLS_KEY_FILE: '/key' }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ringkey-tls-'))
    const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -days 2'.split(' ')
    execFileSync('openssl', [...request, '-keyout', join(folder, 'key'), '-out', join(folder, 'cert')], { stdio: 'ignore' })
    cert = readFileSync(join(folder, 'cert'), 'utf8')
    key = readFileSync(join(folder, 'key'), 'utf8')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('are read at the start, and make a listener beyond loopback and its https address possible', () => {
    const { config } = loaded({ environment, files: { '/cert': cert, '/key': key } })
    expect(config.tls).toEqual({ certFile: '/cert', keyFile: '/key', certificatePem: cert, privateKeyPem: key })
    expect(publicUrlOf(config, 8443).href).toBe('https://10.0.0.5:8443/')
  })

  it('S157: are refused when others can read the key', () => {
    expect(problems({ environment, files: { '/cert': readable(cert), '/key': readable(key) } })).toEqual([
      'RINGKEY_TLS_KEY_FILE names /key, which can be read by others: chmod 600 it',
    ])
  })

  it('are refused when they are missing, no PEM, or do not belong together', () => {
    expect(problems({ environment })).toEqual([
      'RINGKEY_TLS_CERT_FILE names /cert, which does not exist',
      'RINGKEY_TLS_KEY_FILE names /key, which does not exist',
    ])
    expect(problems({ environment, files: { '/cert': 'x', '/key': 'y' } })).toEqual([
      'RINGKEY_TLS_CERT_FILE names /cert, which is no certificate in PEM',
      'RINGKEY_TLS_KEY_FILE names /key, which is no private key in PEM without a passphrase',
    ])
    expect(problems({ environment, files: { '/cert': cert, '/key': otherKey } })).toEqual([
      'RINGKEY_TLS_CERT_FILE and RINGKEY_TLS_KEY_FILE do not belong together: the certificate is of another key',
    ])
  })

  it('go together', () => {
    const one = { RINGKEY_TLS_KEY_FILE: '/key' }
    expect(problems({ environment: one, files: { '/key': key } })).toEqual([
      'RINGKEY_TLS_CERT_FILE is missing: RINGKEY_TLS_KEY_FILE needs it',
    ])
  })
})
