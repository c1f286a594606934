/**
 * A real server for golden exchanges: the real use cases over SQLite in memory, every door, a real socket.
 * What is in it is what the files of `vectors/` speak of; the README there lists the names.
 */
import { openServedHouse } from '../../testing/served-house.ts'
import { valueFrom as granted, PLAIN_ACCOUNT } from '../../testing/test-house.ts'
import type { UseCases } from '../../use-cases/use-cases.ts'

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
  const { port, house, faults, stop } = await openServedHouse({ publicUrl: PUBLIC_URL })
  return {
    port,
    furnish: (tenant, door) => furnish(house.useCases, { tenant, door }, house.clock.advance),
    async close() {
      await stop()
      if (faults.length > 0)
        throw new AggregateError(
          faults.map(({ error }) => error),
          'the server had faults',
        )
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
  granted(
    await useCases.createAccount({ ...PLAIN_ACCOUNT, tenant, organisation: 'Switchboard', loginIds: [email, loginId], password: PASSWORD }),
  )
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
    passwordGrant: false,
    algorithm: undefined,
    lifetimes: {},
    refreshPolicy: undefined,
  })
  const { secret } = granted(made)
  const { apiKey } = granted(await useCases.createApiKey({ tenant, clientId, name: 'golden' }))
  return { secret: secret ?? '', apiKey }
}
