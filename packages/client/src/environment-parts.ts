import type { Store } from './keep/store.ts'

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** What this package takes from the machine. Every part can be given. */
export interface Environment {
  readonly fetch: Fetch
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  /** At least 0, less than 1. */
  readonly random: () => number
  /** A text that no other process, now or later, draws too. */
  readonly newId: () => string
  /** Processes with the same text share a clock, and can tell whether one of them lives. */
  readonly host: string
  readonly process: number
  /** Whether a process of this host lives. */
  readonly isAlive: (process: number) => boolean
  readonly openDefaultStore: () => Store
  /** Tells the person who runs the program of a fault in it that is no reason to stop. */
  readonly warn: (sentence: string) => void
}
