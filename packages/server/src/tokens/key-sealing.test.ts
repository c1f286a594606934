import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KeyId, TenantId } from '../domain/ids.ts'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { createKeyMaker } from './key-maker.ts'
import { openKeyMaterial } from './key-material.ts'
import { createKeySealing, type KeyIdentity, openMasterKeyCheck, sealMasterKeyCheck } from './key-sealing.ts'

const MASTER_KEY = Buffer.alloc(32, 7)
const SECRET = Buffer.from('a secret that must not be seen  ')
const IDENTITY: KeyIdentity = { tenantId: 'ten_a' as TenantId, purpose: 'refresh', id: 'abcdefghijklmnop' as KeyId, algorithm: 'HS256' }

const randomness = createSeededRandomness()
const sealing = createKeySealing(MASTER_KEY, randomness)

function messageOf(act: () => unknown): string {
  try {
    act()
  } catch (fault) {
    return String(fault)
  }
  throw new Error('nothing was thrown')
}

describe('a sealed key', () => {
  it('opens under its master key and for its identity', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const secret = Buffer.from(bytes)
        expect(sealing.open(sealing.seal(secret, IDENTITY), IDENTITY)).toEqual(secret)
      }),
    )
  })

  it('S159: fails closed with any bit of any byte flipped, and at any other length', () => {
    const sealed = sealing.seal(SECRET, IDENTITY)
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const flipped = Buffer.from(sealed)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => sealing.open(flipped, IDENTITY)).toThrow('cannot be opened')
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => sealing.open(sealed.subarray(0, length), IDENTITY)).toThrow('cannot be opened')
    }
    expect(() => sealing.open(Buffer.concat([sealed, Buffer.of(0)]), IDENTITY)).toThrow('cannot be opened')
  })

  it('S159: does not open in the row of another tenant, purpose, key or algorithm', () => {
    const sealed = sealing.seal(SECRET, IDENTITY)
    const others: Partial<KeyIdentity>[] = [
      { tenantId: 'ten_b' as TenantId },
      { purpose: 'permanent' },
      { id: 'bbcdefghijklmnop' as KeyId },
      { algorithm: 'ES256' },
      { tenantId: 'ten_a","refresh' as TenantId },
    ]
    for (const other of others) expect(() => sealing.open(sealed, { ...IDENTITY, ...other })).toThrow('cannot be opened')
  })

  it('S155: shows nothing of the secret, and no two sealings of one secret are alike', () => {
    const [one, two] = [sealing.seal(SECRET, IDENTITY), sealing.seal(SECRET, IDENTITY)]
    expect(one.equals(two)).toBe(false)
    for (let at = 0; at + 8 <= SECRET.length; at += 1) expect(one.includes(SECRET.subarray(at, at + 8))).toBe(false)
  })

  it('S155: is unreadable to whoever has the rows and not the master key, and the fault tells nothing', () => {
    const sealed = sealing.seal(SECRET, IDENTITY)
    const thief = createKeySealing(Buffer.alloc(32, 8), randomness)
    const message = messageOf(() => thief.open(sealed, IDENTITY))
    expect(message).toContain(IDENTITY.id)
    for (const secret of [SECRET, MASTER_KEY, sealed, Buffer.alloc(32, 8)]) {
      for (const spelling of ['utf8', 'hex', 'base64', 'base64url'] as const) expect(message).not.toContain(secret.toString(spelling))
    }
  })

  it('S155: is what the store keeps of a new key; its row holds the private part nowhere', async () => {
    const makeKey = createKeyMaker(sealing, randomness)
    for (const algorithm of ['ES256', 'EdDSA', 'HS256'] as const) {
      const key = await makeKey({ tenantId: IDENTITY.tenantId, purpose: 'access', algorithm, ordinal: 1, createdAt: 0, activatesAt: 0 })
      const secret = sealing.open(key.sealedSecret, key)
      const row = JSON.stringify({ ...key, sealedSecret: key.sealedSecret.toString('base64') })
      const { d, k } = openKeyMaterial(algorithm, secret).signing.export({ format: 'jwk' })
      expect(d ?? k).toHaveLength(43)
      expect(row).not.toContain(d ?? k)
      expect(row).not.toMatch(/"d"|"k"/)
    }
  })
})

describe('the master key', () => {
  it.each([0, 16, 31, 33, 64])('S156: of %i bytes is refused', (length) => {
    expect(() => createKeySealing(Buffer.alloc(length, 7), randomness)).toThrow('bytes')
    expect(() => sealMasterKeyCheck(Buffer.alloc(length, 7), randomness)).toThrow('bytes')
  })

  it('S156: is recognised by the text that was sealed under it, and a wrong one too', () => {
    const check = sealMasterKeyCheck(MASTER_KEY, randomness)
    expect(openMasterKeyCheck(MASTER_KEY, check)).toBe(true)
    expect(openMasterKeyCheck(Buffer.alloc(32, 8), check)).toBe(false)
  })

  it('S159: is not recognised by a changed text, a sealed key, or nothing', () => {
    const check = sealMasterKeyCheck(MASTER_KEY, randomness)
    for (let index = 0; index < check.length; index += 1) {
      const changed = Buffer.from(check)
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(openMasterKeyCheck(MASTER_KEY, changed)).toBe(false)
    }
    expect(openMasterKeyCheck(MASTER_KEY, sealing.seal(SECRET, IDENTITY))).toBe(false)
    expect(openMasterKeyCheck(MASTER_KEY, Buffer.alloc(0))).toBe(false)
  })
})
