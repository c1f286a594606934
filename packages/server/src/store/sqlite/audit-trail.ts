import type { AuditRow } from '../../domain/audit-row.ts'
import type { AccountId, TenantId } from '../../domain/ids.ts'
import type { AuditTrail } from '../audit-trail.ts'
import type { CommittedTime } from './clock.ts'
import type { Connection } from './connection.ts'
import type { GroupCommit } from './group-commit.ts'
import { type Row, readDetails, readNumber, readOptional, readText } from './rows.ts'

export interface Auditing {
  /** Writes a row; called inside the transaction of the change that it describes. */
  append(row: AuditRow): void
  /** A change and its row in one transaction. @param update answers how many rows it changed; if none, nothing is written */
  change(row: AuditRow, update: () => number): Promise<boolean>
}

export function createAuditing({ prepare, write }: Connection, time: CommittedTime): Auditing {
  const insert = prepare(
    'insert into audit_rows (id, at, tenant_id, action, actor, subject, account_id, address_block, details) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  function append({ id, at, tenantId, action, actor, subject, accountId, addressBlock, details }: AuditRow): void {
    insert.run(id, at, tenantId ?? null, action, actor, subject ?? null, accountId ?? null, addressBlock ?? null, JSON.stringify(details))
    time.note(at)
  }
  return {
    append,
    change: (row, update) =>
      write(() => {
        if (update() === 0) return false
        append(row)
        return true
      }),
  }
}

export function createAuditTrail({ prepare, read }: Connection, auditing: Auditing, { writeTogether }: GroupCommit): AuditTrail {
  const lists = {
    all: prepare('select * from audit_rows order by position desc limit ?'),
    ofTenant: prepare('select * from audit_rows where tenant_id = ? order by position desc limit ?'),
    ofSubject: prepare('select * from audit_rows where subject = ? order by position desc limit ?'),
    ofAccount: prepare('select * from audit_rows where account_id = ?2 and tenant_id is ?1 order by position desc limit ?3'),
    ofTenantAndSubject: prepare('select * from audit_rows where tenant_id = ? and subject = ? order by position desc limit ?'),
  }

  function rows(tenantId: string | undefined, subject: string | undefined, max: number): Row[] {
    if (tenantId !== undefined && subject !== undefined) return lists.ofTenantAndSubject.all(tenantId, subject, max)
    if (tenantId !== undefined) return lists.ofTenant.all(tenantId, max)
    if (subject !== undefined) return lists.ofSubject.all(subject, max)
    return lists.all.all(max)
  }

  return {
    append: (row) => writeTogether(() => auditing.append(row)),
    list: ({ tenantId, subject, accountId, max }) =>
      read(() => {
        const found = accountId === undefined ? rows(tenantId, subject, max) : lists.ofAccount.all(tenantId ?? null, accountId, max)
        return found.map(auditRowOf)
      }),
  }
}

function auditRowOf(row: Row): AuditRow {
  return {
    id: readText(row, 'id'),
    at: readNumber(row, 'at'),
    tenantId: readOptional(row, 'tenant_id', readText<TenantId>),
    action: readText(row, 'action'),
    actor: readText(row, 'actor'),
    subject: readOptional(row, 'subject', readText),
    accountId: readOptional(row, 'account_id', readText<AccountId>),
    addressBlock: readOptional(row, 'address_block', readText),
    details: readDetails(row, 'details'),
  }
}
