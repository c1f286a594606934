import type { ApiKey } from '../../domain/api-key.ts'
import type { ApiKeys } from '../api-keys.ts'
import { toApplication } from './applications.ts'
import type { Auditing } from './audit-trail.ts'
import type { CommittedTime } from './clock.ts'
import type { Connection } from './connection.ts'
import { type Row, readFlag, readNumber, readOptional, readText } from './rows.ts'

export function createApiKeys({ prepare, read, write }: Connection, auditing: Auditing, time: CommittedTime): ApiKeys {
  const insert = prepare(`
    insert into api_keys (id, tenant_id, application_id, name, digest, enabled, created_at, last_used_at) values (?, ?, ?, ?, ?, ?, ?, ?)
    on conflict do nothing`)
  const byDigest = prepare(`
    select k.id as key_id, k.name as key_name, k.enabled as key_enabled, k.created_at as key_created_at, k.last_used_at as key_last_used_at,
      p.*, p.id as application_id
    from api_keys k join applications p on p.id = k.application_id
    where k.tenant_id = ? and k.digest = ?`)
  const KEY = `
    select id as key_id, name as key_name, enabled as key_enabled, created_at as key_created_at, last_used_at as key_last_used_at,
      tenant_id, application_id
    from api_keys`
  const ofTenant = prepare(`${KEY} where tenant_id = ? order by created_at, id`)
  const ofApplication = prepare(`${KEY} where tenant_id = ? and application_id = ? order by created_at, id`)
  const setEnabled = prepare('update api_keys set enabled = ?2 where id = ?1')
  const recordUse = prepare('update api_keys set last_used_at = max(coalesce(last_used_at, 0), ?2) where id = ?1')

  return {
    create: (key, digest, audit) =>
      write(() => {
        const { id, tenantId, applicationId, name, enabled, createdAt, lastUsedAt } = key
        if (insert.run(id, tenantId, applicationId, name, digest, Number(enabled), createdAt, lastUsedAt ?? null) === 0) return 'name_taken'
        auditing.append(audit)
        return 'created'
      }),
    findByDigest: (tenantId, digest) =>
      read(() => {
        const row = byDigest.get(tenantId, digest)
        return row && { key: toApiKey(row), application: toApplication(row) }
      }),
    list: (tenantId, applicationId) =>
      read(() => (applicationId === undefined ? ofTenant.all(tenantId) : ofApplication.all(tenantId, applicationId)).map(toApiKey)),
    setEnabled: (id, enabled, audit) => auditing.change(audit, () => setEnabled.run(id, Number(enabled))),
    recordUse: (uses) =>
      write(() => {
        for (const [id, at] of uses) {
          recordUse.run(id, at)
          time.note(at)
        }
      }),
  }
}

function toApiKey(row: Row): ApiKey {
  return {
    id: readText(row, 'key_id'),
    tenantId: readText(row, 'tenant_id'),
    applicationId: readText(row, 'application_id'),
    name: readText(row, 'key_name'),
    enabled: readFlag(row, 'key_enabled'),
    createdAt: readNumber(row, 'key_created_at'),
    lastUsedAt: readOptional(row, 'key_last_used_at', readNumber),
  }
}
