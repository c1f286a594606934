import { memoryStore, RingkeyError, type Store } from '@ringkey/client'

export interface StagedStore {
  readonly store: Store
  /** Puts what was kept meanwhile in the place of what is behind. */
  commit(): Promise<void>
}

const MAX_TURNS = 100

/**
 * A store for a sign-in that may fail: it begins with nothing, so that a token that is still good does not pass for the password, and what
 * is kept behind it stays until the new sign-in has been accepted.
 */
export function stageStore(behind: Store): StagedStore {
  const memory = memoryStore()
  const keys = new Set<string>()
  return {
    store: {
      name: behind.name,
      read: (key) => memory.read(key),
      swap: (key, ...rest) => {
        keys.add(key)
        return memory.swap(key, ...rest)
      },
    },
    async commit() {
      for (const key of keys) {
        const made = await memory.read(key)
        // Leases begin and end with the process; the one behind is not ours to give.
        if (made?.value !== undefined && !key.endsWith('.lease')) await put(behind, key, made.value)
      }
    },
  }
}

async function put(store: Store, key: string, value: string): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const kept = await store.read(key)
    if ((await store.swap(key, kept?.version, value)) !== undefined) return
  }
  throw new RingkeyError('store_unavailable', `Others write to ${store.name} all the time. Try again.`)
}
