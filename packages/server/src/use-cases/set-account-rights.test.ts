import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { anAccountAt, openTestHouse, refreshTokenOf, type TestHouse, valueFrom } from '../testing/test-house.ts'

vi.mock('@node-rs/argon2', () => import('../testing/quick-argon2.ts'))

let house: TestHouse
beforeEach(async () => {
  house = await openTestHouse()
})
afterEach(() => house.close())

type Rights = { readonly roles?: readonly string[]; readonly mayImpersonate?: boolean }

const setRights = async (account: string, { roles, mayImpersonate }: Rights) =>
  valueFrom(await house.useCases.setAccountRights({ tenant: 'acme', account, roles, mayImpersonate }))

async function accountOf(login: string) {
  const account = valueFrom(await house.useCases.list.accounts('acme')).find(({ loginIds }) => loginIds.some((id) => id === login))
  if (account === undefined) throw new Error(`there is no account ${login}`)
  return account
}

describe('an account that is made', () => {
  it('has the name, the roles, each once, and the right that were given', async () => {
    const { login } = await anAccountAt(house, 'ann', {
      name: ' Ann Zo\u0065\u0308 ',
      roles: ['agent', 'pbx/operator', 'agent'],
      mayImpersonate: true,
    })
    expect(await accountOf(login)).toMatchObject({ name: 'Ann Zoë', roles: ['agent', 'pbx/operator'], mayImpersonate: true })
    const [row] = await house.store.auditTrail.list({ max: 1 })
    expect(row).toMatchObject({ action: 'account.created', details: { roles: 'agent pbx/operator', mayImpersonate: true } })
  })

  it('has none of them where nothing was said', async () => {
    const { login } = await anAccountAt(house, 'ann')
    expect(await accountOf(login)).toMatchObject({ name: undefined, roles: [], mayImpersonate: false })
  })
})

describe('rights that are set', () => {
  it('replace all roles, each once; what is left out stays', async () => {
    const { login } = await anAccountAt(house, 'ann', { roles: ['old'] })
    const created = await accountOf(login)
    const steps: [Rights, Rights][] = [
      [{ roles: ['b', 'a', 'b'] }, { roles: ['b', 'a'], mayImpersonate: false }],
      [{ mayImpersonate: true }, { roles: ['b', 'a'], mayImpersonate: true }],
      [{ roles: [] }, { roles: [], mayImpersonate: true }],
      [
        { roles: ['c'], mayImpersonate: false },
        { roles: ['c'], mayImpersonate: false },
      ],
    ]
    for (const [index, [asked, held]] of steps.entries()) {
      const answered = await setRights(login, asked)
      expect(answered).toEqual({ ...created, ...held, epoch: index + 1 })
      expect(await accountOf(login)).toEqual(answered)
    }
  })

  it('end all sessions of the account, whose tokens state the old ones, and those of no other', async () => {
    const [ann, bert] = [await anAccountAt(house, 'ann'), await anAccountAt(house, 'bert')]
    const mine = valueFrom(await house.signIn('device', ann))
    const theirs = valueFrom(await house.signIn('device', bert))
    await setRights(ann.login, { roles: ['agent'] })
    const call = { tenant: house.tenant, requiredScope: '', requiredAudience: undefined }
    expect((await house.useCases.authorizeCall({ ...call, token: mine.accessToken })).ok).toBe(false)
    expect((await house.refresh('device', refreshTokenOf(mine))).ok).toBe(false)
    expect((await house.useCases.authorizeCall({ ...call, token: theirs.accessToken })).ok).toBe(true)
    valueFrom(await house.refresh('device', refreshTokenOf(theirs)))
    valueFrom(await house.signIn('device', ann))
  })

  it('are written down with what they are now, and as a warning', async () => {
    const { login } = await anAccountAt(house, 'ann')
    const { id } = await setRights(login, { roles: ['agent', 'pbx/operator'], mayImpersonate: true })
    const details = { roles: 'agent pbx/operator', mayImpersonate: true }
    const [row] = await house.store.auditTrail.list({ max: 1 })
    expect(row).toMatchObject({ action: 'account.rights_set', actor: 'operator', subject: id, at: house.clock.now(), details })
    expect(house.events.at(-1)).toMatchObject({ name: 'account.rights_set', level: 'warn', fields: details })
  })
})
