import { describe, expect, test } from 'vitest'
import type { SessionId } from '../../domain/ids.ts'
import type { EndReason, Session } from '../../domain/session.ts'
import type { Store } from '../store.ts'
import {
  A_BLOCK,
  aCharge,
  anAccount,
  anAdvance,
  anApplication,
  anAuditRow,
  aSession,
  aStart,
  createWorld,
  createWorldWithSession,
  LIFETIMES,
  NOON,
  type World,
} from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

const MINUTE = 60_000

export function describeSessions(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  describe('the start of a session', () => {
    test('a session is found exactly as it was started, in its tenant only', async () => {
      const store = await open()
      const world = await createWorld(store)
      const elsewhere = await createWorld(store)
      const actor = aSession(world)
      const origin = { device: 'Firefox, Linux', block: A_BLOCK, isPassing: true }
      const behind = { generation: 4, actorSessionId: actor.id, previousAdvancedAt: NOON - 5 }
      const session = aSession(world, { ...behind, secret: Buffer.alloc(8, 3), origin })
      await store.sessions.start(aStart(actor))
      expect(await store.sessions.start(aStart(session))).toBe('started')
      expect(await store.sessions.find(world.tenant.id, session.id, NOON)).toEqual({ session, current: true })
      expect(await store.sessions.find(elsewhere.tenant.id, session.id, NOON)).toBeUndefined()
      expect(await store.sessions.find(world.tenant.id, aSession(world).id, NOON)).toBeUndefined()
    })

    test('its use is written, but never back, nor of one that was advanced or has ended', async () => {
      const store = await open()
      const { session, ...world } = await createWorldWithSession(store)
      const [advanced, ended] = [aSession(world, { generation: 1 }), aSession(world)]
      for (const another of [advanced, ended]) await store.sessions.start(aStart(another))
      await store.sessions.end({ id: ended.id, at: NOON, reason: 'revoked', audit: anAuditRow() })
      const ids = [session.id, advanced.id, ended.id]
      for (const at of [NOON + 7, NOON + 5]) await store.sessions.recordUse(new Map(ids.map((id) => [id, at])))
      const found = await Promise.all(ids.map((id) => store.sessions.find(world.tenant.id, id, NOON)))
      expect(found.map((each) => each?.session.advancedAt)).toEqual([NOON + 7, NOON, NOON])
      expect(found[0]?.session).toEqual({ ...session, advancedAt: NOON + 7 })
    })

    test('all that a sign-in changes is committed with it', async () => {
      const store = await open()
      const world = await createWorld(store)
      const charge = aCharge({ limit: { burst: 1, secondsPerUnit: 60 } })
      await store.limits.charge({ charges: [charge], counted: charge.key, at: NOON })
      const session = aSession(world)
      const start = aStart(session, { refunds: [charge], clearedCount: charge.key, block: A_BLOCK })
      expect(await store.sessions.start(start)).toBe('started')
      expect(await store.limits.waitMs(charge, NOON)).toBe(0)
      expect(await store.limits.charge({ charges: [], counted: charge.key, at: NOON })).toEqual({ allowed: true, attempts: 1 })
      const [loginId] = world.account.loginIds
      expect(loginId && (await store.accounts.findForSignIn(world.tenant.id, loginId, A_BLOCK))?.knownBlock).toBe(true)
      expect((await store.auditTrail.list({ max: 1 }))[0]).toEqual(start.audit)
    })

    test("an id that is another session's changes nothing at all", async () => {
      const store = await open()
      const { session, ...world } = await createWorldWithSession(store)
      const charge = aCharge({ limit: { burst: 1, secondsPerUnit: 60 } })
      await store.limits.charge({ charges: [charge], counted: charge.key, at: NOON })
      const before = await store.auditTrail.list({ max: 100 })
      const thief = aStart(aSession(world, { id: session.id }), { refunds: [charge], clearedCount: charge.key, block: A_BLOCK })
      expect(await store.sessions.start(thief)).toBe('taken')
      expect(await store.sessions.find(world.tenant.id, session.id, NOON)).toEqual({ session, current: true })
      expect(await store.limits.waitMs(charge, NOON)).toBeGreaterThan(0)
      expect(await store.auditTrail.list({ max: 100 })).toEqual(before)
      const [loginId] = world.account.loginIds
      expect(loginId && (await store.accounts.findForSignIn(world.tenant.id, loginId, A_BLOCK))?.knownBlock).toBe(false)
    })

    test('of many concurrent starts with one id exactly one succeeds', async () => {
      const store = await open()
      const world = await createWorld(store)
      const { id } = aSession(world)
      const answers = await Promise.all(Array.from({ length: 20 }, () => store.sessions.start(aStart(aSession(world, { id })))))
      expect(answers.filter((answer) => answer === 'started')).toHaveLength(1)
    })

    test("a session cannot be started at another tenant's application or for another tenant's account", async () => {
      const store = await open()
      const [here, elsewhere] = [await createWorld(store), await createWorld(store)]
      const strays = [aSession({ ...here, application: elsewhere.application }), aSession({ ...here, account: elsewhere.account })]
      for (const stray of strays) {
        await expect(store.sessions.start(aStart(stray))).rejects.toThrow()
        expect(await store.sessions.find(here.tenant.id, stray.id, NOON)).toBeUndefined()
      }
    })

    test('a sign-in that was under way while an epoch was raised is born dead', async () => {
      const store = await open()
      const world = await createWorld(store)
      await store.accounts.raiseEpoch(world.account.id, NOON, anAuditRow())
      const session = aSession(world)
      expect(await store.sessions.start(aStart(session))).toBe('started')
      expect(await store.sessions.find(world.tenant.id, session.id, NOON)).toEqual({ session, current: false })
    })
  })

  describe('the cap on sessions', () => {
    const cap = { max: 3, spareSeconds: LIFETIMES.accessSeconds }

    /** Starts `count` sessions, a minute apart, and answers them in that order. */
    async function startMany(store: Store, world: World, count: number, from = NOON, changed: Partial<Session> = {}): Promise<Session[]> {
      const sessions: Session[] = []
      for (let index = 0; index < count; index += 1) {
        const session = aSession(world, { startedAt: from + index * MINUTE, ...changed })
        await store.sessions.start(aStart(session))
        sessions.push(session)
      }
      return sessions
    }

    async function reasonsOf(store: Store, world: World, sessions: readonly Session[]): Promise<(EndReason | undefined)[]> {
      const found = await Promise.all(sessions.map(({ id }) => store.sessions.find(world.tenant.id, id, NOON)))
      return found.map((each) => each?.session.endReason)
    }

    test('beyond the cap those advanced longest ago end, each with an audit row', async () => {
      const store = await open()
      const world = await createWorld(store)
      const sessions = await startMany(store, world, 4)
      const [first] = sessions
      if (first) await store.sessions.advance(anAdvance(first, { at: NOON + 10 * MINUTE })) // the oldest by sign-in, but not by use
      const at = NOON + 60 * MINUTE
      const start = aStart(aSession(world, { startedAt: at }), { cap })
      await store.sessions.start({ ...start, audit: { ...start.audit, actor: world.account.id, addressBlock: A_BLOCK } })
      expect(await reasonsOf(store, world, [...sessions, start.session])).toEqual([
        undefined,
        'session_cap',
        'session_cap',
        undefined,
        undefined,
      ])
      const rows = (await store.auditTrail.list({ tenantId: world.tenant.id, max: 10 })).filter(({ action }) => action === 'session.ended')
      expect(new Set(rows.map(({ subject }) => subject))).toEqual(new Set([sessions[1]?.id, sessions[2]?.id]))
      expect(new Set(rows.map(({ id }) => id)).size).toBe(2)
      for (const row of rows) {
        expect(row).toMatchObject({ at, actor: world.account.id, addressBlock: A_BLOCK, details: { reason: 'session_cap' } })
      }
      expect((await store.sessions.find(world.tenant.id, sessions[1]?.id ?? start.session.id, at))?.session.endedAt).toBe(at)
    })

    test('no session ends that was advanced less than an access token ago: there the cap yields', async () => {
      const store = await open()
      const world = await createWorld(store)
      const sessions = await startMany(store, world, 4)
      const secondIsSpared = NOON + MINUTE + cap.spareSeconds * 1000 - 1
      await store.sessions.start(aStart(aSession(world, { startedAt: secondIsSpared }), { cap }))
      expect(await reasonsOf(store, world, sessions)).toEqual(['session_cap', undefined, undefined, undefined])
    })

    test("sessions that impersonation made and the owner's own are counted each by themselves", async () => {
      const store = await open()
      const world = await createWorld(store)
      const admin = { ...world, account: anAccount(world.organisation) }
      await store.accounts.create(admin.account, '$hash', anAuditRow())
      const actor = aSession(admin)
      await store.sessions.start(aStart(actor))
      const own = await startMany(store, world, 3)
      const made = await startMany(store, world, 3, NOON, { actorSessionId: actor.id })
      const startOne = async (changed: Partial<Session>) =>
        void (await store.sessions.start(aStart(aSession(world, { startedAt: NOON + 60 * MINUTE, ...changed }), { cap })))
      await startOne({ actorSessionId: actor.id })
      expect(await reasonsOf(store, world, own)).toEqual([undefined, undefined, undefined])
      expect(await reasonsOf(store, world, made)).toEqual(['session_cap', undefined, undefined])
      await startOne({})
      expect(await reasonsOf(store, world, own)).toEqual(['session_cap', undefined, undefined])
      expect(await reasonsOf(store, world, made)).toEqual(['session_cap', undefined, undefined])
      expect(await reasonsOf(store, world, [actor])).toEqual([undefined])
    })

    test('sessions of other accounts and applications, ended, expired and stale ones do not count', async () => {
      const store = await open()
      const world = await createWorld(store)
      const other = { ...world, account: anAccount(world.organisation) }
      const elsewhere = { ...world, application: anApplication(world.tenant) }
      await store.accounts.create(other.account, '$hash', anAuditRow())
      await store.applications.create(elsewhere.application, undefined, anAuditRow())
      await startMany(store, other, 3)
      await startMany(store, elsewhere, 3)
      const at = NOON + 120 * MINUTE
      const epochs = { tenant: 0, application: 0, account: 1 } // older than today's, as after a change of the password
      for (const dead of [
        aSession(world, { endedAt: NOON, endReason: 'revoked' }),
        aSession(world, { expiresAt: at / 1000 }),
        aSession(world, { epochs }),
      ]) {
        await store.sessions.start(aStart(dead))
      }
      const living = await startMany(store, world, 2, NOON - 5 * MINUTE)
      await store.sessions.start(aStart(aSession(world, { startedAt: at }), { cap }))
      expect(await reasonsOf(store, world, living)).toEqual([undefined, undefined])
    })
  })

  describe('the end of a session', () => {
    test('a session ends once, with its audit row', async () => {
      const store = await open()
      const { session, tenant } = await createWorldWithSession(store)
      const end = { id: session.id, at: NOON + 5, reason: 'signed_out' as const, audit: anAuditRow() }
      expect(await store.sessions.end(end)).toBe(true)
      expect(await store.sessions.end({ ...end, at: NOON + 6, reason: 'revoked', audit: anAuditRow() })).toBe(false)
      const ended = { ...session, endedAt: NOON + 5, endReason: 'signed_out' }
      expect((await store.sessions.find(tenant.id, session.id, NOON))?.session).toEqual(ended)
      expect((await store.auditTrail.list({ max: 1 }))[0]).toEqual(end.audit)
    })

    test('of many concurrent ends exactly one is told that it ended the session', async () => {
      const store = await open()
      const { session } = await createWorldWithSession(store)
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => store.sessions.end({ id: session.id, at: NOON, reason: 'revoked', audit: anAuditRow() })),
      )
      expect(answers.filter(Boolean)).toHaveLength(1)
    })

    test('an end that names a generation ends only a session that is still at it', async () => {
      const store = await open()
      const { session } = await createWorldWithSession(store)
      await store.sessions.advance(anAdvance(session))
      const end = { id: session.id, at: NOON, reason: 'refresh_token_reused' as const }
      expect(await store.sessions.end({ ...end, generation: 0, audit: anAuditRow() })).toBe(false)
      expect(await store.sessions.end({ ...end, generation: 1, audit: anAuditRow() })).toBe(true)
    })

    test('an end that names a generation spares a session whose answer was given again since', async () => {
      const store = await open()
      const { session } = await createWorldWithSession(store)
      await store.sessions.advance(anAdvance(session))
      const at = NOON + 4000
      await store.sessions.advance(anAdvance(session, { at }))
      const end = { id: session.id, at, reason: 'refresh_token_reused' as const, generation: 1 }
      expect(await store.sessions.end({ ...end, repeatedAt: undefined, audit: anAuditRow() })).toBe(false)
      expect(await store.sessions.end({ ...end, repeatedAt: at, audit: anAuditRow() })).toBe(true)
    })

    test('an expired session can still be ended', async () => {
      const store = await open()
      const { session } = await createWorldWithSession(store)
      const at = session.expiresAt * 1000 + 1
      expect(await store.sessions.end({ id: session.id, at, reason: 'signed_out', audit: anAuditRow() })).toBe(true)
    })

    test('the end of a session that does not exist writes nothing', async () => {
      const store = await open()
      const world = await createWorld(store)
      const before = await store.auditTrail.list({ max: 100 })
      expect(await store.sessions.end({ id: aSession(world).id, at: NOON, reason: 'revoked', audit: anAuditRow() })).toBe(false)
      expect(await store.auditTrail.list({ max: 100 })).toEqual(before)
    })
  })

  describe('the list of sessions', () => {
    test('those that are neither ended nor expired are listed, newest sign-in first, at most as many as asked for', async () => {
      const store = await open()
      const world = await createWorld(store)
      const other = { ...world, account: anAccount(world.organisation) }
      const elsewhere = { ...world, application: anApplication(world.tenant) }
      await store.accounts.create(other.account, '$hash', anAuditRow())
      await store.applications.create(elsewhere.application, undefined, anAuditRow())
      const at = NOON + 10 * MINUTE
      const mine = aSession(world, { startedAt: NOON + 2 })
      const theirs = aSession(other, { startedAt: NOON + 3 })
      const there = aSession(elsewhere, { startedAt: NOON + 1 })
      const dead = [aSession(world, { endedAt: NOON, endReason: 'revoked' }), aSession(world, { expiresAt: at / 1000 })]
      for (const session of [mine, theirs, there, ...dead]) await store.sessions.start(aStart(session))
      await store.sessions.start(aStart(aSession(await createWorld(store))))

      const list = async (filter: object, max = 10): Promise<SessionId[]> =>
        (await store.sessions.list({ tenantId: world.tenant.id, at, max, ...filter })).map(({ session }) => session.id)
      expect(await list({})).toEqual([theirs.id, mine.id, there.id])
      expect(await list({}, 2)).toEqual([theirs.id, mine.id])
      expect(await list({ accountId: world.account.id })).toEqual([mine.id, there.id])
      expect(await list({ applicationId: world.application.id })).toEqual([theirs.id, mine.id])
      expect(await list({ accountId: world.account.id, applicationId: world.application.id })).toEqual([mine.id])
      await store.accounts.raiseEpoch(world.account.id, at, anAuditRow())
      const listed = await store.sessions.list({ tenantId: world.tenant.id, at, max: 10 })
      expect(listed.map(({ current }) => current)).toEqual([true, false, false])
    })
  })
}
