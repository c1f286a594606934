/** Owners of accounts without a telephone number are told by letter, whatever the mail server does. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { LetterAnswer, MailGateway, MailMessage } from '../delivery/message.ts'
import type { MailAddress } from '../domain/mail-address.ts'
import { createEvents } from '../events/events.ts'
import { createTemporaryPath } from '../store/sqlite/temporary-path.ts'
import { openOwnPage, PASSWORD } from '../testing/own-page.ts'
import { CALLER, codeOf, LOGIN, openPageHouse, type PageHouse } from '../testing/page-house.ts'
import { A_PASSWORD, openEmptyHouse, valueFrom } from '../testing/test-house.ts'
import { createWriteLetter } from './write-letter.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const temporary = createTemporaryPath()
const closes: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close()
})

interface MailServer extends MailGateway {
  /** What it was handed, whatever became of it. */
  readonly heard: MailMessage[]
  /** How it answers from now on. */
  answer: LetterAnswer | 'silence'
}

function aMailServer(answer: MailServer['answer'] = 'sent'): MailServer {
  const heard: MailMessage[] = []
  return {
    heard,
    answer,
    send(message) {
      heard.push(message)
      return this.answer === 'silence' ? new Promise(() => {}) : Promise.resolve(this.answer)
    },
    stop: async () => {},
  }
}

interface Opened extends PageHouse {
  readonly mailServer: MailServer
  changePassword(language?: string): Promise<string>
  /** What the trail says of letters, the newest first. */
  ends(): Promise<readonly [string, unknown][]>
}

async function open({ mailServer = aMailServer(), perDay = 1000, path = ':memory:' } = {}): Promise<Opened> {
  const house = await openPageHouse({ mail: { perDay, gateway: mailServer }, path })
  closes.push(() => house.close())
  const { useCases, tenant } = house
  let password = A_PASSWORD
  let changes = 0
  // Of a browser that the account does not know there is a letter of its own.
  const browser = house.newBrowser()
  return {
    ...house,
    mailServer,
    async changePassword(language = 'en') {
      const form = await formOf(house, password, browser)
      changes += 1
      const next = `${A_PASSWORD} ${changes}`
      const changed = await useCases.changePassword({ ...form, door: 'idm', current: password, password: next, language })
      if (changed.ok) password = next
      return codeOf(changed)
    },
    async ends() {
      const rows = valueFrom(await useCases.list.audit({ tenant: tenant.name, max: 50 }))
      return rows.filter(({ action }) => action.startsWith('letter.')).map(({ action, details }) => [action, details])
    },
  }
}

/** What a form of the person's page brings, after a sign-in. */
async function formOf({ useCases, tenant, newBrowser }: PageHouse, password = A_PASSWORD, browser = newBrowser()) {
  const cookieOf = (name: string) => browser.cookies.get(name)
  const prompt = valueFrom(await useCases.askForSignIn({ tenant, purpose: { kind: 'account' }, browserSession: undefined, cookieOf }))
  browser.cookies.set(prompt.cookie.name, prompt.cookie.value)
  const browserSession = (await browser.answer(prompt, { kind: 'password', login: LOGIN, password })).browserSession?.value
  const { formToken } = valueFrom(await useCases.describeBrowserSession({ tenant, browserSession }))
  return { tenant, browserSession, formToken, caller: CALLER }
}

/** The owner has chosen a language. */
async function readsIn({ store, tenant }: PageHouse, language: string) {
  const [account = expect.fail('no account')] = await store.accounts.list(tenant.id)
  await store.accounts.setLanguage(account.id, language)
}

describe('a letter', () => {
  it('S83: tells the owner of an account without a number that its password was changed, in the language of the owner', async () => {
    const house = await open()
    await readsIn(house, 'de')
    expect(await house.changePassword('hi')).toBe('accepted')
    expect(house.mailServer.heard, 'nobody has waited for a mail server').toEqual([])
    await house.deliverLetters()
    expect(house.mailServer.heard).toMatchObject([{ to: LOGIN, language: 'de', subject: 'Das Passwort Ihres Kontos wurde geändert' }])
    expect(house.mailServer.heard[0]?.text).toMatch(
      /^Das Passwort Ihres Kontos bei tokens\.example wurde geändert[\s\S]*\n@tokens\.example\n$/,
    )
    expect(house.outbox.messages()).toEqual([])
    expect(await house.store.letters.count(), 'what has left is forgotten').toBe(0)
  })

  it('tells who has planned a deletion, or whose account somebody else has deleted', async () => {
    const house = await open()
    const form = await formOf(house)
    await readsIn(house, 'hi')
    valueFrom(await house.useCases.deleteOwnAccount({ ...form, password: A_PASSWORD, language: 'en' }))
    await house.deliverLetters()
    expect(house.mailServer.heard).toMatchObject([{ to: LOGIN, subject: 'आपका खाता हटा दिया जाएगा' }])
  })

  it('tells of a sign-in with a browser that the account does not know, and not of its first', async () => {
    const house = await open()
    await formOf(house)
    await formOf(house)
    await vi.waitFor(async () => expect(await house.store.letters.count()).toBe(1)) // the sign-in has not waited for it
    await house.deliverLetters()
    expect(house.mailServer.heard).toMatchObject([{ to: LOGIN, subject: 'Somebody signed in with a new browser' }])
  })

  it('is not written to who has a number that the tenant sends messages to', async () => {
    const mailServer = aMailServer()
    const page = await openOwnPage({ mail: { perDay: 1000, gateway: mailServer } })
    closes.push(() => page.close())
    const anna = await page.register()
    const change = { ...(await page.formOf(anna)), door: 'idm', current: PASSWORD, password: 'fünf grüne tassen', language: 'en' }
    valueFrom(await page.house.useCases.changePassword(change))
    await page.house.deliverLetters()
    expect(page.texts()[0]).toContain('The password of your account')
    expect(mailServer.heard).toEqual([])
  })

  it('is not written where no letter leaves', async () => {
    const house = await openPageHouse()
    closes.push(() => house.close())
    const change = { ...(await formOf(house)), door: 'idm', current: A_PASSWORD, password: 'fünf grüne tassen', language: 'en' }
    valueFrom(await house.useCases.changePassword(change))
    expect(await house.store.letters.count()).toBe(0)
    await house.deliverLetters()
  })

  it('is in no log and no audit row, neither its text nor whom it goes to', async () => {
    const house = await open()
    await house.changePassword()
    house.mailServer.answer = 'refused'
    await house.deliverLetters()
    const rows = valueFrom(await house.useCases.list.audit({ tenant: 'acme', max: 50 }))
    const written = JSON.stringify([house.events, rows.filter(({ action }) => action.startsWith('letter.'))])
    expect(written).toContain('letter.given_up')
    expect(written).not.toMatch(/acme\.example|tokens\.example|password of your account/)
  })
})

describe('S171: a mail server', () => {
  it('that is down has each letter later, once; sign-ins and changes go on meanwhile', async () => {
    const house = await open({ mailServer: aMailServer('not_sent') })
    expect(await house.changePassword()).toBe('accepted')
    await house.deliverLetters()
    expect(await house.changePassword()).toBe('accepted')
    for (let passed = 0; passed < 6 * 60; passed += 1) {
      house.clock.advance(MINUTE)
      await house.deliverLetters()
    }
    expect(await house.store.letters.count()).toBe(2)
    const tried = house.mailServer.heard.length
    expect(tried, 'not at every turn').toBeLessThan(26)
    house.mailServer.answer = 'sent'
    for (let passed = 0; passed < 3 * 60; passed += 1) {
      house.clock.advance(MINUTE)
      await house.deliverLetters()
    }
    const arrived = house.mailServer.heard.slice(tried)
    expect(arrived).toHaveLength(2)
    expect(new Set(house.mailServer.heard.map(({ id }) => id)), 'the same letters under the same ids').toEqual(
      new Set(arrived.map(({ id }) => id)),
    )
    expect(await house.ends()).toEqual([])
  })

  it('that says nothing keeps nobody waiting but the letter', async () => {
    const house = await open({ mailServer: aMailServer('silence') })
    await house.changePassword()
    const turn = house.deliverLetters()
    await vi.waitFor(() => expect(house.mailServer.heard).toHaveLength(1))
    expect(await house.changePassword()).toBe('accepted')
    expect(await house.store.letters.count()).toBe(2)
    void turn
  })

  it('has each letter once, from any number of processes on one store', async () => {
    const path = temporary.next()
    const house = await open({ path })
    for (let letter = 0; letter < 5; letter += 1) {
      house.clock.advance(1)
      expect(await house.changePassword()).toBe('accepted')
    }
    const { mailServer, clock } = house
    const others = await Promise.all(
      [1, 2].map((seed) => openEmptyHouse({ path, clock, seed: `${seed}`, mail: { perDay: 9, gateway: mailServer } })),
    )
    for (const { store } of others) closes.push(() => store.close())
    await Promise.all([house, ...others, ...others].map((each) => each.deliverLetters()))
    expect(mailServer.heard.map(({ id }) => id)).toHaveLength(5)
    expect(new Set(mailServer.heard.map(({ id }) => id)).size).toBe(5)
    expect(await house.store.letters.count()).toBe(0)
  })

  it('that is down is asked by a few letters in a turn, and not by all', async () => {
    const house = await open({ mailServer: aMailServer('not_sent') })
    const account = (await house.store.accounts.list(house.tenant.id))[0] ?? expect.fail('no account')
    const letter = {
      tenantId: house.tenant.id,
      accountId: account.id,
      to: LOGIN,
      content: '{"notice":"password_changed","language":"en","host":"h"}',
    }
    for (let index = 0; index < 20; index += 1) {
      await house.store.letters.add({ ...letter, id: `letter ${index}`, writtenAt: house.clock.now() } as Parameters<
        typeof house.store.letters.add
      >[0])
    }
    await house.deliverLetters()
    expect(house.mailServer.heard).toHaveLength(4)
    house.mailServer.answer = 'sent'
    await house.deliverLetters()
    expect(house.mailServer.heard).toHaveLength(20)
  })

  it('that stays down for two days is not asked any more, and the trail says which letter it was', async () => {
    const house = await open({ mailServer: aMailServer('not_sent') })
    await house.changePassword()
    for (let passed = 0; passed < 49; passed += 1) {
      await house.deliverLetters()
      house.clock.advance(60 * MINUTE)
    }
    expect(await house.ends()).toEqual([['letter.given_up', { notice: 'password_changed', attempt: 48, reason: 'too_old' }]])
    expect(await house.store.letters.count()).toBe(0)
    const id = (await house.store.accounts.list(house.tenant.id))[0]?.id
    const [row] = valueFrom(await house.useCases.list.audit({ tenant: 'acme', max: 1 }))
    expect(row).toMatchObject({ actor: 'system', subject: id })
    expect(house.events.map(({ name }) => name)).toContain('letter.given_up')
  })

  it('gets no letter that is older than that, when it is there at last', async () => {
    const house = await open()
    await house.changePassword()
    house.clock.advance(2 * DAY)
    await house.deliverLetters()
    expect(house.mailServer.heard).toEqual([])
    expect(await house.ends()).toEqual([['letter.given_up', { notice: 'password_changed', attempt: 1, reason: 'too_old' }]])
  })

  it('that knows no such recipient is asked once', async () => {
    const house = await open({ mailServer: aMailServer('refused') })
    await house.changePassword()
    for (let turn = 0; turn < 3; turn += 1) {
      await house.deliverLetters()
      house.clock.advance(60 * MINUTE)
    }
    expect(house.mailServer.heard).toHaveLength(1)
    expect(await house.ends()).toEqual([['letter.given_up', { notice: 'password_changed', attempt: 1, reason: 'refused' }]])
  })

  it('that may have taken a letter does not get it again: it is lost, and the trail says so', async () => {
    const house = await open({ mailServer: aMailServer('unknown') })
    await house.changePassword()
    for (let turn = 0; turn < 3; turn += 1) {
      await house.deliverLetters()
      house.clock.advance(60 * MINUTE)
    }
    expect(house.mailServer.heard).toHaveLength(1)
    expect(await house.ends()).toEqual([['letter.lost', { notice: 'password_changed', attempt: 1, reason: 'unconfirmed' }]])
  })

  it('may have taken what a process handed it that died meanwhile: that is lost too, and said once', async () => {
    const house = await open()
    await house.changePassword()
    const at = house.clock.now()
    await house.store.letters.claim({ at, until: at + 10 * MINUTE }) // and nothing more is heard of who did
    await house.deliverLetters()
    expect(await house.ends(), 'it may still be at it').toEqual([])
    house.clock.advance(10 * MINUTE)
    await Promise.all([house.deliverLetters(), house.deliverLetters()])
    expect(house.mailServer.heard).toEqual([])
    expect(await house.ends()).toEqual([['letter.lost', { notice: 'password_changed', attempt: 1, reason: 'abandoned' }]])
  })
})

describe('nobody fills a mailbox', () => {
  it('an address has five letters at once; what is beyond is withheld, and the change is made', async () => {
    const house = await open()
    for (let change = 0; change < 7; change += 1) {
      house.clock.advance(1000)
      expect(await house.changePassword()).toBe('accepted')
    }
    await house.deliverLetters()
    expect(house.mailServer.heard).toHaveLength(5)
    const withheld = house.events.filter(({ name }) => name === 'notice.withheld')
    expect(withheld.map(({ fields }) => [fields.notice, fields.way])).toEqual(Array(2).fill(['password_changed', 'letter']))
    await house.wait(7200)
    await house.changePassword()
    await house.deliverLetters()
    expect(house.mailServer.heard).toHaveLength(6)
  })

  it('a tenant has so many a day, reserved before a letter is written', async () => {
    const house = await open({ perDay: 1 })
    await house.changePassword()
    expect(await house.changePassword('de')).toBe('accepted')
    expect(await house.store.letters.count()).toBe(1)
  })
})

it('a letter is in the store before whoever writes it goes on, and what the store cannot take is a fault', async () => {
  const house = await open()
  const [account = expect.fail('no account')] = await house.store.accounts.list(house.tenant.id)
  const told: string[] = []
  let answer: { readonly taken: () => void; readonly failed: (fault: Error) => void } | undefined
  const writeLetter = createWriteLetter({
    ...house,
    limits: house.store.limits,
    letters: { ...house.store.letters, add: () => new Promise((taken, failed) => (answer = { taken, failed })) },
    events: createEvents({ randomness: house.randomness, sink: { log: (_level, name) => told.push(name), count: () => {} } }),
    issuerOf: () => 'https://tokens.example',
    lettersPerDay: 9,
  })
  const letter = {
    tenant: house.tenant,
    account,
    to: LOGIN as MailAddress,
    notice: 'password_changed',
    language: 'en',
    caller: CALLER,
  } as const
  const written = writeLetter(letter).then(() => told.push('went on'))
  await vi.waitFor(() => expect(answer).toBeDefined())
  await new Promise((resolve) => setImmediate(resolve))
  expect(told).toEqual([])
  answer?.taken()
  await written
  expect(told).toEqual(['letter.written', 'went on'])
  const failing = writeLetter(letter)
  const first = answer
  await vi.waitFor(() => expect(answer).not.toBe(first))
  answer?.failed(new Error('the store is busy'))
  await expect(failing).rejects.toThrow('the store is busy')
})
