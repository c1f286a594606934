import { describe, expect, test } from 'vitest'
import {
  A_BLOCK,
  aDigest,
  aLetter,
  aLoginId,
  anAccount,
  anAuditRow,
  aPermanentToken,
  aSession,
  aStart,
  createWorldWithSession,
  NOON,
} from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

const LATER = NOON + 1000

export function describeErasure(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  async function openPlanned() {
    const store = await open()
    const world = await createWorldWithSession(store)
    const { id, epoch, loginIds } = world.account
    const token = { value: aPermanentToken(world), digest: aDigest() }
    await store.permanentTokens.create(token.value, token.digest, anAuditRow())
    const plan = { id, epoch, erasesAt: LATER, audit: anAuditRow() }
    const find = () => store.accounts.find(world.tenant.id, id)
    const findCandidate = () => store.accounts.findForSignIn(world.tenant.id, loginIds[0] ?? aLoginId(), A_BLOCK)
    const findToken = () => store.permanentTokens.findByDigest(world.tenant.id, token.digest)
    const findSession = () => store.sessions.find(world.tenant.id, world.session.id, NOON)
    return { ...world, store, plan, find, findCandidate, findToken, findSession }
  }

  describe('the end of an account', () => {
    test('is planned for the account that was looked at, once, and is as if it were disabled from then on', async () => {
      const { store, account, plan, find, findCandidate, findToken, findSession } = await openPlanned()
      expect(await store.accounts.planErasure({ ...plan, epoch: 7 })).toBe(false)
      const answers = await Promise.all([store.accounts.planErasure(plan), store.accounts.planErasure({ ...plan, audit: anAuditRow() })])
      expect(answers).toEqual([true, false])
      expect(await store.accounts.planErasure({ ...plan, epoch: 1, audit: anAuditRow() }), 'though its epoch is right').toBe(false)
      expect(await find()).toEqual({ ...account, epoch: 1, erasesAt: LATER })
      expect(await findCandidate()).toMatchObject({ enabled: false, isLeaving: true })
      expect((await findToken())?.enabled).toBe(false)
      expect((await findSession())?.current).toBe(false)
      expect((await store.auditTrail.list({ max: 1 }))[0]).toEqual(plan.audit)
    })

    test('ends sessions that start meanwhile too', async () => {
      const { store, tenant, application, plan, find } = await openPlanned()
      await store.accounts.planErasure(plan)
      const account = (await find()) ?? expect.fail('it has gone')
      const session = aSession({ tenant, application, account })
      await store.sessions.start(aStart(session))
      expect((await store.sessions.find(tenant.id, session.id, NOON))?.current).toBe(false)
    })

    test('is taken back until its instant, as it was planned; sessions have ended, permanent tokens have not', async () => {
      const { store, account, plan, find, findCandidate, findToken, findSession } = await openPlanned()
      await store.accounts.planErasure(plan)
      const keep = (erasesAt: number, at: number) => store.accounts.keep({ id: account.id, erasesAt, at, audit: anAuditRow() })
      expect(await keep(LATER + 1, NOON)).toBe(false)
      expect(await keep(LATER, LATER)).toBe(false)
      expect(await keep(LATER, LATER - 1)).toBe(true)
      expect(await keep(LATER, LATER - 1)).toBe(false)
      expect(await find()).toEqual({ ...account, epoch: 1 })
      expect(await findCandidate()).toMatchObject({ enabled: true, isLeaving: false })
      expect((await findToken())?.enabled).toBe(true)
      expect((await findSession())?.current).toBe(false)
    })

    test('comes at its instant, and with it that of all that hangs on it; the rest stays', async () => {
      const { store, tenant, organisation, account, application, session, plan, find, findToken, findSession } = await openPlanned()
      const other = anAccount(organisation)
      await store.accounts.create(other, '$hash', anAuditRow())
      await store.sessions.endAll({
        tenantId: tenant.id,
        accountId: account.id,
        applicationId: application.id,
        at: NOON,
        reason: 'revoked',
        audit: anAuditRow(),
      })
      const own = anAuditRow({ tenantId: tenant.id, actor: account.id, subject: session.id, addressBlock: A_BLOCK })
      const others = anAuditRow({ tenantId: tenant.id, actor: other.id, subject: session.id, addressBlock: A_BLOCK })
      const guessed = anAuditRow({ tenantId: tenant.id, actor: 'unknown', subject: account.id, addressBlock: A_BLOCK })
      for (const row of [own, others, guessed]) await store.auditTrail.append(row)
      const erase = (at: number, maxRows = 100) =>
        store.accounts.erase({ id: account.id, at, maxRows, audit: anAuditRow({ at, action: 'account.erased' }) })
      for (const { id } of [account, other])
        await store.knownDevices.see({ accountId: id, digest: 'a device', description: undefined, at: NOON })
      expect(await erase(NOON), 'nobody has asked for it').toBe('kept')
      await store.accounts.planErasure(plan)
      expect(await store.accounts.listToErase(LATER - 1, 9)).toEqual([])
      expect(await erase(LATER - 1)).toBe('kept')
      expect((await store.accounts.listToErase(LATER, 9)).map(({ id }) => id)).toEqual([account.id])
      await store.letters.add(aLetter(account))
      await store.letters.add(aLetter(other))
      expect(await erase(LATER, 1)).toBe('more')
      expect(await find()).toBeDefined()
      expect([await erase(LATER), await erase(LATER)]).toEqual(['erased', 'kept'])
      expect((await store.letters.claim({ at: NOON, until: NOON + 1 }))?.accountId).toBe(other.id)
      expect(await store.letters.count()).toBe(1)
      expect([await find(), await findToken(), await findSession()]).toEqual([undefined, undefined, undefined])
      const remembers = ({ id }: Pick<typeof account, 'id'>) => store.knownDevices.isKnown(id, 'a device')
      expect([await remembers(account), await remembers(other)]).toEqual([false, true])
      expect(await store.sessions.countGrantEnds(account.id, application.id)).toBe(0)
      expect(await store.accounts.list(tenant.id)).toEqual([other])
      const [erased, planned, ...rows] = await store.auditTrail.list({ max: 5 })
      expect([erased?.action, planned]).toEqual(['account.erased', plan.audit])
      expect(rows).toEqual([{ ...guessed, addressBlock: undefined }, others, { ...own, addressBlock: undefined }])
      const heir = anAccount(organisation, { loginIds: account.loginIds })
      expect(await store.accounts.create(heir, '$hash', anAuditRow())).toBe('created')
    })
  })
}
