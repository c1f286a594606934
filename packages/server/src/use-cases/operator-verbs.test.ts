/** The operators' verbs: what each refuses, and that each change leaves one audit row, without a secret. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ApiKeyId } from '../domain/ids.ts'
import type { Outcome } from '../domain/outcome.ts'
import { A_PASSWORD, anAccountAt, openTestHouse, PLAIN_ACCOUNT, refreshTokenOf, type TestHouse, valueFrom } from '../testing/test-house.ts'
import type { NewApplication, UseCases } from './use-cases.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let house: TestHouse
let ann: { login: string; password: string }
beforeEach(async () => {
  house = await openTestHouse()
  ann = await anAccountAt(house, 'ann')
})
afterEach(() => house.close())

type Doing = (useCases: UseCases) => Promise<Outcome<unknown>>

const APPLICATION: NewApplication = {
  tenant: 'acme',
  clientId: 'portal',
  name: 'Portal',
  door: 'device',
  type: 'confidential',
}
const TENANT = { name: 'beta', hostNames: ['id.beta.example'], doors: ['device'], isDefault: false }
const ACCOUNT = { ...PLAIN_ACCOUNT, tenant: 'acme', organisation: 'Switchboard', loginIds: ['bert'], password: A_PASSWORD }
const RIGHTS = { tenant: 'acme', roles: ['agent'], mayImpersonate: true }
const FIFTY_ONE_ROLES = Array.from({ length: 51 }, (_, index) => `role-${index}`)
const TOKEN = { tenant: 'acme', account: 'ann@acme.example', clientId: 'device', name: 'crm', scope: undefined, lifetimeSeconds: undefined }
const bearer = (overrides: Partial<NewApplication>): NewApplication => ({ ...APPLICATION, door: 'bearer', ...overrides })

const refusals: [string, string, Doing][] = [
  ['a tenant whose name is none', 'name_invalid', (u) => u.createTenant({ ...TENANT, name: 'Beta Ltd' })],
  ['a tenant with an empty name', 'name_invalid', (u) => u.createTenant({ ...TENANT, name: '' })],
  ['a tenant at a URL', 'host_name_invalid', (u) => u.createTenant({ ...TENANT, hostNames: ['https://id.beta.example'] })],
  ['a tenant at a host with a port', 'host_name_invalid', (u) => u.createTenant({ ...TENANT, hostNames: ['id.beta.example:8080'] })],
  ['a tenant with a door that does not exist', 'door_unknown', (u) => u.createTenant({ ...TENANT, doors: ['nowhere'] })],
  ['a tenant of a name that is taken', 'name_taken', (u) => u.createTenant({ ...TENANT, name: 'acme' })],
  ['a second default tenant', 'name_taken', (u) => u.createTenant({ ...TENANT, isDefault: true })],

  ['an organisation of no tenant', 'tenant_not_found', (u) => u.createOrganisation({ tenant: 'nobody', name: 'One' })],
  ['an organisation with a name that is none', 'name_invalid', (u) => u.createOrganisation({ tenant: 'acme', name: 'a\u0000b' })],
  ['an organisation of a name that is taken', 'name_taken', (u) => u.createOrganisation({ tenant: 'acme', name: 'Switchboard' })],

  ['an account of no tenant', 'tenant_not_found', (u) => u.createAccount({ ...ACCOUNT, tenant: 'nobody' })],
  ['an account of no organisation', 'organisation_not_found', (u) => u.createAccount({ ...ACCOUNT, organisation: 'Nobody' })],
  ['an account without a login id', 'login_id_invalid', (u) => u.createAccount({ ...ACCOUNT, loginIds: [] })],
  ['an account with one login id that is none', 'login_id_invalid', (u) => u.createAccount({ ...ACCOUNT, loginIds: ['bert', 'b rt'] })],
  ['an account whose login id is taken', 'login_id_taken', (u) => u.createAccount({ ...ACCOUNT, loginIds: ['bert', ' ANN@acme.example'] })],
  ['an account with a short password', 'password_too_short', (u) => u.createAccount({ ...ACCOUNT, password: '1234567' })],
  ['an account with a password too long to hash', 'password_too_long', (u) => u.createAccount({ ...ACCOUNT, password: 'x'.repeat(129) })],

  ['an account with an empty name', 'name_invalid', (u) => u.createAccount({ ...ACCOUNT, name: ' ' })],
  ['an account with a name of two lines', 'name_invalid', (u) => u.createAccount({ ...ACCOUNT, name: 'Bert\nB.' })],
  ['an account with a role that is none', 'roles_invalid', (u) => u.createAccount({ ...ACCOUNT, roles: ['agent', 'a b'] })],
  ['an account with too many roles', 'roles_invalid', (u) => u.createAccount({ ...ACCOUNT, roles: FIFTY_ONE_ROLES })],

  ['a role that is none', 'roles_invalid', (u) => u.setAccountRights({ ...RIGHTS, account: ann.login, roles: ['agent', ''] })],
  ['too many roles', 'roles_invalid', (u) => u.setAccountRights({ ...RIGHTS, account: ann.login, roles: FIFTY_ONE_ROLES })],
  ['rights of nobody', 'account_not_found', (u) => u.setAccountRights({ ...RIGHTS, account: 'nobody' })],
  ['rights in no tenant', 'tenant_not_found', (u) => u.setAccountRights({ ...RIGHTS, tenant: 'nobody', account: ann.login })],

  ['S82: an account with a common password', 'password_common', (u) => u.createAccount({ ...ACCOUNT, password: 'Sunshine' })],
  ['S82: an account with its name as a password', 'password_common', (u) => u.createAccount({ ...ACCOUNT, password: 'Bert!234' })],
  ['S82: a common new password', 'password_common', (u) => u.setPassword({ tenant: 'acme', account: ann.login, password: 'Sunshine' })],
  [
    'S82: a login name as a new password',
    'password_common',
    (u) => u.setPassword({ tenant: 'acme', account: ann.login, password: ann.login }),
  ],
  ['keeping nobody', 'account_not_found', (u) => u.stopErasure({ tenant: 'acme', account: 'nobody' })],
  ['keeping in no tenant', 'tenant_not_found', (u) => u.stopErasure({ tenant: 'nobody', account: ann.login })],
  ['keeping who does not leave', 'erasure_not_planned', (u) => u.stopErasure({ tenant: 'acme', account: ann.login })],
  ['a short new password', 'password_too_short', (u) => u.setPassword({ tenant: 'acme', account: ann.login, password: 'ü'.repeat(7) })],
  ['a long new password', 'password_too_long', (u) => u.setPassword({ tenant: 'acme', account: ann.login, password: 'ü'.repeat(129) })],
  ['a new password of nobody', 'account_not_found', (u) => u.setPassword({ tenant: 'acme', account: 'nobody', password: A_PASSWORD })],
  ['a new password in no tenant', 'tenant_not_found', (u) => u.setPassword({ tenant: 'nobody', account: ann.login, password: A_PASSWORD })],

  ['an application of no tenant', 'tenant_not_found', (u) => u.createApplication({ ...APPLICATION, tenant: 'nobody' })],
  ['an application of no organisation', 'organisation_not_found', (u) => u.createApplication({ ...APPLICATION, organisation: 'Nobody' })],
  ['an application of no door', 'door_unknown', (u) => u.createApplication({ ...APPLICATION, door: 'nowhere' })],
  ['an application without a client id', 'name_invalid', (u) => u.createApplication({ ...APPLICATION, clientId: '' })],
  ['an application with a colon in its client id', 'name_invalid', (u) => u.createApplication({ ...APPLICATION, clientId: 'a:b' })],
  ['an application without a name', 'name_invalid', (u) => u.createApplication({ ...APPLICATION, name: '' })],
  ['an application whose scope is none', 'scope_malformed', (u) => u.createApplication({ ...APPLICATION, scope: 'calls"read' })],
  ['a client id that is taken', 'taken', (u) => u.createApplication({ ...APPLICATION, clientId: 'device' })],
  ['a second application for a door’s sign-ins', 'taken', (u) => u.createApplication({ ...APPLICATION, takesDoorSignIns: true })],
  ['a life of seconds', 'lifetimes_invalid', (u) => u.createApplication({ ...APPLICATION, lifetimes: { accessSeconds: 59 } })],
  ['half a second', 'lifetimes_invalid', (u) => u.createApplication({ ...APPLICATION, lifetimes: { accessSeconds: 60.5 } })],
  [
    'an idle life under an access token’s',
    'lifetimes_invalid',
    (u) => u.createApplication({ ...APPLICATION, lifetimes: { idleSeconds: 3599 } }),
  ],
  [
    'a session shorter than idle',
    'lifetimes_invalid',
    (u) => u.createApplication({ ...APPLICATION, lifetimes: { absoluteSeconds: 3600 } }),
  ],
  ['a life for ever', 'lifetimes_invalid', (u) => u.createApplication({ ...APPLICATION, lifetimes: { absoluteSeconds: 1e12 } })],
  ['a short window', 'window_too_short', (u) => u.createApplication(bearer({ refreshPolicy: { name: 'strict', windowSeconds: 9 } }))],

  [
    'the password grant of no application',
    'application_not_found',
    (u) => u.setPasswordGrant({ tenant: 'acme', clientId: 'nobody', allowed: true }),
  ],
  [
    'the password grant in no tenant',
    'tenant_not_found',
    (u) => u.setPasswordGrant({ tenant: 'nobody', clientId: 'device', allowed: true }),
  ],

  ['an API key of no application', 'application_not_found', (u) => u.createApiKey({ tenant: 'acme', clientId: 'nobody', name: 'one' })],
  ['an API key in no tenant', 'tenant_not_found', (u) => u.createApiKey({ tenant: 'nobody', clientId: 'device', name: 'one' })],
  ['an API key without a name', 'name_invalid', (u) => u.createApiKey({ tenant: 'acme', clientId: 'device', name: '' })],

  ['a permanent token in no tenant', 'tenant_not_found', (u) => u.issuePermanentToken({ ...TOKEN, tenant: 'nobody' })],
  ['a permanent token of nobody', 'account_not_found', (u) => u.issuePermanentToken({ ...TOKEN, account: 'nobody' })],
  ['a permanent token at no application', 'application_not_found', (u) => u.issuePermanentToken({ ...TOKEN, clientId: 'nobody' })],
  ['a permanent token without a name', 'name_invalid', (u) => u.issuePermanentToken({ ...TOKEN, name: '' })],
  ['a permanent token whose scope is none', 'scope_malformed', (u) => u.issuePermanentToken({ ...TOKEN, scope: '"' })],
  ['S124: a wider permanent token', 'scope_exceeded', (u) => u.issuePermanentToken({ ...TOKEN, scope: 'calls:read admin' })],
  ['a permanent token for seconds', 'lifetime_invalid', (u) => u.issuePermanentToken({ ...TOKEN, lifetimeSeconds: 59 })],
  ['a permanent token beyond all', 'lifetime_invalid', (u) => u.issuePermanentToken({ ...TOKEN, lifetimeSeconds: 300_000_001 })],
  ['a permanent token for no number', 'lifetime_invalid', (u) => u.issuePermanentToken({ ...TOKEN, lifetimeSeconds: Number.NaN })],
  ['revoking nothing', 'permanent_token_not_found', (u) => u.revokePermanentToken({ tenant: 'acme', id: 'pat_none' })],
  ['revoking in no tenant', 'tenant_not_found', (u) => u.revokePermanentToken({ tenant: 'nobody', id: 'pat_none' })],

  ['ending no session', 'session_not_found', (u) => u.endSession({ tenant: 'acme', sessionId: 'none' })],
  ['ending sessions of nobody', 'account_not_found', (u) => u.endSessions({ noun: 'account', tenant: 'acme', account: 'nobody' })],
  [
    'ending sessions of nothing',
    'application_not_found',
    (u) => u.endSessions({ noun: 'application', tenant: 'acme', clientId: 'nobody' }),
  ],
  ['ending sessions of no tenant', 'tenant_not_found', (u) => u.endSessions({ noun: 'tenant', tenant: 'nobody' })],
  ['switching off no tenant', 'tenant_not_found', (u) => u.setEnabled({ noun: 'tenant', tenant: 'nobody' }, false)],
  ['switching off nobody', 'account_not_found', (u) => u.setEnabled({ noun: 'account', tenant: 'acme', account: 'nobody' }, false)],
  [
    'switching off no API key',
    'api_key_not_found',
    (u) => u.setEnabled({ noun: 'api_key', tenant: 'acme', id: 'key_no' as ApiKeyId }, false),
  ],
  [
    'switching off no organisation',
    'organisation_not_found',
    (u) => u.setEnabled({ noun: 'organisation', tenant: 'acme', organisation: 'Nobody' }, false),
  ],
  ['new keys of no tenant', 'tenant_not_found', (u) => u.rotateKeys({ tenant: 'nobody' })],
  ['the sessions of nobody', 'account_not_found', (u) => u.list.sessions('acme', 'nobody')],
  ['the API keys of nothing', 'application_not_found', (u) => u.list.apiKeys('acme', 'nobody')],
  ['the audit trail of no tenant', 'tenant_not_found', (u) => u.list.audit({ tenant: 'nobody', max: 1 })],
]

async function countAudited(): Promise<number> {
  return (await house.store.auditTrail.list({ max: 1000 })).length
}

describe('an operator is refused', () => {
  it.each(refusals)('%s (%s), and nothing is changed', async (_, code, doing) => {
    const rows = await countAudited()
    const answer = await doing(house.useCases)
    expect(answer.ok ? 'accepted' : answer.refusal.code).toBe(code)
    expect(await countAudited()).toBe(rows)
  })

  it('a second API key, or a second living permanent token of an account, under one name', async () => {
    const { useCases } = house
    const key = { tenant: 'acme', clientId: 'device', name: 'one' }
    valueFrom(await useCases.createApiKey(key))
    expect(await useCases.createApiKey(key)).toMatchObject({ refusal: { code: 'name_taken' } })
    const { permanentToken } = valueFrom(await useCases.issuePermanentToken(TOKEN))
    expect(await useCases.issuePermanentToken(TOKEN)).toMatchObject({ refusal: { code: 'name_taken' } })
    valueFrom(await useCases.revokePermanentToken({ tenant: 'acme', id: permanentToken.id }))
    valueFrom(await useCases.issuePermanentToken(TOKEN))
    expect(await useCases.revokePermanentToken({ tenant: 'acme', id: permanentToken.id })).toMatchObject({ ok: false })
  })

  it('a permanent token of an account that is switched off', async () => {
    valueFrom(await house.useCases.setEnabled({ noun: 'account', tenant: 'acme', account: ann.login }, false))
    expect(await house.useCases.issuePermanentToken(TOKEN)).toMatchObject({ refusal: { code: 'account_disabled' } })
  })

  it('S15: all that is another tenant’s: it cannot be named from here', async () => {
    const { useCases } = house
    valueFrom(await useCases.createTenant(TENANT))
    const { key } = valueFrom(await useCases.createApiKey({ tenant: 'acme', clientId: 'device', name: 'one' }))
    const { permanentToken } = valueFrom(await useCases.issuePermanentToken(TOKEN))
    const { sessionId } = valueFrom(await house.signIn('device', ann))
    const [account] = valueFrom(await useCases.list.accounts('acme'))
    const answers = [
      await useCases.setEnabled({ noun: 'account', tenant: 'beta', account: account?.id ?? '' }, false),
      await useCases.setEnabled({ noun: 'api_key', tenant: 'beta', id: key.id }, false),
      await useCases.setEnabled({ noun: 'organisation', tenant: 'beta', organisation: 'Switchboard' }, false),
      await useCases.revokePermanentToken({ tenant: 'beta', id: permanentToken.id }),
      await useCases.endSession({ tenant: 'beta', sessionId }),
      await useCases.createAccount({ ...ACCOUNT, tenant: 'beta' }),
      await useCases.setAccountRights({ ...RIGHTS, tenant: 'beta', account: account?.id ?? '' }),
      await useCases.setPasswordGrant({ tenant: 'beta', clientId: 'bearer', allowed: true }),
      await useCases.stopErasure({ tenant: 'beta', account: account?.id ?? '' }),
      await useCases.createApplication({ ...APPLICATION, tenant: 'beta', organisation: 'Switchboard' }),
    ]
    for (const answer of answers) expect(answer.ok ? 'accepted' : answer.refusal.code).toMatch(/_not_found$/)
  })
})

describe('an operator’s change', () => {
  it('S154: leaves one audit row, with what was done to which id, and no secret, login name or password hash in it', async () => {
    const { useCases } = house
    const secrets: string[] = [A_PASSWORD, 'another good password', ann.login, 'bert', '$argon2']
    const changes: [string, () => Promise<{ id?: string }>][] = [
      ['tenant.created', async () => valueFrom(await useCases.createTenant({ ...TENANT, doors: [] }))],
      ['organisation.created', async () => valueFrom(await useCases.createOrganisation({ tenant: 'acme', name: 'New' }))],
      ['account.created', async () => valueFrom(await useCases.createAccount(ACCOUNT))],
      [
        'account.password_set',
        async () => valueFrom(await useCases.setPassword({ ...ACCOUNT, account: 'bert', password: 'another good password' })),
      ],
      ['account.rights_set', async () => valueFrom(await useCases.setAccountRights({ ...RIGHTS, account: 'bert' }))],
      [
        'application.password_grant_set',
        async () => valueFrom(await useCases.setPasswordGrant({ tenant: 'acme', clientId: 'device', allowed: true })),
      ],
      [
        'application.created',
        async () => {
          const { application, secret } = valueFrom(await useCases.createApplication(APPLICATION))
          secrets.push(secret ?? 'none')
          return application
        },
      ],
      [
        'api_key.created',
        async () => {
          const { key, apiKey } = valueFrom(await useCases.createApiKey({ tenant: 'acme', clientId: 'portal', name: 'production' }))
          secrets.push(apiKey)
          return key
        },
      ],
      [
        'permanent_token.issued',
        async () => {
          valueFrom(await useCases.issuePermanentToken({ ...TOKEN, name: 'first' })) // makes the key, which is another row
          const { permanentToken, token } = valueFrom(await useCases.issuePermanentToken(TOKEN))
          secrets.push(token)
          return permanentToken
        },
      ],
      [
        'permanent_token.revoked',
        async () => {
          const [token] = valueFrom(await useCases.list.permanentTokens('acme'))
          valueFrom(await useCases.revokePermanentToken({ tenant: 'acme', id: token?.id ?? '' }))
          return { id: token?.id ?? '' }
        },
      ],
      [
        'sessions.ended',
        async () => {
          valueFrom(await useCases.endSessions({ noun: 'tenant', tenant: 'acme' }))
          return house.tenant
        },
      ],
      [
        'operator.disabled',
        async () => {
          valueFrom(await useCases.setEnabled({ noun: 'tenant', tenant: 'acme' }, false))
          return house.tenant
        },
      ],
      [
        'operator.enabled',
        async () => {
          valueFrom(await useCases.setEnabled({ noun: 'tenant', tenant: 'acme' }, true))
          return house.tenant
        },
      ],
      [
        'session.ended',
        async () => {
          const { sessionId } = valueFrom(await house.signIn('device', ann))
          valueFrom(await useCases.endSession({ tenant: 'acme', sessionId }))
          return { id: sessionId }
        },
      ],
    ]
    for (const [action, change] of changes) {
      const { id } = await change()
      const [row] = await house.store.auditTrail.list({ max: 1 })
      expect(row).toMatchObject({ action, actor: 'operator', subject: id, at: house.clock.now() })
      expect(house.events.at(-1)).toMatchObject({ name: action })
    }
    const written = JSON.stringify([await house.store.auditTrail.list({ max: 1000 }), house.events])
    for (const secret of secrets) expect(written).not.toContain(secret)
  })

  it('has its audit row in the same transaction: where the row cannot be written, nothing is changed', async () => {
    const { useCases, store } = house
    const [{ id: taken } = { id: undefined }] = await store.auditTrail.list({ max: 1 })
    const setPassword = store.accounts.setPassword
    // A row whose id is taken cannot be written; the real verb is asked to change something together with it.
    vi.spyOn(store.accounts, 'setPassword').mockImplementation((id, hash, at, audit) =>
      setPassword(id, hash, at, { ...audit, id: taken ?? audit.id }),
    )
    await expect(useCases.setPassword({ tenant: 'acme', account: ann.login, password: 'another good password' })).rejects.toThrow()
    vi.restoreAllMocks()
    expect((await house.signIn('device', ann)).ok).toBe(true)
  })

  it('of a login id or a host name is kept in its one spelling', async () => {
    const { useCases } = house
    const account = valueFrom(await useCases.createAccount({ ...ACCOUNT, loginIds: [' Bert@ACME.example ', 'bert@acme.example', 'Ｂert'] }))
    expect(account.loginIds).toEqual(['bert@acme.example', 'bert'])
    const tenant = valueFrom(await useCases.createTenant({ ...TENANT, hostNames: ['ID.Beta.Example'], doors: ['device', 'device'] }))
    expect([tenant.hostNames, tenant.doors]).toEqual([['id.beta.example'], ['device']])
    expect((await useCases.findTenant({ hostName: 'id.beta.example' }))?.name).toBe('beta')
  })
})

describe('new keys', () => {
  const DELAY_MS = 600_000

  it('sign from their instant on; what the old ones made goes on, and a second rotation meanwhile makes none', async () => {
    const { useCases } = house
    const doors = ['strict', 'device', 'bearer']
    const before = await Promise.all(doors.map(async (door) => refreshTokenOf(valueFrom(await house.signIn(door, ann)))))
    const { activatesAt, keys } = valueFrom(await useCases.rotateKeys({ tenant: 'acme' }))
    expect(activatesAt).toBe(house.clock.now() + DELAY_MS)
    expect(keys).toBeGreaterThanOrEqual(3)
    expect(valueFrom(await useCases.rotateKeys({ tenant: 'acme' })).keys).toBe(0)
    const published = (await useCases.listPublicKeys(house.tenant)).length

    const during = await Promise.all(
      doors.map(async (door, index) => refreshTokenOf(valueFrom(await house.refresh(door, before[index] ?? '')))),
    )
    await house.wait(DELAY_MS / 1000 + 60)
    const after = await Promise.all(
      doors.map(async (door, index) => refreshTokenOf(valueFrom(await house.refresh(door, during[index] ?? '')))),
    )
    const keyOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
    for (const [index] of doors.entries()) {
      expect(keyOf(during[index] ?? '')).toBe(keyOf(before[index] ?? ''))
      expect(keyOf(after[index] ?? '')).not.toBe(keyOf(before[index] ?? ''))
    }
    expect((await useCases.listPublicKeys(house.tenant)).length).toBeGreaterThanOrEqual(published)
  })

  it('that come between an answer and its repeat leave the repeat as it was, byte for byte', async () => {
    for (const door of ['device', 'bearer']) {
      const held = refreshTokenOf(valueFrom(await house.signIn(door, ann)))
      const lost = refreshTokenOf(valueFrom(await house.refresh(door, held)))
      valueFrom(await house.useCases.rotateKeys({ tenant: 'acme' }))
      await house.wait(DELAY_MS / 1000 + 60)
      expect(refreshTokenOf(valueFrom(await house.refresh(door, held)))).toBe(lost)
      const next = refreshTokenOf(valueFrom(await house.refresh(door, lost)))
      const keyOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
      expect(keyOf(next), 'the new key is in use').not.toBe(keyOf(lost))
    }
  })

  it('do not touch permanent tokens', async () => {
    const { token } = valueFrom(await house.useCases.issuePermanentToken(TOKEN))
    valueFrom(await house.useCases.rotateKeys({ tenant: 'acme' }))
    house.clock.advance(40 * 86_400_000)
    const call = { tenant: house.tenant, token, requiredScope: '', requiredAudience: undefined }
    expect(await house.useCases.authorizeCall(call)).toMatchObject({ ok: true, value: { kind: 'permanent' } })
  })
})
