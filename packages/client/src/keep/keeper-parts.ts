import type { Environment } from '../environment-parts.ts'
import type { Observe } from '../event.ts'
import type { Exchange } from '../exchange.ts'
import type { Account } from '../platform.ts'
import type { ServerClock } from './server-clock.ts'
import type { Store } from './store.ts'

/** What keeps one credential's token is made of. */
export interface KeeperParts {
  readonly platform: string
  readonly account: Account
  readonly store: Store
  readonly key: string
  readonly environment: Environment
  readonly exchange: Exchange
  readonly clock: ServerClock
  readonly repeatsLostAnswers: boolean
  /** How long a caller waits for a token at most. */
  readonly timeoutMs: number
  readonly leaseMs: number
  readonly observe: Observe
  /** Asks the platform for anything at all, for its `Date`. */
  readonly askTheTime: () => Promise<void>
}
