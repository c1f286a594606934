/** People who take their data along, or leave. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LoginId } from '../domain/account.ts'
import { addressBlockOf } from '../domain/address-block.ts'
import type { AuditRowId } from '../domain/ids.ts'
import { BY_PASSWORD, CALLER, codeOf, LOGIN, openPageHouse, type PageHouse } from '../testing/page-house.ts'
import { A_PASSWORD, PLAIN_ACCOUNT, valueFrom } from '../testing/test-house.ts'
import type { SignInAnswer } from './use-cases.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let house: PageHouse
beforeEach(async () => {
  house = await openPageHouse()
  await house.makeWeb('web')
})
afterEach(() => house.close())

async function signIn(answer: SignInAnswer = BY_PASSWORD): Promise<string | undefined> {
  const browser = house.newBrowser()
  const { useCases, tenant } = house
  const cookieOf = (name: string) => browser.cookies.get(name)
  const prompt = valueFrom(await useCases.askForSignIn({ tenant, purpose: { kind: 'account' }, browserSession: undefined, cookieOf }))
  browser.cookies.set(prompt.cookie.name, prompt.cookie.value)
  return (await browser.answer(prompt, answer)).browserSession?.value
}

async function openPage(browserSession: string | undefined) {
  return valueFrom(await house.useCases.describeBrowserSession({ tenant: house.tenant, browserSession }))
}

async function formOf(browserSession: string | undefined) {
  const { formToken } = await openPage(browserSession)
  return { tenant: house.tenant, browserSession, formToken, caller: CALLER }
}

async function makeEve() {
  const eve = { ...PLAIN_ACCOUNT, loginIds: ['eve@acme.example'], password: A_PASSWORD, mayImpersonate: true }
  return valueFrom(await house.useCases.createAccount({ ...eve, tenant: 'acme', organisation: 'Households' }))
}
const AS_EVE: SignInAnswer = { kind: 'password', login: 'eve@acme.example', password: A_PASSWORD }

async function givePermanentToken(clientId = 'app') {
  const token = { tenant: 'acme', account: LOGIN, clientId, name: 'my script', scope: undefined, lifetimeSeconds: undefined }
  return valueFrom(await house.useCases.issuePermanentToken(token))
}

describe("a person's data", () => {
  it('is the account, where it is signed in, its applications, tokens and places, and what has happened', async () => {
    await house.makeApp('unused')
    await house.exchange(house.app, await house.login(house.app))
    const { permanentToken } = await givePermanentToken()
    const browserSession = await signIn()
    const own = valueFrom(await house.useCases.exportOwnData(await formOf(browserSession)))
    const { account } = await openPage(browserSession)
    expect(own).toMatchObject({ account, organisation: 'Households', exportedAt: house.clock.now(), isComplete: true })
    expect(own.sessions.map(({ isThisBrowser }) => isThisBrowser).filter(Boolean)).toHaveLength(1)
    expect(own.sessions.map(({ applicationName }) => applicationName)).toContain('app')
    expect(own.applications.map(({ clientId }) => clientId)).toContain('app')
    expect(own.applications.map(({ clientId }) => clientId)).not.toContain('unused')
    expect(own.permanentTokens).toEqual([{ token: permanentToken, applicationName: 'app' }])
    expect(own.places).toEqual([{ block: addressBlockOf(CALLER.address), lastAt: house.clock.now() }])
    const actions = own.events.map(({ action, by }) => `${action} by ${by}`)
    expect(actions).toEqual(expect.arrayContaining(['account.created by operator', 'sign_in.succeeded by you', 'code.exchanged by you']))
    expect(own.events.find(({ action }) => action === 'sign_in.succeeded')).toMatchObject({ addressBlock: '192.0.2.7' })
  })

  it('is given five times at once, and then every half an hour', async () => {
    const browserSession = await signIn()
    const download = async () => house.useCases.exportOwnData(await formOf(browserSession))
    for (let time = 0; time < 5; time += 1) valueFrom(await download())
    expect(await download()).toEqual({ ok: false, refusal: { code: 'throttled', retryAfterSeconds: 1800 } })
    house.clock.advance(1_800_000)
    valueFrom(await download())
    expect(await download()).toMatchObject({ refusal: { code: 'throttled' } })
  })

  it('has no secret in it: no hash, no row’s secret, no token', async () => {
    const { accessToken, refreshToken } = valueFrom(await house.exchange(house.app, await house.login(house.app)))
    const { token } = await givePermanentToken()
    const browserSession = await signIn()
    const text = JSON.stringify(valueFrom(await house.useCases.exportOwnData(await formOf(browserSession))))
    for (const secret of [accessToken, refreshToken, token, browserSession, A_PASSWORD, 'secret', '$argon2'])
      expect(text).not.toContain(secret ?? expect.fail('there is no such secret'))
  })

  it('has nothing of anybody else: who else had a hand in it is a word, and where that one was is not told', async () => {
    const eve = await makeEve()
    const wrong: SignInAnswer = { kind: 'password', login: LOGIN, password: 'a wrong one' }
    await expect(signIn(wrong)).rejects.toThrow('asked again')
    await signIn(AS_EVE)
    const { id: ownId } = (await openPage(await signIn())).account
    await house.store.auditTrail.append({
      id: 'aud_test' as AuditRowId,
      at: house.clock.now(),
      tenantId: house.tenant.id,
      action: 'session.impersonated',
      actor: eve.id,
      subject: ownId,
      accountId: ownId,
      addressBlock: '198.51.100.9',
      details: { account: eve.id, application: 'app_1' },
    })
    const own = valueFrom(await house.useCases.exportOwnData(await formOf(await signIn())))
    const text = JSON.stringify(own)
    expect(text).not.toContain(eve.id)
    expect(text).not.toContain('198.51.100.9')
    expect(own.events.find(({ action }) => action === 'session.impersonated')).toMatchObject({
      by: 'another_account',
      details: { application: 'app_1' },
    })
    expect(own.events.find(({ action }) => action === 'sign_in.refused')).toMatchObject({ by: 'unknown', addressBlock: '192.0.2.7' })
  })

  it('S91: is given for a form of this session alone, and to nobody who is not signed in', async () => {
    const [mine, another] = [await formOf(await signIn()), await formOf(await signIn())]
    const { exportOwnData } = house.useCases
    expect(codeOf(await exportOwnData({ ...mine, formToken: another.formToken }))).toBe('form_token_invalid')
    expect(codeOf(await exportOwnData({ ...mine, formToken: '' }))).toBe('form_token_invalid')
    expect(codeOf(await exportOwnData({ ...mine, browserSession: undefined }))).toBe('browser_session_over')
    expect(house.events.filter(({ name }) => name === 'account.exported')).toEqual([])
  })

  it('is written down when it is taken', async () => {
    const form = await formOf(await signIn())
    const { account } = valueFrom(await house.useCases.exportOwnData(form))
    const [row] = await house.store.auditTrail.list({ subject: account.id, max: 1 })
    expect(row).toMatchObject({ action: 'account.exported', actor: account.id, addressBlock: '192.0.2.7' })
  })
})

const DAY_MS = 86_400_000

function leave(form: Awaited<ReturnType<typeof formOf>>, password = A_PASSWORD) {
  return house.useCases.deleteOwnAccount({ ...form, password, language: 'en' })
}

/** Signs in at the page to an account that is about to be erased. */
async function findLeaving() {
  const browser = house.newBrowser()
  const result = valueFrom(await browser.try(await browser.open({}), BY_PASSWORD))
  return result.kind === 'leaving' ? result : expect.fail(`the page has ${result.kind}`)
}

/** Whether a token may call. */
const judge = async (token: string) =>
  codeOf(await house.useCases.authorizeCall({ tenant: house.tenant, token, requiredScope: '', requiredAudience: undefined }))

const keep = (leaving: string) => house.useCases.keepAccount({ tenant: house.tenant, leaving, caller: CALLER })
const find = async (login = LOGIN) =>
  (await house.store.accounts.list(house.tenant.id)).find(({ loginIds }) => loginIds.map(String).includes(login))

describe('who deletes the account', () => {
  it('is asked for the password, as a sign-in is, and for a form of the own page', async () => {
    const form = await formOf(await signIn())
    expect(codeOf(await leave(form, 'a wrong one'))).toBe('password_wrong')
    expect(codeOf(await leave({ ...form, formToken: (await formOf(await signIn())).formToken }))).toBe('form_token_invalid')
    expect(codeOf(await leave({ ...form, browserSession: undefined }))).toBe('browser_session_over')
    const attempts = await Promise.all(Array.from({ length: 30 }, (_, time) => leave(form, `guess ${time}`)))
    expect(attempts.map(codeOf)).toContain('throttled')
    expect(await find()).toMatchObject({ erasesAt: undefined, epoch: 0 })
  })

  it('is signed out everywhere at once: sessions, those of who acts for them, permanent tokens', async () => {
    const tokens = valueFrom(await house.exchange(house.app, await house.login(house.app)))
    const { token } = await givePermanentToken()
    expect(await judge(token)).toBe('accepted')
    const browserSession = await signIn()
    const { erasesAt } = valueFrom(await leave(await formOf(browserSession)))
    expect(erasesAt).toBe(house.clock.now() + 14 * DAY_MS)
    const { useCases, tenant } = house
    expect(codeOf(await useCases.describeBrowserSession({ tenant, browserSession }))).toBe('browser_session_over')
    const client = { kind: 'api_key', ...house.app, format: 'sealed' } as const
    expect(codeOf(await useCases.describeUser({ tenant, client, token: tokens.accessToken }))).toBe('token_invalid')
    const refreshToken = tokens.refreshToken ?? expect.fail('there is none')
    expect(codeOf(await useCases.refreshSession({ tenant, client, refreshToken, caller: CALLER }))).toMatch(/^session_/)
    expect(await judge(token)).toBe('token_invalid')
  })

  it('does not get in by any other door, nor does anybody for that person', async () => {
    valueFrom(await leave(await formOf(await signIn())))
    const block = addressBlockOf(CALLER.address)
    // What impersonation and sign-ins by a code go by.
    const candidate = await house.store.accounts.findForSignIn(house.tenant.id, LOGIN as LoginId, block)
    expect(candidate).toMatchObject({ enabled: false, isLeaving: true })
    const request = {
      tenant: house.tenant,
      client: { kind: 'door', door: 'idm' },
      login: LOGIN,
      password: A_PASSWORD,
    } as const
    expect(codeOf(await house.useCases.signIn({ ...request, caller: CALLER }))).toBe('account_disabled')
  })

  it('of two at once one plans it, and what has changed since the password was looked at is not deleted', async () => {
    const form = await formOf(await signIn())
    const both = await Promise.all([leave(form), leave(form)])
    expect(both.map(codeOf).sort()).toEqual(['accepted', 'browser_session_over'])
    expect(house.events.filter(({ name }) => name === 'account.erasure_planned')).toHaveLength(1)
  })

  it('is told by message where a number is known, and nobody else is', async () => {
    await house.useCases.setPhones({ tenant: 'acme', countries: ['DE'] })
    const phone = '+4915228817386'
    const ida = { ...PLAIN_ACCOUNT, loginIds: [phone], password: A_PASSWORD, tenant: 'acme', organisation: 'Households' }
    valueFrom(await house.useCases.createAccount(ida))
    const [tenant = house.tenant] = await house.store.tenants.list()
    const form = await formOf(await signIn({ kind: 'password', login: phone, password: A_PASSWORD }))
    valueFrom(await leave({ ...form, tenant }))
    expect(house.outbox.messages()).toEqual([{ to: phone, text: expect.stringContaining('will be deleted in 14 days') }])
    valueFrom(await leave(await formOf(await signIn())))
    expect(house.outbox.messages()).toHaveLength(1)
  })

  it('stands in the list of operators with the day, and in the trail with who it was', async () => {
    const { erasesAt } = valueFrom(await leave(await formOf(await signIn())))
    const [account] = valueFrom(await house.useCases.list.accounts('acme'))
    expect(account).toMatchObject({ erasesAt, enabled: true })
    const [row] = await house.store.auditTrail.list({ subject: account?.id ?? '', max: 1 })
    expect(row).toMatchObject({ action: 'account.erasure_planned', actor: account?.id, details: { erasesAt }, addressBlock: '192.0.2.7' })
  })
})

describe('who has deleted the account and signs in', () => {
  it('is shown when it will be erased, with the right password alone, and is not signed in', async () => {
    const { erasesAt } = valueFrom(await leave(await formOf(await signIn())))
    expect(await findLeaving()).toMatchObject({ erasesAt })
    await expect(signIn({ kind: 'password', login: LOGIN, password: 'a wrong one' })).rejects.toThrow('asked again: password')
    await expect(signIn()).rejects.toThrow('is leaving')
  })

  it('may keep it: everything is as before but the sessions, and permanent tokens are good again', async () => {
    const browserSession = await signIn()
    const { token } = await givePermanentToken()
    const before = await find()
    valueFrom(await leave(await formOf(browserSession)))
    const { leaving } = await findLeaving()
    valueFrom(await keep(leaving))
    expect(await find()).toEqual({ ...before, epoch: 1 })
    expect(await judge(token)).toBe('accepted')
    expect(codeOf(await house.useCases.describeBrowserSession({ tenant: house.tenant, browserSession }))).toBe('browser_session_over')
    expect((await openPage(await signIn())).account.erasesAt).toBeUndefined()
    house.clock.advance(30 * DAY_MS)
    await house.eraseLeavers()
    expect(await find()).toBeDefined()
  })

  it('keeps it with what the page has said alone, once, soon, and not for a later plan', async () => {
    valueFrom(await leave(await formOf(await signIn())))
    expect(codeOf(await keep(''))).toBe('leaving_note_invalid')
    const { leaving: tooOld } = await findLeaving()
    house.clock.advance(10 * 60_000 + 1)
    expect(codeOf(await keep(tooOld))).toBe('leaving_note_invalid')
    const { leaving } = await findLeaving()
    expect((await Promise.all([keep(leaving), keep(leaving)])).map(codeOf).sort()).toEqual(['accepted', 'leaving_note_invalid'])
    house.clock.advance(60_000)
    valueFrom(await leave(await formOf(await signIn())))
    expect(codeOf(await keep(leaving)), 'another plan').toBe('leaving_note_invalid')
  })

  it('is refused like anybody where an operator has switched the account off', async () => {
    valueFrom(await leave(await formOf(await signIn())))
    valueFrom(await house.useCases.setEnabled({ noun: 'account', tenant: 'acme', account: LOGIN }, false))
    await expect(signIn()).rejects.toThrow('asked again: password')
  })
})

describe('an operator', () => {
  const stop = () => house.useCases.stopErasure({ tenant: 'acme', account: LOGIN })

  it('stops the deletion, once and with a row of it; sessions have ended, permanent tokens are good again', async () => {
    const browserSession = await signIn()
    const { token } = await givePermanentToken()
    const before = await find()
    valueFrom(await leave(await formOf(browserSession)))
    const { leaving } = await findLeaving()
    const answers = await Promise.all([stop(), stop()])
    expect(answers.map(codeOf).sort()).toEqual(['accepted', 'erasure_not_planned'])
    expect(answers.find(({ ok }) => ok)).toMatchObject({ value: { id: before?.id, erasesAt: undefined } })
    expect(await find()).toEqual({ ...before, epoch: 1 })
    expect(await judge(token)).toBe('accepted')
    expect(codeOf(await house.useCases.describeBrowserSession({ tenant: house.tenant, browserSession }))).toBe('browser_session_over')
    const rows = await house.store.auditTrail.list({ subject: before?.id ?? '', max: 9 })
    expect(rows.filter(({ action }) => action === 'account.kept')).toMatchObject([{ actor: 'operator', addressBlock: undefined }])
    expect(house.events.filter(({ name }) => name === 'account.kept')).toHaveLength(1)
    expect(codeOf(await keep(leaving)), 'there is nothing left to keep').toBe('leaving_note_invalid')
    house.clock.advance(30 * DAY_MS)
    await house.eraseLeavers()
    expect(await find()).toBeDefined()
  })

  it('does not stop one whose instant has come', async () => {
    const { erasesAt } = valueFrom(await leave(await formOf(await signIn())))
    house.clock.advance(erasesAt - house.clock.now())
    expect(codeOf(await stop())).toBe('erasure_not_planned')
    await house.eraseLeavers()
    expect(await find()).toBeUndefined()
    expect(codeOf(await stop())).toBe('account_not_found')
  })
})

describe('an account whose time has come', () => {
  it('is erased, not a moment before, and its names are free', async () => {
    await house.exchange(house.app, await house.login(house.app))
    await givePermanentToken()
    const { id } = (await find()) ?? expect.fail('nobody')
    await makeEve()
    valueFrom(await leave(await formOf(await signIn())))
    house.clock.advance(14 * DAY_MS - 1)
    await house.eraseLeavers()
    expect(await find()).toBeDefined()
    house.clock.advance(1)
    await house.eraseLeavers()
    expect(await find()).toBeUndefined()
    expect(await find('eve@acme.example')).toBeDefined()
    await expect(signIn()).rejects.toThrow('asked again: password')
    const { sessions, permanentTokens, auditTrail, accounts } = house.store
    expect(await sessions.list({ tenantId: house.tenant.id, accountId: id, at: 0, max: 9 })).toEqual([])
    expect(await permanentTokens.list(house.tenant.id, id)).toEqual([])
    expect(await accounts.listKnownBlocks(id)).toEqual([])
    const [row] = await auditTrail.list({ subject: id, max: 1 })
    expect(row).toMatchObject({ action: 'account.erased', actor: 'system' })
    const anew = { ...PLAIN_ACCOUNT, loginIds: [LOGIN], password: A_PASSWORD, tenant: 'acme', organisation: 'Households' }
    expect(codeOf(await house.useCases.createAccount(anew))).toBe('accepted')
  })

  it('leaves the trail whole: every row in its place, without where the person was', async () => {
    await makeEve()
    await signIn(AS_EVE)
    valueFrom(await leave(await formOf(await signIn())))
    const { id } = (await find()) ?? expect.fail('nobody')
    const before = await house.store.auditTrail.list({ max: 1000 })
    house.clock.advance(14 * DAY_MS)
    await house.eraseLeavers()
    const [erased, ...rest] = await house.store.auditTrail.list({ max: 1000 })
    expect(erased).toMatchObject({ action: 'account.erased', subject: id })
    const isOwn = ({ actor, subject }: (typeof before)[number]) => actor === id || subject === id
    expect(rest).toEqual(before.map((row) => (isOwn(row) ? { ...row, addressBlock: undefined } : row)))
    expect(before.filter((row) => isOwn(row) && row.addressBlock !== undefined).length).toBeGreaterThan(1)
    expect(
      rest.some(({ addressBlock }) => addressBlock !== undefined),
      'those of others are there',
    ).toBe(true)
  })

  it('is not kept any more, though it is not yet erased', async () => {
    valueFrom(await leave(await formOf(await signIn())))
    house.clock.advance(14 * DAY_MS - 1)
    const { leaving } = await findLeaving()
    house.clock.advance(1)
    expect(codeOf(await keep(leaving))).toBe('leaving_note_invalid')
    await house.eraseLeavers()
    expect(await find()).toBeUndefined()
  })
})
