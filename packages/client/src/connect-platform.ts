/** Puts a connection together: the platform's account, the keeper, the store. */
import { readBaseUrl } from './base-url.ts'
import { FUNCTION, OBJECT, refuseUnlessFit, refuseWrong, SECRET, STORE, TEXT, TEXTS, TRUTH, WAIT, type WantedOf } from './check-options.ts'
import { type Connection, createConnection } from './connection.ts'
import { environment as machine } from './environment.ts'
import type { Environment } from './environment-parts.ts'
import { RingkeyError } from './error.ts'
import type { KeeperEvent, Observe } from './event.ts'
import { createExchange } from './exchange.ts'
import { encryptedStore } from './keep/encrypted-store.ts'
import { Keeper } from './keep/keeper.ts'
import { ServerClock } from './keep/server-clock.ts'
import type { Store } from './keep/store.ts'
import type { Account, Place, Platform, SecretText } from './platform.ts'

export interface ConnectionOptions {
  /** Where tokens are asked for. By default the platform's own address. */
  readonly baseUrl?: string
  /** Where calls go. By default the platform's own address, or `baseUrl` where that is given. */
  readonly apiUrl?: string
  /** Other origins that the token may be sent to. */
  readonly apiOrigins?: readonly string[]
  /** By default files below `RINGKEY_HOME` or the user's state folder; in a browser memory. */
  readonly store?: Store
  /** Seals what is kept: 32 random bytes in base64. */
  readonly encryptionKey?: SecretText
  /** Tells this credential from another with the same name. */
  readonly name?: string
  /**
   * Whether the server answers a refresh again whose answer was lost. By default true where `baseUrl` is given, as a Ringkey server does,
   * and false at the platforms' own addresses and at servers found by their issuer.
   */
  readonly repeatsLostAnswers?: boolean
  /** Shows somebody an address to sign in at. @returns the code or the address that came of it */
  readonly askForCode?: (address: string) => Promise<string>
  /** Opens that address in a browser before `askForCode` shows it. What it throws ends the sign-in. */
  readonly open?: (address: string) => unknown
  /** A sentence for who has to sign in again; by default it names the command `ringkey login`. */
  readonly signInAdvice?: string
  /** How long `token()` waits at most; by default 30. */
  readonly timeoutSeconds?: number
  /** How long one request to the platform may take; by default 10. */
  readonly requestTimeoutSeconds?: number
  readonly onEvent?: Observe
  /** Parts of the machine; by default this one's. */
  readonly environment?: Partial<Environment>
}

/** Each option, and what it has to be. */
const OPTIONS: WantedOf<ConnectionOptions> = {
  baseUrl: TEXT,
  apiUrl: TEXT,
  apiOrigins: TEXTS,
  store: STORE,
  encryptionKey: SECRET,
  name: TEXT,
  repeatsLostAnswers: TRUTH,
  askForCode: FUNCTION,
  open: FUNCTION,
  signInAdvice: TEXT,
  timeoutSeconds: WAIT,
  requestTimeoutSeconds: WAIT,
  onEvent: FUNCTION,
  environment: OBJECT,
}

export async function openConnection<Credentials>(
  platform: Platform<Credentials>,
  credentials: Credentials,
  options: ConnectionOptions = {},
): Promise<Connection> {
  refuseWrong('credentials', credentials, platform.credentials ?? {})
  refuseWrong('options', options, OPTIONS)
  const environment = readEnvironment(options.environment)
  const places = readPlaces(platform, options)
  const { baseUrl } = places
  const repeatsLostAnswers = options.repeatsLostAnswers ?? (platform.baseUrl !== undefined && baseUrl !== platform.baseUrl)
  const place: Place = { baseUrl, repeatsLostAnswers, newId: environment.newId, askForCode: options.askForCode, open: options.open }
  const own = platform.open(credentials, place)
  const signInAdvice = options.signInAdvice ?? own.signInAdvice
  const account: Account = { ...own, signInAdvice, headers: (value) => refuseUnsendable(platform.name, own.headers(value)) }
  const observe = guard(options.onEvent, environment.warn)
  const clock = new ServerClock((aheadMs) => observe({ name: 'clock_skew', platform: platform.name, seconds: Math.round(aheadMs / 1000) }))
  const requestTimeoutMs = Math.ceil((options.requestTimeoutSeconds ?? 10) * 1000)
  const exchange = createExchange({ platform: platform.name, environment, clock, requestTimeoutMs, secrets: account.secrets })
  const store = openStore(options, environment)
  const keeper = new Keeper({
    platform: platform.name,
    account,
    store,
    key: await nameKey(platform.name, [baseUrl, options.name ?? '', ...account.identity]),
    environment,
    exchange,
    clock,
    repeatsLostAnswers,
    timeoutMs: (options.timeoutSeconds ?? 30) * 1000,
    leaseMs: requestTimeoutMs + 5000, // a turn is one request, and what is written before and after it
    observe,
    // Any answer has the time in it; none at all is no reason to fail.
    askTheTime: () =>
      exchange.send({ method: 'GET', url: baseUrl }).then(
        () => {},
        () => {},
      ),
  })
  const { fetch } = environment
  const about = { platform: platform.name, storeName: store.name, clockAheadMs: () => clock.aheadMs }
  const connection = createConnection({ ...about, ...places, keeper, account, exchange, fetch, digest })
  if (await takesPart(account, keeper, options.askForCode !== undefined)) await connection.signIn()
  return connection
}

/** This machine's parts, but for those that are given. */
function readEnvironment(given: Partial<Environment> = {}): Environment {
  const parts = Object.entries(machine).map(([name, own]: [string, unknown]) => {
    const part = (given as Readonly<Record<string, unknown>>)[name] ?? own
    refuseUnlessFit(`environment.${name}`, part, [`a ${typeof own}`, (value) => typeof value === typeof own])
    return [name, part]
  })
  return Object.fromEntries(parts) as Environment
}

function readPlaces<Credentials>(
  { name, baseUrl: own, apiUrl: ownApi, apiOrigins: ownOrigins = [], droppedPath }: Platform<Credentials>,
  { baseUrl: given, apiUrl: givenApi, apiOrigins = [] }: ConnectionOptions,
): { baseUrl: string; apiUrl: string; apiOrigins: readonly string[] } {
  const base = given ?? own
  if (base === undefined) throw new RingkeyError('configuration', `${name} has an address for each customer. Give baseUrl.`)
  const baseUrl = readBaseUrl(base, 'baseUrl', droppedPath)
  const isOwn = baseUrl === own
  const api = givenApi ?? (isOwn ? ownApi : undefined)
  return {
    baseUrl,
    apiUrl: api === undefined ? baseUrl : readBaseUrl(api, 'apiUrl', droppedPath),
    apiOrigins: [...(isOwn ? ownOrigins : []), ...apiOrigins.map((origin) => readBaseUrl(origin, 'apiOrigins'))],
  }
}

/** Who would set such a header would get an error that quotes it. */
function refuseUnsendable(platform: string, headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Object.values(headers).every((value) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value))) return headers
  const sentence = `The token or key of ${platform} has characters that no header can have. Give it as the platform shows it.`
  throw new RingkeyError('configuration', sentence, { outcome: 'not_done' })
}

/** Renewals do not depend on who is told of them: what `onEvent` throws, or what it promised and did not keep, is a warning. */
function guard(onEvent: ((event: KeeperEvent) => unknown) | undefined, warn: Environment['warn']): Observe {
  if (onEvent === undefined) return () => {}
  const complain = (error: unknown) => warn(`onEvent has failed, and the event is lost: ${String(error)}`)
  return (event) => {
    try {
      Promise.resolve(onEvent(event)).catch(complain)
    } catch (error) {
      complain(error)
    }
  }
}

function openStore({ store: given, encryptionKey }: ConnectionOptions, environment: Environment): Store {
  const store = given ?? environment.openDefaultStore()
  return encryptionKey === undefined ? store : encryptedStore(store, encryptionKey)
}

/** A name for the store that tells nobody whose it is. */
async function nameKey(platform: string, parts: readonly string[]): Promise<string> {
  return `${platform}-${await digest(JSON.stringify(parts))}`
}

/** Hexadecimal digits of a SHA-256, enough of them that no two texts meet. */
async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(bytes.slice(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Whether a person signs in now: with the code that was given, or where nobody is signed in and there is somebody to ask. */
async function takesPart({ attended }: Account, keeper: Keeper, canAsk: boolean): Promise<boolean> {
  if (attended === undefined) return false
  return attended.code !== undefined || (canAsk && !(await keeper.isSignedIn()))
}
