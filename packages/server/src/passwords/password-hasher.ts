/**
 * Password hashes: argon2id in PHC strings, made and verified off the event loop by `@node-rs/argon2`, never more at once than
 * `hash-pool.ts` lets through. Who has which hash, and how often one may be tried, is decided elsewhere.
 */
import { availableParallelism } from 'node:os'
import { hash, hashSync, type Options, verify } from '@node-rs/argon2'
import type { Password } from '../domain/password.ts'
import type { Randomness } from '../domain/randomness.ts'
import { createHashPool, type HashPool } from './hash-pool.ts'
import { type Argon2Parameters, parsePhc } from './phc.ts'

/** 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet; RFC 9106, section 4). The library's default is argon2id, version 19. */
const PARAMETERS: Argon2Parameters = { memoryKibibytes: 19_456, passes: 2, lanes: 1 }
const SALT_BYTES = 16
const HASH_BYTES = 32

/** What a stored hash may ask for: more is no work of ours, and would be a lever for whoever can write one. */
const MAX: Argon2Parameters = { memoryKibibytes: 1024 * 1024, passes: 16, lanes: 16 }

export interface PasswordHasher {
  /** @returns a PHC string @throws Unavailable under overload */
  hash(password: Password, isGone?: () => boolean): Promise<string>
  /**
   * @param phc a PHC string of argon2id
   * @throws Unavailable under overload
   * @throws Error if the stored hash is none of ours, or asks for more than we do: a fault, never a wrong password
   */
  verify(password: Password, phc: string, isGone?: () => boolean): Promise<boolean>
  /** Whether a hash was made with other parameters than today's. */
  needsRehash(phc: string): boolean
  /** The hash of random bytes: verifying against it costs what a real one costs and never succeeds. */
  readonly dummyHash: string
}

export interface PasswordHasherOptions {
  readonly randomness: Randomness
  /** By default one of its own with as many workers as there are cores. */
  readonly pool?: HashPool
}

export function createPasswordHasher(options: PasswordHasherOptions): PasswordHasher {
  const { randomness, pool = createHashPool({ workers: availableParallelism() }) } = options
  const hashOptions = (): Options => ({
    memoryCost: PARAMETERS.memoryKibibytes,
    timeCost: PARAMETERS.passes,
    parallelism: PARAMETERS.lanes,
    outputLen: HASH_BYTES,
    salt: randomness.bytes(SALT_BYTES),
  })
  return {
    hash: (password, isGone) => pool.run(() => hash(password, hashOptions()), isGone),

    async verify(password, phc, isGone) {
      refuseExcess(parsePhc(phc))
      return pool.run(() => verify(phc, password), isGone)
    },

    needsRehash(phc) {
      const { memoryKibibytes, passes, lanes, saltBytes, hashBytes } = parsePhc(phc)
      const isToday = memoryKibibytes === PARAMETERS.memoryKibibytes && passes === PARAMETERS.passes && lanes === PARAMETERS.lanes
      return !isToday || saltBytes < SALT_BYTES || hashBytes < HASH_BYTES
    },

    dummyHash: hashSync(randomness.bytes(32), hashOptions()), // once, at start
  }
}

function refuseExcess({ memoryKibibytes, passes, lanes }: Argon2Parameters): void {
  if (memoryKibibytes <= MAX.memoryKibibytes && passes <= MAX.passes && lanes <= MAX.lanes) return
  throw new Error(`a stored password hash asks for m=${memoryKibibytes}, t=${passes}, p=${lanes}`)
}
