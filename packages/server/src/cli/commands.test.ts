import { describe, expect, it, vi } from 'vitest'
import type { LoginId } from '../domain/account.ts'
import type { ApiKey } from '../domain/api-key.ts'
import type { AuditRow } from '../domain/audit-row.ts'
import type {
  AccountId,
  ApiKeyId,
  ApplicationId,
  AuditRowId,
  KeyId,
  OrganisationId,
  PermanentTokenId,
  SessionId,
  TenantId,
} from '../domain/ids.ts'
import { accept } from '../domain/outcome.ts'
import type { PermanentToken } from '../domain/permanent-token.ts'
import type { Scope } from '../domain/scope.ts'
import type { Session } from '../domain/session.ts'
import type { StoredKey } from '../domain/signing-key.ts'
import { AT, AT_TEXT, anAccount, anApplication, aTenant, ringkey, stubUseCases } from './testing/cli-bench.ts'

const ORGANISATION = { id: 'org_1' as OrganisationId, tenantId: 'ten_1' as TenantId, name: 'Example Ltd', enabled: true, createdAt: AT }
const API_KEY: ApiKey = {
  id: 'key_1' as ApiKeyId,
  tenantId: 'ten_1' as TenantId,
  applicationId: 'app_1' as ApplicationId,
  name: 'production',
  enabled: true,
  createdAt: AT,
  lastUsedAt: undefined,
}
const PERMANENT_TOKEN: PermanentToken = {
  id: 'pat_1' as PermanentTokenId,
  tenantId: 'ten_1' as TenantId,
  applicationId: 'app_1' as ApplicationId,
  accountId: 'acc_1' as AccountId,
  name: 'crm',
  scope: 'calls' as Scope,
  issuedAt: AT,
  expiresAt: AT / 1000,
  revokedAt: undefined,
  lastUsedAt: AT,
}
const SESSION_SECRET = Buffer.from('the-secret-of-a-session-row')
const SESSION: Session = {
  id: '0f8fad5b-d9cb-469f-a165-70867728950e' as SessionId,
  secret: SESSION_SECRET,
  tenantId: 'ten_1' as TenantId,
  applicationId: 'app_1' as ApplicationId,
  accountId: 'acc_1' as AccountId,
  scope: 'calls' as Scope,
  actorSessionId: undefined,
  generation: 4,
  advancedAt: AT,
  previousAdvancedAt: AT,
  repeatedAt: undefined,
  origin: { device: undefined, block: undefined, isPassing: false },
  expiresAt: AT / 1000,
  startedAt: AT,
  epochs: { tenant: 0, application: 0, account: 0 },
  endedAt: AT,
  endReason: 'signed_out',
}
const SEALED = Buffer.from('the-sealed-secret-of-a-key')
const STORED_KEY: StoredKey = {
  id: 'kid1' as KeyId,
  tenantId: 'ten_1' as TenantId,
  purpose: 'access',
  algorithm: 'ES256',
  ordinal: 1,
  publicJwk: '{}',
  sealedSecret: SEALED,
  createdAt: AT,
  activatesAt: AT,
  retiresAt: undefined,
}
const ROW: AuditRow = {
  id: 'aud_1' as AuditRowId,
  at: AT,
  tenantId: undefined,
  action: 'session.started',
  actor: 'unknown',
  subject: undefined,
  addressBlock: '192.0.2.1',
  details: { door: 'voipex' },
}

describe('tenants', () => {
  it('are made with doors, host names and the default', async () => {
    const createTenant = vi.fn(async () => accept(aTenant()))
    const args = [
      'tenant',
      'create',
      'acme',
      '--doors',
      'voipex, smartflo',
      '--host-name',
      'a.example',
      '--host-name',
      'b.example',
      '--default',
      '--json',
    ]
    const ran = await ringkey(args, { useCases: stubUseCases({ createTenant }) })
    expect(createTenant.mock.calls).toEqual([
      [{ name: 'acme', doors: ['voipex', 'smartflo'], hostNames: ['a.example', 'b.example'], isDefault: true }],
    ])
    expect(ran).toMatchObject({ exit: 0, opened: 1, closed: 1, err: 'Tenant made.\n' })
    expect(ran.json()).toEqual({
      tenant: {
        id: 'ten_1',
        name: 'acme',
        doors: ['voipex'],
        hostNames: ['id.acme.example'],
        isDefault: true,
        enabled: true,
        phoneCountries: [],
        phoneKinds: ['mobile'],
        messagesPerDay: 1000,
        registersIn: null,
        createdAt: AT_TEXT,
      },
    })
  })

  it('get one more door', async () => {
    const addDoor = vi.fn(async () => accept(aTenant({ doors: ['voipex', 'smartflo'] })))
    const ran = await ringkey(['tenant', 'add-door', 'acme', 'smartflo', '--json'], { useCases: stubUseCases({ addDoor }) })
    expect(addDoor.mock.calls).toEqual([[{ tenant: 'acme', door: 'smartflo' }]])
    expect(ran).toMatchObject({ exit: 0, opened: 1, closed: 1 })
    expect(ran.json()).toMatchObject({ tenant: { name: 'acme', doors: ['voipex', 'smartflo'] } })
  })

  it('are listed as an aligned table for people', async () => {
    const ran = await ringkey(['tenant', 'list'])
    expect(ran.out).toBe(
      [
        'NAME   DOORS   HOST NAMES       IS DEFAULT  ENABLED  CREATED AT',
        `other  voipex  id.acme.example  no          yes      ${AT_TEXT}`,
        `acme   voipex  id.acme.example  yes         yes      ${AT_TEXT}`,
        '',
      ].join('\n'),
    )
    expect(ran).toMatchObject({ exit: 0, err: '' })
  })

  it('are listed as one JSON document', async () => {
    const ran = await ringkey(['--json', 'tenant', 'list'], { useCases: stubUseCases({ list: { tenants: async () => [] } }) })
    expect(ran.json()).toEqual({ tenants: [] })
  })
})

describe('organisations', () => {
  it('are made and listed in the default tenant', async () => {
    const createOrganisation = vi.fn(async () => accept(ORGANISATION))
    const made = await ringkey(['organisation', 'create', 'Example Ltd', '--json'], { useCases: stubUseCases({ createOrganisation }) })
    expect(createOrganisation.mock.calls).toEqual([[{ tenant: 'acme', name: 'Example Ltd' }]])
    const shown = { id: 'org_1', name: 'Example Ltd', enabled: true, createdAt: AT_TEXT }
    expect(made.json()).toEqual({ organisation: shown })
    const organisations = vi.fn(async () => accept([ORGANISATION]))
    const listed = await ringkey(['organisation', 'list', '--json', '--tenant', 'other'], {
      useCases: stubUseCases({ list: { organisations } }),
    })
    expect(organisations.mock.calls).toEqual([['other']])
    expect(listed.json()).toEqual({ organisations: [shown] })
  })
})

describe('applications', () => {
  const shown = {
    id: 'app_1',
    clientId: 'portal',
    name: 'Portal',
    organisationId: null,
    type: 'confidential',
    signInDoor: null,
    scope: 'calls',
    audience: [],
    webOrigins: [],
    redirectUris: [],
    pkce: 'required',
    showsCode: false,
    checks: 'none',
    passwordGrant: false,
    tokenFormat: 'signed',
    algorithm: 'ES256',
    accessSeconds: 300,
    idleSeconds: 3600,
    absoluteSeconds: 86400,
    refreshPolicy: 'strict',
    windowSeconds: 30,
    enabled: true,
    createdAt: AT_TEXT,
  }

  it('take what is left out from their door', async () => {
    const createApplication = vi.fn(async () => accept({ application: anApplication({ type: 'public' }), secret: undefined }))
    const ran = await ringkey(['application', 'create', 'portal', '--door', 'voipex'], { useCases: stubUseCases({ createApplication }) })
    const left = {
      organisation: undefined,
      type: undefined,
      scope: undefined,
      algorithm: undefined,
      refreshPolicy: undefined,
      lifetimes: {},
    }
    const request = {
      tenant: 'acme',
      clientId: 'portal',
      name: 'portal',
      door: 'voipex',
      takesDoorSignIns: false,
      audience: [],
      checks: 'none',
      passwordGrant: false,
      ...left,
    }
    expect(createApplication.mock.calls).toEqual([[request]])
    expect(ran.out).toContain('CLIENT ID')
  })

  it('are made with everything that can be said', async () => {
    const createApplication = vi.fn(async () => accept({ application: anApplication(), secret: 'the-client-secret' }))
    const flags =
      '--door voipex --tenant other --name Portal --organisation Org --door-sign-ins --type confidential --audience a --audience b --checks tenant --allow-password-grant --algorithm RS256 --access-seconds 60 --idle-seconds 70 --absolute-seconds 80 --refresh-policy bearer --window-seconds 90 --redirect-uri app:/a --redirect-uri app:/b --pkce optional --shows-code --json'
    const args = ['application', 'create', 'portal', ...flags.split(' '), '--scope', 'calls sms']
    const ran = await ringkey(args, { useCases: stubUseCases({ createApplication }) })
    expect(createApplication.mock.calls).toEqual([
      [
        {
          tenant: 'other',
          clientId: 'portal',
          name: 'Portal',
          organisation: 'Org',
          door: 'voipex',
          takesDoorSignIns: true,
          type: 'confidential',
          scope: 'calls sms',
          audience: ['a', 'b'],
          checks: 'tenant',
          passwordGrant: true,
          algorithm: 'RS256',
          lifetimes: { accessSeconds: 60, idleSeconds: 70, absoluteSeconds: 80 },
          refreshPolicy: { name: 'bearer', windowSeconds: 90 },
          redirectUris: ['app:/a', 'app:/b'],
          requiresPkce: false,
          showsCode: true,
        },
      ],
    ])
    expect(ran.json()).toEqual({ application: shown, secret: 'the-client-secret' })
  })

  it('print a client secret once, alone on standard output', async () => {
    const createApplication = vi.fn(async () => accept({ application: anApplication(), secret: 'the-client-secret' }))
    const ran = await ringkey(['application', 'create', 'portal', '--door', 'voipex'], { useCases: stubUseCases({ createApplication }) })
    expect(ran.out).toBe('the-client-secret\n')
    expect(ran.err).toMatch(/^Application portal made\.\nIts client secret is shown this once\. Keep it\.\n/)
  })

  const switchedOn = "The password grant is on: it may send people's passwords."
  const switchedOff = (command: string) =>
    `The password grant is off: it may not send people's passwords. \`ringkey application set-password-grant portal on${command}\` switches it on.`
  it.each([
    ['off, and how it is switched on', anApplication(), [], [switchedOff('')]],
    ['off in a tenant that was named', anApplication(), ['--tenant', 'other'], [switchedOff(' --tenant other')]],
    ['on', anApplication({ passwordGrant: true }), ['--allow-password-grant'], [switchedOn]],
    ['nothing for the sign-ins of a door, which name no client', anApplication({ signInDoor: 'voipex' }), ['--door-sign-ins'], []],
  ])('say when made whether they may send passwords: %s', async (_what, application, flags, notes) => {
    const createApplication = vi.fn(async () => accept({ application, secret: undefined }))
    const args = ['application', 'create', 'portal', '--door', 'voipex', '--json', ...flags]
    const ran = await ringkey(args, { useCases: stubUseCases({ createApplication }) })
    expect(ran.err).toBe(['Application portal made.', ...notes, ''].join('\n'))
  })

  it('are allowed to send passwords, or no longer', async () => {
    const setPasswordGrant = vi.fn(async ({ allowed }: { allowed: boolean }) => accept(anApplication({ passwordGrant: allowed })))
    const useCases = stubUseCases({ setPasswordGrant })
    const on = await ringkey(['application', 'set-password-grant', 'portal', 'on', '--json'], { useCases })
    const off = await ringkey(['application', 'set-password-grant', 'portal', 'off', '--tenant', 'other'], { useCases })
    expect(setPasswordGrant.mock.calls).toEqual([
      [{ tenant: 'acme', clientId: 'portal', allowed: true }],
      [{ tenant: 'other', clientId: 'portal', allowed: false }],
    ])
    expect(on).toMatchObject({ exit: 0, err: 'The password grant is on.\n' })
    expect(on.json()).toEqual({ application: { ...shown, passwordGrant: true } })
    expect(off).toMatchObject({ exit: 0, err: 'The password grant is off.\n', out: expect.stringContaining('PASSWORD GRANT') })
    for (const state of [[], ['yes'], ['ON']]) {
      const ran = await ringkey(['application', 'set-password-grant', 'portal', ...state], { useCases })
      expect(ran).toMatchObject({ exit: 2, opened: 0, out: '' })
    }
  })

  it('refuse a window that no policy goes with', async () => {
    for (const policy of [[], ['--refresh-policy', 'device']]) {
      const ran = await ringkey(['application', 'create', 'portal', '--door', 'voipex', '--window-seconds', '30', ...policy])
      expect(ran).toMatchObject({ exit: 2, opened: 0, out: '' })
    }
  })

  it('are listed, a device policy without a window', async () => {
    const applications = async () => accept([anApplication({ refreshPolicy: { name: 'device' } })])
    const ran = await ringkey(['application', 'list', '--json'], { useCases: stubUseCases({ list: { applications } }) })
    expect(ran.json()).toEqual({ applications: [{ ...shown, refreshPolicy: 'device', windowSeconds: null }] })
  })
})

describe('API keys', () => {
  const shown = { id: 'key_1', applicationId: 'app_1', name: 'production', enabled: true, createdAt: AT_TEXT, lastUsedAt: null }

  it('are printed once when made', async () => {
    const createApiKey = vi.fn(async () => accept({ key: API_KEY, apiKey: 'the-api-key' }))
    const useCases = stubUseCases({ createApiKey })
    const ran = await ringkey(['apikey', 'create', 'production', '--application', 'portal'], { useCases })
    expect(createApiKey.mock.calls).toEqual([[{ tenant: 'acme', clientId: 'portal', name: 'production' }]])
    expect(ran).toMatchObject({ out: 'the-api-key\n', err: 'API key key_1 made. It is shown this once. Keep it.\n' })
    const asJson = await ringkey(['apikey', 'create', 'production', '--application', 'portal', '--json'], { useCases })
    expect(asJson.json()).toEqual({ apiKey: shown, secret: 'the-api-key' })
  })

  it('have their application’s scopes and audience set anew', async () => {
    const setApplicationReach = vi.fn(async () => accept(anApplication()))
    const useCases = stubUseCases({ setApplicationReach })
    const ran = await ringkey(['application', 'set-reach', 'portal', '--scope', 'a b', '--audience', 'x', '--audience', 'y', '--json'], {
      useCases,
    })
    expect(setApplicationReach.mock.calls).toEqual([
      [{ tenant: 'acme', clientId: 'portal', scope: 'a b', audience: ['x', 'y'], webOrigins: undefined }],
    ])
    expect(ran.json()).toMatchObject({ application: { clientId: 'portal' } })
  })

  it('are listed of a tenant or of an application', async () => {
    const apiKeys = vi.fn(async () => accept([API_KEY]))
    const useCases = stubUseCases({ list: { apiKeys } })
    await ringkey(['apikey', 'list'], { useCases })
    const ran = await ringkey(['apikey', 'list', '--application', 'portal', '--json'], { useCases })
    expect(apiKeys.mock.calls).toEqual([
      ['acme', undefined],
      ['acme', 'portal'],
    ])
    expect(ran.json()).toEqual({ apiKeys: [shown] })
  })
})

describe('accounts', () => {
  it('are listed with their login ids', async () => {
    const accounts = async () => accept([anAccount({ loginIds: ['alice@example.com' as LoginId, 'alice' as LoginId] })])
    const useCases = stubUseCases({ list: { accounts } })
    const { out } = await ringkey(['account', 'list'], { useCases })
    expect(out).toContain('alice@example.com,alice  acc_1')
    expect(out).toMatch(/ {2}NAME +ROLES +MAY IMPERSONATE {2}ENABLED .*\n.* {2}- +- +no +yes /)
    expect((await ringkey(['account', 'list', '--json'], { useCases })).json()).toEqual({
      accounts: [
        {
          id: 'acc_1',
          organisationId: 'org_1',
          loginIds: ['alice@example.com', 'alice'],
          name: null,
          roles: [],
          mayImpersonate: false,
          enabled: true,
          passwordSetAt: AT_TEXT,
          createdAt: AT_TEXT,
          erasesAt: null,
        },
      ],
    })
  })
})

describe('switching off and on, and ending sessions', () => {
  const targets = [
    ['tenant', 'name', { noun: 'tenant', tenant: 'x' }],
    ['organisation', 'name', { noun: 'organisation', tenant: 'acme', organisation: 'x' }],
    ['application', 'clientId', { noun: 'application', tenant: 'acme', clientId: 'x' }],
    ['account', 'loginId', { noun: 'account', tenant: 'acme', account: 'x' }],
    ['apikey', 'id', { noun: 'api_key', tenant: 'acme', id: 'x' }],
  ] as const

  it.each(targets)('a %s is disabled and enabled', async (noun, key, target) => {
    const setEnabled = vi.fn(async () => accept(undefined))
    const useCases = stubUseCases({ setEnabled })
    expect((await ringkey([noun, 'disable', 'x', '--json'], { useCases })).json()).toEqual({ [key]: 'x', enabled: false })
    const enabled = await ringkey([noun, 'enable', 'x'], { useCases })
    expect(enabled).toMatchObject({ exit: 0, out: '', err: 'Enabled.\n' })
    expect(setEnabled.mock.calls).toEqual([
      [target, false],
      [target, true],
    ])
  })

  it.each(targets.filter(([noun]) => ['tenant', 'application', 'account'].includes(noun)))(
    'the sessions of a %s are ended',
    async (noun, key, target) => {
      const endSessions = vi.fn(async () => accept(undefined))
      const ran = await ringkey([noun, 'end-sessions', 'x', '--json'], { useCases: stubUseCases({ endSessions }) })
      expect(endSessions.mock.calls).toEqual([[target]])
      expect(ran.json()).toEqual({ [key]: 'x', sessionsEnded: true })
    },
  )

  it('organisations and API keys have no sessions to end', async () => {
    for (const noun of ['organisation', 'apikey']) expect(await ringkey([noun, 'end-sessions', 'x'])).toMatchObject({ exit: 2, opened: 0 })
  })
})

describe('permanent tokens', () => {
  const shown = {
    id: 'pat_1',
    accountId: 'acc_1',
    applicationId: 'app_1',
    name: 'crm',
    scope: 'calls',
    issuedAt: AT_TEXT,
    expiresAt: AT_TEXT,
    revokedAt: null,
    lastUsedAt: AT_TEXT,
  }

  it('are printed once when issued', async () => {
    const issuePermanentToken = vi.fn(async () => accept({ permanentToken: PERMANENT_TOKEN, token: 'the-token' }))
    const useCases = stubUseCases({ issuePermanentToken })
    const args = ['permanent-token', 'issue', 'crm', '--account', 'pbx', '--application', 'portal']
    expect(await ringkey(args, { useCases })).toMatchObject({ out: 'the-token\n', err: expect.stringContaining('shown this once') })
    const ran = await ringkey([...args, '--scope', 'a b', '--lifetime-seconds', '60', '--json'], { useCases })
    expect(ran.json()).toEqual({ permanentToken: shown, secret: 'the-token' })
    const request = { tenant: 'acme', account: 'pbx', clientId: 'portal', name: 'crm' }
    expect(issuePermanentToken.mock.calls).toEqual([
      [{ ...request, scope: undefined, lifetimeSeconds: undefined }],
      [{ ...request, scope: 'a b', lifetimeSeconds: 60 }],
    ])
  })

  it('are listed and revoked', async () => {
    const permanentTokens = vi.fn(async () => accept([PERMANENT_TOKEN]))
    const listed = await ringkey(['permanent-token', 'list', '--account', 'pbx', '--json'], {
      useCases: stubUseCases({ list: { permanentTokens } }),
    })
    expect(permanentTokens.mock.calls).toEqual([['acme', 'pbx']])
    expect(listed.json()).toEqual({ permanentTokens: [shown] })
    const revokePermanentToken = vi.fn(async () => accept(undefined))
    const revoked = await ringkey(['permanent-token', 'revoke', 'pat_1', '--json'], { useCases: stubUseCases({ revokePermanentToken }) })
    expect(revokePermanentToken.mock.calls).toEqual([[{ tenant: 'acme', id: 'pat_1' }]])
    expect(revoked.json()).toEqual({ id: 'pat_1', revoked: true })
  })
})

describe('sessions', () => {
  const sessions = vi.fn(async () => accept([{ session: SESSION, current: false }]))

  it('are listed and ended', async () => {
    const listed = await ringkey(['session', 'list', '--account', 'alice', '--json'], { useCases: stubUseCases({ list: { sessions } }) })
    expect(sessions.mock.calls).toEqual([['acme', 'alice']])
    expect(listed.json()).toEqual({
      sessions: [
        {
          id: SESSION.id,
          accountId: 'acc_1',
          applicationId: 'app_1',
          scope: 'calls',
          actorSessionId: null,
          generation: 4,
          startedAt: AT_TEXT,
          advancedAt: AT_TEXT,
          expiresAt: AT_TEXT,
          endedAt: AT_TEXT,
          endReason: 'signed_out',
          current: false,
        },
      ],
    })
    const endSession = vi.fn(async () => accept(undefined))
    const ended = await ringkey(['session', 'end', SESSION.id, '--json'], { useCases: stubUseCases({ endSession }) })
    expect(endSession.mock.calls).toEqual([[{ tenant: 'acme', sessionId: SESSION.id }]])
    expect(ended.json()).toEqual({ id: SESSION.id, ended: true })
  })
})

describe('keys', () => {
  it('are listed with their states and rotated', async () => {
    const keys = async () => accept([{ key: STORED_KEY, state: 'active' as const }])
    const listed = await ringkey(['key', 'list', '--json'], { useCases: stubUseCases({ list: { keys } }) })
    expect(listed.json()).toEqual({
      keys: [
        { id: 'kid1', purpose: 'access', algorithm: 'ES256', state: 'active', createdAt: AT_TEXT, activatesAt: AT_TEXT, retiresAt: null },
      ],
    })
    const rotateKeys = vi.fn(async () => accept({ activatesAt: AT, keys: 4 }))
    const rotated = await ringkey(['key', 'rotate', '--tenant', 'other', '--json'], { useCases: stubUseCases({ rotateKeys }) })
    expect(rotateKeys.mock.calls).toEqual([[{ tenant: 'other' }]])
    expect(rotated.json()).toEqual({ keys: 4, activatesAt: AT_TEXT })
    const retireKey = vi.fn(async () => accept(undefined))
    const retired = await ringkey(['key', 'retire', 'kid1', '--json'], { useCases: stubUseCases({ retireKey }) })
    expect(retireKey.mock.calls).toEqual([[{ tenant: 'acme', keyId: 'kid1' }]])
    expect(retired.json()).toEqual({ id: 'kid1', retired: true })
  })
})

describe('the audit trail', () => {
  it('is listed of all tenants or of one', async () => {
    const audit = vi.fn(async () => accept([ROW]))
    const useCases = stubUseCases({ list: { audit } })
    const ran = await ringkey(['audit', 'list', '--json'], { useCases })
    await ringkey(['audit', 'list', '--tenant', 'acme', '--max', '5'], { useCases })
    expect(audit.mock.calls).toEqual([[{ max: 100 }], [{ tenant: 'acme', max: 5 }]])
    expect(ran.json()).toEqual({
      auditRows: [
        {
          id: 'aud_1',
          at: AT_TEXT,
          tenantId: null,
          action: 'session.started',
          actor: 'unknown',
          subject: null,
          addressBlock: '192.0.2.1',
          details: { door: 'voipex' },
        },
      ],
    })
  })
})

it('S139: no list shows a secret that is stored beside what it lists', async () => {
  const list = {
    sessions: async () => accept([{ session: SESSION, current: true }]),
    keys: async () => accept([{ key: STORED_KEY, state: 'active' as const }]),
    // More than the type says, as a row with its hash would be.
    accounts: async () => accept([{ ...anAccount(), passwordHash: '$argon2id$hash' }]),
    applications: async () => accept([{ ...anApplication(), secretDigest: 'secret-digest' }]),
    apiKeys: async () => accept([{ ...API_KEY, digest: 'api-key-digest' }]),
  }
  const secrets = [SESSION_SECRET, SEALED].flatMap((secret) => [
    secret.toString(),
    secret.toString('hex'),
    secret.toString('base64'),
    [...secret].join(),
  ])
  for (const noun of ['session', 'key', 'account', 'application', 'apikey']) {
    for (const flags of [[], ['--json']]) {
      const { out, err, exit } = await ringkey([noun, 'list', ...flags], { useCases: stubUseCases({ list }) })
      expect(exit).toBe(0)
      for (const secret of [...secrets, '$argon2id$hash', 'secret-digest', 'api-key-digest'])
        expect((out + err).replace(/\s/g, '')).not.toContain(secret)
    }
  }
})
