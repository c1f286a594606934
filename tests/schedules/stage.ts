/** The real use cases on the real store, with a gate before the verbs whose order matters, a machine whose clock is set, and cheap hashes. */
import { composeHouse, type House, type Ingredients } from '../../packages/server/src/composition/compose-house.ts'
import type { ApplicationDefaults, TokenFormat } from '../../packages/server/src/domain/application.ts'
import { digestOf } from '../../packages/server/src/domain/credential.ts'
import type { RefreshPolicy } from '../../packages/server/src/domain/refresh-policy.ts'
import type { Scope } from '../../packages/server/src/domain/scope.ts'
import { createStoreClock } from '../../packages/server/src/domain/store-clock.ts'
import type { Tenant } from '../../packages/server/src/domain/tenant.ts'
import type { Clock } from '../../packages/server/src/domain/time.ts'
import { createEvents } from '../../packages/server/src/events/events.ts'
import type { PasswordHasher } from '../../packages/server/src/passwords/password-hasher.ts'
import { openSqliteStore } from '../../packages/server/src/store/sqlite/open.ts'
import type { Store } from '../../packages/server/src/store/store.ts'
import { hashSync } from '../../packages/server/src/testing/quick-argon2.ts'
import { createSeededRandomness } from '../../packages/server/src/testing/seeded-randomness.ts'
import { PLAIN_DOORS, valueFrom } from '../../packages/server/src/testing/test-house.ts'
import type { ClientCredentials, UseCases } from '../../packages/server/src/use-cases/use-cases.ts'
import { createInterleaver, type Interleaver } from './interleaver.ts'
import { rememberPrivateKeys } from './remembered-keys.ts'
import { type ModelPolicy, SCOPES, SESSION_CAP } from './world.ts'

rememberPrivateKeys()

/** Short lives, so that a schedule of a few steps sees the end of each. */
export const LIFETIMES = { accessSeconds: 60, idleSeconds: 700, absoluteSeconds: 1500 }
const FORMATS: readonly TokenFormat[] = ['signed', 'self-refreshing', 'keycloak', 'sealed']
const POLICIES: readonly RefreshPolicy[] = [
  { name: 'strict', windowSeconds: 30 },
  { name: 'strict', windowSeconds: 10 },
  { name: 'device' },
  { name: 'bearer', windowSeconds: LIFETIMES.accessSeconds + 300 },
]

interface StagedApplication {
  readonly name: string
  readonly defaults: ApplicationDefaults
  /** Of one that has a secret and names itself: the door that it was made at. */
  readonly madeAt?: string
}

/** Every format of tokens with every policy, each an application. */
export const DOORS: readonly StagedApplication[] = FORMATS.flatMap((tokenFormat) =>
  POLICIES.map((refreshPolicy) => ({
    name: `${tokenFormat}-${refreshPolicy.name}${refreshPolicy.name === 'device' ? '' : refreshPolicy.windowSeconds}`,
    defaults: {
      type: 'public',
      scope: SCOPES.all as Scope,
      tokenFormat,
      // Cheap to sign with; repeats of an EdDSA signature and the other algorithms are `tokens/`' to prove.
      algorithm: tokenFormat === 'keycloak' ? 'EdDSA' : 'HS256',
      lifetimes: LIFETIMES,
      refreshPolicy,
    },
  })),
)

/** All that sessions belong to: those of the doors, and some that have a secret. */
export const APPLICATIONS: readonly StagedApplication[] = [
  ...DOORS,
  ...DOORS.filter(({ name }) => ['signed-strict10', 'keycloak-device'].includes(name)).map(({ name, defaults }) => ({
    name: `confidential-${name}`,
    defaults: { ...defaults, type: 'confidential' as const },
    madeAt: name,
  })),
]

/** What an application shows of its secret, if it has one. */
export type Proof = 'right' | 'wrong' | 'none'

/** That of all applications that have one. */
const SECRET = 'rks_of-all-applications'

/** @param index of the application */
export function clientOf(index: number, proof: Proof = 'right'): ClientCredentials {
  const { name = '', madeAt } = APPLICATIONS[index] ?? {}
  if (madeAt === undefined) return { kind: 'door', door: name }
  const shown: Readonly<Record<Proof, string | undefined>> = { right: SECRET, wrong: 'rks_of-nobody', none: undefined }
  return { kind: 'client', clientId: name, clientSecret: shown[proof] }
}

export function isProven(index: number, proof: Proof): boolean {
  return proof === 'right' || APPLICATIONS[index]?.madeAt === undefined
}

export const MODEL_POLICIES: readonly ModelPolicy[] = APPLICATIONS.map(({ defaults: { refreshPolicy, lifetimes, tokenFormat } }) => ({
  ...lifetimes,
  impersonates: tokenFormat === 'keycloak',
  windowSeconds: refreshPolicy.name === 'device' ? Number.POSITIVE_INFINITY : refreshPolicy.windowSeconds,
}))

export const TENANT = 'acme'
const MASTER_KEY = Buffer.alloc(32, 7)
const BEAT_SECONDS = 5

/** The machine: its wall clock may be set, its monotonic clock may not. */
export interface Machine {
  wall: number
  monotonic: number
}

/** Something weakened on purpose: around the store, the clock or the use cases of one house. */
export interface Weakening {
  readonly store?: (store: Store, clock: Clock) => Store
  readonly clock?: (clock: Clock, machine: Machine) => Clock
  readonly useCases?: (useCases: UseCases, house: { readonly store: Store; readonly clock: Clock }) => UseCases
}

export interface Stage {
  readonly machine: Machine
  readonly interleaver: Interleaver
  tenant(): Tenant
  useCases(): UseCases
  now(): number
  /** Time passes, and the store goes on answering. */
  wait(seconds: number): Promise<void>
  beat(): Promise<void>
  /** Another process on the same store: with nothing in memory, and, where the store is a file, opened again. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface StageOptions {
  /** A file; without it the store is in memory, and stays when the process is another. */
  readonly path?: string
  readonly weakening?: Weakening
  readonly seed?: string
  readonly machine?: Machine
}

/** Costs nothing. It asks whether the caller is still there just before it looks at a password, as the real one does. */
const QUICK_HASHER: PasswordHasher = {
  hash: async (password) => hashSync(password),
  async verify(password, phc, isGone) {
    isGone?.()
    return phc === hashSync(password)
  },
  needsRehash: () => false,
  dummyHash: hashSync('nobody'),
}

/** Nobody is sent anything. */
const NO_TEXTS: Ingredients['texts'] = { dispatch: async () => 'not_sent', isWell: () => true, stop: async () => {} }

export const START_AT = 1_790_000_000_500

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const { path, weakening = {}, seed = 'schedules', machine = { wall: START_AT, monotonic: 0 } } = options
  const interleaver = createInterleaver()
  const randomness = createSeededRandomness(seed)
  let store = await openSqliteStore({ path: path ?? ':memory:', randomness })
  let { clock, house } = compose()
  await store.beat(clock.now())
  const tenant = await createTenant(house.useCases)

  function compose(): { readonly clock: Clock; readonly house: Pick<House, 'useCases'> } {
    const system = { wallMs: () => machine.wall, monotonicMs: () => machine.monotonic }
    const plain = createStoreClock(system, store.newestInstant, () => {})
    const clock = weakening.clock?.(plain, machine) ?? plain
    const { gate } = interleaver
    const gated: Store = {
      ...store,
      sessions: gate(store.sessions),
      accounts: gate(store.accounts),
      applications: gate({
        ...store.applications,
        create: (application, digest, audit) => store.applications.create(application, digest && digestOf(SECRET), audit),
      }),
      tenants: gate(store.tenants),
    }
    const weakened = withSmallCap(weakening.store?.(gated, clock) ?? gated)
    const { useCases } = composeHouse({
      store: weakened,
      clock,
      randomness,
      masterKey: MASTER_KEY,
      passwords: { ...QUICK_HASHER, verify: gate({ verify: QUICK_HASHER.verify }).verify },
      doors: {
        ...PLAIN_DOORS,
        defaultsOf: (door) => DOORS.find(({ name }) => name === door)?.defaults,
        signsInWithoutClient: () => true,
      },
      texts: NO_TEXTS,
      issuerOf: ({ name }) => `https://tokens.example/t/${name}`,
      events: createEvents({ randomness, sink: { log: () => {}, count: () => {} } }),
    })
    return { clock, house: { useCases: weakening.useCases?.(useCases, { store: weakened, clock }) ?? useCases } }
  }

  const beat = async () => void (await store.beat(clock.now()))
  return {
    machine,
    interleaver,
    tenant: () => tenant,
    useCases: () => house.useCases,
    now: () => clock.now(),
    beat,
    async wait(seconds) {
      for (let left = seconds; left > 0; left -= BEAT_SECONDS) {
        passTime(machine, Math.min(left, BEAT_SECONDS))
        await beat()
      }
    },
    async restart() {
      if (path !== undefined) {
        await store.close()
        store = await openSqliteStore({ path, randomness })
      } else {
        // What a new opening of it would read: every step of a schedule ends with a beat.
        store = { ...store, newestInstant: clock.now() }
      }
      ;({ clock, house } = compose())
    },
    close: () => store.close(),
  }
}

export function passTime(machine: Machine, seconds: number): void {
  machine.wall += seconds * 1000
  machine.monotonic += seconds * 1000
}

/** Few sessions are enough to meet the cap. */
function withSmallCap(store: Store): Store {
  const start: Store['sessions']['start'] = (one) => store.sessions.start({ ...one, cap: { ...one.cap, max: SESSION_CAP } })
  return { ...store, sessions: { ...store.sessions, start } }
}

async function createTenant(useCases: UseCases): Promise<Tenant> {
  const found = await useCases.findTenant({ name: TENANT })
  if (found !== undefined) return found
  const doors = DOORS.map(({ name }) => name)
  const created = valueFrom(await useCases.createTenant({ name: TENANT, hostNames: [], doors, isDefault: true }))
  valueFrom(await useCases.createOrganisation({ tenant: TENANT, name: 'Switchboard' }))
  for (const { name, madeAt: door } of APPLICATIONS) {
    if (door === undefined) continue
    valueFrom(await useCases.createApplication({ tenant: TENANT, clientId: name, name, door, type: 'confidential', passwordGrant: true }))
  }
  return created
}
