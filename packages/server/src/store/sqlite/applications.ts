import type { Application } from '../../domain/application.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import type { RefreshPolicy } from '../../domain/refresh-policy.ts'
import type { Applications } from '../applications.ts'
import type { Auditing } from './audit-trail.ts'
import type { Connection } from './connection.ts'
import { type Row, readBytes, readFlag, readNumber, readOptional, readText, readTexts, readWord, type Value } from './rows.ts'

const COLUMNS = [
  'id',
  'tenant_id',
  'organisation_id',
  'client_id',
  'name',
  'sign_in_door',
  'type',
  'scope',
  'token_format',
  'algorithm',
  'access_seconds',
  'idle_seconds',
  'absolute_seconds',
  'refresh_policy',
  'refresh_window_seconds',
  'audience',
  'checks',
  'password_grant',
  'web_origins',
  'redirect_uris',
  'requires_pkce',
  'shows_code',
  'enabled',
  'epoch',
  'created_at',
  'secret_digest',
] as const

export function createApplications({ prepare, read, write }: Connection, auditing: Auditing): Applications {
  const insert = prepare(`
    insert into applications (${COLUMNS.join(', ')}) values (${COLUMNS.map(() => '?').join(', ')}) on conflict do nothing`)
  const byId = prepare('select * from applications where tenant_id = ? and id = ?')
  const byClientId = prepare('select * from applications where tenant_id = ? and client_id = ?')
  const byDoor = prepare('select * from applications where tenant_id = ? and sign_in_door = ?')
  const all = prepare('select * from applications where tenant_id = ? order by created_at, id')
  const enable = prepare('update applications set enabled = 1 where id = ?')
  const disable = prepare('update applications set enabled = 0, epoch = epoch + 1 where id = ?')
  const setReach = prepare('update applications set scope = ?2, audience = ?3, web_origins = ?4 where id = ?1')
  const setPasswordGrant = prepare('update applications set password_grant = ?2 where id = ?1')
  const setPageSignIn = prepare('update applications set redirect_uris = ?2, requires_pkce = ?3, shows_code = ?4 where id = ?1')
  const ofOrigin = prepare(`
    select 1 from applications a, json_each(a.web_origins) origins
    where a.tenant_id = ?1 and origins.value = ?2 and (?3 is null or a.client_id = ?3) and a.enabled = 1
    limit 1`)
  const raiseEpoch = prepare('update applications set epoch = epoch + 1 where id = ?')

  const applicationOf = (row: Row | undefined) => row && toApplication(row)

  return {
    create: (application, secretDigest, audit) =>
      write(() => {
        if (insert.run(...valuesOf(application), secretDigest ?? null) === 0) return 'taken'
        auditing.append(audit)
        return 'created'
      }),
    find: (tenantId, id) => read(() => applicationOf(byId.get(tenantId, id))),
    findByClientId: (tenantId, clientId) =>
      read(() => {
        const row = byClientId.get(tenantId, clientId)
        return row && { application: toApplication(row), secretDigest: readOptional(row, 'secret_digest', readBytes) }
      }),
    findForDoor: (tenantId, door) => read(() => applicationOf(byDoor.get(tenantId, door))),
    list: (tenantId) => read(() => all.all(tenantId).map(toApplication)),
    setEnabled: (id, enabled, _at, audit) => auditing.change(audit, () => (enabled ? enable : disable).run(id)),
    setReach: (id, { scope, audience, webOrigins }, audit) =>
      auditing.change(audit, () => setReach.run(id, scope, JSON.stringify(audience), JSON.stringify(webOrigins))),
    allowsOrigin: (tenantId, origin, clientId) => read(() => ofOrigin.get(tenantId, origin, clientId ?? null) !== undefined),
    setPasswordGrant: (id, allowed, audit) => auditing.change(audit, () => setPasswordGrant.run(id, Number(allowed))),
    setPageSignIn: (id, { redirectUris, requiresPkce, showsCode }, audit) =>
      auditing.change(audit, () => setPageSignIn.run(id, JSON.stringify(redirectUris), Number(requiresPkce), Number(showsCode))),
    raiseEpoch: (id, _at, audit) => auditing.change(audit, () => raiseEpoch.run(id)),
  }
}

/** In the order of `COLUMNS`, but for the last. */
function valuesOf(application: Application): Value[] {
  const { lifetimes, refreshPolicy, pageSignIn } = application
  return [
    application.id,
    application.tenantId,
    application.organisationId ?? null,
    application.clientId,
    application.name,
    application.signInDoor ?? null,
    application.type,
    application.scope,
    application.tokenFormat,
    application.algorithm,
    lifetimes.accessSeconds,
    lifetimes.idleSeconds,
    lifetimes.absoluteSeconds,
    refreshPolicy.name,
    refreshPolicy.name === 'device' ? null : refreshPolicy.windowSeconds,
    JSON.stringify(application.audience),
    application.checks,
    Number(application.passwordGrant),
    JSON.stringify(application.webOrigins),
    JSON.stringify(pageSignIn.redirectUris),
    Number(pageSignIn.requiresPkce),
    Number(pageSignIn.showsCode),
    Number(application.enabled),
    application.epoch,
    application.createdAt,
  ]
}

/** @param row all columns of the table, under their own names */
export function toApplication(row: Row): Application {
  return {
    id: readText(row, 'id'),
    tenantId: readText(row, 'tenant_id'),
    organisationId: readOptional(row, 'organisation_id', readText<OrganisationId>),
    clientId: readText(row, 'client_id'),
    name: readText(row, 'name'),
    signInDoor: readOptional(row, 'sign_in_door', readText),
    type: readWord(row, 'type', ['public', 'confidential']),
    scope: readText(row, 'scope'),
    tokenFormat: readWord(row, 'token_format', ['signed', 'self-refreshing', 'keycloak', 'sealed']),
    algorithm: readWord(row, 'algorithm', ['ES256', 'EdDSA', 'RS256', 'HS256']),
    lifetimes: {
      accessSeconds: readNumber(row, 'access_seconds'),
      idleSeconds: readNumber(row, 'idle_seconds'),
      absoluteSeconds: readNumber(row, 'absolute_seconds'),
    },
    refreshPolicy: toRefreshPolicy(row),
    audience: readTexts(row, 'audience'),
    checks: readWord(row, 'checks', ['none', 'own', 'tenant']),
    passwordGrant: readFlag(row, 'password_grant'),
    webOrigins: readTexts(row, 'web_origins'),
    pageSignIn: {
      redirectUris: readTexts(row, 'redirect_uris'),
      requiresPkce: readFlag(row, 'requires_pkce'),
      showsCode: readFlag(row, 'shows_code'),
    },
    enabled: readFlag(row, 'enabled'),
    epoch: readNumber(row, 'epoch'),
    createdAt: readNumber(row, 'created_at'),
  }
}

function toRefreshPolicy(row: Row): RefreshPolicy {
  const name = readWord(row, 'refresh_policy', ['strict', 'device', 'bearer'])
  return name === 'device' ? { name } : { name, windowSeconds: readNumber(row, 'refresh_window_seconds') }
}
