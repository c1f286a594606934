import { describe, expect, test } from 'vitest'
import { MAX_WRONG_ATTEMPTS, type OneUseThing } from '../one-use-things.ts'
import type { SessionStart } from '../sessions.ts'
import type { Store } from '../store.ts'
import { A_BLOCK, aCharge, aDigest, anAuditRow, aOneUseThing, aSession, aStart, createWorld, NOON, type World } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

/** Sessions that come of a one-use thing: an authorization code's. */
export function describeStarts(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  async function openWithCode() {
    const store = await open()
    const world = await createWorld(store)
    const code = aOneUseThing(world.tenant)
    await store.oneUseThings.put(code)
    return { store, world, code }
  }

  const consumptionOf = ({ kind, tenantId, digest, boundTo }: OneUseThing) => ({ kind, tenantId, digest, boundTo })
  const aStartWith = (world: World, code: OneUseThing, changed: Partial<SessionStart> = {}): SessionStart =>
    aStart(aSession(world), { consuming: consumptionOf(code), ...changed })
  const sessionsIn = (store: Store, { tenant }: World) => store.sessions.list({ tenantId: tenant.id, at: NOON, max: 100 })

  describe('the start of a session that consumes something', () => {
    test('the thing is consumed with it: a second use is told the session', async () => {
      const { store, world, code } = await openWithCode()
      const start = aStartWith(world, code)
      expect(await store.sessions.start(start)).toBe('started')
      expect(await store.sessions.find(world.tenant.id, start.session.id, NOON)).toEqual({ session: start.session, current: true })
      const consumption = { ...consumptionOf(code), at: NOON, outcome: 'another' }
      expect(await store.oneUseThings.consume(consumption)).toEqual({ kind: 'used_before', outcome: start.session.id })
    })

    test('S49: of 50 concurrent starts with one code exactly one makes a session, and the others leave nothing', async () => {
      const { store, world, code } = await openWithCode()
      const before = (await store.auditTrail.list({ max: 1000 })).length
      const charges = Array.from({ length: 50 }, () => aCharge({ limit: { burst: 1, secondsPerUnit: 60 } }))
      for (const charge of charges) await store.limits.charge({ charges: [charge], counted: charge.key, at: NOON })
      const starts = charges.map((charge) => aStartWith(world, code, { refunds: [charge], clearedCount: charge.key }))
      const answers = await Promise.all(starts.map((start) => store.sessions.start(start)))
      const winner = answers.indexOf('started')
      expect(answers).toEqual(answers.map((_, index) => (index === winner ? 'started' : 'not_consumed')))
      expect(winner).toBeGreaterThanOrEqual(0)
      expect((await sessionsIn(store, world)).map(({ session }) => session.id)).toEqual([starts[winner]?.session.id])
      expect(await store.auditTrail.list({ max: 1000 })).toHaveLength(before + 1)
      for (const [index, charge] of charges.entries()) expect((await store.limits.waitMs(charge, NOON)) === 0).toBe(index === winner)
    })

    test.each<[string, (world: World, code: OneUseThing) => Partial<SessionStart>]>([
      ['expired at the instant', (world, { expiresAt }) => ({ session: aSession(world, { startedAt: expiresAt }) })],
      ["another's", (_world, code) => ({ consuming: { ...consumptionOf(code), boundTo: 'stranger' } })],
      ['unknown', (_world, code) => ({ consuming: { ...consumptionOf(code), digest: aDigest() } })],
      ['of another kind', (_world, code) => ({ consuming: { ...consumptionOf(code), kind: 'login_state' } })],
    ])('what is %s makes no session, and nothing is counted: its own caller still consumes it', async (_what, changed) => {
      const { store, world, code } = await openWithCode()
      const before = await store.auditTrail.list({ max: 100 })
      for (let time = 0; time <= MAX_WRONG_ATTEMPTS; time += 1) {
        const start = aStartWith(world, code, { block: A_BLOCK, ...changed(world, code) })
        expect(await store.sessions.start(start)).toBe('not_consumed')
        expect(await store.sessions.find(world.tenant.id, start.session.id, NOON)).toBeUndefined()
      }
      const [loginId] = world.account.loginIds
      expect(loginId && (await store.accounts.findForSignIn(world.tenant.id, loginId, A_BLOCK))?.knownBlock).toBe(false)
      expect(await store.auditTrail.list({ max: 100 })).toEqual(before)
      expect(await store.sessions.start(aStartWith(world, code))).toBe('started')
    })

    test('S48: what too many strangers have tried makes no session', async () => {
      const { store, world, code } = await openWithCode()
      const strange = { ...consumptionOf(code), boundTo: 'stranger', at: NOON, outcome: 'x' }
      for (let attempt = 0; attempt < MAX_WRONG_ATTEMPTS; attempt += 1) await store.oneUseThings.consume(strange)
      expect(await store.sessions.start(aStartWith(world, code))).toBe('not_consumed')
      expect(await sessionsIn(store, world)).toEqual([])
    })

    test("an id that is another session's, or a start that fails, leaves the thing unconsumed", async () => {
      const { store, world, code } = await openWithCode()
      const first = aStart(aSession(world))
      await store.sessions.start(first)
      expect(await store.sessions.start(aStartWith(world, code, { session: aSession(world, { id: first.session.id }) }))).toBe('taken')
      await expect(store.sessions.start(aStartWith(world, code, { audit: first.audit }))).rejects.toThrow()
      expect(await store.oneUseThings.peek({ ...consumptionOf(code), at: NOON })).toBe(code.payload)
      expect(await sessionsIn(store, world)).toHaveLength(1)
      expect(await store.sessions.start(aStartWith(world, code, { audit: anAuditRow() }))).toBe('started')
    })
  })
}
