import { optional, withDefault } from './setting.ts'
import {
  ADDRESS_RANGES,
  HOST_NAMES,
  LISTEN_HOST,
  MAIL_SENDER,
  MAIL_SERVER_URL,
  MASTER_KEY,
  oneOf,
  PASSWORD_OF_ANOTHER,
  PATH,
  PORT,
  PORT_OR_OFF,
  PUBLIC_URL,
  TEXT_GATEWAY_URL,
  wholeNumber,
} from './setting-types.ts'

/** Names the JSON file with settings. It is a variable only: a file cannot say where it is. */
export const CONFIG_FILE_NAME = 'RINGKEY_CONFIG_FILE'
export const CONFIG_FILE_SENTENCE = 'A JSON file with settings, under the same names. A variable wins over the file.'

/** Every setting. The reference, the start and `ringkey config print` are made from this. */
export const SETTINGS = {
  host: withDefault({
    name: 'RINGKEY_HOST',
    type: LISTEN_HOST,
    default: '127.0.0.1',
    sentence: 'The address to listen on. Beyond loopback it needs TLS files or trusted proxies.',
  }),
  port: withDefault({
    name: 'RINGKEY_PORT',
    type: PORT,
    default: '8080',
    sentence: 'The port to listen on. 0 takes any free port.',
  }),
  publicUrl: optional({
    name: 'RINGKEY_PUBLIC_URL',
    type: PUBLIC_URL,
    whenUnset: 'the listening address',
    sentence: 'The address under which callers reach the server: the base of issuers, links and redirects, and the first shared host.',
  }),
  sharedHosts: optional({
    name: 'RINGKEY_SHARED_HOSTS',
    type: HOST_NAMES,
    whenUnset: 'none',
    sentence: 'More host names on which all tenants answer, beside that of `RINGKEY_PUBLIC_URL`; `/t/<tenant>` chooses the tenant there.',
  }),
  dataDir: withDefault({
    name: 'RINGKEY_DATA_DIR',
    type: PATH,
    default: './ringkey-data',
    sentence: 'The directory of the embedded store. A relative path starts at the working directory.',
  }),
  masterKey: optional({
    name: 'RINGKEY_MASTER_KEY',
    type: MASTER_KEY,
    isSecret: true,
    whenUnset: '`master.key` in the data directory, made at the first start',
    sentence: 'The key under which all other keys are sealed. Without it nothing that the store holds can be used: keep a copy elsewhere.',
  }),
  tlsCertFile: optional({
    name: 'RINGKEY_TLS_CERT_FILE',
    type: PATH,
    whenUnset: 'no TLS',
    sentence: 'The certificate, with its chain, as a PEM file. It goes with `RINGKEY_TLS_KEY_FILE`.',
  }),
  tlsKeyFile: optional({
    name: 'RINGKEY_TLS_KEY_FILE',
    type: PATH,
    whenUnset: 'no TLS',
    sentence: 'The private key of the certificate as a PEM file that nobody else can read.',
  }),
  trustedProxies: optional({
    name: 'RINGKEY_TRUSTED_PROXIES',
    type: ADDRESS_RANGES,
    whenUnset: 'none',
    sentence: 'The proxies in front of the server. Only from them are forwarded addresses believed, and they must end TLS.',
  }),
  workers: withDefault({
    name: 'RINGKEY_WORKERS',
    type: wholeNumber('whole number', 1, 64),
    unit: 'processes',
    default: '1',
    sentence:
      'How many processes answer requests. With 1 the server is one process. Beyond, another one watches over them; at most as many as there are cores are of use.',
  }),
  maxConnections: withDefault({
    name: 'RINGKEY_MAX_CONNECTIONS',
    type: wholeNumber('whole number', 1, 1_000_000),
    unit: 'connections',
    default: '10000',
    sentence:
      'How many connections are held at once; one more is closed as it comes. With several workers each holds its share, so that it may be a few less. The operating system has a limit of its own on open files.',
  }),
  metricsPort: withDefault({
    name: 'RINGKEY_METRICS_PORT',
    type: PORT_OR_OFF,
    default: 'off',
    sentence: 'The port of a second listener, on 127.0.0.1 only, that serves metrics; 9464 is customary. 0 takes any free port.',
  }),
  logLevel: withDefault({
    name: 'RINGKEY_LOG_LEVEL',
    type: oneOf(['error', 'warn', 'info', 'debug']),
    default: 'info',
    sentence: 'The least important kind of line that is still logged.',
  }),
  smsUrl: optional({
    name: 'RINGKEY_SMS_URL',
    type: TEXT_GATEWAY_URL,
    whenUnset: 'no text message leaves',
    sentence:
      'Where text messages go: an https address that they are posted to, signed, or `smpps://system-id@host?from=SENDER`; http and smpp only of this machine.',
  }),
  smsSecret: optional({
    name: 'RINGKEY_SMS_SECRET',
    type: PASSWORD_OF_ANOTHER,
    isSecret: true,
    whenUnset: 'no text message leaves',
    sentence: 'What signs text messages that are posted, 16 characters or more; or the password at the message centre, 8 at most.',
  }),
  mailUrl: optional({
    name: 'RINGKEY_MAIL_URL',
    type: MAIL_SERVER_URL,
    whenUnset: 'no e-mail leaves',
    sentence: 'The server that takes e-mail: `smtps://user@host`, or `smtp://user@host` with STARTTLS; an @ in the user is `%40`.',
  }),
  mailFrom: optional({
    name: 'RINGKEY_MAIL_FROM',
    type: MAIL_SENDER,
    whenUnset: 'no e-mail leaves',
    sentence: 'The sender of e-mail, as `Ringkey <no-reply@tokens.example>`.',
  }),
  mailPassword: optional({
    name: 'RINGKEY_MAIL_PASSWORD',
    type: PASSWORD_OF_ANOTHER,
    isSecret: true,
    whenUnset: 'the server is asked without one',
    sentence: 'The password of the user of `RINGKEY_MAIL_URL`.',
  }),
  mailPerDay: withDefault({
    name: 'RINGKEY_MAIL_PER_DAY',
    type: wholeNumber('whole number', 1, 1_000_000),
    unit: 'letters',
    default: '1000',
    sentence: 'How many letters may be written for each tenant in one day (UTC), and not one more.',
  }),
  hashWorkers: optional({
    name: 'RINGKEY_HASH_WORKERS',
    type: wholeNumber('whole number', 1, 1024),
    unit: 'hashes',
    whenUnset: 'the number of cores, at most 3',
    sentence:
      'How many passwords are hashed at once, by all workers together but one at least by each. Each takes 19 MiB of memory while it is hashed. They run on the threads of Node, of which there are 4 and one should be left; set UV_THREADPOOL_SIZE for more.',
  }),
}

type Settings = typeof SETTINGS
export type SettingKey = keyof Settings

type ValueOf<S> = S extends { readonly type: { parse(text: string): infer P } } ? Extract<P, { readonly value: unknown }>['value'] : never

/** What is left of the settings once read: one value per setting, undefined where it may be unset and is. */
export type SettingValues = {
  readonly [Key in SettingKey]: Settings[Key]['default'] extends string ? ValueOf<Settings[Key]> : ValueOf<Settings[Key]> | undefined
}

// `Object.keys` cannot know that a constant has no other keys.
export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[]
