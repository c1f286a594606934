/**
 * Access tokens that only we can read: a JWE around a JWS. The seal alone would prove that we made it; the signature inside keeps what
 * is a token apart from what else is sealed. The refresh tokens beside them begin as their platform has it.
 */
import { type CompactJwe, openJwe, sealedHeader } from './jwe.ts'
import { type CompactJws, parseJws } from './jws.ts'
import type { OpenedSealingKey, OpenedSigningKey } from './opened-keys.ts'
import type { Sealer } from './sealer.ts'
import { type SignedStatement, signedKind, writeSigned } from './signed.ts'

/** What is inside: signed with keys that sign nothing else, so that no other token is one when it is sealed, and it is none bare. */
export const SEALED = signedKind('sealed-access', 'sealed')

const REFRESH_PREFIX = 'RTSVH2:'

/** @returns the token, and the JWS inside it */
export async function writeSealed(
  statement: SignedStatement,
  keys: { readonly signing: OpenedSigningKey; readonly sealing: OpenedSealingKey },
  sealer: Sealer,
): Promise<{ readonly token: string; readonly inside: string }> {
  const inside = await writeSigned(statement, keys.signing, SEALED)
  return { token: sealer.seal(headerOf(keys.sealing), inside, keys.sealing), inside }
}

/** Opens the seal. @returns the JWS inside, not verified; undefined if it was not sealed with this key, or holds anything else */
export function unseal(jwe: CompactJwe, key: OpenedSealingKey): CompactJws | undefined {
  const inside = openJwe(jwe, headerOf(key), key)
  return inside && parseJws(inside.toString('latin1')) // a byte that is no ASCII is no base64url then
}

/** RFC 7519, section 5.2: `cty` says that there is a JWT inside. */
function headerOf(key: OpenedSealingKey): string {
  return sealedHeader({ cty: 'JWT' }, key.id)
}

export function withRefreshPrefix(refreshToken: string): string {
  return REFRESH_PREFIX + refreshToken
}

/** @returns undefined for a text that does not begin with exactly the prefix */
export function withoutRefreshPrefix(presented: string): string | undefined {
  return presented.startsWith(REFRESH_PREFIX) ? presented.slice(REFRESH_PREFIX.length) : undefined
}
