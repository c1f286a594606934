/**
 * Who renews. A lease is a value of the store, so every store has leases. A waiter takes over a lease whose holder does not live any
 * more, or that it has seen unchanged for the lease's length by its own clock: the clocks of two machines are never compared. A holder that
 * was only asleep does no harm, because what it writes afterwards is refused by its version.
 */
import type { Environment } from '../environment-parts.ts'
import type { Store } from './store.ts'

interface Held {
  readonly holder: string
  readonly host: string
  readonly process: number
  readonly leaseMs: number
}

export interface Lease {
  readonly takenOver: boolean
  release(): Promise<void>
}

/** Who has a lease now. */
export interface Renewer {
  readonly process: number
  /** Undefined: it is of another host, and nobody here can tell. */
  readonly isAlive: boolean | undefined
}

export class Lessor {
  readonly #store: Store
  readonly #key: string
  readonly #environment: Environment
  readonly #leaseMs: number
  #seen: { readonly version: string; readonly at: number } | undefined

  constructor(store: Store, key: string, environment: Environment, leaseMs: number) {
    this.#store = store
    this.#key = `${key}.lease`
    this.#environment = environment
    this.#leaseMs = leaseMs
  }

  /** @returns undefined while another holds it */
  async take(): Promise<Lease | undefined> {
    const kept = await this.#store.read(this.#key)
    const held = kept?.value === undefined ? undefined : parseHeld(kept.value)
    if (held !== undefined && !this.#isOver(held, kept?.version ?? '')) return undefined
    const { newId, host, process } = this.#environment
    const mine: Held = { holder: newId(), host, process, leaseMs: this.#leaseMs }
    const version = await this.#store.swap(this.#key, kept?.version, JSON.stringify(mine), { durable: false })
    if (version === undefined) return undefined
    return {
      takenOver: held !== undefined,
      // What is not given back runs out; the work that it was for is done all the same.
      release: () =>
        this.#store.swap(this.#key, version, FREE, { durable: false }).then(
          () => {},
          () => {},
        ),
    }
  }

  /** @returns undefined while nobody has it */
  async look(): Promise<Renewer | undefined> {
    const kept = await this.#store.read(this.#key)
    const held = kept?.value === undefined ? undefined : parseHeld(kept.value)
    if (held === undefined) return undefined
    const { host: here, isAlive } = this.#environment
    return { process: held.process, isAlive: held.host === here ? isAlive(held.process) : undefined }
  }

  #isOver({ host, process, leaseMs }: Held, version: string): boolean {
    const { now, host: here, isAlive } = this.#environment
    if (host === here && !isAlive(process)) return true
    if (this.#seen?.version !== version) this.#seen = { version, at: now() }
    return now() - this.#seen.at >= leaseMs
  }
}

/** Not taken away, which costs a file store two writes. */
const FREE = '{}'

function parseHeld(text: string): Held | undefined {
  try {
    const { holder, host, process, leaseMs } = JSON.parse(text) as Partial<Held>
    if (typeof holder !== 'string' || typeof leaseMs !== 'number') return undefined
    return { holder, host: String(host), process: Number(process), leaseMs }
  } catch {
    return undefined // nobody can give back what nobody can read
  }
}
