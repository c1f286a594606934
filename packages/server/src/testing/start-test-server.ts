/**
 * A real server on a real socket in this process: the real doors over the real store, with a set clock and repeatable randomness.
 * A default tenant `demo` has the door smartflo, a tenant `servetel` the door servetel; each has an account and an API key.
 */
import type { RequestFault } from '../http/request-events.ts'
import type { UseCases } from '../use-cases/use-cases.ts'
import { openServedHouse, type ServedHouseOptions } from './served-house.ts'
import type { SetClock } from './set-clock.ts'
import { A_PASSWORD, type EmptyHouse, PLAIN_ACCOUNT, valueFrom } from './test-house.ts'

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

export async function startTestServer(options: ServedHouseOptions = {}): Promise<TestServer> {
  const { port, house, faults, stop } = await openServedHouse(options)
  const { useCases, clock } = house
  const baseUrl = `http://127.0.0.1:${port}`
  return {
    port,
    baseUrl,
    house,
    useCases,
    clock,
    smartflo: await furnish(useCases, { tenant: 'demo', door: 'smartflo', isDefault: true, baseUrl }),
    servetel: await furnish(useCases, { tenant: 'servetel', door: 'servetel', isDefault: false, baseUrl: `${baseUrl}/t/servetel` }),
    faults,
    stop,
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
  const account = { ...PLAIN_ACCOUNT, tenant, organisation: 'Switchboard', loginIds: [email, loginId], password: A_PASSWORD }
  valueFrom(await useCases.createAccount(account))
  const { secret } = valueFrom(
    await useCases.createApplication({
      tenant,
      clientId: CHECKER,
      name: 'Gateway',
      door,
      type: 'confidential',
      scope: TEST_SCOPE,
      audience: ['https://api.example'],
      checks: 'tenant',
    }),
  )
  const { apiKey } = valueFrom(await useCases.createApiKey({ tenant, clientId: CHECKER, name: 'test' }))
  return { tenant, baseUrl, email, loginId, password: A_PASSWORD, apiKey, clientId: CHECKER, clientSecret: secret ?? '' }
}
