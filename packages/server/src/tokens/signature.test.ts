import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { KeyAlgorithm } from '../domain/signing-key.ts'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { makeKeyMaterial, openKeyMaterial } from './key-material.ts'
import { isSignatureOf, signBytes } from './signature.ts'

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
const MESSAGE = Buffer.from('header.payload')
const ALGORITHMS: readonly KeyAlgorithm[] = ['ES256', 'EdDSA', 'HS256']

function aKey(algorithm: KeyAlgorithm) {
  return openKeyMaterial(algorithm, makeKeyMaterial(algorithm, createSeededRandomness()))
}

function sOf(signature: Buffer): bigint {
  return BigInt(`0x${signature.toString('hex', 32)}`)
}

describe.each(ALGORITHMS)('a signature of %s', (algorithm) => {
  const key = aKey(algorithm)
  const signature = signBytes(MESSAGE, key)

  it('is accepted for its message and its key, and for no other', () => {
    const other = { ...key, ...openKeyMaterial(algorithm, makeKeyMaterial(algorithm, createSeededRandomness('other'))) }
    expect(isSignatureOf(MESSAGE, signature, key)).toBe(true)
    expect(isSignatureOf(Buffer.from('header.Payload'), signature, key)).toBe(false)
    expect(isSignatureOf(MESSAGE, signature, other)).toBe(false)
  })

  it('is refused with any bit of it flipped', () => {
    for (let bit = 0; bit < signature.length * 8; bit += 1) {
      const flipped = Buffer.from(signature)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(isSignatureOf(MESSAGE, flipped, key)).toBe(false)
    }
  })

  it('is refused at any other length, the empty one included', () => {
    for (let length = 0; length < signature.length; length += 1)
      expect(isSignatureOf(MESSAGE, signature.subarray(0, length), key)).toBe(false)
    expect(isSignatureOf(MESSAGE, Buffer.concat([signature, Buffer.of(0)]), key)).toBe(false)
    expect(isSignatureOf(MESSAGE, Buffer.concat([Buffer.of(0), signature]), key)).toBe(false)
  })

  it('of zeros is refused', () => {
    expect(isSignatureOf(MESSAGE, Buffer.alloc(signature.length), key)).toBe(false)
  })
})

describe('ES256', () => {
  const key = aKey('ES256')

  it('always signs with the lower of the two possible values of S', () => {
    for (let i = 0; i < 64; i += 1) {
      const message = Buffer.from(`message ${i}`)
      const signature = signBytes(message, key)
      expect(sOf(signature) <= P256_ORDER / 2n).toBe(true)
      expect(signature).toHaveLength(64)
      expect(isSignatureOf(message, signature, key)).toBe(true)
    }
  })

  it('refuses the other spelling of a signature, which mathematics would accept', () => {
    const signature = signBytes(MESSAGE, key)
    const high = Buffer.concat([
      signature.subarray(0, 32),
      Buffer.from((P256_ORDER - sOf(signature)).toString(16).padStart(64, '0'), 'hex'),
    ])
    expect(verify('sha256', MESSAGE, { key: key.verifying, dsaEncoding: 'ieee-p1363' }, high)).toBe(true)
    expect(isSignatureOf(MESSAGE, high, key)).toBe(false)
  })
})

describe('EdDSA', () => {
  const key = aKey('EdDSA')

  it('is deterministic', () => {
    expect(signBytes(MESSAGE, key)).toEqual(signBytes(MESSAGE, key))
  })

  it('refuses a signature whose S was raised by the order of the group', () => {
    const signature = signBytes(MESSAGE, key)
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + ED25519_ORDER
    const raised = Buffer.concat([signature.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()])
    expect(isSignatureOf(MESSAGE, raised, key)).toBe(false)
  })

  it('uses the curve Ed25519, which verifies with the public key alone', () => {
    const { x } = key.verifying.export({ format: 'jwk' })
    const alone = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: x ?? '' }, format: 'jwk' })
    expect(verify(null, MESSAGE, alone, signBytes(MESSAGE, key))).toBe(true)
  })
})

describe('HS256', () => {
  it('does not open a key that is shorter or longer than its hash', () => {
    for (const length of [0, 31, 33]) expect(() => openKeyMaterial('HS256', Buffer.alloc(length, 1))).toThrow('wrong length')
  })

  it('is never verified with a public key: a key has one algorithm, and the pair fits it', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const signature = signBytes(MESSAGE, aKey('HS256'))
    expect(isSignatureOf(MESSAGE, signature, { algorithm: 'ES256', signing: publicKey, verifying: publicKey })).toBe(false)
  })
})
