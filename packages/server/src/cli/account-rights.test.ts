import { describe, expect, it, vi } from 'vitest'
import { accept, refuse } from '../domain/outcome.ts'
import type { Role } from '../domain/role.ts'
import { anAccount, ringkey, stubUseCases } from './testing/cli-bench.ts'

describe('the rights of accounts', () => {
  const RIGHTS = { name: 'Alice', roles: ['agent', 'pbx/operator'] as Role[], mayImpersonate: true }

  it('are given when they are made, with a name', async () => {
    const createAccount = vi.fn(async () => accept(anAccount(RIGHTS)))
    const flags = ['--name', 'Alice', '--role', 'agent', '--role', 'pbx/operator', '--may-impersonate', '--password-stdin', '--json']
    const ran = await ringkey(['account', 'create', 'alice', '--organisation', 'Org', ...flags], {
      useCases: stubUseCases({ createAccount }),
      stdin: 'a good password\n',
    })
    expect(createAccount.mock.calls).toEqual([
      [{ tenant: 'acme', organisation: 'Org', loginIds: ['alice'], password: 'a good password', ...RIGHTS }],
    ])
    expect(ran.json()).toMatchObject({ account: RIGHTS })
  })

  it.each([
    ['--role agent --role pbx/operator', { roles: ['agent', 'pbx/operator'], mayImpersonate: undefined }],
    ['--no-roles', { roles: [], mayImpersonate: undefined }],
    ['--may-impersonate', { roles: undefined, mayImpersonate: true }],
    ['--no-may-impersonate', { roles: undefined, mayImpersonate: false }],
    ['--no-roles --no-may-impersonate --tenant other', { tenant: 'other', roles: [], mayImpersonate: false }],
  ])('are set anew by %s; what is left out stays', async (flags, asked) => {
    const setAccountRights = vi.fn(async () => accept(anAccount(RIGHTS)))
    const useCases = stubUseCases({ setAccountRights })
    const ran = await ringkey(['account', 'set-rights', 'alice', ...flags.split(' '), '--json'], { useCases })
    expect(setAccountRights.mock.calls).toEqual([[{ tenant: 'acme', account: 'alice', ...asked }]])
    expect(ran).toMatchObject({ exit: 0, opened: 1, closed: 1, err: 'Rights set. All sessions of the account have ended.\n' })
    expect(ran.json()).toMatchObject({ account: { id: 'acc_1', ...RIGHTS } })
    expect((await ringkey(['account', 'set-rights', 'alice', ...flags.split(' ')], { useCases })).out).toContain('agent,pbx/operator')
  })

  it.each([
    [[], 'Say what to change: '],
    [['--tenant', 'acme'], 'Say what to change: '],
    [['--role', 'agent', '--no-roles'], 'Use --role or --no-roles, not both.'],
    [['--no-roles', '--role', 'agent', '--may-impersonate'], 'Use --role or --no-roles, not both.'],
  ])('are refused where the flags say nothing, or two things at once (%j)', async (flags, sentence) => {
    const ran = await ringkey(['account', 'set-rights', 'alice', ...flags])
    expect(ran).toMatchObject({ exit: 2, opened: 0, out: '', err: expect.stringContaining(sentence) })
  })

  it('are refused with what a role is, where one is none', async () => {
    const setAccountRights = async () => refuse({ code: 'roles_invalid' as const })
    const ran = await ringkey(['account', 'set-rights', 'alice', '--role', 'a b'], { useCases: stubUseCases({ setAccountRights }) })
    expect(ran).toMatchObject({ exit: 2, out: '', err: expect.stringContaining('A role is 1 to 64 of the characters') })
  })
})
