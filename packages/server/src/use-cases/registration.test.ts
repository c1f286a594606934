/** People who make an account with a number that they have proved, and who set a new password with it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { doorCatalogue } from '../composition/open-house.ts'
import type { Tenant } from '../domain/tenant.ts'
import { type EmptyHouse, openEmptyHouse, PLAIN_ACCOUNT, valueFrom } from '../testing/test-house.ts'
import type { AskForCode, Register } from './use-cases.ts'

const NUMBER = '+4915228817386'
const OTHER = '+4915228895456'
const PASSWORD = 'correct horse battery staple'
const CALLER = { address: '192.0.2.7', requestId: 'req' }

let house: EmptyHouse
let tenant: Tenant
let askedFrom = 0
beforeEach(async () => {
  house = await openEmptyHouse({ doors: doorCatalogue })
  valueFrom(await house.useCases.createTenant({ name: 'acme', hostNames: [], doors: ['idm'], isDefault: true }))
  for (const name of ['Households', 'Staff']) valueFrom(await house.useCases.createOrganisation({ tenant: 'acme', name }))
  const registersIn = { organisation: 'Households' }
  tenant = valueFrom(await house.useCases.setPhones({ tenant: 'acme', countries: ['DE'], registersIn }))
})
afterEach(() => house.store.close())

const codeOf = (outcome: { ok: boolean; refusal?: { code: string } }) => (outcome.ok ? 'ok' : outcome.refusal?.code)
const texts = () => house.outbox.messages().map(({ text }) => text)
const lastCode = () => /#(\d{6})$/.exec(texts()[0] ?? '')?.[1] ?? expect.fail('no code')

/** Another address each time: what one address may is tested elsewhere. */
function ask(way: 'askToRegister' | 'askToRecover', changed: Partial<Parameters<AskForCode>[0]> = {}): ReturnType<AskForCode> {
  askedFrom += 1
  const caller = { ...CALLER, address: `198.51.100.${askedFrom % 250}` }
  return house.useCases[way]({ tenant, phone: NUMBER, browserKey: undefined, language: 'en', caller, ...changed })
}

type Given = Partial<Parameters<Register>[0]>

function give(way: 'register' | 'recover', given: Given): ReturnType<Register> {
  const plain = {
    tenant,
    door: 'idm',
    codeId: '',
    code: '',
    browserKey: '',
    name: undefined,
    password: PASSWORD,
    language: 'en',
    caller: CALLER,
  }
  return house.useCases[way]({ ...plain, ...given })
}

/** Asks, and gives the code of the message back. */
async function prove(way: 'register' | 'recover', given: Given = {}, phone = NUMBER) {
  const { codeId, browserKey } = valueFrom(await ask(way === 'register' ? 'askToRegister' : 'askToRecover', { phone }))
  return give(way, { codeId, browserKey, code: lastCode(), ...given })
}

async function whoIsIn(browserSession: string) {
  return house.useCases.describeBrowserSession({ tenant, browserSession })
}

async function signInAtPage(password: string): Promise<string | undefined> {
  const cookies = new Map<string, string>()
  const at = { tenant, browserSession: undefined, cookieOf: (name: string) => cookies.get(name) }
  const { cookie, sealedRequest } = valueFrom(await house.useCases.askForSignIn({ ...at, purpose: { kind: 'account' } }))
  cookies.set(cookie.name, cookie.value)
  const answer = { kind: 'password', login: NUMBER, password } as const
  return valueFrom(await house.useCases.answerSignIn({ ...at, door: 'idm', sealedRequest, answer, language: 'en', caller: CALLER })).kind
}

describe('a registration', () => {
  it('makes an account whose login name is the number, in the organisation that the operator has named, and signs the browser in', async () => {
    const { value } = valueFrom(await prove('register', { name: 'Anna Lind' }, '01522 8817386'))
    const { account } = valueFrom(await whoIsIn(value))
    const [households] = valueFrom(await house.useCases.list.organisations('acme')).filter(({ name }) => name === 'Households')
    expect(account).toMatchObject({
      loginIds: [NUMBER],
      name: 'Anna Lind',
      roles: [],
      mayImpersonate: false,
      organisationId: households?.id,
    })
    expect(await signInAtPage(PASSWORD)).toBe('answered')
  })

  it('is bound to the browser that has asked, and to its purpose', async () => {
    const { codeId, browserKey } = valueFrom(await ask('askToRegister'))
    const { browserKey: another } = valueFrom(await ask('askToRegister', { phone: OTHER }))
    const code = /#(\d{6})$/.exec(texts()[1] ?? '')?.[1] ?? ''
    expect(another).not.toBe(browserKey)
    expect(codeOf(await give('register', { codeId, code, browserKey: another }))).toBe('code_wrong')
    expect(codeOf(await give('recover', { codeId, code, browserKey }))).toBe('code_wrong')
    expect(codeOf(await give('register', { codeId, code, browserKey }))).toBe('ok')
    expect(codeOf(await give('register', { codeId, code, browserKey }))).toBe('code_wrong')
  })

  it('looks at name and password before it uses the code up', async () => {
    const { codeId, browserKey } = valueFrom(await ask('askToRegister'))
    const given = { codeId, browserKey, code: lastCode() }
    expect(codeOf(await give('register', { ...given, password: 'short' }))).toBe('password_too_short')
    expect(codeOf(await give('register', { ...given, password: 'vier blaue tassen' }))).toBe('ok')
  })

  it.each([
    ['S82: a common one', 'Sunshine', 'password_common'],
    ['S82: a common one in other letters', 'SUNSHINE', 'password_common'],
    ['S82: the person’s name with a little behind it', 'annalind1!', 'password_common'],
    ['S82: the first name, turned into letters of another width', 'Ａｎｎａ-1234', 'password_common'],
    ['S82: what the tenant is called', 'Acme2026!', 'password_common'],
    ['one that has the name in a long sentence', 'anna goes to the market on friday', 'ok'],
    ['one that is neither', 'vier blaue tassen', 'ok'],
    ['one with blanks around it, which stay', '  a q z  ', 'ok'],
    ['S82: a row of the keys of a telephone', '987654321', 'password_common'],
  ])('takes passwords without rules of composition: %s', async (_what, password, expected) => {
    expect(codeOf(await prove('register', { name: 'Anna Lind', password }))).toBe(expected)
  })

  it('S69: of a number that has an account is answered alike; who has the number is told, and no digits fit', async () => {
    await prove('register')
    await house.wait(60)
    const free = valueFrom(await ask('askToRegister', { phone: OTHER }))
    const taken = valueFrom(await ask('askToRegister'))
    expect(Object.keys(taken)).toEqual(Object.keys(free))
    expect([taken.codeId.length, taken.browserKey.length]).toEqual([free.codeId.length, free.browserKey.length])
    expect(house.outbox.messages()[0]).toEqual({
      to: NUMBER,
      text: 'Somebody wants to register at tokens.example with this number. You have an account there already. If it was not you, you need do nothing.',
    })
    expect(codeOf(await give('register', { ...taken, code: '000000' }))).toBe(codeOf(await give('register', { ...free, code: '000000' })))
    expect(codeOf(await ask('askToRegister')), 'and costs alike').toBe('messages_exhausted')
  })

  it('of two at once that have a code for the same number makes one account', async () => {
    const first = valueFrom(await ask('askToRegister'))
    const firstCode = lastCode()
    await house.wait(60)
    const second = valueFrom(await ask('askToRegister'))
    const outcomes = await Promise.all([give('register', { ...first, code: firstCode }), give('register', { ...second, code: lastCode() })])
    expect(outcomes.map(codeOf).sort()).toEqual(['code_wrong', 'ok'])
    expect(valueFrom(await house.useCases.list.accounts('acme'))).toHaveLength(1)
  })

  it('is for nobody where no operator has allowed it, or has switched the organisation off', async () => {
    const asked = valueFrom(await ask('askToRegister'))
    const closed = valueFrom(await house.useCases.setPhones({ tenant: 'acme', registersIn: 'nobody' }))
    expect(codeOf(await ask('askToRegister', { tenant: closed }))).toBe('registration_closed')
    expect(codeOf(await ask('askToRecover', { tenant: closed }))).toBe('registration_closed')
    expect(codeOf(await give('register', { ...asked, code: lastCode(), tenant: closed }))).toBe('registration_closed')
    expect(codeOf(await give('recover', { ...asked, code: lastCode(), tenant: closed }))).toBe('registration_closed')
    valueFrom(await house.useCases.setEnabled({ noun: 'organisation', tenant: 'acme', organisation: 'Households' }, false))
    expect(codeOf(await give('register', { ...asked, code: lastCode() }))).toBe('registration_closed')
  })
})

describe('a recovery', () => {
  it('S83: sets the password, ends every other session, and tells the owner', async () => {
    const before = valueFrom(await prove('register')).value
    await house.wait(3600)
    const after = valueFrom(await prove('recover', { password: 'another good one' })).value
    expect(codeOf(await whoIsIn(before))).toBe('browser_session_over')
    expect(codeOf(await whoIsIn(after))).toBe('ok')
    expect(await signInAtPage(PASSWORD)).toBe('asked_again')
    expect(await signInAtPage('another good one')).toBe('answered')
    expect(texts()[0]).toBe('The password of your account at tokens.example was changed. If it was not you, set a new one there now.')
  })

  it('keeps an account that is about to be erased: who deleted it may have had the password alone', async () => {
    const browserSession = valueFrom(await prove('register')).value
    const { formToken, account } = valueFrom(await whoIsIn(browserSession))
    await house.wait(3600)
    const request = { tenant, browserSession, formToken, password: PASSWORD, language: 'en', caller: CALLER }
    valueFrom(await house.useCases.deleteOwnAccount(request))
    expect(texts()[0]).toMatch(/^Your account at tokens\.example will be deleted in 14 days\./)
    expect(await signInAtPage(PASSWORD)).toBe('leaving')
    await house.wait(3600)
    const { value } = valueFrom(await prove('recover', { password: 'another good one' }))
    expect(valueFrom(await whoIsIn(value)).account).toMatchObject({ id: account.id, erasesAt: undefined })
    expect(await signInAtPage(PASSWORD)).toBe('asked_again')
    expect(house.events.map(({ name }) => name)).toContain('account.kept')
  })

  it('S69: sends nothing for a number that is nobody’s, and is answered alike', async () => {
    const nobodys = valueFrom(await ask('askToRecover'))
    expect(texts()).toEqual([])
    expect(codeOf(await give('recover', { ...nobodys, code: '000000' }))).toBe('code_wrong')
    expect(codeOf(await ask('askToRecover'))).toBe('messages_exhausted')
  })

  it('is not for an account that an operator has made for somebody, nor for one that is switched off', async () => {
    const staff = { ...PLAIN_ACCOUNT, tenant: 'acme', organisation: 'Staff', loginIds: [NUMBER], password: PASSWORD }
    valueFrom(await house.useCases.createAccount(staff))
    await ask('askToRecover')
    expect(texts()).toEqual([])
    valueFrom(await prove('register', {}, OTHER))
    valueFrom(await house.useCases.setEnabled({ noun: 'account', tenant: 'acme', account: OTHER }, false))
    await house.wait(60)
    await ask('askToRecover', { phone: OTHER })
    expect(texts()).toHaveLength(1)
  })

  it.each([
    ['it', { noun: 'account', tenant: 'acme', account: NUMBER }],
    ['its organisation', { noun: 'organisation', tenant: 'acme', organisation: 'Households' }],
  ] as const)('is not for one where %s was switched off since the code was sent', async (_what, what) => {
    valueFrom(await prove('register'))
    await house.wait(60)
    const asked = valueFrom(await ask('askToRecover'))
    valueFrom(await house.useCases.setEnabled(what, false))
    expect(codeOf(await give('recover', { ...asked, code: lastCode() }))).toBe('code_wrong')
  })

  it('that an owner cannot be told of, because the day’s messages are used up, is done nevertheless and is an event', async () => {
    tenant = valueFrom(await house.useCases.setPhones({ tenant: 'acme', messagesPerDay: 2 }))
    valueFrom(await prove('register'))
    await house.wait(3600)
    expect(codeOf(await prove('recover', { password: 'another good one' }))).toBe('ok')
    expect(texts()).toHaveLength(2)
    expect(house.events.map(({ name }) => name)).toContain('notice.withheld')
  })
})

it('no event and no audit row has a number or a code', async () => {
  valueFrom(await prove('register'))
  await house.wait(3600)
  valueFrom(await prove('recover', { password: 'another good one' }))
  const rows = valueFrom(await house.useCases.list.audit({ tenant: 'acme', max: 50 }))
  const written = JSON.stringify([rows, house.events])
  expect(written).not.toContain(NUMBER.slice(1))
  const codes = texts().flatMap((text) => /#(\d{6})$/.exec(text)?.[1] ?? [])
  expect(codes).toHaveLength(2)
  for (const code of codes) expect(written).not.toContain(`"${code}"`)
})
