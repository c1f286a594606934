import type { KeyId, TenantId } from './ids.ts'
import type { EpochMs } from './time.ts'

/**
 * What a key is for. A kind of token without `aud`, or with the general `typ: JWT`, has keys of its own, so that no other kind
 * verifies under them.
 */
export type KeyPurpose =
  | 'access'
  | 'keycloak-access'
  | 'id'
  | 'self-refreshing'
  | 'permanent'
  | 'refresh'
  /** Signs what is inside a sealed access token. */
  | 'sealed-access'
  /** Seals access tokens, and notes to ourselves that a browser carries. */
  | 'sealing'
  /** Names an account to one application as nobody else knows it. Never rotated: the names would change. */
  | 'pseudonym'
  /** Keeps codes of a few digits as something that the database alone cannot be searched for. Never rotated: codes live for minutes. */
  | 'one-time-code'

/** RFC 7518, RFC 8037; `A256GCM` seals and signs nothing. */
export type KeyAlgorithm = 'ES256' | 'EdDSA' | 'RS256' | 'HS256' | 'A256GCM'

export type KeyState = 'pending' | 'active' | 'retiring' | 'retired'

/** A key as it is stored: the secret part sealed under the master key. */
export interface StoredKey {
  readonly id: KeyId
  readonly tenantId: TenantId
  readonly purpose: KeyPurpose
  readonly algorithm: KeyAlgorithm
  /** 1 for the first key of its tenant, purpose and algorithm; unique there, so that two replicas cannot both make the first. */
  readonly ordinal: number
  /** The public key as a JWK in JSON; undefined for a symmetric key. */
  readonly publicJwk: string | undefined
  readonly sealedSecret: Buffer
  readonly createdAt: EpochMs
  readonly activatesAt: EpochMs
  /** The instant after which nothing made with this key is accepted. Written when it has come, and not beforehand. */
  readonly retiresAt: EpochMs | undefined
}

/** A server looks for new keys this often, and before it refuses an unknown `kid`. */
export const KEY_RELOAD_SECONDS = 30
/** A new key is published this long before it signs, so that every replica and every cache of a gateway has it. */
export const KEY_ACTIVATION_DELAY_SECONDS = 10 * 60
/** A sealing key gets a successor at this age, so that none seals for more than 90 days. */
export const SEALING_KEY_RENEWAL_DAYS = 80
/** No note to ourselves is good for longer: the key that it is sealed with may retire then. The longest is a browser's session. */
export const LONGEST_NOTE_SECONDS = 12 * 3600

/** Whether one may be made in the place of the other. */
export function isOfOneKind(one: Pick<StoredKey, 'purpose' | 'algorithm'>, other: Pick<StoredKey, 'purpose' | 'algorithm'>): boolean {
  return one.purpose === other.purpose && one.algorithm === other.algorithm
}

type Timed = Pick<StoredKey, 'purpose' | 'algorithm' | 'ordinal' | 'activatesAt' | 'retiresAt'>

/**
 * The key that signs at an instant: of those activated and not retired by then the one activated last, and of two such the one
 * made last. A repeat is made with the key of the instant that it repeats.
 */
export function keyActiveAt<Key extends Timed>(
  keys: readonly Key[],
  purpose: KeyPurpose,
  algorithm: KeyAlgorithm,
  at: EpochMs,
): Key | undefined {
  let active: Key | undefined
  for (const key of keys) {
    if (key.purpose !== purpose || key.algorithm !== algorithm || key.activatesAt > at || isRetiredAt(key, at)) continue
    if (
      active === undefined ||
      key.activatesAt > active.activatesAt ||
      (key.activatesAt === active.activatesAt && key.ordinal > active.ordinal)
    )
      active = key
  }
  return active
}

export function keyStateAt<Key extends Timed>(key: Key, keys: readonly Key[], at: EpochMs): KeyState {
  if (key.activatesAt > at) return 'pending'
  if (isRetiredAt(key, at)) return 'retired'
  return keyActiveAt(keys, key.purpose, key.algorithm, at) === key ? 'active' : 'retiring'
}

function isRetiredAt(key: Pick<StoredKey, 'retiresAt'>, at: EpochMs): boolean {
  return key.retiresAt !== undefined && key.retiresAt <= at
}
