import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Randomness } from '../domain/randomness.ts'
import type { StoredKey } from '../domain/signing-key.ts'

const MASTER_KEY_BYTES = 32

const VERSION = 1
const IV_BYTES = 12
const TAG_BYTES = 16
const KEYS_INFO = 'ringkey: keys sealed under the master key'
const CHECK_INFO = 'ringkey: master key check'
const CHECK_TEXT = Buffer.from('This store was sealed under this master key.')

/** Whose secret it is: as associated data it ties a sealed secret to its row. */
export type KeyIdentity = Pick<StoredKey, 'tenantId' | 'purpose' | 'id' | 'algorithm'>

export interface KeySealing {
  seal(secret: Buffer, identity: KeyIdentity): Buffer
  /** @throws Error if the master key is another, or any byte or the identity was changed; the message holds no secret */
  open(sealed: Buffer, identity: KeyIdentity): Buffer
}

/**
 * Keeps secret keys under the master key: AES-256-GCM with a key derived from it (RFC 5869), a random IV, and the key's identity
 * as associated data. A sealed secret is a version byte, the IV, the ciphertext and the tag.
 * @param masterKey 32 bytes
 * @throws Error if the master key has another length
 */
export function createKeySealing(masterKey: Buffer, randomness: Randomness): KeySealing {
  const key = deriveKey(masterKey, KEYS_INFO)
  return {
    seal: (secret, identity) => seal(secret, key, associatedData(identity), randomness),
    open(sealed, identity) {
      const secret = open(sealed, key, associatedData(identity))
      if (secret === undefined)
        throw new Error(`the sealed key ${identity.id} cannot be opened: it was changed, or sealed under another master key`)
      return secret
    },
  }
}

/** A known text under the master key. A store keeps it, so that a wrong master key is noticed at start. */
export function sealMasterKeyCheck(masterKey: Buffer, randomness: Randomness): Buffer {
  return seal(CHECK_TEXT, deriveKey(masterKey, CHECK_INFO), Buffer.alloc(0), randomness)
}

/** @returns false if it was sealed under another master key, or changed */
export function openMasterKeyCheck(masterKey: Buffer, sealed: Buffer): boolean {
  return open(sealed, deriveKey(masterKey, CHECK_INFO), Buffer.alloc(0))?.equals(CHECK_TEXT) ?? false
}

function deriveKey(masterKey: Buffer, info: string): Buffer {
  if (masterKey.length !== MASTER_KEY_BYTES) throw new Error(`the master key has ${masterKey.length} bytes instead of ${MASTER_KEY_BYTES}`)
  return Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), info, 32))
}

/** JSON, so that no two identities give the same bytes. */
function associatedData({ tenantId, purpose, id, algorithm }: KeyIdentity): Buffer {
  return Buffer.from(JSON.stringify([tenantId, purpose, id, algorithm]))
}

function seal(secret: Buffer, key: Buffer, identity: Buffer, randomness: Randomness): Buffer {
  const version = Buffer.of(VERSION)
  const iv = randomness.bytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.concat([version, identity]))
  const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()])
  return Buffer.concat([version, iv, ciphertext, cipher.getAuthTag()])
}

function open(sealed: Buffer, key: Buffer, identity: Buffer): Buffer | undefined {
  if (sealed.length < 1 + IV_BYTES + TAG_BYTES || sealed[0] !== VERSION) return undefined
  const iv = sealed.subarray(1, 1 + IV_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.concat([sealed.subarray(0, 1), identity]))
    .setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(1 + IV_BYTES, -TAG_BYTES)), decipher.final()])
  } catch {
    return undefined // the tag does not fit, and more is not to be said
  }
}
