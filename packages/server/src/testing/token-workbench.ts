/** What the tests of `tokens/` need: builders, keys kept in memory, and the opened keys, so that a test can sign and seal what it likes. */
import { createCipheriv, createDecipheriv } from 'node:crypto'

import type { Account, LoginId } from '../domain/account.ts'
import { type Application, NO_PAGE_SIGN_IN, type SigningAlgorithm } from '../domain/application.ts'
import type { AccountId, ApplicationId, OrganisationId, SessionId, TenantId } from '../domain/ids.ts'
import { NO_PHONES } from '../domain/phone.ts'
import type { Scope } from '../domain/scope.ts'
import { type Session, sessionExpiry } from '../domain/session.ts'
import type { KeyAlgorithm, KeyPurpose, StoredKey } from '../domain/signing-key.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { KeySource } from '../tokens/key-loader.ts'
import { createKeyMaker, type MakeKey } from '../tokens/key-maker.ts'
import { createKeySealing } from '../tokens/key-sealing.ts'
import { type OpenedKey, type OpenedSealingKey, type OpenedSigningKey, openKeys } from '../tokens/opened-keys.ts'
import { type SignatureKey, signBytes } from '../tokens/signature.ts'
import { createTokenEngine, type TokenEngine } from '../tokens/token-engine.ts'
import { createSeededRandomness } from './seeded-randomness.ts'

export const NOW = 1_790_000_000_500
export const NOW_SECONDS = 1_790_000_000
export const MASTER_KEY = Buffer.alloc(32, 7)
export const STORE_ID = Buffer.alloc(16, 3)
export const ISSUER = 'https://tokens.example/t/acme'
const LIFETIMES = { accessSeconds: 3600, idleSeconds: 262_800, absoluteSeconds: 1_209_600 }

export function aTenant(name = 'acme'): Tenant {
  const id = `ten_${name}` as TenantId
  return {
    id,
    name,
    hostNames: [],
    doors: [],
    isDefault: false,
    enabled: true,
    phones: NO_PHONES,
    epoch: 0,
    epochRaisedAt: undefined,
    keyVersion: 0,
    createdAt: NOW,
  }
}

export function anApplication(overrides: Partial<Application> = {}): Application {
  return {
    id: 'app_one' as ApplicationId,
    tenantId: aTenant().id,
    organisationId: undefined,
    clientId: 'api',
    name: 'One',
    signInDoor: undefined,
    audience: ['https://api.example'],
    checks: 'none',
    passwordGrant: false,
    webOrigins: [],
    pageSignIn: NO_PAGE_SIGN_IN,
    enabled: true,
    epoch: 0,
    createdAt: NOW,
    type: 'public',
    scope: 'calls:read calls:write' as Scope,
    tokenFormat: 'signed',
    algorithm: 'ES256',
    lifetimes: LIFETIMES,
    refreshPolicy: { name: 'device' },
    ...overrides,
  }
}

export function aSelfRefreshingApplication(overrides: Partial<Application> = {}): Application {
  return anApplication({ tokenFormat: 'self-refreshing', algorithm: 'EdDSA', ...overrides })
}

export function aKeycloakApplication(overrides: Partial<Application> = {}): Application {
  return anApplication({ tokenFormat: 'keycloak', scope: 'profile email' as Scope, ...overrides })
}

export function aSealedApplication(overrides: Partial<Application> = {}): Application {
  return anApplication({ tokenFormat: 'sealed', ...overrides })
}

export function anAccount(overrides: Partial<Account> = {}): Account {
  return {
    id: 'acc_alice' as AccountId,
    tenantId: aTenant().id,
    organisationId: 'org_one' as OrganisationId,
    loginIds: ['alice@example.com' as LoginId],
    name: undefined,
    roles: [],
    mayImpersonate: false,
    enabled: true,
    epoch: 0,
    passwordSetAt: NOW,
    erasesAt: undefined,
    language: undefined,
    createdAt: NOW,
    ...overrides,
  }
}

/** A session of generation 0 that was started `NOW`. */
export function aSession(identity: Pick<Session, 'id' | 'secret'>, overrides: Partial<Session> = {}): Session {
  return {
    ...identity,
    tenantId: aTenant().id,
    applicationId: 'app_one' as ApplicationId,
    accountId: 'acc_alice' as AccountId,
    scope: 'calls:read calls:write' as Scope,
    actorSessionId: undefined,
    generation: 0,
    advancedAt: NOW,
    previousAdvancedAt: NOW,
    repeatedAt: undefined,
    origin: { device: undefined, block: undefined, isPassing: false },
    startedAt: NOW,
    expiresAt: sessionExpiry(NOW, NOW, LIFETIMES),
    epochs: { tenant: 0, application: 0, account: 0 },
    endedAt: undefined,
    endReason: undefined,
    ...overrides,
  }
}

export const A_SIGNED_IDENTITY = { id: '3f0e7c1a-52d4-4b86-9a30-6d1f5f1c2b7e' as SessionId, secret: Buffer.alloc(16, 9) }

export interface KeptKeys extends KeySource {
  rows: StoredKey[]
  /** How often they were read. */
  readings: number
}

/** Keys in memory, under the one rule of the store: an ordinal is unique in its tenant, purpose and algorithm. */
export function createKeptKeys(): KeptKeys {
  const kindOf = ({ tenantId, purpose, algorithm, ordinal }: StoredKey) => JSON.stringify([tenantId, purpose, algorithm, ordinal])
  const kept: KeptKeys = {
    rows: [],
    readings: 0,
    async list(tenantId) {
      kept.readings += 1
      return kept.rows.filter((row) => row.tenantId === tenantId)
    },
    async add(key) {
      if (kept.rows.some((row) => kindOf(row) === kindOf(key))) return false
      kept.rows.push(key)
      return true
    },
  }
  return kept
}

export interface Workbench {
  readonly engine: TokenEngine
  readonly keys: KeptKeys
  readonly makeKey: MakeKey
  /** The newest key of this kind, opened. */
  keyOf(purpose: KeyPurpose, algorithm: SigningAlgorithm, tenant?: Tenant): OpenedSigningKey
  sealingKeyOf(tenant?: Tenant): OpenedSealingKey
  changeKey(id: string, change: Partial<StoredKey>): void
}

export function createWorkbench(options: { keys?: KeptKeys; seed?: string; storeId?: Buffer; origin?: string } = {}): Workbench {
  const { keys = createKeptKeys(), storeId = STORE_ID, origin = 'https://tokens.example' } = options
  const randomness = createSeededRandomness(options.seed)
  const sealing = createKeySealing(MASTER_KEY, randomness)
  const issuerOf = ({ name }: Tenant) => `${origin}/t/${name}`

  function newest(purpose: KeyPurpose, algorithm: KeyAlgorithm, tenant: Tenant): OpenedKey {
    const rows = keys.rows.filter((row) => row.tenantId === tenant.id && row.purpose === purpose && row.algorithm === algorithm)
    const key = openKeys(rows, undefined, sealing).opened.at(-1)
    if (key === undefined) throw new Error(`there is no ${algorithm} key for ${purpose}`)
    return key
  }

  return {
    engine: createTokenEngine({ keys, masterKey: MASTER_KEY, storeId, randomness, issuerOf }),
    keys,
    makeKey: createKeyMaker(sealing, randomness),
    keyOf(purpose, algorithm, tenant = aTenant()) {
      const key = newest(purpose, algorithm, tenant)
      if (key.algorithm === 'A256GCM') throw new Error('a key that seals signs nothing')
      return key
    },
    sealingKeyOf(tenant = aTenant()) {
      const key = newest('sealing', 'A256GCM', tenant)
      if (key.algorithm !== 'A256GCM') throw new Error('a key that signs seals nothing')
      return key
    },
    changeKey(id, change) {
      keys.rows = keys.rows.map((row) => (row.id === id ? { ...row, ...change } : row))
    },
  }
}

/** A token with a header, a payload and a signature that are exactly what the test says. */
export function forge(header: string, payload: string, key: SignatureKey): string {
  const signingInput = `${base64url(header)}.${base64url(payload)}`
  return `${signingInput}.${signBytes(Buffer.from(signingInput), key).toString('base64url')}`
}

/** A JWE with a header, a plaintext, an IV and a tag that are exactly what the test says. */
export function forgeSeal(
  header: string,
  plaintext: string | Buffer,
  { sealing }: Pick<OpenedSealingKey, 'sealing'>,
  { iv = Buffer.alloc(12, 1), tagBytes = 16, associatedData = base64url(header) } = {},
): string {
  const cipher = createCipheriv('aes-256-gcm', sealing, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(associatedData))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return [base64url(header), '', ...[iv, ciphertext, cipher.getAuthTag()].map((bytes) => bytes.toString('base64url'))].join('.')
}

/** The header of a sealed access token. */
export function headerOfSeal({ id }: Pick<OpenedSealingKey, 'id'>): string {
  return `{"alg":"dir","enc":"A256GCM","cty":"JWT","kid":"${id}"}`
}

/** What is inside a JWE, opened without looking at its header. */
export function openSeal(token: string, { sealing }: Pick<OpenedSealingKey, 'sealing'>): string {
  const [header = '', , iv = '', ciphertext = '', tag = ''] = token.split('.')
  const decipher = createDecipheriv('aes-256-gcm', sealing, Buffer.from(iv, 'base64url'))
    .setAAD(Buffer.from(header))
    .setAuthTag(Buffer.from(tag, 'base64url'))
  return decipher.update(ciphertext, 'base64url', 'utf8') + decipher.final('utf8')
}

export function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}

/** The JSON texts of a token's first two segments. */
export function textsOf(token: string): { header: string; payload: string } {
  const [header = '', payload = ''] = token.split('.').map((segment) => Buffer.from(segment, 'base64url').toString())
  return { header, payload }
}
