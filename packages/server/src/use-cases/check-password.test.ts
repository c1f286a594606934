import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LoginId } from '../domain/account.ts'
import { addressBlockOf } from '../domain/address-block.ts'
import { Unavailable } from '../domain/fault.ts'
import { chargesOf } from '../domain/sign-in-limits.ts'
import { createEvents } from '../events/events.ts'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { anAccountAt, openTestHouse, refreshTokenOf, type TestHouse, valueFrom } from '../testing/test-house.ts'
import { type CheckPassword, createCheckPassword } from './check-password.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

const WRONG = 'a wrong password'
const HOME = '192.0.2.7'
let house: TestHouse
let ann: { login: string; password: string }
beforeEach(async () => {
  house = await openTestHouse()
  ann = await anAccountAt(house, 'ann')
})
afterEach(() => house.close())

let guesses = 0
/** A wrong password that was never tried before. @returns the code of the refusal */
async function guess(login: string, address: string): Promise<string> {
  guesses += 1
  const answer = await house.signIn('device', { login, password: `${WRONG} ${guesses}` }, address)
  return answer.ok ? 'signed in' : answer.refusal.code
}

/** Guesses until one is throttled. @returns how many were looked at */
async function guessUntilThrottled(login: string, address: string, max = 50): Promise<number> {
  for (let looked = 0; looked < max; looked += 1) if ((await guess(login, address)) === 'throttled') return looked
  return max
}

const signIn = (address: string) => house.signIn('device', ann, address)

describe('guesses at one account', () => {
  it('S70: are throttled after ten from one address block, and one more is let through every minute', async () => {
    expect(await guessUntilThrottled(ann.login, '203.0.113.9')).toBe(10)
    const refused = await signIn('203.0.113.9')
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'throttled', burst: 10 } })
    const { retryAfterSeconds } = refused.ok ? { retryAfterSeconds: 0 } : (refused.refusal as { retryAfterSeconds: number })
    expect(retryAfterSeconds).toBe(60)
    await house.wait(59)
    expect(await guess(ann.login, '203.0.113.9')).toBe('throttled')
    await house.wait(1)
    expect(await guess(ann.login, '203.0.113.9')).toBe('credentials_wrong')
    expect(await guess(ann.login, '203.0.113.9')).toBe('throttled')
  })

  it('S70: are throttled at the same number for a name that nobody has', async () => {
    const known = await house.signIn('device', { ...ann, password: WRONG }, '203.0.113.9')
    const unknown = await house.signIn('device', { login: 'nobody@acme.example', password: WRONG }, '203.0.113.10')
    expect(unknown).toEqual(known)
    expect(await guessUntilThrottled('nobody@acme.example', '203.0.113.10')).toBe(await guessUntilThrottled(ann.login, '203.0.113.9'))
    const throttled = await house.signIn('device', { ...ann, password: WRONG }, '203.0.113.9')
    expect(await house.signIn('device', { login: 'nobody@acme.example', password: WRONG }, '203.0.113.10')).toEqual(throttled)
  })

  it('S70: in any spelling of its name are guesses at it, and from any address of a block are from one', async () => {
    const spellings = [ann.login, ann.login.toUpperCase(), ` ${ann.login}`, ann.login.replace('@', '＠')]
    const addresses = [
      '2001:db8:1:2::1',
      '2001:DB8:1:2:0:0:0:2',
      '2001:db8:1:2:ffff::3',
      '2001:0db8:0001:0002::0004',
      '2001:db8:1:2::5%eth0',
    ]
    let looked = 0
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const answer = await guess(spellings[attempt % spellings.length] ?? '', addresses[attempt % addresses.length] ?? '')
      if (answer === 'credentials_wrong') looked += 1
    }
    expect(looked).toBe(10)
    expect(await guess(ann.login, '2001:db8:1:3::1')).toBe('credentials_wrong')
  })

  it('S70: many at once are as many as one after the other', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => guess(ann.login, '203.0.113.9')))
    expect(answers.filter((answer) => answer === 'credentials_wrong')).toHaveLength(10)
  })

  it('from many blocks never lock its owner out where the owner has been before', async () => {
    valueFrom(await signIn(HOME))
    for (let block = 0; block < 20; block += 1) await guessUntilThrottled(ann.login, `203.0.113.${block}`)
    expect(await guess(ann.login, '203.0.113.200')).toBe('throttled')
    for (let time = 0; time < 20; time += 1) valueFrom(await signIn(HOME))
  })

  it('from one block leave its owner room at a new place', async () => {
    await guessUntilThrottled(ann.login, '203.0.113.9')
    valueFrom(await signIn('198.51.100.1'))
  })

  it('of a whole network end by themselves: the owner at a new place waits no longer than half a minute', async () => {
    for (let block = 0; block < 20; block += 1) await guessUntilThrottled(ann.login, `203.0.113.${block}`)
    const refused = await signIn('198.51.100.1')
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'throttled', burst: 30, retryAfterSeconds: 30 } })
    await house.wait(30)
    valueFrom(await signIn('198.51.100.1'))
  })

  it('of the owner are given back by a success: who knows the password may sign in as often as a program does', async () => {
    for (let time = 0; time < 50; time += 1) valueFrom(await signIn('198.51.100.1'))
    for (let time = 0; time < 9; time += 1) await guess(ann.login, '198.51.100.1')
    valueFrom(await signIn('198.51.100.1'))
  })

  it('S67: at a known place are throttled in the same words and numbers as at a strange one', async () => {
    valueFrom(await signIn(HOME))
    const throttledAt = async (login: string) => {
      for (let time = 0; time < 10; time += 1) await guess(login, HOME)
      return house.signIn('bearer', { login, password: WRONG }, HOME)
    }
    expect(await throttledAt(ann.login)).toEqual(await throttledAt('nobody@acme.example'))
  })

  it('of the owner at a known place are throttled too, and a minute later there is one more', async () => {
    valueFrom(await signIn(HOME))
    expect(await guessUntilThrottled(ann.login, HOME)).toBe(10)
    expect(await signIn(HOME)).toMatchObject({ refusal: { code: 'throttled', retryAfterSeconds: 60 } })
    await house.wait(60)
    valueFrom(await signIn(HOME))
  })

  it('that are the same and under way together are one hash, and each makes a session that is counted', async () => {
    const account = await house.store.accounts.findByLoginId(house.tenant.id, ann.login as LoginId)
    const attempt = { tenantId: house.tenant.id, name: ann.login, accountId: account?.id, block: addressBlockOf(HOME) }
    const { anotherSession, counted } = chargesOf({ ...attempt, knownBlock: false, knownDevice: undefined })
    const charges = [{ ...anotherSession, cost: anotherSession.limit.burst - 3 }]
    await house.store.limits.charge({ charges, counted, at: house.clock.now() })
    const answers = await Promise.all(Array.from({ length: 10 }, () => signIn(HOME)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(3)
    expect(answers.find(({ ok }) => !ok)).toMatchObject({ refusal: { code: 'throttled', burst: 600 } })
  })

  it('that are the same do not share a fault: who came after one that hung up is still answered', async () => {
    const attempt = { tenant: house.tenant, ...ann, block: addressBlockOf(HOME), requestId: 'req' }
    const read = () => house.store.accounts.findForSignIn(house.tenant.id, ann.login as LoginId, attempt.block)
    let later: ReturnType<CheckPassword> | undefined
    const check = createCheckPassword({
      ...house.store,
      clock: house.clock,
      devices: { recognise: async () => undefined },
      events: createEvents({ randomness: createSeededRandomness(), sink: { log: () => {}, count: () => {} } }),
      passwords: {
        dummyHash: '',
        needsRehash: () => false,
        hash: () => expect.fail('nothing is hashed'),
        async verify(_password, _hash, isGone) {
          if (!isGone?.()) return true
          later = check({ ...attempt, isGone: () => false })
          await read() // and by now the later one has joined
          throw new Unavailable('the caller has gone', 1)
        },
      },
    })
    await expect(check({ ...attempt, isGone: () => true })).rejects.toThrow('the caller has gone')
    expect(await later).toMatchObject({ ok: true })
  })

  it('of names that can be none are counted apart', async () => {
    const guess = (login: string) => house.signIn('bearer', { login, password: 'a wrong one' }, HOME)
    expect(await guess('jane doe')).toMatchObject({ refusal: { failedCount: 1 } })
    expect(await guess('john doe')).toMatchObject({ refusal: { failedCount: 1 } })
    expect(await guess('jane doe')).toMatchObject({ refusal: { failedCount: 2 } })
  })

  it('that succeed too often are bounded as well', async () => {
    const account = await house.store.accounts.findByLoginId(house.tenant.id, ann.login as LoginId)
    const attempt = { tenantId: house.tenant.id, name: ann.login as LoginId, accountId: account?.id, block: addressBlockOf(HOME) }
    const { ordinary, kept, counted } = chargesOf({ ...attempt, knownBlock: false, knownDevice: undefined })
    const charges = ordinary.filter(({ key }) => kept.has(key)).map((charge) => ({ ...charge, cost: charge.limit.burst - 1 }))
    expect(await house.store.limits.charge({ charges, counted, at: house.clock.now() })).toMatchObject({ allowed: true })
    valueFrom(await signIn(HOME))
    expect(await signIn(HOME)).toMatchObject({ refusal: { code: 'throttled', burst: 600, retryAfterSeconds: 1 } })
    await house.wait(1)
    valueFrom(await signIn(HOME))
  })
})

describe('the count of failed attempts', () => {
  const failed = async (login: string) => {
    const answer = await house.signIn('device', { login, password: WRONG }, HOME)
    if (answer.ok || answer.refusal.code !== 'credentials_wrong') throw new Error('this should have been wrong')
    return answer.refusal.failedCount
  }

  it('does not tell which names belong together', async () => {
    const loginIds = ['bert@acme.example', 'bert-2']
    await anAccountAt(house, 'bert', { loginIds })
    for (const login of [...loginIds, 'nobody@acme.example'])
      expect([await failed(login), await failed(login), await failed(login)]).toEqual([1, 2, 3])
  })

  it('begins anew after a success, and does not count what was throttled', async () => {
    expect([await failed(ann.login), await failed(ann.login)]).toEqual([1, 2])
    valueFrom(await signIn(HOME))
    expect(await failed(ann.login)).toBe(1)
    await guessUntilThrottled(ann.login, HOME)
    await house.wait(60)
    expect(await failed(ann.login)).toBe(11)
  })
})

describe('a spray', () => {
  it('S71: of one password over many names from one block is throttled, and other blocks are not', async () => {
    const answers = new Map<string, number>()
    for (let name = 0; name < 120; name += 1) {
      const answer = await house.signIn('device', { login: `user-${name}@acme.example`, password: WRONG }, '203.0.113.9')
      const code = answer.ok ? 'signed in' : answer.refusal.code
      answers.set(code, (answers.get(code) ?? 0) + 1)
    }
    expect(Object.fromEntries(answers)).toEqual({ credentials_wrong: 100, throttled: 20 })
    expect(await guess('another@acme.example', '203.0.113.10')).toBe('credentials_wrong')
    valueFrom(await signIn(HOME))
    await house.wait(5)
    expect(await guess('another@acme.example', '203.0.113.9')).toBe('credentials_wrong')
  })

  it('S71: from an owner’s own network does not keep the owner out', async () => {
    valueFrom(await signIn(HOME))
    for (let name = 0; name < 101; name += 1) await guess(`user-${name}@acme.example`, HOME)
    expect(await guess('another@acme.example', HOME)).toBe('throttled')
    valueFrom(await signIn(HOME))
  })

  it('S72: from a thousand blocks makes each attempt cost its block more, and touches neither refreshes nor known places', async () => {
    const token = refreshTokenOf(valueFrom(await signIn(HOME)))
    for (let attempt = 0; attempt < 1000; attempt += 1) {
      expect(await guess(`user-${attempt}@acme.example`, `2001:db8:0:${attempt.toString(16)}::1`)).toBe('credentials_wrong')
    }
    const isUnderAttack = () => house.events.some(({ name }) => name === 'sign_in.under_attack')
    expect(isUnderAttack()).toBe(false)
    let looked = 0
    for (let name = 0; name < 20; name += 1)
      if ((await guess(`more-${name}@acme.example`, '198.51.100.200')) === 'credentials_wrong') looked += 1
    expect(looked, 'a hundred units at twenty each').toBe(5)
    expect(isUnderAttack()).toBe(true)
    valueFrom(await house.refresh('device', token))
    valueFrom(await signIn(HOME))
    valueFrom(await signIn('198.51.100.201'))
    expect(house.events.filter(({ name }) => name === 'sign_in.throttled').length).toBe(15)
  })
})
