import { hashSync } from '@node-rs/argon2'
import { describe, expect, it } from 'vitest'
import { Unavailable } from '../domain/fault.ts'
import { normalisePassword } from '../domain/password.ts'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { createHashPool } from './hash-pool.ts'
import { createPasswordHasher } from './password-hasher.ts'

const PASSWORD = normalisePassword('correct horse battery staple')
const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1, outputLen: 32, salt: Buffer.alloc(16, 1) }

const hasher = createPasswordHasher({ randomness: createSeededRandomness() })

/** A PHC string with these parameters over an arbitrary salt and hash. */
function aPhc(parameters: string, kind = 'argon2id'): string {
  return `$${kind}$v=19$${parameters}$AQEBAQEBAQEBAQEBAQEBAQ$${'A'.repeat(43)}`
}

describe('a password hash', () => {
  it('is argon2id with 19 MiB, two passes and one lane, in a PHC string', async () => {
    expect(await hasher.hash(PASSWORD)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  })

  it('verifies with its password and with no other', async () => {
    const phc = await hasher.hash(PASSWORD)
    expect(await hasher.verify(PASSWORD, phc)).toBe(true)
    for (const wrong of ['Correct horse battery staple', 'correct horse battery stapl', 'correct horse battery staple ', '']) {
      expect(await hasher.verify(normalisePassword(wrong), phc)).toBe(false)
    }
  })

  it('has a salt of its own, taken from the given randomness', async () => {
    const [one, two] = [await hasher.hash(PASSWORD), await hasher.hash(PASSWORD)]
    expect(one).not.toBe(two)
    const again = createPasswordHasher({ randomness: createSeededRandomness() })
    expect(again.dummyHash).toBe(hasher.dummyHash)
  })

  it('is not cut at NUL and counts every character', async () => {
    const phc = await hasher.hash(normalisePassword('password\u0000one'))
    expect(await hasher.verify(normalisePassword('password\u0000two'), phc)).toBe(false)
  })

  it('S90: made with old parameters verifies, and asks to be made anew', async () => {
    for (const old of [CHEAP, { ...CHEAP, memoryCost: 19_456 }, { ...CHEAP, memoryCost: 65_536, timeCost: 3, parallelism: 4 }]) {
      const phc = hashSync(PASSWORD, old)
      expect(await hasher.verify(PASSWORD, phc)).toBe(true)
      expect(hasher.needsRehash(phc)).toBe(true)
    }
  })

  it('S90: made with today’s parameters does not, and a shorter salt or hash does', async () => {
    const today = { ...CHEAP, memoryCost: 19_456, timeCost: 2 }
    expect(hasher.needsRehash(await hasher.hash(PASSWORD))).toBe(false)
    expect(hasher.needsRehash(hashSync(PASSWORD, today))).toBe(false)
    expect(hasher.needsRehash(hashSync(PASSWORD, { ...today, salt: Buffer.alloc(8, 1) }))).toBe(true)
    expect(hasher.needsRehash(hashSync(PASSWORD, { ...today, outputLen: 16 }))).toBe(true)
  })
})

describe('the dummy hash', () => {
  it('costs what a real one costs: the same parameters, salt and length', async () => {
    const shapeOf = (phc: string) => phc.replace(/[A-Za-z0-9+/]{22,}/g, (part) => `<${part.length}>`)
    expect(shapeOf(hasher.dummyHash)).toBe(shapeOf(await hasher.hash(PASSWORD)))
    expect(hasher.needsRehash(hasher.dummyHash)).toBe(false)
  })

  it('verifies with no password', async () => {
    for (const guess of ['', 'password', hasher.dummyHash])
      expect(await hasher.verify(normalisePassword(guess), hasher.dummyHash)).toBe(false)
  })
})

describe('a stored hash that is none of ours', () => {
  it.each([
    ['more memory than 1 GiB', aPhc('m=1048577,t=2,p=1')],
    ['4 TiB of memory', aPhc('m=4294967295,t=2,p=1')],
    ['more than 16 passes', aPhc('m=19456,t=17,p=1')],
    ['more than 16 lanes', aPhc('m=19456,t=2,p=17')],
  ])('with %s is a fault, and no work is done for it', async (_what, phc) => {
    await expect(hasher.verify(PASSWORD, phc)).rejects.toThrow('asks for')
  })

  it.each([
    ['argon2i', aPhc('m=19456,t=2,p=1', 'argon2i')],
    ['argon2d', aPhc('m=19456,t=2,p=1', 'argon2d')],
    ['bcrypt', `$2b$12$${'a'.repeat(53)}`],
    ['an older version', aPhc('m=19456,t=2,p=1').replace('v=19', 'v=16')],
    ['parameters in another order', aPhc('t=2,m=19456,p=1')],
    ['no passes', aPhc('m=19456,t=0,p=1')],
    ['a line break', `${aPhc('m=19456,t=2,p=1')}\n`],
    ['a password in clear', 'correct horse battery staple'],
    ['nothing', ''],
  ])('(%s) is a fault and never a wrong password, and the message does not show it', async (_what, phc) => {
    const fault = await hasher.verify(PASSWORD, phc).catch((thrown: unknown) => thrown)
    expect(fault).toBeInstanceOf(Error)
    expect(fault).not.toBeInstanceOf(Unavailable)
    expect(String(fault)).toBe('Error: a stored password hash is no argon2id hash')
    expect(() => hasher.needsRehash(phc)).toThrow('no argon2id hash')
  })
})

describe('S86: a storm of 200 sign-ins', () => {
  it('keeps the hashes under way within the workers, sheds what its queue cannot hold, and leaves the event loop free', async () => {
    const inner = createHashPool({ workers: 2, maxQueued: 16 })
    let underWay = 0
    let most = 0
    const counting = {
      run: <Result>(work: () => Promise<Result>, isGone?: () => boolean) =>
        inner.run(async () => {
          most = Math.max(most, ++underWay)
          return work().finally(() => underWay--)
        }, isGone),
    }
    const storm = createPasswordHasher({ randomness: createSeededRandomness(), pool: counting })
    const phc = storm.dummyHash
    let turns = 0
    let isOver = false
    const turn = () => {
      turns += 1
      if (!isOver) setImmediate(turn)
    }
    setImmediate(turn)
    const outcomes = await Promise.allSettled(Array.from({ length: 200 }, () => storm.verify(PASSWORD, phc)))
    isOver = true
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(outcomes.length - refused.length).toBe(18)
    expect(refused.every(({ reason }) => reason instanceof Unavailable && reason.retryAfterSeconds >= 1)).toBe(true)
    expect(most).toBe(2)
    expect(turns).toBeGreaterThan(18) // more turns of the loop than hashes: none of them held it
  })
})
