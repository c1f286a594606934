/** Browsers that an account knows, and what happens when it is signed in to with another. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LoginId } from '../domain/account.ts'
import { Unavailable } from '../domain/fault.ts'
import { MAX_KNOWN_DEVICES } from '../domain/known-device.ts'
import { createEvents } from '../events/events.ts'
import { CALLER, NUMBERS, type OwnPage, openOwnPage, PASSWORD, type Person } from '../testing/own-page.ts'
import { codeOf, openPageHouse } from '../testing/page-house.ts'
import { createSeededRandomness } from '../testing/seeded-randomness.ts'
import { PLAIN_ACCOUNT, valueFrom } from '../testing/test-house.ts'
import { createTellOfNewDevice } from './tell-of-new-device.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

const NOTICE = 'New sign-in at tokens.example: '
const NOTICE_IN_GERMAN = 'Neue Anmeldung bei tokens.example: '
const A_KEY = Buffer.alloc(32, 1).toString('base64url')
/** Only for what hangs. */
const LONG = { timeout: 60_000 }

let page: OwnPage
let anna: Person
beforeEach(async () => {
  page = await openOwnPage()
  anna = await page.register()
})
afterEach(() => page.close())

const notices = (beginning = NOTICE) => page.texts().filter((text) => text.startsWith(beginning))
const arrived = (beginning?: string) => vi.waitFor(() => expect(notices(beginning)).toHaveLength(1), LONG)
/** Notices leave one after the other: when one in German has come that was asked for last, all have. */
async function told(times: number, person = anna) {
  await reads(person, 'de')
  await signIn(undefined, { person })
  await arrived(NOTICE_IN_GERMAN)
  expect(notices()).toHaveLength(times)
}
/** The owner has chosen a language. */
async function reads({ number }: Person, language: string) {
  const { accounts } = page.house.store
  const account = await accounts.findByLoginId(page.tenant().id, number as LoginId)
  await accounts.setLanguage(account?.id ?? expect.fail('no account'), language)
}
const isWithheld = () => page.house.events.filter(({ name }) => name === 'notice.withheld')

interface Typing {
  readonly person?: Person
  readonly language?: string
  readonly times?: number
  readonly password?: string
}

/** Opens the page in a browser, and sends its form. */
async function signIn(deviceKey: string | undefined, { person = anna, language = 'en', times = 1, password }: Typing = {}) {
  const { useCases } = page.house
  const cookies = new Map<string, string>()
  const at = { tenant: page.tenant(), browserSession: undefined, cookieOf: (name: string) => cookies.get(name) }
  const { cookie, sealedRequest } = valueFrom(await useCases.askForSignIn({ ...at, purpose: { kind: 'account' } }))
  cookies.set(cookie.name, cookie.value)
  const answer = { kind: 'password', login: person.number, password: password ?? person.password } as const
  const form = { ...at, door: 'idm', sealedRequest, answer, language, caller: { ...CALLER, deviceKey, device: 'Firefox, Linux' } }
  const results = await Promise.all(Array.from({ length: times }, async () => valueFrom(await useCases.answerSignIn(form))))
  return results.map((result) => {
    if (result.kind !== 'answered') throw new Error(result.kind === 'leaving' ? 'is leaving' : `asked again: ${result.problem?.kind}`)
    return result.device?.value ?? expect.fail('the browser keeps nothing')
  })
}

describe('a sign-in with a browser that the account does not know', () => {
  it('is told to the owner once, and never for the one that has registered', async () => {
    expect(await signIn(anna.device)).toEqual([anna.device])
    const [other] = await signIn(undefined)
    for (const device of [other, anna.device, other]) expect(await signIn(device)).toEqual([device])
    const [third] = await signIn(A_KEY)
    expect(third, 'a browser that other accounts know stays known to them').toBe(A_KEY)
    await told(2)
    expect(new Set([anna.device, other, third]).size).toBe(3)
  })

  it('is told in the language of the owner and not of who signs in, with when, with what and from where', async () => {
    await signIn(undefined, { language: 'hi' })
    await arrived()
    expect(notices()[0]).toContain(`: ${new Date(page.house.clock.now()).toISOString().slice(11, 16)} UTC, Firefox, Linux, 192.0.2.7. `)
    const { useCases } = page.house
    await useCases.describeBrowserSession({ tenant: page.tenant(), browserSession: anna.session, chosenLanguage: 'de' })
    await signIn(undefined, { language: 'en' })
    await arrived(NOTICE_IN_GERMAN)
  })

  it('is not told where there is no other to compare it with', async () => {
    const { useCases } = page.house
    const bert = { number: NUMBERS[1], password: 'neun gelbe teller', session: '' }
    const made = { ...PLAIN_ACCOUNT, name: 'Bert', loginIds: [bert.number], password: bert.password, tenant: 'acme', organisation: 'Staff' }
    valueFrom(await useCases.createAccount(made))
    await signIn(undefined, { person: bert })
    await signIn(undefined, { person: bert })
    await told(1, bert)
  })

  it('is one and told once if its form is sent many times at once', async () => {
    const devices = await signIn(undefined, { times: 8 })
    expect(new Set(devices).size).toBe(1)
    await told(1)
  })

  it('is not told if nobody has shown the password, and such a browser stays unknown', async () => {
    await expect(signIn(A_KEY, { password: 'a wrong one' })).rejects.toThrow('asked again: password')
    expect(notices()).toEqual([])
    await signIn(A_KEY)
    await told(1)
  })

  it('is told three times at once and then once a day', async () => {
    for (let time = 1; time <= 5; time += 1) await signIn(undefined)
    await vi.waitFor(() => expect(isWithheld()).toHaveLength(2), LONG)
    expect(isWithheld()).toMatchObject([{ fields: { notice: 'new_device' } }, {}])
    expect(notices()).toHaveLength(3)
    await page.house.wait(86_400)
    for (let time = 1; time <= 2; time += 1) await signIn(undefined)
    await vi.waitFor(() => expect(isWithheld()).toHaveLength(3), LONG)
    expect(notices()).toHaveLength(4)
  })

  it('does not wait for the notice, and does not fail with it', async () => {
    const events: { name: string; fields: unknown }[] = []
    const sink = { log: (_level: unknown, name: string, fields: unknown) => void events.push({ name, fields }), count: () => {} }
    const parts = { ...page.house, ...page.house.store, events: createEvents({ randomness: createSeededRandomness(), sink }) }
    const [account = expect.fail('no account')] = valueFrom(await page.house.useCases.list.accounts('acme'))
    const device = { tenant: page.tenant(), account, language: 'en', caller: CALLER }
    let asked = 0
    const tellOwner = () => {
      asked += 1
      return new Promise<never>(() => {})
    }
    createTellOfNewDevice({ ...parts, tellOwner })(device)
    await vi.waitFor(() => expect(asked).toBe(1), LONG)
    const failing = async () => Promise.reject(new Unavailable('the store is away', 1))
    createTellOfNewDevice({ ...parts, tellOwner, limits: { ...page.house.store.limits, charge: failing } })(device)
    await vi.waitFor(() => expect(events).toHaveLength(1), LONG)
    expect(events).toMatchObject([{ name: 'background_task.failed', fields: { task: 'new_device', reason: 'Unavailable' } }])
  })

  it('is a line of its own in the activity of the account', async () => {
    await signIn(undefined)
    await signIn(anna.device)
    const shown = valueFrom(await page.house.useCases.describeOwnActivity({ tenant: page.tenant(), browserSession: anna.session }))
    expect(shown.map(({ kind }) => kind)).toEqual(['signed-in', 'signed-in-newly', 'signed-in', 'created'])
  })
})

describe('what is kept of a browser', () => {
  it('says neither what its cookie holds nor that two accounts have used it', async () => {
    const bert = await page.register(NUMBERS[1], 'Bert')
    for (const person of [anna, bert]) await signIn(A_KEY, { person })
    const accounts = valueFrom(await page.house.useCases.list.accounts('acme'))
    const kept = await Promise.all(accounts.map(({ id }) => page.house.store.knownDevices.list(id)))
    const digests = kept.flat().map(({ digest }) => digest)
    expect([digests.length, new Set(digests).size]).toEqual([4, 4])
    for (const hidden of [A_KEY, anna.device, bert.device]) expect(digests).not.toContain(hidden)
  })

  it('is limited', async () => {
    for (let time = 0; time <= MAX_KNOWN_DEVICES; time += 1) await signIn(undefined)
    const [account] = valueFrom(await page.house.useCases.list.accounts('acme'))
    expect(await page.house.store.knownDevices.list(account?.id ?? expect.fail('no account'))).toHaveLength(MAX_KNOWN_DEVICES)
  })

  it('is in the data of the person, with when it was first and last seen, and without what it is known by', async () => {
    await page.house.wait(60)
    await signIn(anna.device)
    const own = valueFrom(await page.house.useCases.exportOwnData(await page.formOf(anna)))
    const now = page.house.clock.now()
    expect(own.devices).toEqual([{ description: 'Firefox, Linux', firstAt: now - 60_000, lastAt: now }])
  })

  it('is kept after a sign-in that leaves no session too, so that the next one is not new again', async () => {
    const house = await openPageHouse()
    await house.makeWeb('web')
    const browser = house.newBrowser()
    const sign = async () => browser.answer(await browser.open({ prompt: 'x-no-sso' }))
    const first = await sign()
    expect([first.browserSession, first.device === undefined]).toEqual([undefined, false])
    expect((await sign()).device).toEqual(first.device)
    await house.close()
  })
})

describe('a browser that the account knows', () => {
  const guess = () => page.signIn({ ...anna, device: undefined, password: 'a wrong one' })
  async function guessUntilThrottled() {
    let tried = 0
    while (codeOf(await guess()) === 'password') tried += 1
    return tried
  }

  it('goes on while a stranger in the same address block is throttled, at the page and where the password is asked for again', async () => {
    expect(await guessUntilThrottled()).toBe(10)
    for (const device of [undefined, A_KEY]) expect(codeOf(await page.signIn({ ...anna, device }))).toBe('throttled')
    expect(codeOf(await page.signIn(anna))).toBe('accepted')
    const form = await page.formOf(anna)
    const change = { ...form, door: 'idm', current: PASSWORD, password: 'sechs rote tassen', language: 'en' }
    const { changePassword } = page.house.useCases
    expect(codeOf(await changePassword(change))).toBe('throttled')
    expect(codeOf(await changePassword({ ...change, caller: { ...CALLER, deviceKey: anna.device } }))).toBe('accepted')
  })

  it('goes on wherever it is, while strangers from many places use up what an unknown browser there would have', async () => {
    const from = (block: number) => ({ ...CALLER, address: `198.51.100.${block}` })
    for (let time = 0; time < 30; time += 1) await page.signIn({ ...anna, password: 'a wrong one' }, { caller: from(time % 5) })
    expect(codeOf(await page.signIn(anna, { caller: from(9) }))).toBe('throttled')
    expect(codeOf(await page.signIn(anna, { caller: { ...from(9), deviceKey: anna.device } }))).toBe('accepted')
  })

  it('is throttled itself after as many guesses as any other, whatever it is called, and not for the guesses of another', async () => {
    const [other] = await signIn(undefined)
    const wrong = () => page.signIn({ ...anna, password: 'a wrong one' })
    for (let time = 0; time < 10; time += 1) expect(codeOf(await wrong())).toBe('password')
    expect(codeOf(await wrong())).toBe('throttled')
    expect(codeOf(await page.signIn(anna))).toBe('throttled')
    expect(codeOf(await page.signIn({ ...anna, device: other }))).toBe('accepted')
    await page.house.wait(60)
    expect(codeOf(await page.signIn(anna))).toBe('accepted')
  })

  it('is no key to another account', async () => {
    const bert = await page.register(NUMBERS[1], 'Bert')
    await guessUntilThrottled()
    expect(codeOf(await page.signIn({ ...anna, device: bert.device }))).toBe('throttled')
  })

  it('does not share a check with a stranger who sends the same password at the same time', async () => {
    await guessUntilThrottled()
    const answers = await Promise.all([
      page.signIn({ ...anna, device: undefined }),
      page.signIn(anna),
      page.signIn({ ...anna, device: A_KEY }),
    ])
    expect(answers.map(codeOf)).toEqual(['throttled', 'accepted', 'throttled'])
  })
})
