import { PHONE_KINDS, type PhonePolicy } from '../../domain/phone.ts'
import type { Tenant } from '../../domain/tenant.ts'
import type { Tenants } from '../tenants.ts'
import type { Auditing } from './audit-trail.ts'
import type { Connection } from './connection.ts'
import { type Row, readFlag, readNumber, readOptional, readText, readTexts } from './rows.ts'

const SELECT = `
  select t.*, (select json_group_array(host_name order by position) from host_names where tenant_id = t.id) as host_names
  from tenants t`

export function createTenants({ prepare, read, write }: Connection, auditing: Auditing): Tenants {
  const insert = prepare(`
    insert into tenants (id, name, doors, is_default, enabled, phones, epoch, epoch_raised_at, key_version, created_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict do nothing`)
  const insertHostName = prepare('insert into host_names (host_name, tenant_id, position) values (?, ?, ?) on conflict do nothing')
  const byId = prepare(`${SELECT} where t.id = ?`)
  const byName = prepare(`${SELECT} where t.name = ?`)
  const byHostName = prepare(`${SELECT} where t.id = (select tenant_id from host_names where host_name = ?)`)
  const theDefault = prepare(`${SELECT} where t.is_default = 1`)
  const all = prepare(`${SELECT} order by t.created_at, t.id`)
  const addDoor = prepare(`
    update tenants set doors = json_insert(doors, '$[#]', ?2) where id = ?1 and not exists (select 1 from json_each(doors) where value = ?2)`)
  const enable = prepare('update tenants set enabled = 1 where id = ?')
  const disable = prepare('update tenants set enabled = 0, epoch = epoch + 1, epoch_raised_at = ?2 where id = ?1')
  const setPhones = prepare('update tenants set phones = ?2 where id = ?1')
  const raiseEpoch = prepare('update tenants set epoch = epoch + 1, epoch_raised_at = ?2 where id = ?1')

  const tenantOf = (row: Row | undefined) => row && toTenant(row)

  return {
    create: (tenant, audit) =>
      write((rollback) => {
        const { id, name, doors, isDefault, enabled, phones, epoch, epochRaisedAt, keyVersion, createdAt } = tenant
        const flags = [Number(isDefault), Number(enabled)]
        const lists = [JSON.stringify(doors), ...flags, JSON.stringify(phones)]
        if (insert.run(id, name, ...lists, epoch, epochRaisedAt ?? null, keyVersion, createdAt) === 0) return rollback('name_taken')
        for (const [position, hostName] of tenant.hostNames.entries()) {
          if (insertHostName.run(hostName, id, position) === 0) return rollback('name_taken')
        }
        auditing.append(audit)
        return 'created'
      }),
    find: (id) => read(() => tenantOf(byId.get(id))),
    findByName: (name) => read(() => tenantOf(byName.get(name))),
    findByHostName: (hostName) => read(() => tenantOf(byHostName.get(hostName))),
    findDefault: () => read(() => tenantOf(theDefault.get())),
    list: () => read(() => all.all().map(toTenant)),
    addDoor: (id, door, audit) => auditing.change(audit, () => addDoor.run(id, door)),
    setEnabled: (id, enabled, at, audit) => auditing.change(audit, () => (enabled ? enable.run(id) : disable.run(id, at))),
    setPhones: (id, phones, audit) => auditing.change(audit, () => setPhones.run(id, JSON.stringify(phones))),
    raiseEpoch: (id, at, audit) => auditing.change(audit, () => raiseEpoch.run(id, at)),
  }
}

function toTenant(row: Row): Tenant {
  return {
    id: readText(row, 'id'),
    name: readText(row, 'name'),
    hostNames: readTexts(row, 'host_names'),
    doors: readTexts(row, 'doors'),
    isDefault: readFlag(row, 'is_default'),
    enabled: readFlag(row, 'enabled'),
    phones: readPhonePolicy(row),
    epoch: readNumber(row, 'epoch'),
    epochRaisedAt: readOptional(row, 'epoch_raised_at', readNumber),
    keyVersion: readNumber(row, 'key_version'),
    createdAt: readNumber(row, 'created_at'),
  }
}

function readPhonePolicy(row: Row): PhonePolicy {
  const { countries, kinds, messagesPerDay, registersIn } = JSON.parse(readText(row, 'phones'))
  const isOurs =
    Array.isArray(countries) &&
    countries.every((country) => typeof country === 'string') &&
    Array.isArray(kinds) &&
    kinds.every((kind) => PHONE_KINDS.includes(kind)) &&
    Number.isInteger(messagesPerDay) &&
    ['string', 'undefined'].includes(typeof registersIn)
  if (!isOurs) throw new Error('the store has a policy of telephone numbers that cannot be read')
  return { countries, kinds, messagesPerDay, registersIn }
}
