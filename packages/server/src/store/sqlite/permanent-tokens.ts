import type { PermanentToken } from '../../domain/permanent-token.ts'
import type { PermanentTokens } from '../permanent-tokens.ts'
import type { Auditing } from './audit-trail.ts'
import type { CommittedTime } from './clock.ts'
import type { Connection } from './connection.ts'
import { type Row, readFlag, readNumber, readOptional, readText } from './rows.ts'

export function createPermanentTokens({ prepare, read, write }: Connection, auditing: Auditing, time: CommittedTime): PermanentTokens {
  const insert = prepare(`
    insert into permanent_tokens
      (id, tenant_id, application_id, account_id, name, scope, digest, issued_at, expires_at, revoked_at, last_used_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`)
  const byDigest = prepare(`
    select k.*, t.enabled and p.enabled and a.enabled and a.erases_at is null and o.enabled
      and (p.organisation_id is null or (select enabled from organisations where id = p.organisation_id)) as all_enabled
    from permanent_tokens k, tenants t, applications p, accounts a, organisations o
    where k.tenant_id = ? and k.digest = ?
      and t.id = k.tenant_id and p.id = k.application_id and a.id = k.account_id and o.id = a.organisation_id`)
  const ofTenant = prepare('select * from permanent_tokens where tenant_id = ? order by issued_at, id')
  const ofAccount = prepare('select * from permanent_tokens where tenant_id = ? and account_id = ? order by issued_at, id')
  const revoke = prepare('update permanent_tokens set revoked_at = ?3 where tenant_id = ?1 and id = ?2 and revoked_at is null')
  const recordUse = prepare('update permanent_tokens set last_used_at = max(coalesce(last_used_at, 0), ?2) where id = ?1')

  return {
    create: (token, digest, audit) =>
      write(() => {
        const { id, tenantId, applicationId, accountId, name, scope, issuedAt, expiresAt, revokedAt, lastUsedAt } = token
        const values = [id, tenantId, applicationId, accountId, name, scope, digest, issuedAt, expiresAt]
        if (insert.run(...values, revokedAt ?? null, lastUsedAt ?? null) === 0) return 'name_taken'
        auditing.append(audit)
        return 'created'
      }),
    findByDigest: (tenantId, digest) =>
      read(() => {
        const row = byDigest.get(tenantId, digest)
        return row && { token: toPermanentToken(row), enabled: readFlag(row, 'all_enabled') }
      }),
    list: (tenantId, accountId) =>
      read(() => (accountId === undefined ? ofTenant.all(tenantId) : ofAccount.all(tenantId, accountId)).map(toPermanentToken)),
    revoke: (tenantId, id, at, audit) => auditing.change(audit, () => revoke.run(tenantId, id, at)),
    recordUse: (uses) =>
      write(() => {
        for (const [id, at] of uses) {
          recordUse.run(id, at)
          time.note(at)
        }
      }),
  }
}

function toPermanentToken(row: Row): PermanentToken {
  return {
    id: readText(row, 'id'),
    tenantId: readText(row, 'tenant_id'),
    applicationId: readText(row, 'application_id'),
    accountId: readText(row, 'account_id'),
    name: readText(row, 'name'),
    scope: readText(row, 'scope'),
    issuedAt: readNumber(row, 'issued_at'),
    expiresAt: readNumber(row, 'expires_at'),
    revokedAt: readOptional(row, 'revoked_at', readNumber),
    lastUsedAt: readOptional(row, 'last_used_at', readNumber),
  }
}
