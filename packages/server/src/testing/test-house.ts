/** The real use cases over a real SQLite store in memory, with a set clock, repeatable randomness and every event kept. */

import { composeHouse } from '../composition/compose-house.ts'
import { createCourier } from '../delivery/courier.ts'
import { createLetterCarrier } from '../delivery/letter-carrier.ts'
import type { Courier, MailGateway, TextMessage } from '../delivery/message.ts'
import { createOutbox, type Outbox } from '../delivery/outbox.ts'
import type { ApplicationDefaults, Lifetimes, SigningAlgorithm, TokenFormat } from '../domain/application.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Randomness } from '../domain/randomness.ts'
import { defaultPolicy, type RefreshPolicyName } from '../domain/refresh-policy.ts'
import type { Scope } from '../domain/scope.ts'
import type { Tenant } from '../domain/tenant.ts'
import { createEvents, type Level } from '../events/events.ts'
import { createPasswordHasher } from '../passwords/password-hasher.ts'
import { openSqliteStore } from '../store/sqlite/open.ts'
import type { Store } from '../store/store.ts'
import type { DoorCatalogue } from '../use-cases/door-catalogue.ts'
import type { RefreshRefusal, SessionTokens, SignInRefusal, UseCases } from '../use-cases/use-cases.ts'
import { createSeededRandomness } from './seeded-randomness.ts'
import { createSetClock, type SetClock } from './set-clock.ts'

export interface KeptEvent {
  readonly level: Level
  readonly name: string
  readonly fields: Readonly<Record<string, string | number | boolean>>
}

type NewAccount = Parameters<UseCases['createAccount']>[0]
type SignedIn = SessionTokens & { readonly passwordAgeDays: number }

export interface TestHouse {
  readonly useCases: UseCases
  readonly store: Store
  readonly clock: SetClock
  readonly tenant: Tenant
  readonly outbox: Outbox
  readonly events: readonly KeptEvent[]
  signIn(door: string, credentials: { login: string; password: string }, address?: string): Promise<Outcome<SignedIn, SignInRefusal>>
  refresh(door: string, refreshToken: string, scope?: string): Promise<Outcome<SessionTokens, RefreshRefusal>>
  signOut(door: string, refreshToken: string): ReturnType<UseCases['signOut']>
  /** Time passes while the store goes on answering: it beats, as a server does. */
  wait(seconds: number): Promise<void>
  flushUses(): Promise<void>
  renewSealingKeys(): Promise<void>
  retireOldKeys(): Promise<void>
  eraseLeavers(): Promise<void>
  deliverLetters(): Promise<void>
  close(): Promise<void>
}

export interface TestHouseOptions {
  readonly lifetimes?: Lifetimes
  /** Open this store instead of a new one in memory. */
  readonly path?: string
  readonly clock?: SetClock
  readonly seed?: string
  /** By default the test house's own, one for each refresh policy. */
  readonly doors?: DoorCatalogue
  readonly issuerOf?: (tenant: Tenant) => string
  readonly texts?: Courier<TextMessage>
  /** Where letters go; by default none is written. */
  readonly mail?: { readonly perDay: number; readonly gateway: MailGateway }
}

/** A house without a tenant in it. */
export interface EmptyHouse
  extends Pick<
    TestHouse,
    | 'useCases'
    | 'store'
    | 'clock'
    | 'events'
    | 'flushUses'
    | 'renewSealingKeys'
    | 'retireOldKeys'
    | 'eraseLeavers'
    | 'deliverLetters'
    | 'wait'
  > {
  readonly randomness: Randomness
  /** Where text messages go unless a test has a courier of its own. */
  readonly outbox: Outbox
}

const TEST_MASTER_KEY = Buffer.alloc(32, 7)
export const A_PASSWORD = 'correct horse battery staple'
const DAY = 86_400
const BEAT_SECONDS = 5
const LIFETIMES: Lifetimes = { accessSeconds: 3600, idleSeconds: 3 * DAY + 3600, absoluteSeconds: 14 * DAY }

interface TestDoor {
  readonly policy: RefreshPolicyName
  readonly tokenFormat: TokenFormat
  readonly algorithm: SigningAlgorithm
}

/** Doors of the test house: every refresh policy, and every format of tokens. */
const DOORS: Readonly<Record<string, TestDoor>> = {
  strict: { policy: 'strict', tokenFormat: 'signed', algorithm: 'ES256' },
  device: { policy: 'device', tokenFormat: 'signed', algorithm: 'ES256' },
  bearer: { policy: 'bearer', tokenFormat: 'self-refreshing', algorithm: 'EdDSA' },
  keycloak: { policy: 'device', tokenFormat: 'keycloak', algorithm: 'ES256' },
  sealed: { policy: 'device', tokenFormat: 'sealed', algorithm: 'ES256' },
}

export const TEST_DOORS: readonly string[] = Object.keys(DOORS)

function defaultsOf(name: string, lifetimes: Lifetimes): ApplicationDefaults | undefined {
  const door = DOORS[name]
  if (door === undefined) return undefined
  const { policy, ...tokens } = door
  return {
    ...tokens,
    type: 'public',
    scope: 'calls:read calls:write' as Scope,
    lifetimes,
    refreshPolicy: defaultPolicy(policy, lifetimes.accessSeconds),
  }
}

/** Doors that need nothing and get along with all. */
export const PLAIN_DOORS: Omit<DoorCatalogue, 'defaultsOf' | 'signsInWithoutClient'> = {
  ownLifetimesOf: () => undefined,
  needs: () => [],
  callbackPathOf: () => undefined,
  collide: () => false,
}

/** Composes the real use cases on a SQLite store. */
export async function openEmptyHouse(options: TestHouseOptions = {}): Promise<EmptyHouse> {
  const clock = options.clock ?? createSetClock()
  const randomness = createSeededRandomness(options.seed)
  const store = await openSqliteStore({ path: options.path ?? ':memory:', randomness })
  await store.beat(clock.now())
  const events: KeptEvent[] = []
  const lifetimes = options.lifetimes ?? LIFETIMES
  const outbox = createOutbox(() => {})
  const { useCases, ...tasks } = composeHouse({
    store,
    clock,
    randomness,
    masterKey: TEST_MASTER_KEY,
    passwords: createPasswordHasher({ randomness }),
    texts: options.texts ?? createCourier({ gateway: outbox, clock, onAnswer: () => {} }),
    mail: options.mail && {
      perDay: options.mail.perDay,
      carrier: createLetterCarrier({ ...options.mail, onAnswer: () => {}, onHealth: () => {} }),
    },
    doors: options.doors ?? { ...PLAIN_DOORS, defaultsOf: (door) => defaultsOf(door, lifetimes), signsInWithoutClient: () => true },
    issuerOf: options.issuerOf ?? (({ name }) => `https://tokens.example/t/${name}`),
    events: createEvents({
      randomness,
      sink: { log: (level, name, fields) => void events.push({ level, name, fields }), count: () => {} },
    }),
  })
  const wait = async (seconds: number) => {
    for (let left = seconds; left > 0; left -= BEAT_SECONDS) {
      clock.advance(Math.min(left, BEAT_SECONDS) * 1000)
      await store.beat(clock.now())
    }
  }
  return { useCases, store, clock, randomness, outbox, events, wait, ...tasks }
}

export async function openTestHouse(options: TestHouseOptions = {}): Promise<TestHouse> {
  const house = await openEmptyHouse(options)
  const { useCases, store } = house
  const created = await store.tenants.findByName('acme').then((found) => found ?? createTenant(useCases))
  const caller = { address: '192.0.2.7', requestId: 'req-test' }
  return {
    ...house,
    tenant: created,
    signIn: (door, { login, password }, address = caller.address) =>
      useCases.signIn({ tenant: created, client: { kind: 'door', door }, login, password, caller: { ...caller, address } }),
    refresh: (door, refreshToken, scope) =>
      useCases.refreshSession({
        tenant: created,
        client: { kind: 'door', door },
        refreshToken,
        caller,
        ...(scope === undefined ? {} : { scope }),
      }),
    signOut: (door, refreshToken) => useCases.signOut({ tenant: created, client: { kind: 'door', door }, refreshToken, caller }),
    close: () => store.close(),
  }
}

async function createTenant(useCases: UseCases): Promise<Tenant> {
  const tenant = valueFrom(await useCases.createTenant({ name: 'acme', hostNames: [], doors: TEST_DOORS, isDefault: true }))
  valueFrom(await useCases.createOrganisation({ tenant: 'acme', name: 'Switchboard' }))
  return tenant
}

/** What an account is that nothing is said of but its login ids. */
export const PLAIN_ACCOUNT: Pick<NewAccount, 'name' | 'roles' | 'mayImpersonate'> = { name: undefined, roles: [], mayImpersonate: false }

/** An account with one login name, made through the use case. */
export async function anAccountAt(
  house: TestHouse,
  name: string,
  changed: Partial<NewAccount> = {},
): Promise<{ login: string; password: string }> {
  const plain = { ...PLAIN_ACCOUNT, loginIds: [`${name}@acme.example`], password: A_PASSWORD }
  const account = { ...plain, tenant: house.tenant.name, organisation: 'Switchboard', ...changed }
  valueFrom(await house.useCases.createAccount(account))
  return { login: account.loginIds[0] ?? '', password: account.password }
}

/** The credential that the next refresh takes: the refresh token, or the access token where that is both. */
export function refreshTokenOf(tokens: SessionTokens): string {
  return tokens.refreshToken ?? tokens.accessToken
}

/** The value of an outcome that must be one. */
export function valueFrom<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new Error(`refused: ${outcome.refusal.code}`)
  return outcome.value
}
