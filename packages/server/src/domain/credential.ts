import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { encodeBase62 } from './base62.ts'
import type { Randomness } from './randomness.ts'

/**
 * Secrets that a program holds: an API key (`rkk_`), a confidential application's secret (`rks_`). A prefix and a checksum let a
 * scanner find one that leaked, and let us refuse a mistyped or invented one without a query.
 */
export type CredentialPrefix = 'rkk_' | 'rks_'

const RANDOM_CHARACTERS = 32
const CHECKSUM_CHARACTERS = 6

/** A new credential: prefix, 32 base62 characters (190 random bits), and the CRC-32 of both as 6 base62 characters. */
export function makeCredential(prefix: CredentialPrefix, randomness: Randomness): string {
  const number = BigInt(`0x${randomness.bytes(24).toString('hex')}`) % 62n ** BigInt(RANDOM_CHARACTERS)
  const body = prefix + encodeBase62(number, RANDOM_CHARACTERS)
  return body + checksumOf(body)
}

export function isWellFormedCredential(prefix: CredentialPrefix, text: string): boolean {
  if (text.length !== prefix.length + RANDOM_CHARACTERS + CHECKSUM_CHARACTERS || !text.startsWith(prefix)) return false
  const body = text.slice(0, -CHECKSUM_CHARACTERS)
  return text.endsWith(checksumOf(body))
}

/** SHA-256: enough for what has 190 random bits; a password needs argon2id instead. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function checksumOf(body: string): string {
  return encodeBase62(BigInt(crc32(body)), CHECKSUM_CHARACTERS)
}
