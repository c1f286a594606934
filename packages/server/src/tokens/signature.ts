import { createHmac, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto'
import type { SigningAlgorithm } from '../domain/application.ts'

/** A key opened for signing; one that seals is none (`jwe.ts`). The algorithm is the key's own: nothing that a token says chooses it (RFC 8725, section 3.1). */
export interface SignatureKey {
  readonly algorithm: SigningAlgorithm
  /** The private key, or the shared one. */
  readonly signing: KeyObject
  /** The public key, or the shared one. */
  readonly verifying: KeyObject
}

/** Order of the group of P-256 (FIPS 186-4, section D.1.2.3). */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const P256_SCALAR_BYTES = 32
const HALF_P256_ORDER = scalarBytes(P256_ORDER >> 1n)

/**
 * Signs synchronously: in the thread pool it would wait behind password hashes.
 * @returns RFC 7518, sections 3.2 to 3.4: the MAC, the RSA signature, or R and S of 32 bytes each; RFC 8037, section 3.1 for EdDSA
 */
export function signBytes(input: Buffer, key: SignatureKey): Buffer {
  switch (key.algorithm) {
    case 'HS256':
      return createHmac('sha256', key.signing).update(input).digest()
    case 'EdDSA':
      return sign(null, input, key.signing)
    case 'RS256':
      return sign('sha256', input, key.signing)
    case 'ES256':
      return withLowS(sign('sha256', input, { key: key.signing, dsaEncoding: 'ieee-p1363' }))
  }
}

/** As `signBytes`, but RS256 in the thread pool: it takes 2 ms with 3072 bits, for which nobody else should wait. */
export async function signWithoutBlocking(input: Buffer, key: SignatureKey): Promise<Buffer> {
  if (key.algorithm !== 'RS256') return signBytes(input, key)
  return new Promise((resolve, reject) => {
    sign('sha256', input, key.signing, (error, signature) => (error === null ? resolve(signature) : reject(error)))
  })
}

/** Whether this is the key's signature, in its one spelling: (R, N - S) would be another of the same message, and is refused. */
export function isSignatureOf(input: Buffer, signature: Buffer, key: SignatureKey): boolean {
  switch (key.algorithm) {
    case 'HS256': {
      const expected = signBytes(input, key)
      return signature.length === expected.length && timingSafeEqual(signature, expected)
    }
    case 'EdDSA':
      return signature.length === 64 && verify(null, input, key.verifying, signature) // S below the order: RFC 8032, section 5.1.7
    case 'RS256':
      return verify('sha256', input, key.verifying, signature) // exactly as long as the modulus, and below it: RFC 8017, section 8.2.2
    case 'ES256':
      return isLowS(signature) && verify('sha256', input, { key: key.verifying, dsaEncoding: 'ieee-p1363' }, signature)
  }
}

function isLowS(signature: Buffer): boolean {
  return signature.length === 2 * P256_SCALAR_BYTES && signature.compare(HALF_P256_ORDER, 0, P256_SCALAR_BYTES, P256_SCALAR_BYTES) <= 0
}

function withLowS(signature: Buffer): Buffer {
  if (isLowS(signature)) return signature
  const r = signature.subarray(0, P256_SCALAR_BYTES)
  const s = BigInt(`0x${signature.toString('hex', P256_SCALAR_BYTES)}`)
  return Buffer.concat([r, scalarBytes(P256_ORDER - s)])
}

function scalarBytes(scalar: bigint): Buffer {
  return Buffer.from(scalar.toString(16).padStart(2 * P256_SCALAR_BYTES, '0'), 'hex')
}
