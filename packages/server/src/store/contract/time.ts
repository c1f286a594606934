import { describe, expect, test } from 'vitest'
import type { Outage } from '../../domain/presentation.ts'
import type { Session } from '../../domain/session.ts'
import type { Store } from '../store.ts'
import { anAdvance, anAuditRow, aSession, aStart, createWorld, createWorldWithSession, NOON } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

const SECOND = 1000

export function describeTime(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  /** The outages that a presentation of an old generation is told of. */
  async function outagesFor(store: Store, session: Session, at: number): Promise<readonly Outage[]> {
    const turn = await store.sessions.advance(anAdvance(session, { generation: session.generation - 1, at }))
    return turn.kind === 'held' ? turn.outages : []
  }

  describe('time in which the store could not answer', () => {
    test('a gap of more than 5 s between two beats is an outage, a shorter one is not', async () => {
      const store = await open()
      const { session } = await createWorldWithSession(store)
      await store.beat(NOON + 1 * SECOND)
      await store.beat(NOON + 6 * SECOND)
      expect(await outagesFor(store, session, NOON + 6 * SECOND)).toEqual([])
      await store.beat(NOON + 11 * SECOND + 1)
      const outage = { from: NOON + 6 * SECOND, to: NOON + 11 * SECOND + 1 }
      expect(await outagesFor(store, session, NOON + 12 * SECOND)).toEqual([outage])
    })

    test('a beat tells the newest instant of all that was committed', async () => {
      const store = await open()
      await createWorldWithSession(store)
      expect(await store.beat(NOON + SECOND)).toBe(NOON + SECOND)
      await store.auditTrail.append(anAuditRow({ at: NOON + 60 * SECOND }))
      expect(await store.beat(NOON + 2 * SECOND)).toBe(NOON + 60 * SECOND)
    })

    test('the first beat of a store is no end of an outage', async () => {
      const store = await open()
      const { session } = await createWorldWithSession(store)
      await store.beat(NOON + 3600 * SECOND)
      expect(await outagesFor(store, session, NOON + 3601 * SECOND)).toEqual([])
    })

    test('a committed refresh is a beat, and the first one after an outage is told of that outage', async () => {
      const store = await open()
      const { session, tenant } = await createWorldWithSession(store)
      await store.beat(NOON)
      const turn = await store.sessions.advance(anAdvance(session, { at: NOON + 4 * SECOND }))
      await store.beat(NOON + 8 * SECOND)
      expect(turn.kind === 'advanced' && (await outagesFor(store, turn.session, NOON + 9 * SECOND))).toEqual([])
      const found = await store.sessions.find(tenant.id, session.id, NOON)
      const outages = found && (await outagesFor(store, found.session, NOON + 60 * SECOND))
      expect(outages).toEqual([{ from: NOON + 9 * SECOND, to: NOON + 60 * SECOND }])
    })

    test('a clock that stands still or goes back makes no outage and moves no beat back', async () => {
      const store = await open()
      const { session } = await createWorldWithSession(store)
      for (const second of [20, 20, 5, 24]) await store.beat(NOON + second * SECOND)
      expect(await outagesFor(store, session, NOON + 25 * SECOND)).toEqual([])
    })

    test('outages that were over before the generation before was reached are not told', async () => {
      const store = await open()
      const world = await createWorld(store)
      await store.beat(NOON - 100 * SECOND)
      await store.beat(NOON - 10 * SECOND)
      await store.beat(NOON + 20 * SECOND)
      const session = aSession(world)
      await store.sessions.start(aStart(session))
      expect(await outagesFor(store, session, NOON + 21 * SECOND)).toEqual([{ from: NOON - 10 * SECOND, to: NOON + 20 * SECOND }])
    })
  })

  describe('outages of long ago', () => {
    test('are forgotten after a week', async () => {
      const store = await open()
      const { session } = await createWorldWithSession(store)
      const week = 7 * 86_400 * SECOND
      const beats = [NOON, NOON + 20 * SECOND, NOON + week + 20 * SECOND]
      for (const at of beats) await store.beat(at)
      const [first, second] = [
        { from: NOON, to: NOON + 20 * SECOND },
        { from: NOON + 20 * SECOND, to: NOON + week + 20 * SECOND },
      ]
      expect(await outagesFor(store, session, NOON + week + 21 * SECOND)).toEqual([first, second])
      await store.beat(NOON + week + 40 * SECOND)
      const third = { from: NOON + week + 21 * SECOND, to: NOON + week + 40 * SECOND }
      expect(await outagesFor(store, session, NOON + week + 41 * SECOND)).toEqual([second, third])
    })
  })

  describe('a store that is open', () => {
    test('says that it can be written to, and after its end that it cannot', async () => {
      const store = await openStore()
      expect(await store.isHealthy()).toBe(true)
      await store.close()
      expect(await store.isHealthy()).toBe(false)
      await expect(store.tenants.list()).rejects.toMatchObject({ name: 'Unavailable' })
      await expect(store.beat(NOON)).rejects.toMatchObject({ name: 'Unavailable' })
    })

    test('ends the work under way before it closes', async () => {
      const store = await openStore()
      const { session } = await createWorldWithSession(store)
      const turn = store.sessions.advance(anAdvance(session))
      await store.close()
      expect((await turn).kind).toBe('advanced')
    })

    test('has an id of its own: 16 bytes that no other store has', async () => {
      const [one, other] = [await open(), await open()]
      expect(one.id).toHaveLength(16)
      expect(one.id.equals(other.id)).toBe(false)
      expect(one.newestInstant).toBe(0)
    })
  })
}
