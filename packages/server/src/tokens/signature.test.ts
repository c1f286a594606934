import { constants, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { SigningAlgorithm } from '../domain/application.ts'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { makeKeyMaterial, openKeyMaterial } from './key-material.ts'
import { isSignatureOf, type SignatureKey, signBytes, signWithoutBlocking } from './signature.ts'

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
const MESSAGE = Buffer.from('header.payload')
const ALGORITHMS = ['ES256', 'EdDSA', 'RS256', 'HS256'] as const satisfies readonly SigningAlgorithm[]

/** Two keys of each algorithm, made once: one of RS256 takes half a second. */
const [KEYS, OTHER_KEYS] = await Promise.all([makeKeys('one'), makeKeys('other')])

async function makeKeys(seed: string): Promise<Readonly<Record<SigningAlgorithm, SignatureKey>>> {
  const make = async (algorithm: SigningAlgorithm) =>
    openKeyMaterial(algorithm, await makeKeyMaterial(algorithm, createSeededRandomness(seed)))
  const [ES256, EdDSA, RS256, HS256] = await Promise.all([make('ES256'), make('EdDSA'), make('RS256'), make('HS256')])
  return { ES256, EdDSA, RS256, HS256 }
}

function sOf(signature: Buffer): bigint {
  return BigInt(`0x${signature.toString('hex', 32)}`)
}

describe.each(ALGORITHMS)('a signature of %s', (algorithm) => {
  const key = KEYS[algorithm]
  const signature = signBytes(MESSAGE, key)

  it('is accepted for its message and its key, and for no other', () => {
    expect(isSignatureOf(MESSAGE, signature, key)).toBe(true)
    expect(isSignatureOf(Buffer.from('header.Payload'), signature, key)).toBe(false)
    expect(isSignatureOf(MESSAGE, signature, OTHER_KEYS[algorithm])).toBe(false)
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
  const key = KEYS.ES256

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
  const key = KEYS.EdDSA

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

describe('RS256', () => {
  const key = KEYS.RS256

  it('S30: has a modulus of 3072 bits and the usual exponent', () => {
    const { n = '', e } = key.verifying.export({ format: 'jwk' })
    expect([Buffer.from(n, 'base64url').length * 8, e]).toEqual([3072, 'AQAB'])
  })

  it('is deterministic, so that a repeat is the same token, and signs the same in the pool', async () => {
    expect(signBytes(MESSAGE, key)).toEqual(signBytes(MESSAGE, key))
    expect(await signWithoutBlocking(MESSAGE, key)).toEqual(signBytes(MESSAGE, key))
  })

  it('leaves the event loop to others while it signs', async () => {
    const order: string[] = []
    const signed = signWithoutBlocking(MESSAGE, key).then(() => order.push('signed'))
    await Promise.resolve().then(() => order.push('another'))
    await signed
    expect(order).toEqual(['another', 'signed'])
  })

  it('refuses a signature whose number was raised by the modulus, and one padded for PSS', () => {
    const signature = signBytes(MESSAGE, key)
    const { n = '' } = key.verifying.export({ format: 'jwk' })
    const raised = BigInt(`0x${signature.toString('hex')}`) + BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`)
    const bytes = Buffer.from(raised.toString(16).padStart(768, '0'), 'hex')
    expect(isSignatureOf(MESSAGE, bytes, key)).toBe(false)
    const pss = sign('sha256', MESSAGE, { key: key.signing, padding: constants.RSA_PKCS1_PSS_PADDING })
    expect(isSignatureOf(MESSAGE, pss, key)).toBe(false)
  })
})

describe('HS256', () => {
  it('does not open a key that is shorter or longer than its hash', () => {
    for (const length of [0, 31, 33]) expect(() => openKeyMaterial('HS256', Buffer.alloc(length, 1))).toThrow('wrong length')
  })

  it('is never verified with a public key: a key has one algorithm, and the pair fits it', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const signature = signBytes(MESSAGE, KEYS.HS256)
    expect(isSignatureOf(MESSAGE, signature, { algorithm: 'ES256', signing: publicKey, verifying: publicKey })).toBe(false)
  })
})
