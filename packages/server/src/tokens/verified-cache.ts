import type { EpochMs } from '../domain/time.ts'

const MAX_VERIFIED = 10_000

/** Tokens that were verified before, so that a token that is used often costs its signature once. Refusals are never kept. */
export interface VerifiedCache<Verified> {
  get(digest: Buffer, revision: number, at: EpochMs): Verified | undefined
  set(digest: Buffer, entry: VerifiedEntry<Verified>): void
}

export interface VerifiedEntry<Verified> {
  /** What the signature was over, as it was verified. */
  readonly verified: Verified
  /** The revision of the keys that it was verified with; with another one it is verified anew. */
  readonly revision: number
  /** Not found from this instant on. */
  readonly endsAt: EpochMs
}

/**
 * The key is the SHA-256 of the whole token, so that no two tokens share an entry. The entry that was not used for longest goes
 * first; only authentic tokens come in, so garbage pushes nothing out.
 */
export function createVerifiedCache<Verified>(maxEntries: number = MAX_VERIFIED): VerifiedCache<Verified> {
  const entries = new Map<string, VerifiedEntry<Verified>>()
  return {
    get(digest, revision, at) {
      const key = digest.toString('latin1')
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      if (entry.revision !== revision || entry.endsAt <= at) return undefined
      entries.set(key, entry) // now the one used last
      return entry.verified
    },
    set(digest, entry) {
      const key = digest.toString('latin1')
      entries.delete(key)
      entries.set(key, entry)
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries) break
        entries.delete(oldest)
      }
    },
  }
}
