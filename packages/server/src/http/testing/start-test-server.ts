/**
 * A real server for golden exchanges: the real use cases over SQLite in memory, every door, a real socket.
 * What is in it is what the files of `vectors/` speak of; the README there lists the names.
 */
import { composeHouse } from '../../composition/compose-house.ts'
import { issuerOf } from '../../domain/tenant.ts'
import { createEvents } from '../../events/events.ts'
import { findCollisions, findDoor, frontDoors } from '../../front-doors/registry.ts'
import { createPasswordHasher } from '../../passwords/password-hasher.ts'
import { openSqliteStore } from '../../store/sqlite/open.ts'
import { createSystemRandomness } from '../../system-randomness.ts'
import { createSetClock } from '../../testing/set-clock.ts'
import { valueFrom as granted } from '../../testing/test-house.ts'
import type { UseCases } from '../../use-cases/use-cases.ts'
import { createApp } from '../app.ts'
import { createHttpServer } from '../listen.ts'

export interface TestServer {
  readonly port: number
  /** Makes a tenant with this one door. @returns what its exchanges insert */
  furnish(tenant: string, door: string): Promise<Record<string, string>>
  close(): Promise<void>
}

const PUBLIC_URL = new URL('http://localhost')
const DAY_MS = 86_400_000
const PASSWORD = 'correct horse battery staple'

export async function startTestServer(): Promise<TestServer> {
  const clock = createSetClock()
  const randomness = createSystemRandomness()
  const store = await openSqliteStore({ path: ':memory:', randomness })
  const { useCases } = composeHouse({
    store,
    clock,
    randomness,
    masterKey: randomness.bytes(32),
    passwords: createPasswordHasher({ randomness }),
    doors: {
      defaultsOf: (door) => findDoor(door)?.applicationDefaults,
      signsInWithoutClient: (door) => findDoor(door)?.signsInWithoutClient ?? false,
      collide: (doors) => findCollisions(doors).length > 0,
    },
    issuerOf: (tenant) => issuerOf(tenant, PUBLIC_URL),
    events: createEvents({ randomness, sink: { log: () => {}, count: () => {} } }),
  })
  const faults: unknown[] = []
  const app = createApp({
    useCases,
    doors: frontDoors,
    sharedHosts: () => new Set([PUBLIC_URL.hostname]),
    trustedProxies: [],
    isReady: async () => true,
    observe: { request: () => {}, fault: ({ error }) => void faults.push(error) },
    randomness,
    time: { now: clock.now, monotonicMs: () => 0 },
    servesHttps: false,
  })
  const server = createHttpServer({ app })
  const port = await server.listen(0, '127.0.0.1')
  return {
    port,
    furnish: (tenant, door) => furnish(useCases, { tenant, door }, clock.advance),
    async close() {
      await server.stop()
      await app.close()
      await store.close()
      if (faults.length > 0) throw new AggregateError(faults, 'the server had faults')
    },
  }
}

async function furnish(
  useCases: UseCases,
  { tenant, door }: { tenant: string; door: string },
  advance: (ms: number) => void,
): Promise<Record<string, string>> {
  const email = `olga@${tenant}.example`
  const loginId = `${tenant}-olga`
  const created = granted(await useCases.createTenant({ name: tenant, hostNames: [], doors: [door], isDefault: false }))
  granted(await useCases.createOrganisation({ tenant, name: 'Switchboard' }))
  granted(await useCases.createAccount({ tenant, organisation: 'Switchboard', loginIds: [email, loginId], password: PASSWORD }))
  const checker = await anApplication(useCases, { tenant, door, clientId: 'checker', checks: 'tenant' })
  const other = await anApplication(useCases, { tenant, door, clientId: 'other', checks: 'none' })
  const [own] = granted(await useCases.list.applications(tenant)).filter(({ signInDoor }) => signInDoor === door)
  const permanent = granted(
    await useCases.issuePermanentToken({
      tenant,
      account: email,
      clientId: own?.clientId ?? '',
      name: 'golden',
      scope: undefined,
      lifetimeSeconds: undefined,
    }),
  )
  const early = await useCases.signIn({
    tenant: created,
    client: { kind: 'door', door },
    login: email,
    password: PASSWORD,
    caller: { address: '127.0.0.1', requestId: 'golden' },
  })
  advance(15 * DAY_MS)
  return {
    host: 'localhost',
    base_path: `/t/${tenant}`,
    tenant,
    issuer: `${PUBLIC_URL.origin}/t/${tenant}`,
    email,
    login_id: loginId,
    password: PASSWORD,
    application: own?.clientId ?? '',
    expired_token: granted(early).accessToken,
    permanent_token: permanent.token,
    checker_api_key: checker.apiKey,
    checker_basic: Buffer.from(`checker:${checker.secret}`).toString('base64'),
    checker_basic_wrong: Buffer.from('checker:wrong').toString('base64'),
    other_api_key: other.apiKey,
  }
}

async function anApplication(
  useCases: UseCases,
  { tenant, door, clientId, checks }: { tenant: string; door: string; clientId: string; checks: 'tenant' | 'none' },
): Promise<{ secret: string; apiKey: string }> {
  const made = await useCases.createApplication({
    tenant,
    organisation: undefined,
    clientId,
    name: clientId,
    door,
    takesDoorSignIns: false,
    type: 'confidential',
    scope: undefined,
    audience: [],
    checks,
    algorithm: undefined,
    lifetimes: {},
    refreshPolicy: undefined,
  })
  const { secret } = granted(made)
  const { apiKey } = granted(await useCases.createApiKey({ tenant, clientId, name: 'golden' }))
  return { secret: secret ?? '', apiKey }
}
