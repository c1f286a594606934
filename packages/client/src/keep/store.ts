/**
 * Where tokens are kept. Two verbs are all that a store promises, so that Redis, PostgreSQL or a vault need a page of code;
 * the lease (`lease.ts`) is made of them. `@ringkey/client/store-contract` holds a store to it.
 */
export interface Kept {
  /** Differs from that of every other value that ever stood under the key. */
  readonly version: string
  /** Undefined: the value was taken away. */
  readonly value: string | undefined
}

export interface SwapOptions {
  /** False for what may be lost with the machine: a lease. */
  readonly durable?: boolean
}

export interface Store {
  /** For people: the folder, the address. Without secrets. */
  readonly name: string
  /** What stands there now; undefined: nothing ever has. */
  read(key: string): Promise<Kept | undefined>
  /**
   * Puts `value` in the place of what had `version` (undefined: of nothing). Of any number of concurrent calls with one version at most
   * one succeeds. The value is durable before this resolves.
   * @returns the new version; undefined if another value stands there
   */
  swap(key: string, version: string | undefined, value: string | undefined, options?: SwapOptions): Promise<string | undefined>
}
