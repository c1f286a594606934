import { createHash } from 'node:crypto'
import type { Randomness } from '../domain/randomness.ts'

/** Repeatable bytes: SHA-256 over the seed and a counter. */
export function createSeededRandomness(seed = 'ringkey'): Randomness {
  let counter = 0
  return {
    bytes(length) {
      const blocks: Buffer[] = []
      for (let have = 0; have < length; have += 32) {
        counter += 1
        blocks.push(createHash('sha256').update(`${seed}/${counter}`).digest())
      }
      return Buffer.concat(blocks).subarray(0, length)
    },
  }
}
