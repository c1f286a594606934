import { encodeBase62 } from '../domain/base62.ts'
import type { AccountId, ApplicationId } from '../domain/ids.ts'
import type { OpenedSigningKey } from './opened-keys.ts'
import { signBytes } from './signature.ts'

const CHARACTERS = 22
/** As many as 22 base62 characters can hold evenly: 62^22 is a little less than 2^131. */
const BITS = 130n

/** The first 130 bits of a MAC over application and account: who has neither key nor account cannot tell which account it is, or that two are one. */
export function writePseudonym(applicationId: ApplicationId, accountId: AccountId, key: OpenedSigningKey): string {
  const mac = signBytes(Buffer.from(JSON.stringify([applicationId, accountId])), key) // JSON, so that no two pairs give the same bytes
  return encodeBase62(BigInt(`0x${mac.toString('hex')}`) >> (BigInt(mac.length * 8) - BITS), CHARACTERS)
}
