import { createPrivateKey, createPublicKey, createSecretKey, generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { SigningAlgorithm } from '../domain/application.ts'
import type { Randomness } from '../domain/randomness.ts'
import type { KeyAlgorithm } from '../domain/signing-key.ts'
import type { SealingKey } from './jwe.ts'
import type { SignatureKey } from './signature.ts'

/** RFC 7518, section 3.2: at least as long as the hash; section 5.3: exactly as long as the cipher's key. */
const SHARED_KEY_BYTES = 32
/** 128 bits of security (NIST SP 800-57 part 1 revision 5, table 2). */
const RSA_BITS = 3072

/** A new secret of this algorithm: 32 random bytes, or a private key in PKCS#8. An RSA key takes a thread of the pool half a second. */
export async function makeKeyMaterial(algorithm: KeyAlgorithm, randomness: Randomness): Promise<Buffer> {
  switch (algorithm) {
    case 'HS256':
    case 'A256GCM':
      return randomness.bytes(SHARED_KEY_BYTES)
    // Key pairs are made by OpenSSL with the operating system's randomness: it takes none from us.
    case 'ES256':
      return pkcs8(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
    case 'EdDSA':
      return pkcs8(generateKeyPairSync('ed25519').privateKey)
    case 'RS256':
      return pkcs8(await makeRsaKey())
  }
}

/** @throws Error if the secret is none of this algorithm; its message holds nothing of it */
export function openKeyMaterial(algorithm: SigningAlgorithm, secret: Buffer): SignatureKey
export function openKeyMaterial(algorithm: KeyAlgorithm, secret: Buffer): SignatureKey | SealingKey
export function openKeyMaterial(algorithm: KeyAlgorithm, secret: Buffer): SignatureKey | SealingKey {
  if (algorithm === 'HS256' || algorithm === 'A256GCM') {
    if (secret.length !== SHARED_KEY_BYTES) throw new Error('a shared key has the wrong length')
    const shared = createSecretKey(secret)
    return algorithm === 'A256GCM' ? { algorithm, sealing: shared } : { algorithm, signing: shared, verifying: shared }
  }
  const signing = createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' })
  return { algorithm, signing, verifying: createPublicKey(signing) }
}

/** The public members of a key (RFC 7518, sections 6.2.1 and 6.3.1; RFC 8037, section 2); undefined for a shared one, which has none. */
export function publicMembers(key: SignatureKey | SealingKey): Readonly<Record<string, string>> | undefined {
  if (key.algorithm === 'A256GCM' || key.verifying.type !== 'public') return undefined
  const { kty = '', crv = '', x = '', y, n, e } = key.verifying.export({ format: 'jwk' })
  if (n !== undefined && e !== undefined) return { kty, n, e }
  return { kty, crv, x, ...(y === undefined ? {} : { y }) }
}

function pkcs8(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'pkcs8' })
}

function makeRsaKey(): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    generateKeyPair('rsa', { modulusLength: RSA_BITS }, (error, _publicKey, privateKey) =>
      error === null ? resolve(privateKey) : reject(error),
    )
  })
}
