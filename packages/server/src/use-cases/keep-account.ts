import { addressBlockOf } from '../domain/address-block.ts'
import { accept, refuse } from '../domain/outcome.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Accounts } from '../store/accounts.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import { openLeavingNote } from './leaving-note.ts'
import type { KeepAccount } from './leaving-use-cases.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly tokens: TokenEngine
  readonly events: Events
}

/** A person who has just shown the password stays after all. Permanent tokens are good again; sessions have ended and stay so. */
export function createKeepAccount({ clock, accounts, tokens, events }: Deps): KeepAccount {
  return async ({ tenant, leaving, caller }) => {
    const at = clock.now()
    const note = await openLeavingNote(tokens, tenant, leaving, at)
    if (note === undefined) return refuse({ code: 'leaving_note_invalid' })
    const { accountId: id, erasesAt } = note
    const block = addressBlockOf(caller.address)
    const kept = events.accountKept({ at, tenantId: tenant.id, actor: id, subject: id, block, requestId: caller.requestId })
    if (!(await accounts.keep({ id, erasesAt, at, audit: kept.audit }))) return refuse({ code: 'leaving_note_invalid' })
    events.publish(kept)
    return accept(undefined)
  }
}
