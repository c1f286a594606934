/**
 * One strict spelling of a compact JWE (RFC 7516, section 7.1): sealed with a key that only we have (`dir`), so that what opens was
 * made here. There is no other `alg`, no `zip` and no `crit`: the header is compared as text with the one that we write.
 */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { decodeBase64Url } from '../domain/base64url.ts'
import { MAX_HEADER_CHARACTERS, MAX_TOKEN_CHARACTERS } from './jws.ts'

/** A key opened for sealing. It has nothing that could sign. */
export interface SealingKey {
  readonly algorithm: 'A256GCM'
  readonly sealing: KeyObject
}

/** RFC 7518, section 5.3. */
const CIPHER = 'aes-256-gcm'
export const IV_BYTES = 12
const TAG_BYTES = 16

/** A compact JWE whose form is in order. Nothing of it has been opened. */
export interface CompactJwe {
  /** The header as it was sent: what the tag is over besides the ciphertext (RFC 7516, section 5.1, step 14). */
  readonly encodedHeader: string
  readonly headerText: string
  readonly iv: Buffer
  readonly ciphertext: Buffer
  readonly tag: Buffer
}

/**
 * Takes a token apart: length first, then exactly five segments, each in its one base64url spelling; the second is empty, because the
 * key is ours and not in the token; IV and tag have their whole lengths.
 * @returns undefined for anything else; no cryptography has then been done
 */
export function parseJwe(text: string): CompactJwe | undefined {
  if (text.length > MAX_TOKEN_CHARACTERS) return undefined
  const [encodedHeader = '', encryptedKey, ...others] = text.split('.')
  if (encodedHeader === '' || encodedHeader.length > MAX_HEADER_CHARACTERS || encryptedKey !== '' || others.length !== 3) return undefined
  const [header, iv, ciphertext, tag] = [encodedHeader, ...others].map(decodeBase64Url)
  if (header === undefined || ciphertext === undefined || iv?.length !== IV_BYTES || tag?.length !== TAG_BYTES) return undefined
  return { encodedHeader, headerText: header.toString('utf8'), iv, ciphertext, tag }
}

/**
 * @param expectedHeader the header as we write it: JSON text
 * @returns the plaintext; undefined if the header is another, or it was not sealed with this key, or was changed since
 */
export function openJwe(jwe: CompactJwe, expectedHeader: string, key: SealingKey): Buffer | undefined {
  if (jwe.headerText !== expectedHeader) return undefined
  const decipher = createDecipheriv(CIPHER, key.sealing, jwe.iv, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(jwe.encodedHeader, 'ascii'))
    .setAuthTag(jwe.tag)
  try {
    return Buffer.concat([decipher.update(jwe.ciphertext), decipher.final()])
  } catch {
    return undefined // the tag does not fit, and more is not to be said
  }
}

/**
 * @param header JSON text @param iv never used with this key before: a second use would give both plaintexts away
 * @throws Error if the token is longer than we would accept
 */
export function writeJwe(header: string, plaintext: string, key: SealingKey, iv: Buffer): string {
  const encodedHeader = Buffer.from(header, 'utf8').toString('base64url')
  const cipher = createCipheriv(CIPHER, key.sealing, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(encodedHeader, 'ascii'))
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
  const segments = [iv, ciphertext, cipher.getAuthTag()].map((bytes) => bytes.toString('base64url'))
  const text = [encodedHeader, '', ...segments].join('.')
  if (text.length > MAX_TOKEN_CHARACTERS) throw new Error(`a token of ${text.length} characters would not be accepted by anyone`)
  return text
}

/** A header that begins `{"alg":"dir"`. @param about what sets one kind of sealed thing apart */
export function sealedHeader(about: { readonly cty: 'JWT' } | { readonly typ: string }, keyId: string): string {
  return JSON.stringify({ alg: 'dir', enc: 'A256GCM', ...about, kid: keyId })
}
