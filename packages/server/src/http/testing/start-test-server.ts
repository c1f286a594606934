/**
 * A real server for golden exchanges: the real use cases over SQLite in memory, every door, a real socket.
 * What is in it is what the files of `vectors/` speak of; the README there lists the names.
 */
import { openServedHouse } from '../../testing/served-house.ts'
import { furnishForPages } from './furnish-for-pages.ts'
import { furnishForPasswords } from './furnish-for-passwords.ts'

export interface TestServer {
  readonly port: number
  /** Makes a tenant with this one door. @returns what its exchanges insert */
  furnish(tenant: string, door: string): Promise<Record<string, string>>
  close(): Promise<void>
}

const PUBLIC_URL = new URL('http://localhost')
/** People sign in there on a page, and not by a request of a program. */
const WITH_PAGES: ReadonlySet<string> = new Set(['vpaas', 'idm'])

export async function startTestServer(): Promise<TestServer> {
  const { port, house, faults, stop } = await openServedHouse({ publicUrl: PUBLIC_URL, trustedProxies: ['127.0.0.1'], servesHttps: true })
  return {
    port,
    async furnish(tenant, door) {
      const issuer = `${PUBLIC_URL.origin}/t/${tenant}`
      const place = { tenant, door, issuer }
      const furnished = WITH_PAGES.has(door) ? furnishForPages(house, place) : furnishForPasswords(house, place)
      const variables: Record<string, string> = { host: PUBLIC_URL.host, base_path: `/t/${tenant}`, tenant, issuer, ...(await furnished) }
      /** Of the newest message: inserted when a request is made. */
      return Object.defineProperty(variables, 'otp', { enumerable: true, get: () => codeIn(house.outbox.messages()[0]?.text) })
    },
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

/** @param text whose last line has the code (https://wicg.github.io/sms-one-time-codes/) */
function codeIn(text = ''): string {
  return /#(\d+)$/.exec(text)?.[1] ?? ''
}
