import { afterEach, describe, expect, it } from 'vitest'
import { createCourier } from '../delivery/courier.ts'
import { createSetClock } from '../testing/set-clock.ts'
import { A_PASSWORD, anAccountAt, openTestHouse, type TestHouse, type TestHouseOptions, valueFrom } from '../testing/test-house.ts'

const NUMBER = '+4915228817386'
const NOBODYS = '+4915228817387'
const CLIENT = { kind: 'door', door: 'bearer' } as const
const CALLER = { address: '192.0.2.7', requestId: 'req' }

const houses: TestHouse[] = []
afterEach(async () => {
  await Promise.all(houses.splice(0).map((house) => house.close()))
})

async function openPhoneHouse(options: TestHouseOptions = {}) {
  const house = await openTestHouse(options)
  houses.push(house)
  const tenant = valueFrom(await house.useCases.setPhones({ tenant: 'acme', countries: ['DE'] }))
  await anAccountAt(house, 'anna', { loginIds: ['anna@acme.example', NUMBER] })
  const ask = (phone: string, caller = CALLER) => house.useCases.askForSignInCode({ tenant, client: CLIENT, phone, caller })
  const give = (id: number, code: string, door = 'bearer', caller = CALLER) =>
    house.useCases.signInWithCode({ tenant, client: { kind: 'door', door }, id, code, caller })
  const lastCode = () => /#(\d+)$/.exec(house.outbox.messages()[0]?.text ?? '')?.[1] ?? expect.fail('no message')
  return { house, ask, give, lastCode }
}

const codeOf = (outcome: { ok: boolean; refusal?: { code: string } }) => (outcome.ok ? 'ok' : outcome.refusal?.code)

describe('a sign-in by code', () => {
  it('is that of the account whose login name the number is, in any spelling, once', async () => {
    const { house, ask, give, lastCode } = await openPhoneHouse()
    const { id } = valueFrom(await ask('01522 8817386'))
    const code = lastCode()
    const { accessToken } = valueFrom(await give(id, code))
    const described = valueFrom(await house.useCases.describeCaller({ tenant: house.tenant, token: accessToken }))
    expect(described.account.loginIds).toContain('anna@acme.example')
    expect(codeOf(await give(id, code))).toBe('code_wrong')
  })

  it('is bound to the door that it was asked for at', async () => {
    const { ask, give, lastCode } = await openPhoneHouse()
    const { id } = valueFrom(await ask(NUMBER))
    expect(codeOf(await give(id, lastCode(), 'strict'))).toBe('code_wrong')
    expect(codeOf(await give(id, lastCode()))).toBe('ok')
  })

  it('S69: does not tell whether a number is anybody’s, and sends nobody anything', async () => {
    const { house, ask, give } = await openPhoneHouse()
    const mine = valueFrom(await ask(NUMBER))
    const nobodys = valueFrom(await ask(NOBODYS))
    expect(Object.keys(nobodys)).toEqual(Object.keys(mine))
    expect(house.outbox.messages().map(({ to }) => to)).toEqual([NUMBER])
    expect([codeOf(await ask(NUMBER)), codeOf(await ask(NOBODYS))], 'both cost alike').toEqual(['messages_exhausted', 'messages_exhausted'])
    expect([codeOf(await give(mine.id, 'none')), codeOf(await give(nobodys.id, 'none'))]).toEqual(['code_wrong', 'code_wrong'])
    for (let guess = 0; guess < 3; guess += 1) await Promise.all([give(mine.id, 'none'), give(nobodys.id, 'none')])
    expect([codeOf(await give(mine.id, 'none')), codeOf(await give(nobodys.id, 'none'))]).toEqual([
      'guesses_exhausted',
      'guesses_exhausted',
    ])
  })

  it('S69, S133: is answered before a gateway is, whatever that one says', async () => {
    const clock = createSetClock()
    let asked = 0
    const silent = { send: () => new Promise<never>(() => (asked += 1)), stop: async () => {} }
    const texts = createCourier({ gateway: silent, clock, onAnswer: () => {}, limits: { patienceMs: 2 ** 30, stopMs: 1 } })
    const { ask } = await openPhoneHouse({ clock, texts })
    expect([codeOf(await ask(NUMBER)), codeOf(await ask(NOBODYS)), asked]).toEqual(['ok', 'ok', 1])
    await texts.stop()
  })

  it('S69: sends no message while no code could be brought back, to anybody’s number or nobody’s', async () => {
    const { house, ask, give } = await openPhoneHouse()
    const ids = [valueFrom(await ask(NUMBER)).id, valueFrom(await ask(NOBODYS)).id]
    for (const id of ids) for (let guess = 0; guess < 3; guess += 1) expect(codeOf(await give(id, 'none'))).toBe('code_wrong')
    await house.wait(3600)
    const refused = { ok: false, refusal: { code: 'messages_exhausted', retryAfterSeconds: 86_400 - 3600 } }
    expect([await ask(NUMBER), await ask(NOBODYS)]).toEqual([refused, refused])
    expect(house.outbox.messages()).toHaveLength(1)
    expect(house.events).toContainEqual(
      expect.objectContaining({ name: 'message.refused', fields: expect.objectContaining({ limit: 'guesses' }) }),
    )
    await house.wait(86_400 - 3600)
    expect([codeOf(await ask(NUMBER)), codeOf(await ask(NOBODYS))]).toEqual(['ok', 'ok'])
  })

  it('S69: is not kept from who owns the number by a stranger who guesses at codes to it', async () => {
    const { house, ask, give, lastCode } = await openPhoneHouse()
    valueFrom(await house.signIn('bearer', { login: NUMBER, password: A_PASSWORD })) // the owner's place is known from now on
    const stranger = { ...CALLER, address: '198.51.100.9' }
    const theirs = valueFrom(await ask(NUMBER, stranger))
    const guesses = await Promise.all(Array.from({ length: 20 }, () => give(theirs.id, 'none', 'bearer', stranger)))
    expect(guesses.map(codeOf).filter((code) => code === 'code_wrong')).toHaveLength(3)
    await house.wait(60)
    expect(codeOf(await ask(NUMBER, stranger))).toBe('messages_exhausted')
    const { id } = valueFrom(await ask(NUMBER))
    expect(codeOf(await give(id, lastCode()))).toBe('ok')
  })

  it('of a disabled account is refused, and no code is sent to one', async () => {
    const { house, ask, give, lastCode } = await openPhoneHouse()
    const { id } = valueFrom(await ask(NUMBER))
    valueFrom(await house.useCases.setEnabled({ noun: 'account', tenant: 'acme', account: 'anna@acme.example' }, false))
    expect(codeOf(await give(id, lastCode()))).toBe('account_disabled')
    await house.wait(60)
    expect(codeOf(await ask(NUMBER))).toBe('ok')
    expect(house.outbox.messages()).toHaveLength(1)
  })

  it('is in the audit trail as what it is, without the number', async () => {
    const { house, ask, give, lastCode } = await openPhoneHouse()
    const { id } = valueFrom(await ask(NUMBER))
    valueFrom(await give(id, lastCode()))
    const rows = valueFrom(await house.useCases.list.audit({ tenant: 'acme', max: 10 }))
    expect(rows.find(({ action }) => action === 'sign_in.succeeded')?.details).toMatchObject({ by: 'code' })
    expect(JSON.stringify([rows, house.events])).not.toContain(NUMBER)
  })
})
