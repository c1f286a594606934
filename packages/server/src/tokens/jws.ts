import type { SigningAlgorithm } from '../domain/application.ts'
import { decodeBase64Url } from '../domain/base64url.ts'
import { isSignatureOf, type SignatureKey, signBytes, signWithoutBlocking } from './signature.ts'

/** Longer than any token that we make, and short enough to be looked at for nothing. All characters are ASCII. */
export const MAX_TOKEN_CHARACTERS = 8192
export const MAX_HEADER_CHARACTERS = 512

/** A compact JWS (RFC 7515, section 3.1) whose form is in order. Nothing of it has been verified. */
export interface CompactJws {
  readonly text: string
  /** What the signature is over: the first two segments and the dot. */
  readonly signingInput: Buffer
  readonly headerText: string
  readonly payload: Buffer
  readonly signature: Buffer
}

/**
 * Takes a token apart: length first, then exactly three segments, each in its one base64url spelling.
 * @returns undefined for anything else; no cryptography has then been done
 */
export function parseJws(text: string): CompactJws | undefined {
  if (text.length > MAX_TOKEN_CHARACTERS) return undefined
  const first = text.indexOf('.')
  const second = text.indexOf('.', first + 1)
  if (first < 1 || first > MAX_HEADER_CHARACTERS || second < 0) return undefined
  const header = decodeBase64Url(text.slice(0, first))
  const payload = decodeBase64Url(text.slice(first + 1, second))
  const signature = decodeBase64Url(text.slice(second + 1)) // a third dot is no base64url
  if (header === undefined || payload === undefined || signature === undefined) return undefined
  return { text, signingInput: Buffer.from(text.slice(0, second), 'ascii'), headerText: header.toString('utf8'), payload, signature }
}

/** The `kid` that a header names: a hint which key to try, and no more. undefined if there is none. */
export function keyIdIn(headerText: string): string | undefined {
  try {
    const header: unknown = JSON.parse(headerText)
    if (typeof header !== 'object' || header === null || !('kid' in header)) return undefined
    return typeof header.kid === 'string' ? header.kid : undefined
  } catch {
    return undefined
  }
}

/**
 * Whether a token has exactly the header that its kind writes for this key, and the key's signature.
 * A header of other members, another order or other blanks is refused with that, and so are `crit`, `b64`, `jku`, `jwk`, `x5c`,
 * `zip` and members that occur twice (RFC 7515, sections 4.1 and 5.2).
 * @param expectedHeader the header as we write it: JSON text
 */
export function isAuthentic(jws: CompactJws, expectedHeader: string, key: SignatureKey): boolean {
  return jws.headerText === expectedHeader && isSignatureOf(jws.signingInput, jws.signature, key)
}

/**
 * @param header JSON text @param payload JSON text
 * @throws Error if the token is longer than we would accept
 */
export function writeJws(header: string, payload: string, key: SignatureKey): string {
  const signingInput = signingInputOf(header, payload)
  return join(signingInput, signBytes(Buffer.from(signingInput, 'ascii'), key))
}

/** As `writeJws`, for keys of every algorithm: it keeps nobody waiting. */
export async function writeJwsWithoutBlocking(header: string, payload: string, key: SignatureKey): Promise<string> {
  const signingInput = signingInputOf(header, payload)
  return join(signingInput, await signWithoutBlocking(Buffer.from(signingInput, 'ascii'), key))
}

function signingInputOf(header: string, payload: string): string {
  return `${encode(header)}.${encode(payload)}`
}

function join(signingInput: string, signature: Buffer): string {
  const text = `${signingInput}.${signature.toString('base64url')}`
  if (text.length > MAX_TOKEN_CHARACTERS) throw new Error(`a token of ${text.length} characters would not be accepted by anyone`)
  return text
}

/** A header that starts `{"alg"`, as the tokens of `signed.ts` and `refresh.ts` do. */
export function algFirstHeader(typ: string, algorithm: SigningAlgorithm, keyId: string): string {
  return JSON.stringify({ alg: algorithm, typ, kid: keyId })
}

/** A header that starts `{"typ":"JWT","alg"`, as the Smartflo family's do. */
export function typFirstHeader(algorithm: SigningAlgorithm, keyId: string): string {
  return JSON.stringify({ typ: 'JWT', alg: algorithm, kid: keyId })
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url')
}
