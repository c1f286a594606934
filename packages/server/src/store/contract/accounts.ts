import { describe, expect, test } from 'vitest'
import type { LoginId } from '../../domain/account.ts'
import type { AddressBlock } from '../../domain/address-block.ts'
import type { Role } from '../../domain/role.ts'
import {
  A_BLOCK,
  aLoginId,
  anAccount,
  anAdvance,
  anAuditRow,
  aSession,
  aStart,
  createWorld,
  createWorldWithSession,
  NOON,
} from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

export function describeAccounts(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  describe('accounts', () => {
    test('an account is found by id and by each of its login ids, in its tenant only', async () => {
      const store = await open()
      const { tenant, organisation } = await createWorld(store)
      const elsewhere = await createWorld(store)
      const loginIds = ['z' as LoginId, aLoginId(), 'a' as LoginId]
      const roles = ['switchboard/operator', 'agent'] as Role[]
      const account = anAccount(organisation, { loginIds, name: 'Zoë "Z" Zimt', roles, mayImpersonate: true, epoch: 4 })
      expect(await store.accounts.create(account, '$hash', anAuditRow())).toBe('created')
      expect(await store.accounts.find(tenant.id, account.id)).toEqual(account)
      expect(await store.accounts.find(elsewhere.tenant.id, account.id)).toBeUndefined()
      for (const loginId of account.loginIds) {
        expect(await store.accounts.findByLoginId(tenant.id, loginId)).toEqual(account)
        expect(await store.accounts.findByLoginId(elsewhere.tenant.id, loginId)).toBeUndefined()
      }
      expect(await store.accounts.list(tenant.id)).toContainEqual(account)
      expect(await store.accounts.list(elsewhere.tenant.id)).toEqual([elsewhere.account])
    })

    test('an account is refused, and leaves nothing, if one of its login ids is taken in the tenant', async () => {
      const store = await open()
      const { tenant, organisation, account } = await createWorld(store)
      const free = aLoginId()
      const second = anAccount(organisation, { loginIds: [free, ...account.loginIds] })
      const row = anAuditRow()
      expect(await store.accounts.create(second, '$hash', row)).toBe('login_id_taken')
      expect(await store.accounts.find(tenant.id, second.id)).toBeUndefined()
      expect(await store.accounts.findByLoginId(tenant.id, free)).toBeUndefined()
      expect(await store.auditTrail.list({ max: 100 })).not.toContainEqual(row)

      const elsewhere = await createWorld(store)
      const namesake = anAccount(elsewhere.organisation, { loginIds: account.loginIds })
      expect(await store.accounts.create(namesake, '$hash', anAuditRow())).toBe('created')
    })

    test('of many concurrent creations with one login id exactly one succeeds', async () => {
      const store = await open()
      const { organisation } = await createWorld(store)
      const loginIds = [aLoginId()]
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => store.accounts.create(anAccount(organisation, { loginIds }), '$hash', anAuditRow())),
      )
      expect(answers.filter((answer) => answer === 'created')).toHaveLength(1)
    })

    test("an account cannot be put into another tenant's organisation", async () => {
      const store = await open()
      const [here, elsewhere] = [await createWorld(store), await createWorld(store)]
      const stray = anAccount(here.organisation, { tenantId: elsewhere.tenant.id })
      await expect(store.accounts.create(stray, '$hash', anAuditRow())).rejects.toThrow()
      expect(await store.accounts.find(elsewhere.tenant.id, stray.id)).toBeUndefined()
    })

    test('a sign-in reads the account, its hash, the epoch of its tenant and whether all is enabled', async () => {
      const store = await open()
      const { tenant, organisation, account } = await createWorld(store, { tenant: { epoch: 9 } })
      const [loginId = aLoginId()] = account.loginIds
      const read = () => store.accounts.findForSignIn(tenant.id, loginId, A_BLOCK)
      const expected = { account, passwordHash: '$a-hash', enabled: true, isLeaving: false, tenantEpoch: 9, knownBlock: false }
      expect(await read()).toEqual(expected)
      expect(await store.accounts.findForSignIn(tenant.id, aLoginId(), A_BLOCK)).toBeUndefined()

      const switches = [
        (on: boolean) => store.organisations.setEnabled(organisation.id, on, NOON, anAuditRow()),
        (on: boolean) => store.tenants.setEnabled(tenant.id, on, NOON, anAuditRow()),
        (on: boolean) => store.accounts.setEnabled(account.id, on, NOON, anAuditRow()),
      ]
      for (const setEnabled of switches) {
        await setEnabled(false)
        expect((await read())?.enabled).toBe(false)
        await setEnabled(true)
        expect((await read())?.enabled).toBe(true)
      }
    })

    test('an address block is known for the account that has signed in from it, and for no other', async () => {
      const store = await open()
      const world = await createWorld(store)
      const other = anAccount(world.organisation)
      await store.accounts.create(other, '$hash', anAuditRow())
      await store.sessions.start(aStart(aSession(world), { block: A_BLOCK }))
      await store.sessions.start(aStart(aSession(world), { block: A_BLOCK }))
      const isKnown = async (loginIds: readonly LoginId[], block: AddressBlock) =>
        (await store.accounts.findForSignIn(world.tenant.id, loginIds[0] ?? aLoginId(), block))?.knownBlock
      expect(await isKnown(world.account.loginIds, A_BLOCK)).toBe(true)
      expect(await isKnown(world.account.loginIds, '192.0.2.8' as AddressBlock)).toBe(false)
      expect(await isKnown(other.loginIds, A_BLOCK)).toBe(false)
      await store.accounts.setPassword(world.account.id, '$another', NOON + 1, anAuditRow())
      expect(await isKnown(world.account.loginIds, A_BLOCK), 'whoever was there had the old password').toBe(false)
    })

    test('the places of an account are listed, the latest first', async () => {
      const store = await open()
      const world = await createWorld(store)
      const [first, second] = [A_BLOCK, '192.0.2.8' as AddressBlock]
      for (const [block, startedAt] of [
        [second, NOON - 5],
        [first, NOON],
        [second, NOON + 1],
      ] as const)
        await store.sessions.start(aStart(aSession(world, { startedAt }), { block }))
      const places = [
        { block: second, lastAt: NOON + 1 },
        { block: first, lastAt: NOON },
      ]
      expect(await store.accounts.listKnownBlocks(world.account.id)).toEqual(places)
      expect(await store.accounts.listKnownBlocks(anAccount(world.organisation).id)).toEqual([])
    })

    test('a new password raises the epoch with it', async () => {
      const store = await open()
      const { tenant, account } = await createWorld(store)
      const [loginId = aLoginId()] = account.loginIds
      const row = anAuditRow()
      expect(await store.accounts.setPassword(account.id, '$new', NOON + 5, row)).toBe(true)
      const found = await store.accounts.findForSignIn(tenant.id, loginId, A_BLOCK)
      expect(found?.passwordHash).toBe('$new')
      expect(found?.account).toEqual({ ...account, epoch: 1, passwordSetAt: NOON + 5 })
      expect((await store.auditTrail.list({ max: 1 }))[0]).toEqual(row)
    })

    test('of many who have looked at one password and set another, one does, and nobody after an epoch that was raised', async () => {
      const { accounts, ...store } = await open()
      const { tenant, account } = await createWorld({ accounts, ...store })
      const set = () => accounts.setPassword(account.id, '$new', NOON, anAuditRow(), account.epoch)
      const answers = await Promise.all(Array.from({ length: 20 }, set))
      expect(answers.filter(Boolean)).toHaveLength(1)
      expect((await accounts.find(tenant.id, account.id))?.epoch).toBe(account.epoch + 1)
      expect(await accounts.setPassword(account.id, '$newer', NOON, anAuditRow(), account.epoch + 1)).toBe(true)
    })

    test('a login id takes the place of another, and raises the epoch; a taken one, an old epoch and a missing one change nothing', async () => {
      const { accounts, auditTrail, ...store } = await open()
      const { tenant, organisation } = await createWorld({ accounts, auditTrail, ...store })
      const [first, second, third, free, taken] = [aLoginId(), aLoginId(), aLoginId(), aLoginId(), aLoginId()]
      const account = anAccount(organisation, { loginIds: [first, second, third] })
      await accounts.create(account, '$hash', anAuditRow())
      await accounts.create(anAccount(organisation, { loginIds: [taken] }), '$hash', anAuditRow())
      const change = (from: LoginId | undefined, to: LoginId, epoch: number, row = anAuditRow()) =>
        accounts.changeLoginId(account, { from, to, epoch }, NOON, row)
      const before = (await auditTrail.list({ max: 100 })).length
      expect(await change(second, taken, 0)).toBe('login_id_taken')
      expect(await change(free, free, 0)).toBe('gone')
      expect(await change(taken, free, 0)).toBe('gone')
      expect(await change(second, free, 1)).toBe('gone')
      expect(await accounts.find(tenant.id, account.id)).toEqual(account)
      expect(await auditTrail.list({ max: 100 })).toHaveLength(before)

      const row = anAuditRow()
      expect(await change(second, free, 0, row)).toBe('changed')
      expect((await auditTrail.list({ max: 1 }))[0]).toEqual(row)
      expect(await accounts.find(tenant.id, account.id)).toEqual({ ...account, loginIds: [first, free, third], epoch: 1 })
      expect(await accounts.findByLoginId(tenant.id, second)).toBeUndefined()
      expect(await change(undefined, second, 1)).toBe('changed')
      expect((await accounts.find(tenant.id, account.id))?.loginIds).toEqual([first, free, third, second])
    })

    test('of many accounts that want one login id exactly one has it, and the others keep theirs', async () => {
      const { accounts, ...store } = await open()
      const { tenant, organisation } = await createWorld({ accounts, ...store })
      const people = Array.from({ length: 10 }, () => anAccount(organisation, { loginIds: [aLoginId()] }))
      for (const person of people) await accounts.create(person, '$hash', anAuditRow())
      const to = aLoginId()
      const answers = await Promise.all(
        people.map((person) => accounts.changeLoginId(person, { from: person.loginIds[0], to, epoch: 0 }, NOON, anAuditRow())),
      )
      expect(answers.filter((answer) => answer === 'changed')).toHaveLength(1)
      const kept = await Promise.all(people.map(({ id }) => accounts.find(tenant.id, id)))
      expect(kept.filter((one, index) => one?.loginIds[0] === people[index]?.loginIds[0] && one?.epoch === 0)).toHaveLength(9)
    })

    test('a stronger hash of the same password replaces only the one that was read, and raises nothing', async () => {
      const store = await open()
      const { tenant, account } = await createWorld(store)
      const [loginId = aLoginId()] = account.loginIds
      expect(await store.accounts.rehash(account.id, '$a-hash', '$stronger')).toBe(true)
      expect(await store.accounts.rehash(account.id, '$a-hash', '$late')).toBe(false)
      const found = await store.accounts.findForSignIn(tenant.id, loginId, A_BLOCK)
      expect(found?.passwordHash).toBe('$stronger')
      expect(found?.account).toEqual(account)
    })

    test('rights are replaced, and nothing else but the epoch, so that every session of the account is stale at once', async () => {
      const store = await open()
      const { tenant, organisation, account, session, application } = await createWorldWithSession(store)
      const other = anAccount(organisation, { roles: ['agent' as Role] })
      await store.accounts.create(other, '$hash', anAuditRow())
      const theirs = aSession({ tenant, account: other, application })
      await store.sessions.start(aStart(theirs))
      const row = anAuditRow()
      const rights = { roles: ['agent', 'switchboard/operator'] as Role[], mayImpersonate: true }
      expect(await store.accounts.setRights(account.id, rights, NOON + 5, row)).toBe(true)
      expect(await store.accounts.find(tenant.id, account.id)).toEqual({ ...account, ...rights, epoch: 1 })
      expect((await store.auditTrail.list({ max: 1 }))[0]).toEqual(row)
      expect((await store.sessions.find(tenant.id, session.id, NOON))?.current).toBe(false)
      expect(await store.sessions.advance(anAdvance(session))).toMatchObject({ kind: 'held', current: false })
      expect(await store.accounts.find(tenant.id, other.id)).toEqual(other)
      expect(await store.sessions.advance(anAdvance(theirs))).toMatchObject({ kind: 'advanced' })
      expect(await store.accounts.setRights(account.id, { roles: [], mayImpersonate: false }, NOON + 6, anAuditRow())).toBe(true)
      expect(await store.accounts.find(tenant.id, account.id)).toEqual({ ...account, epoch: 2 })
    })

    test('rights change with their audit row or not at all', async () => {
      const store = await open()
      const { tenant, account } = await createWorld(store)
      const taken = anAuditRow()
      await store.auditTrail.append(taken)
      await expect(store.accounts.setRights(account.id, { roles: [], mayImpersonate: true }, NOON, taken)).rejects.toThrow()
      expect(await store.accounts.find(tenant.id, account.id)).toEqual(account)
    })

    test('switching an account off raises its epoch; switching it on leaves the epoch raised', async () => {
      const store = await open()
      const { tenant, account } = await createWorld(store)
      expect(await store.accounts.setEnabled(account.id, false, NOON, anAuditRow())).toBe(true)
      expect(await store.accounts.find(tenant.id, account.id)).toEqual({ ...account, enabled: false, epoch: 1 })
      expect(await store.accounts.setEnabled(account.id, true, NOON, anAuditRow())).toBe(true)
      expect(await store.accounts.find(tenant.id, account.id)).toEqual({ ...account, epoch: 1 })
      expect(await store.accounts.raiseEpoch(account.id, NOON, anAuditRow())).toBe(true)
      expect(await store.accounts.find(tenant.id, account.id)).toEqual({ ...account, epoch: 2 })
    })

    test('a change of an account that does not exist is answered so and writes no audit row', async () => {
      const store = await open()
      const { organisation } = await createWorld(store)
      const { id } = anAccount(organisation)
      const before = await store.auditTrail.list({ max: 100 })
      expect(await store.accounts.setPassword(id, '$new', NOON, anAuditRow())).toBe(false)
      expect(await store.accounts.setEnabled(id, false, NOON, anAuditRow())).toBe(false)
      expect(await store.accounts.raiseEpoch(id, NOON, anAuditRow())).toBe(false)
      expect(await store.accounts.rehash(id, '$a-hash', '$b')).toBe(false)
      expect(await store.accounts.setRights(id, { roles: [], mayImpersonate: true }, NOON, anAuditRow())).toBe(false)
      expect(await store.auditTrail.list({ max: 100 })).toEqual(before)
    })
  })
}
