import { describe, expect, test } from 'vitest'
import type { Session } from '../../domain/session.ts'
import type { Turn } from '../sessions.ts'
import type { Store } from '../store.ts'
import {
  anAdvance,
  anApplication,
  anAuditRow,
  anOrganisation,
  aSession,
  aStart,
  createWorld,
  createWorldWithSession,
  LIFETIMES,
  NOON,
  type World,
} from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

const DAY = 86_400_000

/** The row that an advance makes of a session. */
function advanced(session: Session, at: number): Session {
  const expiresAt = Math.min(
    Math.floor(at / 1000) + LIFETIMES.idleSeconds,
    Math.floor(session.startedAt / 1000) + LIFETIMES.absoluteSeconds,
  )
  return { ...session, generation: session.generation + 1, advancedAt: at, previousAdvancedAt: session.advancedAt, expiresAt }
}

const generationOf = async (store: Store, session: Session) =>
  (await store.sessions.find(session.tenantId, session.id, NOON))?.session.generation

const kinds = (turns: readonly Turn[]) => turns.map(({ kind }) => kind)

export function describeAdvances(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  describe('an advance', () => {
    test('the current generation moves the row one step on and gets it as it then is', async () => {
      const store = await open()
      const { session, tenant } = await createWorldWithSession(store)
      const first = advanced(session, NOON + 61_234)
      expect(await store.sessions.advance(anAdvance(session, { at: NOON + 61_234 }))).toEqual({ kind: 'advanced', session: first })
      const second = advanced(first, NOON + DAY)
      expect(await store.sessions.advance(anAdvance(first, { at: NOON + DAY }))).toEqual({ kind: 'advanced', session: second })
      expect(await store.sessions.find(tenant.id, session.id, NOON)).toEqual({ session: second, current: true })
    })

    test('the new expiry is the earlier of idle and absolute end, in whole seconds', async () => {
      const store = await open()
      const world = await createWorld(store)
      const startedAt = NOON + 999
      const session = aSession(world, { startedAt, expiresAt: NOON / 1000 + LIFETIMES.absoluteSeconds })
      await store.sessions.start(aStart(session))
      const late = startedAt + LIFETIMES.absoluteSeconds * 1000 - LIFETIMES.idleSeconds * 500
      const turn = await store.sessions.advance(anAdvance(session, { at: late }))
      expect(turn).toMatchObject({ kind: 'advanced', session: { expiresAt: NOON / 1000 + LIFETIMES.absoluteSeconds } })
    })

    test('another generation is held against the row, which stays as it was', async () => {
      const store = await open()
      const { session } = await createWorldWithSession(store)
      await store.sessions.advance(anAdvance(session))
      const row = advanced(session, NOON + 4000)
      const held = { kind: 'held', session: row, current: true, outages: [] }
      for (const generation of [2, -1, 1_000_000, 0]) {
        expect(await store.sessions.advance(anAdvance(row, { generation }))).toEqual(held)
      }
      expect(await generationOf(store, session)).toBe(1)
    })

    test('of the generation before, inside the window, notes in the row when that was, and nothing else does', async () => {
      const store = await open()
      const { session, tenant } = await createWorldWithSession(store)
      await store.sessions.advance(anAdvance(session))
      const row = advanced(session, NOON + 4000)
      const found = async () => (await store.sessions.find(tenant.id, session.id, NOON))?.session
      const present = (generation: number, seconds: number) =>
        store.sessions.advance(anAdvance(row, { generation, at: row.advancedAt + seconds * 1000 }))
      await present(0, 4)
      expect(await found()).toEqual({ ...row, repeatedAt: row.advancedAt + 4000 })
      await present(0, 2) // an older instant does not take it back
      for (const generation of [-1, 2]) await present(generation, 5)
      expect(await found()).toEqual({ ...row, repeatedAt: row.advancedAt + 4000 })
      for (let seconds = 8; seconds <= 28; seconds += 4) await store.beat(row.advancedAt + seconds * 1000)
      await present(0, 31)
      expect(await found(), 'the window is over').toEqual({ ...row, repeatedAt: row.advancedAt + 4000 })
      await store.sessions.end({ id: session.id, at: NOON, reason: 'revoked', audit: anAuditRow() })
      await present(0, 5)
      expect((await found())?.repeatedAt, 'nothing is written of what has ended').toBe(row.advancedAt + 4000)
    })

    test('an unknown id, another secret or another application finds nothing and changes nothing', async () => {
      const store = await open()
      const { session, tenant, ...world } = await createWorldWithSession(store)
      const other = anApplication(tenant)
      await store.applications.create(other, undefined, anAuditRow())
      const strangers = [
        { sessionId: aSession({ ...world, tenant }).id },
        { secret: Buffer.alloc(16, 1) },
        { secret: session.secret.subarray(0, 8) },
        { applicationId: other.id },
      ]
      for (const changed of strangers) expect(await store.sessions.advance(anAdvance(session, changed))).toEqual({ kind: 'missing' })
      expect(await store.sessions.find(tenant.id, session.id, NOON)).toEqual({ session, current: true })
    })

    test('an ended session is held, and says that it has ended', async () => {
      const store = await open()
      const { session } = await createWorldWithSession(store)
      await store.sessions.end({ id: session.id, at: NOON + 1, reason: 'signed_out', audit: anAuditRow() })
      const ended = { ...session, endedAt: NOON + 1, endReason: 'signed_out' }
      expect(await store.sessions.advance(anAdvance(session))).toEqual({ kind: 'held', session: ended, current: true, outages: [] })
    })

    test('a session advances until the last millisecond before its expiry and not at it', async () => {
      const store = await open()
      const world = await createWorld(store)
      const [early, late] = [aSession(world), aSession(world)]
      for (const session of [early, late]) await store.sessions.start(aStart(session))
      const end = early.expiresAt * 1000
      expect((await store.sessions.advance(anAdvance(early, { at: end - 1 }))).kind).toBe('advanced')
      expect(await store.sessions.advance(anAdvance(late, { at: end }))).toMatchObject({ kind: 'held', session: late, current: true })
    })
  })

  describe('what revokes', () => {
    const ways: [string, (store: Store, world: World) => Promise<unknown>][] = [
      ['the epoch of its tenant is raised', ({ tenants }, { tenant }) => tenants.raiseEpoch(tenant.id, NOON, anAuditRow())],
      [
        'the epoch of its application is raised',
        ({ applications }, { application }) => applications.raiseEpoch(application.id, NOON, anAuditRow()),
      ],
      ['the epoch of its account is raised', ({ accounts }, { account }) => accounts.raiseEpoch(account.id, NOON, anAuditRow())],
      ['the password is changed', ({ accounts }, { account }) => accounts.setPassword(account.id, '$new', NOON, anAuditRow())],
    ]
    test.each(ways)('S40: after %s a session advances no more', async (_way, revoke) => {
      const store = await open()
      const { session, ...world } = await createWorldWithSession(store)
      await revoke(store, world)
      expect(await store.sessions.advance(anAdvance(session))).toEqual({ kind: 'held', session, current: false, outages: [] })
      expect(await store.sessions.find(world.tenant.id, session.id, NOON)).toEqual({ session, current: false })
    })

    const switches: [string, (store: Store, world: World, enabled: boolean) => Promise<unknown>][] = [
      ['tenant', ({ tenants }, { tenant }, enabled) => tenants.setEnabled(tenant.id, enabled, NOON, anAuditRow())],
      [
        'organisation',
        ({ organisations }, { organisation }, enabled) => organisations.setEnabled(organisation.id, enabled, NOON, anAuditRow()),
      ],
      ['application', ({ applications }, { application }, enabled) => applications.setEnabled(application.id, enabled, NOON, anAuditRow())],
      ['account', ({ accounts }, { account }, enabled) => accounts.setEnabled(account.id, enabled, NOON, anAuditRow())],
    ]
    test.each(switches)(
      'S44: a session whose %s is switched off is dead, and stays dead when it is on again',
      async (_noun, setEnabled) => {
        const store = await open()
        const { session, ...world } = await createWorldWithSession(store)
        for (const enabled of [false, true]) {
          await setEnabled(store, world, enabled)
          expect(await store.sessions.advance(anAdvance(session))).toMatchObject({ kind: 'held', current: false })
          expect(await store.sessions.find(world.tenant.id, session.id, NOON)).toEqual({ session, current: false })
        }
      },
    )

    test.each(switches)('S44: a session that was started while its %s was off is dead until it is on', async (_noun, setEnabled) => {
      const store = await open()
      const world = await createWorld(store)
      await setEnabled(store, world, false)
      const account = (await store.accounts.find(world.tenant.id, world.account.id)) ?? world.account
      const application = (await store.applications.find(world.tenant.id, world.application.id)) ?? world.application
      const tenant = (await store.tenants.find(world.tenant.id)) ?? world.tenant
      const session = aSession({ tenant, account, application })
      await store.sessions.start(aStart(session))
      expect(await store.sessions.advance(anAdvance(session))).toMatchObject({ kind: 'held', current: false })
      await setEnabled(store, world, true)
      expect((await store.sessions.advance(anAdvance(session))).kind).toBe('advanced')
    })

    test("S44: a session at an application whose own organisation is switched off is dead, whoever's the account is", async () => {
      const store = await open()
      const world = await createWorld(store)
      const owner = anOrganisation(world.tenant)
      await store.organisations.create(owner, anAuditRow())
      const application = anApplication(world.tenant, { organisationId: owner.id })
      await store.applications.create(application, undefined, anAuditRow())
      const session = aSession({ ...world, application })
      await store.sessions.start(aStart(session))
      await store.organisations.setEnabled(owner.id, false, NOON, anAuditRow())
      expect(await store.sessions.advance(anAdvance(session))).toMatchObject({ kind: 'held', current: false })
      const later = aSession({ ...world, application: { ...application, epoch: 1 } })
      await store.sessions.start(aStart(later))
      expect(await store.sessions.advance(anAdvance(later))).toMatchObject({ kind: 'held', current: false })
      await store.organisations.setEnabled(owner.id, true, NOON, anAuditRow())
      expect(await store.sessions.advance(anAdvance(session))).toMatchObject({ kind: 'held', current: false })
      expect((await store.sessions.advance(anAdvance(later))).kind).toBe('advanced')
    })
  })

  describe("a session made on another one's behalf", () => {
    async function startPair(store: Store) {
      const world = await createWorld(store)
      const actorWorld = await createWorld(store)
      const actor = aSession(actorWorld)
      const session = aSession(world, { actorSessionId: actor.id })
      await store.sessions.start(aStart(actor))
      await store.sessions.start(aStart(session))
      return { world, actorWorld, actor, session }
    }

    test('advances while that one lives', async () => {
      const store = await open()
      const { session, world } = await startPair(store)
      expect(await store.sessions.find(world.tenant.id, session.id, NOON)).toEqual({ session, current: true })
      expect((await store.sessions.advance(anAdvance(session))).kind).toBe('advanced')
    })

    test('is refused when that one has ended, is stale, or is not there', async () => {
      const store = await open()
      const ends: ((pair: Awaited<ReturnType<typeof startPair>>) => Promise<unknown>)[] = [
        ({ actor }) => store.sessions.end({ id: actor.id, at: NOON, reason: 'signed_out', audit: anAuditRow() }),
        ({ actorWorld }) => store.accounts.raiseEpoch(actorWorld.account.id, NOON, anAuditRow()),
        ({ actorWorld }) => store.organisations.setEnabled(actorWorld.organisation.id, false, NOON, anAuditRow()),
      ]
      for (const end of ends) {
        const pair = await startPair(store)
        await end(pair)
        expect(await store.sessions.advance(anAdvance(pair.session))).toMatchObject({ kind: 'held', current: false })
        expect((await store.sessions.find(pair.world.tenant.id, pair.session.id, NOON))?.current).toBe(false)
      }
      const world = await createWorld(store)
      const orphan = aSession(world, { actorSessionId: aSession(world).id })
      await store.sessions.start(aStart(orphan))
      expect(await store.sessions.advance(anAdvance(orphan))).toMatchObject({ kind: 'held', current: false })
      expect((await store.sessions.find(world.tenant.id, orphan.id, NOON))?.current).toBe(false)
    })

    test('is refused from the instant at which that one has expired', async () => {
      const store = await open()
      const { session, actor, world } = await startPair(store)
      await store.sessions.advance(anAdvance(session)) // so that it lives longer than the actor's
      const end = actor.expiresAt * 1000
      expect((await store.sessions.find(world.tenant.id, session.id, end - 1))?.current).toBe(true)
      expect((await store.sessions.find(world.tenant.id, session.id, end))?.current).toBe(false)
      const listed = await store.sessions.list({ tenantId: world.tenant.id, at: end, max: 5 })
      expect(listed.map(({ current }) => current)).toEqual([false])
      const next = anAdvance(session, { generation: 1 })
      expect(await store.sessions.advance({ ...next, at: end })).toMatchObject({ kind: 'held', current: false })
      expect((await store.sessions.advance({ ...next, at: end - 1 })).kind).toBe('advanced')
    })
  })

  describe('concurrent advances', () => {
    test('S33: of 50 at once with one generation exactly one moves the row, and those of one batch share its answer', async () => {
      const store = await open()
      const { session } = await createWorldWithSession(store)
      const turns = await Promise.all(Array.from({ length: 50 }, () => store.sessions.advance(anAdvance(session))))
      expect(turns).toEqual(turns.map(() => ({ kind: 'advanced', session: advanced(session, NOON + 4000) })))
      expect(await generationOf(store, session)).toBe(1)
    })

    test('S33: of 50 spread over turns of the event loop one batch advances and the later ones are held against the new row', async () => {
      const store = await open()
      const { session } = await createWorldWithSession(store)
      const calls: Promise<Turn>[] = []
      for (let index = 0; index < 50; index += 1) {
        calls.push(store.sessions.advance(anAdvance(session)))
        if (index % 7 === 6) await new Promise((resolve) => setImmediate(resolve))
      }
      const turns = await Promise.all(calls)
      const row = advanced(session, NOON + 4000)
      for (const turn of turns) {
        expect([
          { kind: 'advanced', session: row },
          { kind: 'held', session: row, current: true, outages: [] },
          { kind: 'held', session: { ...row, repeatedAt: row.advancedAt }, current: true, outages: [] },
        ]).toContainEqual(turn)
      }
      expect(kinds(turns)).toContain('held')
      expect(await generationOf(store, session)).toBe(1)
    })

    test('S33: the survivor advances again, and two callers that go on step by step never make a second lineage', async () => {
      const store = await open()
      const { session } = await createWorldWithSession(store)
      for (let generation = 0; generation < 20; generation += 1) {
        const turns = await Promise.all([1, 2].map(() => store.sessions.advance(anAdvance(session, { generation }))))
        for (const turn of turns) expect(turn).toMatchObject({ session: { generation: generation + 1 } })
      }
      expect(await generationOf(store, session)).toBe(20)
    })

    test.each([[[0, 1, 2, 3]], [[3, 2, 1, 0]], [[2, 0, 3, 1]]])(
      'generations %j of one batch are all judged against the row as it was before the batch',
      async (generations) => {
        const store = await open()
        const { session } = await createWorldWithSession(store)
        await store.sessions.advance(anAdvance(session))
        const row = advanced(session, NOON + 4000)
        const at = NOON + 8000
        const turns = await Promise.all(generations.map((generation) => store.sessions.advance(anAdvance(row, { generation, at }))))
        const held = { kind: 'held', session: row, current: true, outages: [] }
        // Whether the repeat was noted before the step or after it is all the same.
        const stepped = { kind: 'advanced', session: { ...advanced(row, at), repeatedAt: expect.toBeOneOf([undefined, at]) } }
        expect(turns).toEqual(generations.map((generation) => (generation === 1 ? stepped : held)))
        expect(await generationOf(store, session)).toBe(2)
      },
    )

    test('a wrong secret or application in the batch of the right one changes nothing for either', async () => {
      const store = await open()
      const { session, tenant } = await createWorldWithSession(store)
      const other = anApplication(tenant)
      await store.applications.create(other, undefined, anAuditRow())
      const turns = await Promise.all([
        store.sessions.advance(anAdvance(session, { secret: Buffer.alloc(16) })),
        store.sessions.advance(anAdvance(session)),
        store.sessions.advance(anAdvance(session, { applicationId: other.id })),
      ])
      expect(kinds(turns)).toEqual(['missing', 'advanced', 'missing'])
    })

    test('300 sessions refreshed in one turn of the event loop all advance, each once', async () => {
      const store = await open()
      const world = await createWorld(store)
      const sessions = Array.from({ length: 300 }, () => aSession(world))
      for (const session of sessions) await store.sessions.start(aStart(session, { cap: { max: 1000, spareSeconds: 0 } }))
      const turns = await Promise.all(sessions.map((session) => store.sessions.advance(anAdvance(session))))
      expect(turns).toEqual(sessions.map((session) => ({ kind: 'advanced', session: advanced(session, NOON + 4000) })))
    })

    test('a refresh whose callers have all gone is not made; one of whose callers some wait is', async () => {
      const store = await open()
      const world = await createWorld(store)
      const [left, awaited] = [aSession(world), aSession(world)]
      for (const session of [left, awaited]) await store.sessions.start(aStart(session))
      const turns = await Promise.all([
        store.sessions.advance(anAdvance(left), () => true),
        store.sessions.advance(anAdvance(left), () => true),
        store.sessions.advance(anAdvance(awaited), () => true),
        store.sessions.advance(anAdvance(awaited), () => false),
      ])
      expect(kinds(turns)).toEqual(['missing', 'missing', 'advanced', 'advanced'])
      expect(await generationOf(store, left)).toBe(0)
      expect(await generationOf(store, awaited)).toBe(1)
    })

    test('an end and an advance at once: whichever came first, an ended session is never advanced', async () => {
      const store = await open()
      const { session, tenant } = await createWorldWithSession(store)
      const [turn] = await Promise.all([
        store.sessions.advance(anAdvance(session)),
        store.sessions.end({ id: session.id, at: NOON, reason: 'revoked', audit: anAuditRow() }),
      ])
      const found = await store.sessions.find(tenant.id, session.id, NOON)
      expect(found?.session.generation).toBe(turn.kind === 'advanced' ? 1 : 0)
      expect(await store.sessions.advance(anAdvance(session, { generation: found?.session.generation ?? 0 }))).toMatchObject({
        kind: 'held',
      })
      expect(await generationOf(store, session)).toBe(found?.session.generation)
    })
  })
}
