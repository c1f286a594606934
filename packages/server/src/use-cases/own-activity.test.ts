/** A person sees what has happened to the account. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CALLER, NUMBERS, type OwnPage, openOwnPage, PASSWORD, type Person } from '../testing/own-page.ts'
import { codeOf } from '../testing/page-house.ts'
import { valueFrom } from '../testing/test-house.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let page: OwnPage
let anna: Person
beforeEach(async () => {
  page = await openOwnPage()
  anna = await page.register()
})
afterEach(() => page.close())

const shown = async ({ session } = anna) =>
  valueFrom(await page.house.useCases.describeOwnActivity({ tenant: page.tenant(), browserSession: session }))
const kinds = async (person = anna) => (await shown(person)).map(({ kind }) => kind)

describe('the activity of an account', () => {
  it('is told with time, place, device and application, newest first', async () => {
    const startedAt = page.house.clock.now()
    await page.house.wait(60)
    const caller = { ...CALLER, address: '2001:db8:7::1', device: 'Firefox, Linux' }
    expect(codeOf(await page.signIn({ ...anna, password: 'wrong' }, { caller }))).toBe('password')
    await page.tokensFor(anna, 'phone')
    const at = page.house.clock.now()
    const here = { addressBlock: '192.0.2.7', device: undefined, byOperator: false, times: 1 }
    expect(await shown()).toEqual([
      { ...here, kind: 'application-joined', at, applicationName: 'Phone' },
      { ...here, kind: 'signed-in', at, applicationName: 'Phone' },
      { ...here, kind: 'sign-in-failed', at, addressBlock: '2001:db8:7:0::/64', device: 'Firefox, Linux', applicationName: undefined },
      { ...here, kind: 'signed-in', at: startedAt, applicationName: undefined },
      { ...here, kind: 'created', at: startedAt, addressBlock: undefined, applicationName: undefined },
    ])
  })

  it('has what others have done to the account, and says if it was who runs the service', async () => {
    const tokens = await page.tokensFor(anna)
    const { useCases } = page.house
    const [session] = valueFrom(await useCases.list.sessions('acme', anna.number)).filter(({ session: { id } }) => id === tokens.sessionId)
    valueFrom(await useCases.endSession({ tenant: 'acme', sessionId: session?.session.id ?? '' }))
    valueFrom(await useCases.setPassword({ tenant: 'acme', account: anna.number, password: 'sechs rote tassen' }))
    const back = { ...anna, session: valueFrom(await page.signIn({ ...anna, password: 'sechs rote tassen' })) }
    const [, set, ended] = await shown(back)
    expect(set).toMatchObject({ kind: 'password-set', byOperator: true })
    expect(ended).toMatchObject({ kind: 'session-ended', byOperator: true })
  })

  it('has changes and ended sessions', async () => {
    await page.tokensFor(anna)
    const [application] = valueFrom(await page.whoIsIn(anna.session)).applications
    const form = await page.formOf(anna)
    valueFrom(await page.house.useCases.endOwnApplication({ ...form, applicationId: application?.id ?? '' }))
    const changed = { ...form, door: 'idm', current: PASSWORD, password: 'sechs rote tassen', language: 'en' }
    const { value: session } = valueFrom(await page.house.useCases.changePassword(changed))
    expect((await kinds({ ...anna, session })).slice(0, 3)).toEqual(['signed-in', 'password-set', 'sessions-ended'])
  })

  it('has that the data was taken along, and that the account was to be deleted and was kept', async () => {
    const { useCases } = page.house
    const form = await page.formOf(anna)
    valueFrom(await useCases.exportOwnData(form))
    valueFrom(await useCases.deleteOwnAccount({ ...form, password: PASSWORD, language: 'en' }))
    await page.house.wait(600)
    const asked = { tenant: page.tenant(), phone: anna.number, browserKey: undefined, language: 'en', caller: CALLER }
    const { codeId, browserKey } = valueFrom(await useCases.askToRecover(asked))
    const given = { ...asked, door: 'idm', codeId, code: page.lastCode(), browserKey, password: 'sechs rote tassen' }
    const { value: session } = valueFrom(await useCases.recover(given))
    const all = ['signed-in', 'password-set', 'kept', 'deletion-planned', 'exported', 'signed-in', 'created']
    expect(await kinds({ ...anna, session })).toEqual(all)
  })

  it('is of this account alone, and for who is signed in', async () => {
    const bert = await page.register(NUMBERS[1], 'Bert')
    await page.signIn({ ...bert, password: 'wrong' })
    expect(await kinds()).toEqual(['signed-in', 'created'])
    expect(await kinds(bert)).toEqual(['sign-in-failed', 'signed-in', 'created'])
    const nobody = await page.house.useCases.describeOwnActivity({ tenant: page.tenant(), browserSession: undefined })
    expect(codeOf(nobody)).toBe('browser_session_over')
  })

  it('tells attempts that follow each other in one line, so that who guesses does not push all else away', async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let time = 0; time < 9; time += 1) await page.signIn({ ...anna, password: `wrong ${round} ${time}` })
      await page.house.wait(600)
    }
    await page.signIn({ ...anna, password: 'wrong' }, { caller: { ...CALLER, address: '198.51.100.1' } })
    const [elsewhere, guesses, ...before] = await shown()
    expect(elsewhere).toMatchObject({ kind: 'sign-in-failed', times: 1, addressBlock: '198.51.100.1' })
    expect(guesses).toMatchObject({ kind: 'sign-in-failed', times: 27, addressBlock: '192.0.2.7' })
    expect(before.map(({ kind }) => kind)).toEqual(['signed-in', 'created'])
  })

  it('tells in one line too how often the data was taken along, which needs no password', async () => {
    for (let time = 0; time < 3; time += 1) valueFrom(await page.house.useCases.exportOwnData(await page.formOf(anna)))
    expect((await shown()).map(({ kind, times }) => [kind, times])).toEqual([
      ['exported', 3],
      ['signed-in', 1],
      ['created', 1],
    ])
  })

  it('has no secret, no number and no id', async () => {
    await page.tokensFor(anna)
    const written = JSON.stringify(await shown())
    for (const hidden of [PASSWORD, anna.number.slice(1), 'acc_', 'app_']) expect(written).not.toContain(hidden)
  })
})
