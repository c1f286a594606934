import { afterEach, describe, expect, it } from 'vitest'
import { createCourier } from '../delivery/courier.ts'
import { createSetClock } from '../testing/set-clock.ts'
import { anAccountAt, openTestHouse, type TestHouse, type TestHouseOptions, valueFrom } from '../testing/test-house.ts'

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
  const ask = (phone: string) => house.useCases.askForSignInCode({ tenant, client: CLIENT, phone, caller: CALLER })
  const give = (id: number, code: string, door = 'bearer') =>
    house.useCases.signInWithCode({ tenant, client: { kind: 'door', door }, id, code, caller: CALLER })
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
