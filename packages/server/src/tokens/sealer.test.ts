import { createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { KeyId } from '../domain/ids.ts'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { aTenant } from '../testing/token-workbench.ts'
import type { OpenedSealingKey } from './opened-keys.ts'
import { createSealer } from './sealer.ts'

function aKey(id: string): OpenedSealingKey {
  const row = { id: id as KeyId, tenantId: aTenant().id, ordinal: 1, createdAt: 0, activatesAt: 0, retiresAt: undefined }
  return { ...row, purpose: 'sealing', algorithm: 'A256GCM', sealing: createSecretKey(Buffer.alloc(32, 1)) }
}

const ONE = aKey('aaaaaaaaaaaaaaaa')
const TWO = aKey('bbbbbbbbbbbbbbbb')

function ivOf(token: string): Buffer {
  return Buffer.from(token.split('.')[2] ?? '', 'base64url')
}

describe('an IV', () => {
  it('S17: never comes twice, however much is sealed, and by however many processes with the same key', () => {
    const processes = ['one', 'two', 'three'].map((seed) => createSealer(createSeededRandomness(seed)))
    const ivs = new Set<string>()
    for (let i = 0; i < 5000; i += 1) for (const sealer of processes) ivs.add(ivOf(sealer.seal('{}', 'a', ONE)).toString('hex'))
    expect(ivs.size).toBe(3 * 5000)
  })

  it('is 8 random bytes of the process and the key, and a counter', () => {
    const sealer = createSealer(createSeededRandomness())
    const [first, second, ofTwo, third] = [ONE, ONE, TWO, ONE].map((key) => ivOf(sealer.seal('{}', 'a', key)))
    expect([first, second, third].map((iv) => iv?.readUInt32BE(8))).toEqual([0, 1, 2])
    expect([second, third].map((iv) => iv?.toString('hex', 0, 8))).toEqual(Array(2).fill(first?.toString('hex', 0, 8)))
    expect(ofTwo?.readUInt32BE(8)).toBe(0)
    expect(ofTwo?.toString('hex', 0, 8)).not.toBe(first?.toString('hex', 0, 8))
  })

  it('goes on where it was when the same key is read from the store again', () => {
    const sealer = createSealer(createSeededRandomness())
    expect([ONE, { ...ONE }, { ...ONE, retiresAt: 1 }].map((key) => ivOf(sealer.seal('{}', 'a', key)).readUInt32BE(8))).toEqual([0, 1, 2])
  })

  it('is refused when a key has sealed as much as it may, and drawn for the next key as before', () => {
    const sealer = createSealer(createSeededRandomness(), 3)
    for (let i = 0; i < 3; i += 1) sealer.seal('{}', 'a', ONE)
    for (let i = 0; i < 2; i += 1) expect(() => sealer.seal('{}', 'a', ONE)).toThrow('as much here as it may')
    expect(ivOf(sealer.seal('{}', 'a', TWO))).toHaveLength(12)
  })
})
