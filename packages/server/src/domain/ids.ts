import type { Randomness } from './randomness.ts'

declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type TenantId = Branded<'TenantId'>
export type OrganisationId = Branded<'OrganisationId'>
export type AccountId = Branded<'AccountId'>
export type ApplicationId = Branded<'ApplicationId'>
export type ApiKeyId = Branded<'ApiKeyId'>
export type PermanentTokenId = Branded<'PermanentTokenId'>
export type AuditRowId = Branded<'AuditRowId'>
/** A bare UUID without a prefix, because the wire shows it as `session_state`. */
export type SessionId = Branded<'SessionId'>
/** The `kid` of a signing, sealing or MAC key. */
export type KeyId = Branded<'KeyId'>

const PREFIX = {
  tenant: 'ten_',
  organisation: 'org_',
  account: 'acc_',
  application: 'app_',
  apiKey: 'key_',
  permanentToken: 'pat_',
  audit: 'aud_',
}

interface IdOf {
  tenant: TenantId
  organisation: OrganisationId
  account: AccountId
  application: ApplicationId
  apiKey: ApiKeyId
  permanentToken: PermanentTokenId
  audit: AuditRowId
}

/** A new id: its readable prefix and 120 random bits in lower-case base32 (24 characters). */
export function makeId<Noun extends keyof IdOf>(noun: Noun, randomness: Randomness): IdOf[Noun] {
  return `${PREFIX[noun]}${base32(randomness.bytes(15))}` as IdOf[Noun]
}

/** The id of an account, where it is one. */
export function asAccountId(id: string | undefined): AccountId | undefined {
  return id?.startsWith(PREFIX.account) ? (id as AccountId) : undefined
}

/** A key id: 80 random bits in lower-case base32 (16 characters), which a path and a file name can carry. */
export function makeKeyId(randomness: Randomness): KeyId {
  return base32(randomness.bytes(10)) as KeyId
}

/** A random UUID, version 4 (RFC 9562, section 5.4). */
export function makeSessionId(randomness: Randomness): SessionId {
  return uuidFrom(randomness.bytes(16), 4)
}

/** A UUID whose 122 free bits are taken from `bytes` (RFC 9562, sections 4.1 and 4.2). */
export function uuidFrom(bytes: Uint8Array, version: 4 | 8): SessionId {
  const octets = Buffer.from(bytes.subarray(0, 16))
  octets.writeUInt8((octets.readUInt8(6) & 0x0f) | (version << 4), 6)
  octets.writeUInt8((octets.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = octets.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as SessionId
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

function base32(bytes: Uint8Array): string {
  let bits = 0
  let value = 0
  let text = ''
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += BASE32.charAt((value >>> bits) & 31)
    }
  }
  return text
}
