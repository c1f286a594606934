/**
 * A client and a real server of this repository under one set clock. Whatever a test does to the network it does here, between the two.
 */
import { furnishForPages } from '../../../server/src/http/testing/furnish-for-pages.ts'
import { furnishForPasswords } from '../../../server/src/http/testing/furnish-for-passwords.ts'
import { openServedHouse, type ServedHouse } from '../../../server/src/testing/served-house.ts'
import type { ConnectionOptions } from '../connect-platform.ts'
import type { Fetch } from '../environment-parts.ts'
import type { KeeperEvent } from '../event.ts'
import { memoryStore } from '../keep/memory-store.ts'
import type { Store } from '../keep/store.ts'

/** Stands between client and server. @param pass sends the request on */
export type Wire = (request: Request, pass: () => Promise<Response>) => Promise<Response>

export interface World {
  readonly baseUrl: string
  /** What the doors' golden exchanges insert: accounts, passwords, keys. */
  readonly given: Readonly<Record<string, string>>
  readonly server: ServedHouse
  readonly store: Store
  /** `POST /v1/auth/login 200`, in order; a request that failed has no status. */
  readonly requests: string[]
  readonly events: KeeperEvent[]
  readonly options: ConnectionOptions & { readonly environment: { readonly now: () => number } }
  /** Of all that was asked, what has this in it. */
  count(part: string): number
  advance(seconds: number): void
  /** From now on. */
  setWire(wire: Wire): void
  stop(): Promise<void>
}

const TENANT = 'client'

export async function openWorld(door: string): Promise<World> {
  const server = await openServedHouse()
  const { house, port } = server
  const baseUrl = `http://127.0.0.1:${port}/t/${TENANT}`
  const place = { tenant: TENANT, door, issuer: baseUrl }
  const given = await (door === 'vpaas' ? furnishForPages(house, place) : furnishForPasswords(house, place))
  const requests: string[] = []
  const events: KeeperEvent[] = []
  let wire: Wire = (_request, pass) => pass()
  const store = memoryStore()
  const now = () => house.clock.now()
  const fetchHere: Fetch = async (input, init) => {
    const request = new Request(input, init)
    const line = `${request.method} ${new URL(request.url).pathname.replace(`/t/${TENANT}`, '')}`
    const index = requests.push(line) - 1
    const response = await wire(request, () => fetch(request))
    requests[index] = `${line} ${response.status}`
    return redate(response, now())
  }
  const sleep = async (ms: number) => {
    house.clock.advance(Math.ceil(ms))
    await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    baseUrl,
    given,
    server,
    store,
    requests,
    events,
    options: {
      baseUrl,
      store,
      onEvent: (event) => void events.push(event),
      environment: { fetch: fetchHere, now, sleep, random: () => 0.5 },
    },
    count: (part) => requests.filter((line) => line.includes(part)).length,
    advance: (seconds) => house.clock.advance(seconds * 1000),
    setWire(next) {
      wire = next
    },
    stop: () => server.stop(),
  }
}

/** Node's server tells the machine's time, and this one's clock is set. */
function redate(response: Response, at: number): Response {
  const headers = new Headers(response.headers)
  if (headers.has('date')) headers.set('date', new Date(at).toUTCString())
  const body = [204, 205, 304].includes(response.status) ? null : response.body
  return new Response(body, { status: response.status, statusText: response.statusText, headers })
}

/** An answer of a platform that is not ours. */
export function answerOf(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', date: new Date(0).toUTCString(), ...headers },
  })
}
