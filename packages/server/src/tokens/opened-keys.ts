import type { StoredKey } from '../domain/signing-key.ts'
import type { SealingKey } from './jwe.ts'
import { openKeyMaterial, publicMembers } from './key-material.ts'
import type { KeySealing } from './key-sealing.ts'
import type { SignatureKey } from './signature.ts'

type KeyRow = Omit<StoredKey, 'sealedSecret' | 'publicJwk' | 'algorithm'>

/** A key that signs and seals nothing. */
export type OpenedSigningKey = KeyRow & SignatureKey
/** A key that seals and signs nothing: no signature can be asked of it, and none is verified with it. */
export type OpenedSealingKey = KeyRow & SealingKey
/** Which of the two it is, its algorithm says. */
export type OpenedKey = OpenedSigningKey | OpenedSealingKey

/** The rows of a tenant's keys, and each of them opened, in the same order. */
export interface OpenedKeys {
  readonly stored: readonly StoredKey[]
  readonly opened: readonly OpenedKey[]
}

/**
 * Opens a tenant's keys; those that were open before stay so.
 * @returns `before` itself if no row has changed
 * @throws Error if a row was changed by another hand: then no key of its tenant is used
 */
export function openKeys(stored: readonly StoredKey[], before: OpenedKeys | undefined, sealing: KeySealing): OpenedKeys {
  if (before !== undefined && isUnchanged(before.stored, stored)) return before
  return { stored, opened: stored.map((row) => openKey(row, before, sealing)) }
}

function openKey(row: StoredKey, before: OpenedKeys | undefined, sealing: KeySealing): OpenedKey {
  const { sealedSecret, publicJwk, algorithm: _, ...rest } = row
  const known = before?.opened[before.stored.findIndex((old) => isSameKey(old, row))]
  if (known !== undefined) return { ...known, ...rest }
  const key = openKeyMaterial(row.algorithm, sealing.open(sealedSecret, row))
  if (!isPublicPart(publicJwk, key)) throw new Error(`the stored public part of the key ${row.id} is not its own`)
  return { ...rest, ...key }
}

/** The public part is stored in clear; the one that counts is the sealed private key's. */
function isPublicPart(publicJwk: string | undefined, key: SignatureKey | SealingKey): boolean {
  const members = publicMembers(key)
  if (members === undefined || publicJwk === undefined) return members === undefined && publicJwk === undefined
  const stored = JSON.parse(publicJwk) as Record<string, unknown>
  return Object.entries(members).every(([name, value]) => stored[name] === value)
}

function isUnchanged(before: readonly StoredKey[], now: readonly StoredKey[]): boolean {
  return before.length === now.length && now.every((row, index) => isSameRow(before[index], row))
}

function isSameRow(old: StoredKey | undefined, row: StoredKey): boolean {
  return old !== undefined && old.activatesAt === row.activatesAt && old.retiresAt === row.retiresAt && isSameKey(old, row)
}

function isSameKey(old: StoredKey, row: StoredKey): boolean {
  const isSameIdentity = old.id === row.id && old.purpose === row.purpose && old.algorithm === row.algorithm && old.ordinal === row.ordinal
  return isSameIdentity && old.publicJwk === row.publicJwk && old.sealedSecret.equals(row.sealedSecret)
}
