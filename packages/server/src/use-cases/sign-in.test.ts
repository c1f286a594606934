import { hash } from '@node-rs/argon2'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LoginId } from '../domain/account.ts'
import { addressBlockOf } from '../domain/address-block.ts'
import { Unavailable } from '../domain/fault.ts'
import { A_PASSWORD, anAccountAt, openTestHouse, PLAIN_ACCOUNT, refreshTokenOf, type TestHouse, valueFrom } from '../testing/test-house.ts'

/** The real one, but every verification can be counted, and held up. */
const verify = vi.hoisted(() => vi.fn<typeof import('@node-rs/argon2').verify>())
vi.mock('@node-rs/argon2', async (importOriginal) => {
  const original = await importOriginal<typeof import('@node-rs/argon2')>()
  verify.mockImplementation(original.verify)
  return { ...original, verify }
})

const WRONG = 'a wrong password'
const CALLER = { address: '192.0.2.7', requestId: 'req' }
let house: TestHouse
beforeEach(async () => {
  house = await openTestHouse({ lifetimes: { accessSeconds: 60, idleSeconds: 3600, absoluteSeconds: 7200 } })
  verify.mockClear()
})
afterEach(() => house.close())

async function storedHashOf(login: string): Promise<string> {
  const found = await house.store.accounts.findForSignIn(house.tenant.id, login as LoginId, addressBlockOf(CALLER.address))
  if (found === undefined) throw new Error(`there is no ${login}`)
  return found.passwordHash
}

async function isAlive(token: string): Promise<boolean> {
  return (await house.useCases.authorizeCall({ tenant: house.tenant, token, requiredScope: '', requiredAudience: undefined })).ok
}

describe('a refused sign-in', () => {
  it('S67: is the same for a name that nobody has, a wrong password, and what is switched off; so are its count and its cost', async () => {
    const { useCases } = house
    const right = await anAccountAt(house, 'ann')
    const disabled = await anAccountAt(house, 'bert')
    await useCases.setEnabled({ noun: 'account', tenant: 'acme', account: disabled.login }, false)
    valueFrom(await useCases.createOrganisation({ tenant: 'acme', name: 'Closed' }))
    const ofClosed = { login: 'carl@acme.example', password: A_PASSWORD }
    const { login, password } = ofClosed
    valueFrom(await useCases.createAccount({ ...PLAIN_ACCOUNT, tenant: 'acme', organisation: 'Closed', loginIds: [login], password }))
    await useCases.setEnabled({ noun: 'organisation', tenant: 'acme', organisation: 'Closed' }, false)

    const refused = [
      [{ login: right.login, password: WRONG }, 'credentials_wrong', 1],
      [{ login: 'nobody@acme.example', password: WRONG }, 'credentials_wrong', 1],
      [{ ...disabled, password: WRONG }, 'credentials_wrong', 1],
      [{ ...ofClosed, password: WRONG }, 'credentials_wrong', 1],
      [{ login: 'no login name', password: WRONG }, 'credentials_wrong', 1],
      [{ login: '', password: '' }, 'credentials_wrong', 1],
      // Who has the right password may be told, where the door's protocol does.
      [disabled, 'account_disabled', 2],
      [ofClosed, 'account_disabled', 2],
    ] as const
    for (const [credentials, code, failedCount] of refused) {
      verify.mockClear()
      expect(await house.signIn('device', credentials), credentials.login).toEqual({ ok: false, refusal: { code, failedCount } })
      expect(verify, credentials.login).toHaveBeenCalledOnce()
    }
  })

  it('leaves an audit row without what was typed', async () => {
    await house.signIn('device', { login: 'typed-name@acme.example', password: WRONG })
    const [row] = valueFrom(await house.useCases.list.audit({ tenant: 'acme', max: 1 }))
    expect(row).toMatchObject({ action: 'sign_in.refused', actor: 'unknown', addressBlock: '192.0.2.7', details: { attempts: 1 } })
    expect(JSON.stringify([row, house.events])).not.toMatch(/typed-name|wrong password/)
  })

  it('is none where the door has no application that is switched on', async () => {
    const account = await anAccountAt(house, 'ann')
    await house.useCases.setEnabled({ noun: 'application', tenant: 'acme', clientId: 'device' }, false)
    verify.mockClear()
    expect(await house.signIn('device', account)).toEqual({ ok: false, refusal: { code: 'client_unknown' } })
    expect(verify).not.toHaveBeenCalled()
  })
})

describe('a password', () => {
  it('is the same however its characters are composed, and nothing else of it is changed', async () => {
    const composed = 'Grüße aus Köln'.normalize('NFC')
    const login = 'ann@acme.example'
    const create = house.useCases.createAccount
    valueFrom(
      await create({
        ...PLAIN_ACCOUNT,
        tenant: 'acme',
        organisation: 'Switchboard',
        loginIds: [login],
        password: composed.normalize('NFD'),
      }),
    )
    for (const password of [composed, composed.normalize('NFD')]) expect((await house.signIn('device', { login, password })).ok).toBe(true)
    for (const password of [` ${composed}`, `${composed} `, composed.toLowerCase(), composed.normalize('NFKD').replaceAll(/\p{M}/gu, '')]) {
      expect((await house.signIn('device', { login, password }, '203.0.113.1')).ok, password).toBe(false)
    }
  })

  it('S90: whose stored hash is weaker than today’s verifies, and is hashed anew at the sign-in, once', async () => {
    const account = await anAccountAt(house, 'ann')
    const weak = await hash(A_PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 })
    const [{ id } = { id: undefined }] = valueFrom(await house.useCases.list.accounts('acme'))
    if (id === undefined) throw new Error('there is no account')
    expect(await house.store.accounts.rehash(id, await storedHashOf(account.login), weak)).toBe(true)

    expect((await house.signIn('device', { ...account, password: WRONG })).ok).toBe(false)
    expect(await storedHashOf(account.login)).toBe(weak)
    const first = valueFrom(await house.signIn('device', account))
    const strong = await storedHashOf(account.login)
    expect(strong).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(house.events.filter(({ name }) => name === 'account.password_rehashed')).toHaveLength(1)
    expect((await house.signIn('device', account)).ok).toBe(true)
    expect(await storedHashOf(account.login)).toBe(strong)
    expect((await house.refresh('device', refreshTokenOf(first))).ok, 'no session ends by it').toBe(true)
  })

  it('tells how old it is in whole days', async () => {
    const account = await anAccountAt(house, 'ann')
    expect(valueFrom(await house.signIn('device', account)).passwordAgeDays).toBe(0)
    house.clock.advance(3 * 86_400_000 - 1)
    expect(valueFrom(await house.signIn('device', account)).passwordAgeDays).toBe(2)
    house.clock.advance(1)
    expect(valueFrom(await house.signIn('device', account)).passwordAgeDays).toBe(3)
  })
})

describe('equal attempts under way', () => {
  it('are one attempt: one hash for all of a program’s tasks, and a session for each', async () => {
    const account = await anAccountAt(house, 'ann')
    const answers = await Promise.all(Array.from({ length: 20 }, () => house.signIn('bearer', account)))
    expect(verify).toHaveBeenCalledOnce()
    expect(new Set(answers.map((answer) => valueFrom(answer).sessionId)).size).toBe(20)
  })

  it('that fail count once, and a guess sent twice is no second guess', async () => {
    const account = await anAccountAt(house, 'ann')
    const guess = { ...account, password: WRONG }
    const answers = await Promise.all(Array.from({ length: 20 }, () => house.signIn('bearer', guess)))
    expect(verify).toHaveBeenCalledOnce()
    for (const answer of answers) expect(answer).toEqual({ ok: false, refusal: { code: 'credentials_wrong', failedCount: 1 } })
  })

  it('are not equal where name, password, tenant or address block differ', async () => {
    const account = await anAccountAt(house, 'ann')
    const other = valueFrom(await house.useCases.createTenant({ name: 'other', hostNames: [], doors: ['bearer'], isDefault: false }))
    const [login, client] = [account.login, { kind: 'door', door: 'bearer' }] as const
    await Promise.all([
      house.signIn('bearer', account),
      house.signIn('bearer', { ...account, login: ` ${login.toUpperCase()}` }), // the same name in another spelling
      house.signIn('bearer', { ...account, password: WRONG }),
      house.signIn('bearer', account, '192.0.2.8'),
      house.signIn('bearer', { ...account, login: 'bert@acme.example' }),
      house.useCases.signIn({ tenant: other, client, ...account, caller: CALLER }),
    ])
    expect(verify).toHaveBeenCalledTimes(5)
  })
})

describe('an equal attempt that begins after', () => {
  it.each([
    [
      'the end of all sessions',
      () => house.useCases.endSessions({ noun: 'account', tenant: 'acme', account: 'ann@acme.example' }),
      'tokens',
    ],
    [
      'a change of the password',
      () => house.useCases.setPassword({ tenant: 'acme', account: 'ann@acme.example', password: 'another one' }),
      'credentials_wrong',
    ],
  ])('%s does not share what one that is under way has read before', async (_, happens, expected) => {
    const account = await anAccountAt(house, 'ann')
    const lookedAt = new Promise<void>((lookAt) => {
      verify.mockImplementationOnce(async () => {
        lookAt()
        await held
        return true
      })
    })
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const before = house.signIn('bearer', account)
    await lookedAt
    await happens()
    const after = house.signIn('bearer', account)
    await Promise.race([after, new Promise((resolve) => setImmediate(resolve))])
    release()
    expect(await isAlive(valueFrom(await before).accessToken), 'the one under way is born dead').toBe(false)
    const answer = await after
    expect(answer.ok ? 'tokens' : answer.refusal.code).toBe(expected)
    if (answer.ok) expect(await isAlive(answer.value.accessToken)).toBe(true)
  })
})

describe('a sign-in under way', () => {
  /** Signs in, and does something between the look at the account and the end of the hash. */
  async function signInWhile(happens: () => Promise<unknown>, door: string): Promise<string> {
    const account = await anAccountAt(house, 'ann')
    verify.mockImplementationOnce(async () => {
      await happens()
      return true
    })
    return refreshTokenOf(valueFrom(await house.signIn(door, account)))
  }

  it.each([
    [
      'its account’s sessions are ended',
      () => house.useCases.endSessions({ noun: 'account', tenant: 'acme', account: 'ann@acme.example' }),
    ],
    ['its application’s', () => house.useCases.endSessions({ noun: 'application', tenant: 'acme', clientId: 'bearer' })],
    ['its tenant’s', () => house.useCases.endSessions({ noun: 'tenant', tenant: 'acme' })],
    ['its password is changed', () => house.useCases.setPassword({ tenant: 'acme', account: 'ann@acme.example', password: 'another one' })],
    [
      'its account is switched off',
      () => house.useCases.setEnabled({ noun: 'account', tenant: 'acme', account: 'ann@acme.example' }, false),
    ],
    [
      'its organisation is switched off',
      () => house.useCases.setEnabled({ noun: 'organisation', tenant: 'acme', organisation: 'Switchboard' }, false),
    ],
  ])('when %s is born dead', async (_, happens) => {
    const token = await signInWhile(happens, 'bearer')
    expect(await isAlive(token)).toBe(false)
    await house.useCases.setEnabled({ noun: 'account', tenant: 'acme', account: 'ann@acme.example' }, true)
    await house.useCases.setEnabled({ noun: 'organisation', tenant: 'acme', organisation: 'Switchboard' }, true)
    expect(await isAlive(token), 'nor does it come to life again').toBe(false)
    expect(await house.refresh('bearer', token)).toEqual({ ok: false, refusal: { code: 'session_stale' } })
  })

  it('when nothing happens lives', async () => {
    expect(await isAlive(await signInWhile(async () => {}, 'bearer'))).toBe(true)
  })

  it('for a caller who has gone is not done, and costs no attempt', async () => {
    const account = await anAccountAt(house, 'ann')
    const request = { tenant: house.tenant, client: { kind: 'door', door: 'bearer' }, caller: { ...CALLER, isGone: () => true } } as const
    for (let attempt = 0; attempt < 30; attempt += 1) {
      await expect(house.useCases.signIn({ ...request, ...account, password: `${WRONG} ${attempt}` })).rejects.toThrow(Unavailable)
    }
    expect(verify).not.toHaveBeenCalled()
    expect((await house.signIn('bearer', account)).ok).toBe(true)
  })
})

describe('the cap on sessions', () => {
  beforeEach(() => void verify.mockResolvedValue(true))
  afterEach(() => void verify.mockReset())

  async function signInOften(account: { login: string; password: string }, times: number): Promise<string[]> {
    const tokens: string[] = []
    for (let done = 0; done < times; done += 1) {
      tokens.push(refreshTokenOf(valueFrom(await house.signIn('device', account))))
      house.clock.advance(1)
    }
    return tokens
  }
  const living = async () => valueFrom(await house.useCases.list.sessions('acme')).length

  it('ends the one advanced longest ago, and none that is in use', async () => {
    const account = await anAccountAt(house, 'ann')
    const [first = '', second = '', third = ''] = await signInOften(account, 100)
    await house.wait(61)
    const refreshed = valueFrom(await house.refresh('device', first))
    await house.wait(61)
    await signInOften(account, 1)
    expect(await living()).toBe(100)
    expect((await house.refresh('device', refreshTokenOf(refreshed))).ok).toBe(true)
    expect(await house.refresh('device', second)).toMatchObject({ refusal: { code: 'session_ended' } })
    expect((await house.refresh('device', third)).ok).toBe(true)
  })

  it('yields to sessions younger than an access token, and holds again afterwards', async () => {
    const account = await anAccountAt(house, 'ann')
    await signInOften(account, 105)
    expect(await living()).toBe(105)
    await house.wait(61)
    await signInOften(account, 1)
    expect(await living()).toBe(100)
  })

  it('is of one account at one application', async () => {
    const [ann, bert] = [await anAccountAt(house, 'ann'), await anAccountAt(house, 'bert')]
    const tokens = [await signInOften(ann, 100), await signInOften(bert, 1)].flat()
    valueFrom(await house.signIn('strict', ann))
    await house.wait(61)
    valueFrom(await house.signIn('strict', ann))
    expect(await living()).toBe(103)
    for (const token of tokens) expect((await house.refresh('device', token)).ok).toBe(true)
  })
})
