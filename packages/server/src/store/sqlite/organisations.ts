import type { Organisation } from '../../domain/organisation.ts'
import type { Organisations } from '../organisations.ts'
import type { Auditing } from './audit-trail.ts'
import type { Connection } from './connection.ts'
import { type Row, readFlag, readNumber, readText } from './rows.ts'

export function createOrganisations({ prepare, read, write }: Connection, auditing: Auditing): Organisations {
  const insert = prepare(`
    insert into organisations (id, tenant_id, name, enabled, created_at) values (?, ?, ?, ?, ?) on conflict do nothing`)
  const byId = prepare('select * from organisations where tenant_id = ? and id = ?')
  const byName = prepare('select * from organisations where tenant_id = ? and name = ?')
  const all = prepare('select * from organisations where tenant_id = ? order by created_at, id')
  const setEnabled = prepare('update organisations set enabled = ?2 where id = ?1')
  const raiseAccounts = prepare('update accounts set epoch = epoch + 1 where organisation_id = ?')
  const raiseApplications = prepare('update applications set epoch = epoch + 1 where organisation_id = ?')

  const organisationOf = (row: Row | undefined) => row && toOrganisation(row)

  return {
    create: ({ id, tenantId, name, enabled, createdAt }, audit) =>
      write(() => {
        if (insert.run(id, tenantId, name, Number(enabled), createdAt) === 0) return 'name_taken'
        auditing.append(audit)
        return 'created'
      }),
    find: (tenantId, id) => read(() => organisationOf(byId.get(tenantId, id))),
    findByName: (tenantId, name) => read(() => organisationOf(byName.get(tenantId, name))),
    list: (tenantId) => read(() => all.all(tenantId).map(toOrganisation)),
    setEnabled: (id, enabled, _at, audit) =>
      write(() => {
        if (setEnabled.run(id, Number(enabled)) === 0) return false
        if (!enabled) {
          raiseAccounts.run(id)
          raiseApplications.run(id)
        }
        auditing.append(audit)
        return true
      }),
  }
}

function toOrganisation(row: Row): Organisation {
  return {
    id: readText(row, 'id'),
    tenantId: readText(row, 'tenant_id'),
    name: readText(row, 'name'),
    enabled: readFlag(row, 'enabled'),
    createdAt: readNumber(row, 'created_at'),
  }
}
