import { randomFillSync } from 'node:crypto'
import type { Randomness } from './domain/randomness.ts'

/** Asking the operating system costs some microseconds whatever the number of bytes, so they are fetched by the page. */
const POOL_BYTES = 4096

/** The only reader of the operating system's random bytes. No byte is handed out twice. */
export function createSystemRandomness(): Randomness {
  const pool = Buffer.alloc(POOL_BYTES)
  let used = POOL_BYTES
  return {
    bytes(length) {
      if (length > POOL_BYTES) return randomFillSync(Buffer.alloc(length))
      if (used + length > POOL_BYTES) {
        randomFillSync(pool)
        used = 0
      }
      const taken = Buffer.from(pool.subarray(used, used + length))
      pool.fill(0, used, used + length)
      used += length
      return taken
    },
  }
}
