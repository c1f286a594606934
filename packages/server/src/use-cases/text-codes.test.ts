/** Codes by text message: what they cost, how they are used, and what those get who pump them. */
import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { createCourier } from '../delivery/courier.ts'
import type { Gateway, TextMessage } from '../delivery/message.ts'
import { FOUR_DIGITS, SIX_DIGITS } from '../domain/one-time-code.ts'
import type { PhoneNumber } from '../domain/phone.ts'
import type { Tenant } from '../domain/tenant.ts'
import { createEvents, type EventSink } from '../events/events.ts'
import { readPhone } from '../phones/read-phone.ts'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { createSetClock } from '../testing/set-clock.ts'
import { type KeptEvent, openTestHouse, type TestHouse, type TestHouseOptions, valueFrom } from '../testing/test-house.ts'
import { createChargeOfGuess } from './charge-of-guess.ts'
import { createCheckCode } from './check-code.ts'
import { createDeviceRecognition } from './device-recognition.ts'
import { createSendCode } from './send-code.ts'
import { createSendNotice, type SendNotice } from './send-notice.ts'
import type { CheckCode, SendCode } from './use-cases.ts'

const houses: TestHouse[] = []
afterEach(async () => {
  await Promise.all(houses.splice(0).map((house) => house.close()))
})

/** What the token engine does, without its keys. */
const tokens = {
  macOfCode: async ({ id }: Tenant, statement: readonly string[]) =>
    createHash('sha256')
      .update(JSON.stringify([id, ...statement]))
      .digest('base64url'),
}

const NUMBER = '+4915228817386'
const HOLDER = 'browser 1'

interface TextHouse {
  readonly house: TestHouse
  readonly events: readonly KeptEvent[]
  send(changed?: Partial<Parameters<SendCode>[0]>): ReturnType<SendCode>
  check(codeId: string, code: string, changed?: Partial<Parameters<CheckCode>[0]>): ReturnType<CheckCode>
  /** Tells who has the number that a password was changed. */
  notify(number: string): ReturnType<SendNotice>
  /** The code of the newest message. */
  lastCode(): string
  /** Sends a code and hands back its id and its digits. */
  aCode(changed?: Partial<Parameters<SendCode>[0]>): Promise<{ codeId: string; code: string }>
}

async function openTextHouse(options: TestHouseOptions & { readonly messagesPerDay?: number } = {}): Promise<TextHouse> {
  const house = await openTestHouse(options)
  houses.push(house)
  const { messagesPerDay = 1000 } = options
  const tenant = valueFrom(await house.useCases.setPhones({ tenant: 'acme', countries: ['DE', 'IN'], messagesPerDay }))
  const caller = { address: '192.0.2.7', requestId: 'req' }
  const common = { tenant, purpose: 'registration', shape: SIX_DIGITS, holder: HOLDER, caller } as const
  const { clock, outbox } = house
  const events: KeptEvent[] = []
  const sink: EventSink = { log: (level, name, fields) => void events.push({ level, name, fields }), count: () => {} }
  const texts = options.texts ?? createCourier({ gateway: outbox, clock, onAnswer: () => {} })
  const deps = {
    ...house.store,
    clock,
    randomness: createSeededRandomness('codes'),
    tokens,
    readPhone,
    courier: texts,
    chargeOfGuess: createChargeOfGuess({ ...house.store, devices: createDeviceRecognition({ ...house.store, tokens }) }),
    events: createEvents({ randomness: createSeededRandomness('events'), sink }),
  }
  const sendCode = createSendCode({ ...deps, issuerOf: () => 'https://tokens.example' })
  const sendNotice = createSendNotice({ ...deps, issuerOf: () => 'https://tokens.example' })
  const checkCode = createCheckCode(deps)
  const send: TextHouse['send'] = (changed) => sendCode({ ...common, phone: NUMBER, language: 'en', ...changed })
  const lastCode = () => /#(\d+)$/.exec(house.outbox.messages()[0]?.text ?? '')?.[1] ?? expect.fail('no message')
  return {
    house,
    events,
    send,
    notify: (number) => sendNotice({ tenant, number: number as PhoneNumber, notice: 'password_changed', language: 'en', caller }),
    check: (codeId, code, changed) => checkCode({ ...common, codeId, code, ...changed }),
    lastCode,
    async aCode(changed) {
      const { codeId } = valueFrom(await send(changed))
      return { codeId, code: lastCode() }
    },
  }
}

const codeOf = (outcome: Awaited<ReturnType<SendCode>> | Awaited<ReturnType<CheckCode>>) => (outcome.ok ? 'ok' : outcome.refusal.code)

describe('a code', () => {
  it('comes in a message bound to the host, in the language asked for, and is good once', async () => {
    const { house, aCode, check } = await openTextHouse()
    const { codeId, code } = await aCode({ language: 'de' })
    expect(house.outbox.messages()).toEqual([
      { to: NUMBER, text: `${code} ist Ihr Code für die Registrierung. Niemand von uns fragt Sie danach.\n\n@tokens.example #${code}` },
    ])
    expect(await check(codeId, code)).toEqual({ ok: true, value: { number: NUMBER } })
    expect(codeOf(await check(codeId, code))).toBe('code_wrong')
  })

  it('of twenty checks at once is good for one', async () => {
    const { aCode, check } = await openTextHouse()
    const { codeId, code } = await aCode()
    const answers = await Promise.all(Array.from({ length: 20 }, () => check(codeId, code)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
  })

  it('is good for its purpose, its browser, its tenant and its life alone', async () => {
    const { house, aCode, check } = await openTextHouse()
    const first = await aCode()
    expect(codeOf(await check(first.codeId, first.code, { purpose: 'recovery' }))).toBe('code_wrong')
    expect(codeOf(await check(first.codeId, first.code, { holder: 'browser 2' }))).toBe('code_wrong')
    const other = valueFrom(await house.useCases.createTenant({ name: 'other', hostNames: [], doors: [], isDefault: false }))
    expect(codeOf(await check(first.codeId, first.code, { tenant: other }))).toBe('code_wrong')
    expect(codeOf(await check('nobody’s', first.code))).toBe('code_wrong')
    await house.wait(600)
    expect(codeOf(await check(first.codeId, first.code))).toBe('code_wrong')
    const second = await aCode()
    await house.wait(599)
    expect(codeOf(await check(second.codeId, second.code))).toBe('ok')
  })

  it('is void after five wrong attempts, also those at once', async () => {
    const { aCode, check } = await openTextHouse()
    const { codeId, code } = await aCode()
    const wrong = code === '000000' ? '000001' : '000000'
    await Promise.all(Array.from({ length: 5 }, () => check(codeId, wrong)))
    expect(codeOf(await check(codeId, code))).toBe('code_wrong')
  })

  it('is not guessed by asking for one code after the other: attempts are counted for the number', async () => {
    const { house, send, check } = await openTextHouse()
    const shape = FOUR_DIGITS
    const answers: string[] = []
    for (let hour = 0; hour < 24; hour += 1) {
      const sent = await send({ shape })
      if (sent.ok) for (let guess = 0; guess < 5; guess += 1) answers.push(codeOf(await check(sent.value.codeId, 'none', { shape })))
      await house.wait(3600)
    }
    expect(answers.filter((answer) => answer === 'code_wrong').length).toBeLessThanOrEqual(8)
    expect(answers).toContain('guesses_exhausted')
  })

  it('that leaves for nobody is no code: the digits that were drawn for it do not fit', async () => {
    const [sent, withheld] = [await openTextHouse(), await openTextHouse()] // the same chance for both
    const { codeId, code } = await sent.aCode({ chooseUnseen: async () => 'code' })
    const nobodys = valueFrom(await withheld.send({ chooseUnseen: async () => 'nothing' }))
    expect(nobodys.codeId).toBe(codeId)
    expect(withheld.house.outbox.messages()).toEqual([])
    expect(codeOf(await withheld.check(codeId, code))).toBe('code_wrong')
    expect(codeOf(await sent.check(codeId, code))).toBe('ok')
  })

  it('that was right gives its attempt back', async () => {
    const { house, aCode, check } = await openTextHouse()
    for (let day = 0; day < 8; day += 1) {
      const { codeId, code } = await aCode({ shape: FOUR_DIGITS })
      expect(codeOf(await check(codeId, code, { shape: FOUR_DIGITS }))).toBe('ok')
      await house.wait(900)
    }
  })

  it('is in no event and nowhere in the store', async () => {
    const { events, aCode, check } = await openTextHouse()
    const { codeId, code } = await aCode()
    await check(codeId, code)
    expect(JSON.stringify(events)).not.toContain(code)
    expect(JSON.stringify(events)).not.toContain('15228817386')
  })
})

describe('a number', () => {
  it.each([
    ['of a country that the tenant does not serve', '+33612345678', 'phone_not_served'],
    ['of a fixed line', '+4930901820', 'phone_not_served'],
    ['that costs its caller', '+499001234567', 'phone_not_served'],
    ['of a satellite', '+870773111632', 'phone_not_served'],
    ['that is none', '12', 'phone_unreadable'],
  ])('%s gets nothing', async (_what, phone, refusal) => {
    const { house, send } = await openTextHouse()
    expect(codeOf(await send({ phone }))).toBe(refusal)
    expect(house.outbox.messages()).toEqual([])
  })

  it('of a tenant that has named no country gets nothing', async () => {
    const { house, send } = await openTextHouse()
    const tenant = valueFrom(await house.useCases.setPhones({ tenant: 'acme', countries: [] }))
    expect(codeOf(await send({ tenant }))).toBe('phone_not_served')
  })

  it('S128: gets one message a minute and five an hour, however it is spelled and whoever asks', async () => {
    const { house, send } = await openTextHouse()
    const spellings = ['+4915228817386', '01522 8817386', '0049-1522-8817386', '＋49 1522 8817386', '+49 (0)1522 8817386', '1522 8817386']
    let sent = 0
    for (let minute = 0; minute < 60; minute += 1) {
      for (const [index, phone] of spellings.entries()) {
        const outcome = await send({ phone, holder: `browser ${index}`, caller: { address: `198.51.${minute}.${index}`, requestId: 'r' } })
        if (outcome.ok) sent += 1
        else expect(outcome.refusal).toMatchObject({ code: 'messages_exhausted', retryAfterSeconds: expect.any(Number) })
      }
      await house.wait(60)
    }
    expect(sent).toBe(house.outbox.messages().length)
    expect(sent).toBeLessThanOrEqual(5 + 5)
    expect(sent).toBeGreaterThanOrEqual(5)
  })

  it('S128: of many is asked for from one address block ten times, and no more', async () => {
    const { send } = await openTextHouse()
    const answers: string[] = []
    for (let index = 0; index < 30; index += 1) {
      const address = `2001:db8:1:2:${index.toString(16)}::1`
      answers.push(codeOf(await send({ phone: `+49152${28_000_000 + index * 10_007}`, caller: { address, requestId: 'r' } })))
    }
    expect(answers.filter((answer) => answer === 'ok')).toHaveLength(10)
  })
})

describe('S129: a pumping attack', () => {
  it('on a range of numbers ends after twenty messages that nobody reads, and other people’s codes arrive', async () => {
    const { house, events, send, check, lastCode } = await openTextHouse({ messagesPerDay: 100_000 })
    const address = (index: number) => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`
    let pumped = 0
    let honest = 0
    for (let index = 0; index < 300; index += 1) {
      const caller = { address: address(index), requestId: 'r' }
      // Two hundred and more neighbours, each from an address of its own, none of which types a code in.
      if ((await send({ phone: `+4915228810${String(index).padStart(3, '0')}`, caller })).ok) pumped += 1
      const person = await send({
        phone: `+9198${String(20_000_000 + index * 7919).padStart(8, '0')}`,
        caller: { ...caller, address: address(index + 70_000) },
      })
      if (person.ok && (await check(person.value.codeId, lastCode())).ok) honest += 1
      house.clock.advance(6000)
    }
    expect(pumped).toBeLessThanOrEqual(22)
    expect(honest).toBe(300)
    const trips = events.filter(({ name }) => name === 'message.guard_tripped')
    expect(trips.map(({ fields }) => fields.limit)).toContain('conversion')
    expect(trips[0]?.level).toBe('warn')
    expect(events.filter(({ name }) => name === 'message.refused')).toEqual([])
  })

  it('over many ranges never costs more in a day than the tenant has said, however many servers ask at once', async () => {
    const { house, send, notify } = await openTextHouse({ messagesPerDay: 50 })
    const sendAll = (from: number) =>
      Promise.all(
        Array.from({ length: 100 }, (_, index) => {
          const number = from + index
          const caller = { address: `10.0.${number >> 8}.${number & 255}`, requestId: 'r' }
          return send({ phone: `+9198${String(20_000_000 + number * 123_457).padStart(8, '0')}`, caller })
        }),
      )
    const first = await sendAll(0)
    house.clock.advance(6 * 3_600_000)
    const second = await sendAll(100)
    expect([...first, ...second].filter(({ ok }) => ok)).toHaveLength(45)
    // The tenth that is left is for notices, and there is no more than that.
    const told = await Promise.all(Array.from({ length: 8 }, (_, index) => notify(`+49152288173${60 + index}`)))
    expect(told.filter((answer) => answer === 'leaving')).toHaveLength(5)
    house.clock.advance(24 * 3_600_000)
    expect((await sendAll(200)).filter(({ ok }) => ok).length).toBe(45)
  })

  it('that has used up a day is told to come back when the next begins', async () => {
    const { house, send } = await openTextHouse({ messagesPerDay: 1 })
    house.clock.advance(6 * 3_600_000)
    valueFrom(await send())
    const refused = await send({ phone: '+919820000001', caller: { address: '10.9.9.9', requestId: 'r' } })
    const untilMidnight = 86_400 - ((house.clock.now() / 1000) % 86_400)
    expect(refused).toEqual({ ok: false, refusal: { code: 'messages_exhausted', retryAfterSeconds: Math.ceil(untilMidnight) } })
  })
})

describe('S133: a gateway', () => {
  async function withGateway(gateway: Gateway<TextMessage>) {
    const clock = createSetClock()
    const texts = createCourier({ gateway, clock, onAnswer: () => {}, limits: { patienceMs: 50, deadlineMs: 200 } })
    return openTextHouse({ clock, texts })
  }

  it('that says nothing keeps nobody waiting, and is asked once', async () => {
    let asked = 0
    const { send } = await withGateway({
      send: (_message, deadline) => {
        asked += 1
        return new Promise((resolve) => deadline.addEventListener('abort', () => resolve('unknown')))
      },
      stop: async () => {},
    })
    expect(codeOf(await send())).toBe('ok')
    expect(asked).toBe(1)
  })

  it('that refuses is told of', async () => {
    const { send } = await withGateway({ send: async () => 'not_sent', stop: async () => {} })
    expect(codeOf(await send())).toBe('not_sent')
  })
})
