import type { AddressBlock } from '../../domain/address-block.ts'
import type { Accounts } from '../accounts.ts'
import { ACCOUNT_COLUMNS, toAccount, toCandidate, valuesOf } from './account-rows.ts'
import type { Auditing } from './audit-trail.ts'
import type { Connection } from './connection.ts'
import { createErasure } from './erasure.ts'
import { type Row, readNumber, readText } from './rows.ts'

const FIND_BY_LOGIN_ID = 'l.tenant_id = ?1 and l.login_id = ?2 and a.id = l.account_id'

export function createAccounts(connection: Connection, auditing: Auditing): Accounts {
  const { prepare, read, write } = connection
  const insert = prepare(`
    insert into accounts
      (id, tenant_id, organisation_id, name, roles, may_impersonate, enabled, epoch, password_hash, password_set_at, created_at,
        erases_at, language)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const insertLoginId = prepare(`
    insert into login_ids (tenant_id, login_id, account_id, position) values (?, ?, ?, ?) on conflict do nothing`)
  const byId = prepare(`select ${ACCOUNT_COLUMNS} from accounts a where a.tenant_id = ? and a.id = ?`)
  const byLoginId = prepare(`select ${ACCOUNT_COLUMNS} from login_ids l, accounts a where ${FIND_BY_LOGIN_ID}`)
  const candidate = prepare(`
    select ${ACCOUNT_COLUMNS}, t.epoch as tenant_epoch, a.enabled and o.enabled and t.enabled as all_enabled,
      exists (select 1 from known_blocks b where b.account_id = a.id and b.block = ?3 and b.last_at >= a.password_set_at)
        as is_known_block
    from login_ids l, accounts a, organisations o, tenants t
    where ${FIND_BY_LOGIN_ID} and o.id = a.organisation_id and t.id = a.tenant_id`)
  const all = prepare(`select ${ACCOUNT_COLUMNS} from accounts a where a.tenant_id = ? order by a.created_at, a.id`)
  const setPassword = prepare(`
    update accounts set password_hash = ?2, password_set_at = ?3, epoch = epoch + 1 where id = ?1 and (?4 is null or epoch = ?4)`)
  const knownBlocks = prepare('select block, last_at from known_blocks where account_id = ? order by last_at desc, block')
  const rehash = prepare('update accounts set password_hash = ?3 where id = ?1 and password_hash = ?2')
  const setRights = prepare('update accounts set roles = ?2, may_impersonate = ?3, epoch = epoch + 1 where id = ?1')
  const enable = prepare('update accounts set enabled = 1 where id = ?')
  const disable = prepare('update accounts set enabled = 0, epoch = epoch + 1 where id = ?')
  const setLanguage = prepare('update accounts set language = ?2 where id = ?1')
  const raiseEpoch = prepare('update accounts set epoch = epoch + 1 where id = ?')

  const leaveEpoch = prepare('update accounts set epoch = epoch + 1 where id = ?1 and epoch = ?2')
  const freeLoginId = prepare('delete from login_ids where tenant_id = ?1 and login_id = ?2 and account_id = ?3 returning position')
  const nextPosition = prepare('select coalesce(max(position) + 1, 0) as position from login_ids where account_id = ?')

  const accountOf = (row: Row | undefined) => row && toAccount(row)

  return {
    create: (account, passwordHash, audit) =>
      write((rollback) => {
        const { id, tenantId } = account
        insert.run(...valuesOf(account, passwordHash))
        for (const [position, loginId] of account.loginIds.entries()) {
          if (insertLoginId.run(tenantId, loginId, id, position) === 0) return rollback('login_id_taken')
        }
        auditing.append(audit)
        return 'created'
      }),
    find: (tenantId, id) => read(() => accountOf(byId.get(tenantId, id))),
    findByLoginId: (tenantId, loginId) => read(() => accountOf(byLoginId.get(tenantId, loginId))),
    findForSignIn: (tenantId, loginId, block) =>
      read(() => {
        const row = candidate.get(tenantId, loginId, block)
        return row && toCandidate(row)
      }),
    list: (tenantId) => read(() => all.all(tenantId).map(toAccount)),
    listKnownBlocks: (id) =>
      read(() => knownBlocks.all(id).map((row) => ({ block: readText<AddressBlock>(row, 'block'), lastAt: readNumber(row, 'last_at') }))),
    setPassword: (id, passwordHash, at, audit, epoch) => auditing.change(audit, () => setPassword.run(id, passwordHash, at, epoch ?? null)),
    changeLoginId: ({ id, tenantId }, { from, to, epoch }, _at, audit) =>
      write((rollback) => {
        if (leaveEpoch.run(id, epoch) === 0) return 'gone'
        const place = from === undefined ? nextPosition.get(id) : freeLoginId.get(tenantId, from, id)
        if (place === undefined) return rollback('gone')
        if (insertLoginId.run(tenantId, to, id, readNumber(place, 'position')) === 0) return rollback('login_id_taken')
        auditing.append(audit)
        return 'changed'
      }),
    rehash: (id, from, to) => write(() => rehash.run(id, from, to) === 1),
    setRights: (id, { roles, mayImpersonate }, _at, audit) =>
      auditing.change(audit, () => setRights.run(id, JSON.stringify(roles), Number(mayImpersonate))),
    setEnabled: (id, enabled, _at, audit) => auditing.change(audit, () => (enabled ? enable : disable).run(id)),
    setLanguage: (id, language) => write(() => void setLanguage.run(id, language)),
    raiseEpoch: (id, _at, audit) => auditing.change(audit, () => raiseEpoch.run(id)),
    ...createErasure(connection, auditing),
  }
}
