/** Databases that earlier versions of the program made, with rows in them, opened by this one. */
import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { NO_PAGE_SIGN_IN, type PageSignIn } from '../../domain/application.ts'
import type { RedirectUri } from '../../domain/redirect-uri.ts'
import type { Role } from '../../domain/role.ts'
import { anAuditRow, createSeededRandomness, NOON } from '../contract/builders.ts'
import { first } from '../migrations/sqlite/0001-first.ts'
import { rights } from '../migrations/sqlite/0002-rights.ts'
import type { Migration } from '../migrations/sqlite/migration.ts'
import { openDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { openSqliteStore } from './open.ts'
import { createTemporaryPath } from './temporary-path.ts'

const randomness = createSeededRandomness('older schemas')
const temporary = createTemporaryPath()

const SESSION_OF_1 = `
insert into sessions values ('ses_1', x'00', 'ten_1', 'app_1', 'acc_1', 'calls', null, 5, ${NOON}, ${NOON}, ${NOON / 1000 + 86_400}, ${NOON},
  0, 2, 3, null, null);
`

/** As the first version wrote them: with all columns that it knew. */
const ROWS_OF_1 = `
insert into tenants values ('ten_1', 'acme', '["smartflo"]', 1, 1, 0, null, ${NOON});
insert into organisations values ('org_1', 'ten_1', 'Switchboard', 1, ${NOON});
insert into accounts values ('acc_1', 'ten_1', 'org_1', 1, 3, '$hash', ${NOON}, ${NOON});
insert into login_ids values ('ten_1', 'ann@acme.example', 'acc_1', 0);
insert into applications values ('app_1', 'ten_1', null, 'portal', 'Portal', null, 'public', 'calls', 'signed', 'ES256',
  600, 86400, 864000, 'strict', 30, '[]', 'none', 1, 2, null, ${NOON});
insert into audit_rows values (1, 'aud_1', ${NOON}, 'ten_1', 'sign_in.refused', 'unknown', 'acc_1', null, '{}');
insert into audit_rows values (2, 'aud_2', ${NOON}, 'ten_1', 'sign_in.succeeded', 'acc_1', 'ses_1', null, '{}');
insert into audit_rows values (3, 'aud_3', ${NOON}, 'ten_1', 'session.ended', 'operator', 'ses_1', null, '{}');
${SESSION_OF_1}`

/** As the second version wrote them. */
const ROWS_OF_2 = `
insert into tenants values ('ten_1', 'acme', '["smartflo"]', 1, 1, 0, null, ${NOON});
insert into organisations values ('org_1', 'ten_1', 'Switchboard', 1, ${NOON});
insert into accounts values ('acc_1', 'ten_1', 'org_1', 1, 3, '$hash', ${NOON}, ${NOON}, 'Ann', '["agent"]', 1);
insert into applications values ('app_1', 'ten_1', null, 'portal', 'Portal', null, 'public', 'calls', 'keycloak', 'ES256',
  600, 86400, 864000, 'strict', 30, '[]', 'none', 1, 2, null, ${NOON}, 1, '["https://page.example"]');
${SESSION_OF_1}`

/** Of sessions from before this was kept. */
const NOWHERE = { device: undefined, block: undefined, isPassing: false }

function aDatabaseOf(migrations: readonly Migration[], rows: string): string {
  const path = temporary.next()
  writeFileSync(path, '', { mode: 0o600 }) // opening makes none
  const database = openDatabase(path, 0)
  migrate(database, migrations, randomness)
  database.exec(rows)
  database.close()
  return path
}

describe('a database of schema 1', () => {
  test('keeps its accounts, applications and sessions: nobody is named or may more than before, and rights can be given', async () => {
    const path = aDatabaseOf([first], ROWS_OF_1)
    const store = await openSqliteStore({ path, randomness })
    const [tenant] = await store.tenants.list()
    if (tenant === undefined) throw new Error('the tenant has gone')
    const [account] = await store.accounts.list(tenant.id)
    expect(account).toMatchObject({ id: 'acc_1', loginIds: ['ann@acme.example'], enabled: true, epoch: 3 })
    expect(account).toMatchObject({ name: undefined, roles: [], mayImpersonate: false })
    const [application] = await store.applications.list(tenant.id)
    expect(application).toMatchObject({ id: 'app_1', clientId: 'portal', checks: 'none', enabled: true, epoch: 2, passwordGrant: false })
    expect(application).toMatchObject({ pageSignIn: NO_PAGE_SIGN_IN })
    const [listed] = await store.sessions.list({ tenantId: tenant.id, at: NOON, max: 9 })
    expect(listed).toMatchObject({ session: { id: 'ses_1', generation: 5, origin: NOWHERE }, current: true })

    const about = await store.auditTrail.list({ tenantId: tenant.id, accountId: account?.id ?? expect.fail('no account'), max: 9 })
    expect(about.map(({ id }) => id)).toEqual(['aud_2', 'aud_1'])
    if (account === undefined || application === undefined) throw new Error('the rows have gone')
    const rights = { roles: ['agent' as Role], mayImpersonate: true }
    await store.accounts.setRights(account.id, rights, NOON, anAuditRow())
    await store.applications.setPasswordGrant(application.id, true, anAuditRow())
    await store.close()

    const again = await openSqliteStore({ path, randomness })
    expect(await again.accounts.list(tenant.id)).toEqual([{ ...account, ...rights, epoch: 4 }])
    expect(await again.applications.list(tenant.id)).toEqual([{ ...application, passwordGrant: true }])
    await again.close()
  })
})

describe('a database of schema 2', () => {
  test('keeps its applications as they were: none sends a browser anywhere, and one can be told to', async () => {
    const path = aDatabaseOf([first, rights], ROWS_OF_2)
    const store = await openSqliteStore({ path, randomness })
    const [tenant] = await store.tenants.list()
    if (tenant === undefined) throw new Error('the tenant has gone')
    expect(await store.accounts.list(tenant.id)).toMatchObject([{ name: 'Ann', roles: ['agent'], mayImpersonate: true }])
    const [application] = await store.applications.list(tenant.id)
    if (application === undefined) throw new Error('the application has gone')
    expect(application).toMatchObject({ tokenFormat: 'keycloak', passwordGrant: true, webOrigins: ['https://page.example'] })
    expect(application.pageSignIn).toEqual({ redirectUris: [], requiresPkce: true, showsCode: false })
    const [listed] = await store.sessions.list({ tenantId: tenant.id, at: NOON, max: 9 })
    expect(listed).toMatchObject({ session: { id: 'ses_1', generation: 5 }, current: true })

    const pageSignIn: PageSignIn = { redirectUris: ['https://a.example/cb' as RedirectUri], requiresPkce: false, showsCode: true }
    expect(await store.applications.setPageSignIn(application.id, pageSignIn, anAuditRow())).toBe(true)
    await store.close()
    const again = await openSqliteStore({ path, randomness })
    expect(await again.applications.list(tenant.id)).toEqual([{ ...application, pageSignIn }])
    await again.close()
  })
})
