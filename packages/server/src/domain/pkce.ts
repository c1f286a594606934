/** Proof Key for Code Exchange (RFC 7636): who began a sign-in has a secret, whose digest goes along with the request. */
import { createHash } from 'node:crypto'
import { decodeBase64Url } from './base64url.ts'

const CHALLENGE_METHOD = 'S256'
const CHALLENGE_BYTES = 32

/**
 * Section 4.3. A method that is left out would be `plain`, which protects nothing from whoever reads the request.
 * @returns undefined unless the method is `S256` and the challenge the one spelling of 32 bytes
 */
export function parseCodeChallenge(challenge: string, method: string | undefined): string | undefined {
  if (method !== CHALLENGE_METHOD) return undefined
  return decodeBase64Url(challenge)?.length === CHALLENGE_BYTES ? challenge : undefined
}

/** The challenge that a verifier answers (section 4.6). @returns undefined if it is no verifier (section 4.1) */
export function challengeOf(verifier: string): string | undefined {
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) return undefined
  return createHash('sha256').update(verifier, 'ascii').digest('base64url')
}
