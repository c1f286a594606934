/**
 * Things for the contract suite: each builder makes a whole, valid thing, of which a test changes only what it is about.
 * Randomness is a sequence made from a seed, so that a failing run can be had again.
 */
import { createHash } from 'node:crypto'
import type { Account, LoginId } from '../../domain/account.ts'
import type { AddressBlock } from '../../domain/address-block.ts'
import type { ApiKey } from '../../domain/api-key.ts'
import { type Application, type Lifetimes, NO_PAGE_SIGN_IN } from '../../domain/application.ts'
import type { AuditRow } from '../../domain/audit-row.ts'
import { makeId, makeKeyId, makeSessionId } from '../../domain/ids.ts'
import type { Letter, LetterId } from '../../domain/letter.ts'
import { bucketKey, type Charge } from '../../domain/limit.ts'
import type { MailAddress } from '../../domain/mail-address.ts'
import type { Organisation } from '../../domain/organisation.ts'
import type { PermanentToken } from '../../domain/permanent-token.ts'
import { NO_PHONES } from '../../domain/phone.ts'
import type { Randomness } from '../../domain/randomness.ts'
import type { Scope } from '../../domain/scope.ts'
import { type Session, sessionExpiry } from '../../domain/session.ts'
import type { StoredKey } from '../../domain/signing-key.ts'
import type { Tenant } from '../../domain/tenant.ts'
import type { OneUseThing } from '../one-use-things.ts'
import type { Advance, SessionStart } from '../sessions.ts'
import type { Store } from '../store.ts'

export const NOON = Date.UTC(2030, 0, 15, 12)
export const LIFETIMES: Lifetimes = { accessSeconds: 600, idleSeconds: 86_400, absoluteSeconds: 10 * 86_400 }
export const A_BLOCK = '192.0.2.7' as AddressBlock

/** The same bytes in every run. */
export function createSeededRandomness(seed: string): Randomness {
  let blocks = 0
  let rest = Buffer.alloc(0)
  return {
    bytes(length) {
      while (rest.length < length) {
        blocks += 1
        rest = Buffer.concat([rest, createHash('sha256').update(`${seed} ${blocks}`).digest()])
      }
      const bytes = Buffer.from(rest.subarray(0, length))
      rest = rest.subarray(length)
      return bytes
    },
  }
}

const randomness = createSeededRandomness('contract')
let count = 0
/** A name that no other thing of this run has. */
function aName(prefix: string): string {
  count += 1
  return `${prefix}-${count}`
}

export function aDigest(): Buffer {
  return randomness.bytes(32)
}

export function anAuditRow(changed: Partial<AuditRow> = {}): AuditRow {
  return {
    id: makeId('audit', randomness),
    at: NOON,
    tenantId: undefined,
    action: 'something.changed',
    actor: 'operator',
    subject: undefined,
    addressBlock: undefined,
    details: {},
    ...changed,
  }
}

export function aTenant(changed: Partial<Tenant> = {}): Tenant {
  return {
    id: makeId('tenant', randomness),
    name: aName('tenant'),
    hostNames: [],
    doors: ['vpaas', 'voipex'],
    isDefault: false,
    enabled: true,
    phones: NO_PHONES,
    epoch: 0,
    epochRaisedAt: undefined,
    keyVersion: 0,
    createdAt: NOON,
    ...changed,
  }
}

export function anOrganisation(tenant: Pick<Tenant, 'id'>, changed: Partial<Organisation> = {}): Organisation {
  return { id: makeId('organisation', randomness), tenantId: tenant.id, name: aName('company'), enabled: true, createdAt: NOON, ...changed }
}

export function anAccount(organisation: Pick<Organisation, 'id' | 'tenantId'>, changed: Partial<Account> = {}): Account {
  return {
    id: makeId('account', randomness),
    tenantId: organisation.tenantId,
    organisationId: organisation.id,
    loginIds: [aLoginId()],
    name: undefined,
    roles: [],
    mayImpersonate: false,
    enabled: true,
    epoch: 0,
    passwordSetAt: NOON,
    erasesAt: undefined,
    language: undefined,
    createdAt: NOON,
    ...changed,
  }
}

export function aLoginId(): LoginId {
  return `${aName('person')}@example.com` as LoginId
}

export function anApplication(tenant: Pick<Tenant, 'id'>, changed: Partial<Application> = {}): Application {
  return {
    id: makeId('application', randomness),
    tenantId: tenant.id,
    organisationId: undefined,
    clientId: aName('client'),
    name: 'An application',
    signInDoor: undefined,
    type: 'public',
    scope: 'calls sms' as Scope,
    tokenFormat: 'signed',
    algorithm: 'ES256',
    lifetimes: LIFETIMES,
    refreshPolicy: { name: 'device' },
    audience: [],
    checks: 'none',
    passwordGrant: false,
    webOrigins: [],
    pageSignIn: NO_PAGE_SIGN_IN,
    enabled: true,
    epoch: 0,
    createdAt: NOON,
    ...changed,
  }
}

export function anApiKey(application: Pick<Application, 'id' | 'tenantId'>, changed: Partial<ApiKey> = {}): ApiKey {
  return {
    id: makeId('apiKey', randomness),
    tenantId: application.tenantId,
    applicationId: application.id,
    name: aName('key'),
    enabled: true,
    createdAt: NOON,
    lastUsedAt: undefined,
    ...changed,
  }
}

export function aPermanentToken(
  { account, application }: Pick<World, 'account' | 'application'>,
  changed: Partial<PermanentToken> = {},
): PermanentToken {
  return {
    id: makeId('permanentToken', randomness),
    tenantId: account.tenantId,
    applicationId: application.id,
    accountId: account.id,
    name: aName('token'),
    scope: 'calls' as Scope,
    issuedAt: NOON,
    expiresAt: NOON / 1000 + 300_000_000,
    revokedAt: undefined,
    lastUsedAt: undefined,
    ...changed,
  }
}

export function aStoredKey(tenant: Pick<Tenant, 'id'>, changed: Partial<StoredKey> = {}): StoredKey {
  return {
    id: makeKeyId(randomness),
    tenantId: tenant.id,
    purpose: 'access',
    algorithm: 'ES256',
    ordinal: 1,
    publicJwk: '{"kty":"EC"}',
    sealedSecret: randomness.bytes(48),
    createdAt: NOON,
    activatesAt: NOON,
    retiresAt: undefined,
    ...changed,
  }
}

export function aOneUseThing(tenant: Pick<Tenant, 'id'>, changed: Partial<OneUseThing> = {}): OneUseThing {
  return {
    kind: 'authorization_code',
    tenantId: tenant.id,
    digest: aDigest(),
    boundTo: 'app_one',
    payload: '{"scope":"calls"}',
    expiresAt: NOON + 60_000,
    ...changed,
  }
}

export function aLetter({ id, tenantId }: Pick<Account, 'id' | 'tenantId'>, changed: Partial<Letter> = {}): Letter {
  return {
    id: randomness.bytes(16).toString('base64url') as LetterId,
    tenantId,
    accountId: id,
    to: 'anna@acme.example' as MailAddress,
    content: '{"notice":"password_changed"}',
    writtenAt: NOON,
    ...changed,
  }
}

/** A charge to a bucket that no other test has. */
export function aCharge(changed: Partial<Charge> = {}): Charge {
  return { key: bucketKey(aName('bucket')), limit: { burst: 3, secondsPerUnit: 10 }, cost: 1, ...changed }
}

export function aSession({ account, application, tenant }: Omit<World, 'organisation'>, changed: Partial<Session> = {}): Session {
  const startedAt = changed.startedAt ?? NOON
  return {
    id: makeSessionId(randomness),
    secret: randomness.bytes(16),
    tenantId: tenant.id,
    applicationId: application.id,
    accountId: account.id,
    scope: 'calls sms' as Scope,
    actorSessionId: undefined,
    generation: 0,
    advancedAt: startedAt,
    previousAdvancedAt: startedAt,
    repeatedAt: undefined,
    origin: { device: undefined, block: undefined, isPassing: false },
    expiresAt: sessionExpiry(startedAt, startedAt, application.lifetimes),
    startedAt,
    epochs: { tenant: tenant.epoch, application: application.epoch, account: account.epoch },
    endedAt: undefined,
    endReason: undefined,
    ...changed,
  }
}

export function aStart(session: Session, changed: Partial<SessionStart> = {}): SessionStart {
  return {
    session,
    refunds: [],
    clearedCount: undefined,
    block: undefined,
    cap: { max: 100, spareSeconds: LIFETIMES.accessSeconds },
    consuming: undefined,
    audit: anAuditRow({ action: 'session.started', tenantId: session.tenantId, subject: session.id, at: session.startedAt }),
    ...changed,
  }
}

/** A presentation of the current refresh token of a session, four seconds after its last advance: a beat of the store is not missed. */
export function anAdvance(session: Session, changed: Partial<Advance> = {}): Advance {
  return {
    sessionId: session.id,
    applicationId: session.applicationId,
    secret: session.secret,
    generation: session.generation,
    at: session.advancedAt + 4000,
    lifetimes: LIFETIMES,
    refreshPolicy: { name: 'strict', windowSeconds: 30 },
    ...changed,
  }
}

/** A tenant with an organisation, an account in it and an application. */
export interface World {
  readonly tenant: Tenant
  readonly organisation: Organisation
  readonly account: Account
  readonly application: Application
}

export async function createWorld(
  store: Store,
  changed: { readonly application?: Partial<Application>; readonly tenant?: Partial<Tenant> } = {},
): Promise<World> {
  const tenant = aTenant(changed.tenant)
  const organisation = anOrganisation(tenant)
  const account = anAccount(organisation)
  const application = anApplication(tenant, changed.application)
  await store.tenants.create(tenant, anAuditRow())
  await store.organisations.create(organisation, anAuditRow())
  await store.accounts.create(account, '$a-hash', anAuditRow())
  await store.applications.create(application, undefined, anAuditRow())
  return { tenant, organisation, account, application }
}

/** A world and a session in it. */
export async function createWorldWithSession(store: Store): Promise<World & { readonly session: Session }> {
  const world = await createWorld(store)
  const session = aSession(world)
  await store.sessions.start(aStart(session))
  return { ...world, session }
}
