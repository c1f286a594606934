/**
 * Keeps tokens where all tabs of an origin find them, so that they renew once. Each write compares and replaces under a lock of the
 * browser's (Web Locks), which a tab that is closed gives back. What is kept can be read by every script of the origin: a page that
 * can do with a sign-in per tab is better off with memory.
 */
import type { Kept, Store } from './keep/store.ts'

/** What of a browser this needs: `localStorage`, and `navigator.locks`. */
export interface TabParts {
  readonly storage: {
    getItem(name: string): string | null
    setItem(name: string, value: string): void
  }
  readonly locks: { request<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result> }
}

const PREFIX = 'ringkey:'

export function tabStore(parts: TabParts = partsOfBrowser()): Store {
  const read = (key: string): Kept | undefined => {
    const text = parts.storage.getItem(PREFIX + key)
    return text === null ? undefined : parse(text)
  }
  return {
    name: 'localStorage',
    read: async (key) => read(key),
    swap: (key, version, value) =>
      parts.locks.request(PREFIX + key, () => {
        if (read(key)?.version !== version) return undefined
        const next = String(Number(version ?? 0) + 1)
        parts.storage.setItem(PREFIX + key, `${next} ${value ?? ''}`)
        return next
      }),
  }
}

/** A version, a blank, and the value. */
function parse(text: string): Kept {
  const blank = text.indexOf(' ')
  const value = text.slice(blank + 1)
  return { version: text.slice(0, blank), value: value === '' ? undefined : value }
}

function partsOfBrowser(): TabParts {
  const { localStorage: storage, navigator } = globalThis as unknown as {
    localStorage: TabParts['storage']
    navigator: { locks: TabParts['locks'] }
  }
  return { storage, locks: navigator.locks }
}
