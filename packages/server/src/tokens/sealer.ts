import type { KeyId } from '../domain/ids.ts'
import type { Randomness } from '../domain/randomness.ts'
import { IV_BYTES, writeJwe } from './jwe.ts'
import type { OpenedSealingKey } from './opened-keys.ts'

const PREFIX_BYTES = 8
const MAX_SEALS = 2 ** 32

/** Seals with IVs that no other seal of the same key has. */
export interface Sealer {
  /** @param header JSON text @throws Error if the token is longer than we would accept, or the key has sealed as much here as it may */
  seal(header: string, plaintext: string, key: OpenedSealingKey): string
}

interface Sequence {
  readonly prefix: Buffer
  used: number
}

/**
 * An IV is 8 random bytes, drawn once by each process for each key, and a counter of 4 bytes (NIST SP 800-38D, section 8.2.1). Within a
 * process it never comes twice; two processes share one only if they drew the same 64 bits. What is guaranteed: a process seals at most
 * 2^32 times with one key and then refuses to; it draws no second prefix, because the key itself has its limit. No key gets that far:
 * it has a successor after 80 days (`renew-sealing-keys.ts`).
 * @param maxSeals at most 2^32
 */
export function createSealer(randomness: Randomness, maxSeals: number = MAX_SEALS): Sealer {
  const sequences = new Map<KeyId, Sequence>()

  function nextIv(key: OpenedSealingKey): Buffer {
    const sequence = sequences.get(key.id) ?? { prefix: randomness.bytes(PREFIX_BYTES), used: 0 }
    sequences.set(key.id, sequence)
    if (sequence.used >= maxSeals) throw new Error(`the key ${key.id} has sealed as much here as it may`)
    const iv = Buffer.alloc(IV_BYTES)
    sequence.prefix.copy(iv)
    iv.writeUInt32BE(sequence.used, PREFIX_BYTES)
    sequence.used += 1
    return iv
  }

  return { seal: (header, plaintext, key) => writeJwe(header, plaintext, key, nextIv(key)) }
}
