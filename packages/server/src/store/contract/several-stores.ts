import { describe, expect, test } from 'vitest'
import type { Turn } from '../sessions.ts'
import type { Store } from '../store.ts'
import {
  aCharge,
  aLetter,
  anAdvance,
  anAuditRow,
  aOneUseThing,
  aSession,
  aStart,
  createWorld,
  createWorldWithSession,
  NOON,
} from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

export function describeSeveralStores(openStore: OpenStore, openAgain: OpenStore): void {
  const open = closedAfterEach(openStore)
  const openBeside = closedAfterEach(openAgain)

  async function openTwo(): Promise<[Store, Store]> {
    return [await open(), await openBeside()]
  }

  describe('two connections to one store', () => {
    test('S35: 200 rounds of the same refreshes on both step each session once a round, and no error reaches a caller', async () => {
      const [one, other] = await openTwo()
      const world = await createWorld(one)
      const sessions = [aSession(world), aSession(world), aSession(world)]
      for (const session of sessions) await one.sessions.start(aStart(session))
      for (let generation = 0; generation < 200; generation += 1) {
        const at = NOON + generation
        const calls: Promise<Turn>[] = []
        for (const session of sessions) {
          for (const store of [one, other, one]) calls.push(store.sessions.advance(anAdvance(session, { generation, at })))
        }
        calls.push(...[one.beat(at), other.beat(at)].map((beat) => beat.then((): Turn => ({ kind: 'missing' }))))
        const turns = await Promise.all(calls)
        for (const turn of turns.slice(0, 9)) expect(turn).toMatchObject({ session: { generation: generation + 1 } })
      }
      for (const { id } of sessions) expect((await other.sessions.find(world.tenant.id, id, NOON))?.session.generation).toBe(200)
    })

    test('S40: what one revokes is refused by the other at once', async () => {
      const [one, other] = await openTwo()
      const { session, account, tenant } = await createWorldWithSession(one)
      expect((await other.sessions.find(tenant.id, session.id, NOON))?.current).toBe(true)
      await one.accounts.raiseEpoch(account.id, NOON, anAuditRow())
      expect((await other.sessions.find(tenant.id, session.id, NOON))?.current).toBe(false)
      expect(await other.sessions.advance(anAdvance(session))).toMatchObject({ kind: 'held', current: false })
    })

    test('S75: they share the limits: of 40 attempts spread over both exactly the burst is allowed', async () => {
      const stores = await openTwo()
      const charge = aCharge({ limit: { burst: 5, secondsPerUnit: 60 } })
      const attempts = Array.from({ length: 20 }, () => stores).flat()
      const answers = await Promise.all(attempts.map(({ limits }) => limits.charge({ charges: [charge], counted: charge.key, at: NOON })))
      expect(answers.filter(({ allowed }) => allowed)).toHaveLength(5)
    })

    test('S49: of 40 consumptions spread over both exactly one consumes', async () => {
      const stores = await openTwo()
      const { tenant } = await createWorld(stores[0])
      const thing = aOneUseThing(tenant)
      await stores[0].oneUseThings.put(thing)
      const attempts = Array.from({ length: 20 }, () => stores).flat()
      const answers = await Promise.all(attempts.map(({ oneUseThings }) => oneUseThings.consume({ ...thing, at: NOON, outcome: 'x' })))
      expect(answers.filter(({ kind }) => kind === 'consumed')).toHaveLength(1)
    })

    test('S49: of 40 starts that consume one code, spread over both, exactly one makes a session', async () => {
      const stores = await openTwo()
      const world = await createWorld(stores[0])
      const code = aOneUseThing(world.tenant)
      await stores[0].oneUseThings.put(code)
      const attempts = Array.from({ length: 20 }, () => stores).flat()
      const answers = await Promise.all(attempts.map(({ sessions }) => sessions.start(aStart(aSession(world), { consuming: code }))))
      expect(answers.filter((answer) => answer === 'started')).toHaveLength(1)
      expect(answers.filter((answer) => answer === 'not_consumed')).toHaveLength(39)
      expect(await stores[1].sessions.list({ tenantId: world.tenant.id, at: NOON, max: 100 })).toHaveLength(1)
    })

    test('S171: of 40 claims spread over both each letter is had by one', async () => {
      const stores = await openTwo()
      const { account } = await createWorld(stores[0])
      const letters = [aLetter(account), aLetter(account), aLetter(account)]
      for (const letter of letters) await stores[0].letters.add(letter)
      const claims = Array.from({ length: 20 }, () => stores).flat()
      const claimed = await Promise.all(claims.map((store) => store.letters.claim({ at: NOON, until: NOON + 1 })))
      const had = claimed.filter((letter) => letter !== undefined).map(({ id, attempt }) => [id, attempt])
      expect(had.sort()).toEqual(letters.map(({ id }) => [id, 1]).sort())
    })

    test('they have one id and one heart: a beat of either is a beat of the store', async () => {
      const [one, other] = await openTwo()
      const { session } = await createWorldWithSession(one)
      expect(other.id.equals(one.id)).toBe(true)
      for (let beats = 0; beats < 6; beats += 1) await (beats % 2 === 0 ? one : other).beat(NOON + beats * 4000)
      expect(await one.sessions.advance(anAdvance(session, { generation: 9, at: NOON + 24_000 }))).toMatchObject({
        outages: [{ from: NOON, to: NOON + 4000 }], // when the other one began
      })
    })
  })
}
