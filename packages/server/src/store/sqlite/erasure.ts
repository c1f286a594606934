import type { Accounts } from '../accounts.ts'
import { ACCOUNT_COLUMNS, toAccount } from './account-rows.ts'
import type { Auditing } from './audit-trail.ts'
import type { Connection } from './connection.ts'

/** What goes with an account, before it. */
const BELONGINGS = ['login_ids', 'known_blocks', 'known_devices', 'grant_ends', 'permanent_tokens', 'sessions', 'letters']

/** SQL: where the rows about the account ?1 are, and those of what it did to others. Each way by its index. */
const POSITIONS_OF_ACCOUNT = `
  select position from audit_rows where account_id = ?1
  union select position from audit_rows where actor = ?1
  union select position from audit_rows where subject = ?1
  union select position from audit_rows where subject in (select id from sessions where account_id = ?1)`

/** How accounts come to their end: planned, kept after all, or erased. */
export function createErasure(
  { prepare, read, write }: Connection,
  auditing: Auditing,
): Pick<Accounts, 'planErasure' | 'keep' | 'listToErase' | 'erase'> {
  const plan = prepare('update accounts set erases_at = ?3, epoch = epoch + 1 where id = ?1 and epoch = ?2 and erases_at is null')
  const keep = prepare('update accounts set erases_at = null where id = ?1 and erases_at = ?2 and erases_at > ?3')
  const due = prepare(`select ${ACCOUNT_COLUMNS} from accounts a where a.erases_at <= ? order by a.erases_at, a.id limit ?`)
  const isDue = prepare('select 1 from accounts where id = ? and erases_at <= ?')
  // Where an operator or another account was is not the person's.
  const forgetPlaces = prepare(`
    update audit_rows set address_block = null where position in (
      select position from audit_rows
      where position in (${POSITIONS_OF_ACCOUNT}) and address_block is not null and actor in (?1, 'unknown') limit ?2)`)
  const removals = BELONGINGS.map((table) => prepare(`delete from ${table} where account_id = ?`))
  const remove = prepare('delete from accounts where id = ?')

  return {
    planErasure: ({ id, epoch, erasesAt, audit }) => auditing.change(audit, () => plan.run(id, epoch, erasesAt)),
    keep: ({ id, erasesAt, at, audit }) => auditing.change(audit, () => keep.run(id, erasesAt, at)),
    listToErase: (at, max) => read(() => due.all(at, max).map(toAccount)),
    erase: ({ id, at, maxRows, audit }) =>
      write(() => {
        if (isDue.get(id, at) === undefined) return 'kept'
        if (forgetPlaces.run(id, maxRows) === maxRows) return 'more'
        for (const removal of removals) removal.run(id)
        remove.run(id)
        auditing.append(audit)
        return 'erased'
      }),
  }
}
