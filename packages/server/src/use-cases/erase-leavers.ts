import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Accounts } from '../store/accounts.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly events: Events
}

/** In one turn; the rest has the next one. */
const MAX_ACCOUNTS = 20
/** Of the audit trail, in one transaction: a refresh waits for no more. */
const MAX_ROWS = 2000

/** Erases the accounts whose people have left long enough ago. A server does it unasked. */
export function createEraseLeavers({ clock, accounts, events }: Deps) {
  return async (): Promise<void> => {
    for (const { id, tenantId } of await accounts.listToErase(clock.now(), MAX_ACCOUNTS)) {
      for (;;) {
        const at = clock.now()
        const erased = events.accountErased({ at, tenantId, actor: 'system', subject: id })
        const answer = await accounts.erase({ id, at, maxRows: MAX_ROWS, audit: erased.audit })
        if (answer === 'more') continue
        if (answer === 'erased') events.publish(erased)
        break
      }
    }
  }
}
