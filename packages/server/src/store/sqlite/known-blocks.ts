import type { AddressBlock } from '../../domain/address-block.ts'
import type { AccountId } from '../../domain/ids.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { Connection } from './connection.ts'

/** The address blocks that an account has signed in from. They are read with the account, at a sign-in. */
export interface KnownBlocks {
  /** Called inside the transaction of a sign-in. */
  remember(accountId: AccountId, block: AddressBlock, at: EpochMs): void
}

export function createKnownBlocks({ prepare }: Connection): KnownBlocks {
  const upsert = prepare(`
    insert into known_blocks (account_id, block, last_at) values (?, ?, ?)
    on conflict (account_id, block) do update set last_at = max(last_at, excluded.last_at)`)
  return {
    remember(accountId, block, at) {
      upsert.run(accountId, block, at)
    },
  }
}
