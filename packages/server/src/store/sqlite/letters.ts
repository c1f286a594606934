import type { AccountId, TenantId } from '../../domain/ids.ts'
import type { Letter, LetterId } from '../../domain/letter.ts'
import type { MailAddress } from '../../domain/mail-address.ts'
import type { ClaimedLetter, Letters } from '../letters.ts'
import type { Auditing } from './audit-trail.ts'
import type { CommittedTime } from './clock.ts'
import type { Connection } from './connection.ts'
import { type Row, readNumber, readText } from './rows.ts'

export function createLetters({ prepare, read, write }: Connection, auditing: Auditing, time: CommittedTime): Letters {
  const insert = prepare(`
    insert into letters (id, tenant_id, account_id, recipient, content, written_at, due_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?6)`)
  const due = prepare('select id from letters where claimed_until is null and due_at <= ? order by due_at, id limit 1')
  const claim = prepare(`
    update letters set claimed_until = ?2, attempts = attempts + 1
    where claimed_until is null
      and id = (select id from letters where claimed_until is null and due_at <= ?1 order by due_at, id limit 1)
    returning *`)
  const postpone = prepare(`
    update letters set claimed_until = null, due_at = ?3 where id = ?1 and attempts = ?2 and claimed_until is not null`)
  const settle = prepare('delete from letters where id = ?1 and attempts = ?2 and claimed_until is not null')
  const abandoned = prepare('select * from letters where claimed_until <= ? order by claimed_until, id limit ?')
  const count = prepare('select count(*) as letters from letters')

  return {
    add: ({ id, tenantId, accountId, to, content, writtenAt }: Letter) =>
      write(() => {
        insert.run(id, tenantId, accountId, to, content, writtenAt)
        time.note(writtenAt)
      }),
    async claim({ at, until }) {
      if ((await read(() => due.get(at))) === undefined) return undefined
      return write(() => {
        const row = claim.get(at, until)
        return row && toClaimedLetter(row)
      })
    },
    postpone: ({ id, attempt }, dueAt) => write(() => postpone.run(id, attempt, dueAt) === 1),
    settle: ({ id, attempt }, audit) =>
      audit === undefined ? write(() => settle.run(id, attempt) === 1) : auditing.change(audit, () => settle.run(id, attempt)),
    listAbandoned: (at, max) => read(() => abandoned.all(at, max).map(toClaimedLetter)),
    count: () =>
      read(() => {
        const row = count.get()
        return row === undefined ? 0 : readNumber(row, 'letters')
      }),
  }
}

function toClaimedLetter(row: Row): ClaimedLetter {
  return {
    id: readText<LetterId>(row, 'id'),
    tenantId: readText<TenantId>(row, 'tenant_id'),
    accountId: readText<AccountId>(row, 'account_id'),
    to: readText<MailAddress>(row, 'recipient'),
    content: readText(row, 'content'),
    writtenAt: readNumber(row, 'written_at'),
    attempt: readNumber(row, 'attempts'),
  }
}
