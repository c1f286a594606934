import type { Kept, Store } from './store.ts'

/** Keeps tokens as long as the process lives. */
export function memoryStore(): Store {
  const all = new Map<string, Kept>()
  let writes = 0
  return {
    name: 'memory',
    async read(key) {
      return all.get(key)
    },
    async swap(key, version, value) {
      if (all.get(key)?.version !== version) return undefined
      writes += 1
      all.set(key, { version: String(writes), value })
      return String(writes)
    },
  }
}
