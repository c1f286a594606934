/**
 * A real server on a real socket in this process: the real doors over the real store, with a set clock and repeatable randomness.
 * A default tenant `demo` has the door smartflo, a tenant `servetel` the door servetel; each has an account and an API key.
 */
import { issuerOf } from '../domain/tenant.ts'
import { findCollisions, findDoor, frontDoors } from '../front-doors/registry.ts'
import { createApp } from '../http/app.ts'
import { createHttpServer } from '../http/listen.ts'
import type { RequestFault } from '../http/request-events.ts'
import type { UseCases } from '../use-cases/use-cases.ts'
import type { SetClock } from './set-clock.ts'
import { A_PASSWORD, type EmptyHouse, openEmptyHouse, type TestHouseOptions, valueFrom } from './test-house.ts'

export interface TestAccount {
  readonly tenant: string
  readonly baseUrl: string
  readonly email: string
  readonly loginId: string
  readonly password: string
  /** Of an application that may ask about every token of the tenant. */
  readonly apiKey: string
  /** The same application's. */
  readonly clientId: string
  readonly clientSecret: string
}

export interface TestServer {
  readonly port: number
  readonly baseUrl: string
  readonly house: EmptyHouse
  readonly useCases: UseCases
  readonly clock: SetClock
  readonly smartflo: TestAccount
  readonly servetel: TestAccount
  /** Bugs that requests have met: a test expects none. */
  readonly faults: readonly RequestFault[]
  stop(): Promise<void>
}

const CHECKER = 'gateway'
const TEST_SCOPE = 'calls:read calls:write'

export async function startTestServer(options: Pick<TestHouseOptions, 'clock' | 'path' | 'seed'> = {}): Promise<TestServer> {
  let port = 0
  const publicUrl = () => new URL(`http://127.0.0.1:${port}`)
  const house = await openEmptyHouse({
    ...options,
    doors: {
      defaultsOf: (name) => findDoor(name)?.applicationDefaults,
      signsInWithoutClient: (name) => findDoor(name)?.signsInWithoutClient ?? false,
      collide: (names) => findCollisions(names).length > 0,
    },
    issuerOf: (tenant) => issuerOf(tenant, publicUrl()),
  })
  const faults: RequestFault[] = []
  const app = createApp({
    useCases: house.useCases,
    doors: frontDoors,
    sharedHosts: () => new Set(['127.0.0.1', 'localhost']),
    trustedProxies: [],
    isReady: () => house.store.isHealthy(),
    randomness: house.randomness,
    time: { now: () => house.clock.now(), monotonicMs: () => 0 },
    servesHttps: false,
    observe: { request: () => {}, fault: (fault) => void faults.push(fault) },
  })
  const server = createHttpServer({ app })
  port = await server.listen(0, '127.0.0.1')
  const baseUrl = `http://127.0.0.1:${port}`
  return {
    port,
    baseUrl,
    house,
    useCases: house.useCases,
    clock: house.clock,
    smartflo: await furnish(house.useCases, { tenant: 'demo', door: 'smartflo', isDefault: true, baseUrl }),
    servetel: await furnish(house.useCases, { tenant: 'servetel', door: 'servetel', isDefault: false, baseUrl: `${baseUrl}/t/servetel` }),
    faults,
    async stop() {
      await server.stop()
      await app.close()
      await house.store.close()
    },
  }
}

interface Furnishing {
  readonly tenant: string
  readonly door: string
  readonly isDefault: boolean
  readonly baseUrl: string
}

async function furnish(useCases: UseCases, { tenant, door, isDefault, baseUrl }: Furnishing): Promise<TestAccount> {
  valueFrom(await useCases.createTenant({ name: tenant, hostNames: [], doors: [door], isDefault }))
  valueFrom(await useCases.createOrganisation({ tenant, name: 'Switchboard' }))
  const email = `ann@${door}.example`
  const loginId = `ann-${door}`
  valueFrom(await useCases.createAccount({ tenant, organisation: 'Switchboard', loginIds: [email, loginId], password: A_PASSWORD }))
  const { secret } = valueFrom(
    await useCases.createApplication({
      tenant,
      organisation: undefined,
      clientId: CHECKER,
      name: 'Gateway',
      door,
      takesDoorSignIns: false,
      type: 'confidential',
      scope: TEST_SCOPE,
      audience: ['https://api.example'],
      checks: 'tenant',
      algorithm: undefined,
      lifetimes: {},
      refreshPolicy: undefined,
    }),
  )
  const { apiKey } = valueFrom(await useCases.createApiKey({ tenant, clientId: CHECKER, name: 'test' }))
  return { tenant, baseUrl, email, loginId, password: A_PASSWORD, apiKey, clientId: CHECKER, clientSecret: secret ?? '' }
}
