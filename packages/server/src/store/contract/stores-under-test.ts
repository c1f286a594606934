import { afterEach } from 'vitest'
import type { Store } from '../store.ts'

/** A kind of store, as the contract suite opens it. */
export interface StoreKind {
  readonly name: string
  /** Opens a new, empty store. */
  open(): Promise<Store>
  /** Opens the store of the last `open` once more: beside it, or after it was closed. undefined where the two could not share anything. */
  readonly openAgain: (() => Promise<Store>) | undefined
}

export type OpenStore = () => Promise<Store>

/** The same opener, but what it opened is closed after each test. */
export function closedAfterEach(open: OpenStore): OpenStore {
  const opened: Store[] = []
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close()
  })
  return async () => {
    const store = await open()
    opened.push(store)
    return store
  }
}
