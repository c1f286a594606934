import { describe, expect, test } from 'vitest'
import { A_BLOCK, aCharge, aLetter, anAuditRow, aOneUseThing, aSession, aStart, createWorld, NOON } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

const DAY = 86_400_000
const cap = { max: 1000, spareSeconds: 0 }

export function describeSweep(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  describe('the sweep', () => {
    test('deletes sessions that ended or expired more than 30 days ago, and no others', async () => {
      const store = await open()
      const world = await createWorld(store)
      const at = NOON + 30 * DAY
      const later = NOON / 1000 + 86_400
      const gone = [
        aSession(world, { endedAt: NOON, endReason: 'revoked', expiresAt: later + 999 * 86_400 }),
        aSession(world, { expiresAt: NOON / 1000 }),
      ]
      const kept = [
        aSession(world, { endedAt: NOON + 1, endReason: 'revoked', expiresAt: later }),
        aSession(world, { expiresAt: NOON / 1000 + 1 }),
        aSession(world, { expiresAt: later + 999 * 86_400 }),
      ]
      for (const session of [...gone, ...kept]) await store.sessions.start(aStart(session, { cap }))
      expect(await store.sweep({ at, maxRows: 100 })).toBe(2)
      for (const { id } of gone) expect(await store.sessions.find(world.tenant.id, id, at)).toBeUndefined()
      for (const session of kept) expect((await store.sessions.find(world.tenant.id, session.id, at))?.session).toEqual(session)
      expect(await store.sweep({ at, maxRows: 100 })).toBe(0)
    })

    test('walks on in steps and comes round again, so that in time nothing is left out', async () => {
      const store = await open()
      const world = await createWorld(store)
      const old = { endedAt: NOON, endReason: 'revoked' } as const
      for (let index = 0; index < 10; index += 1) {
        await store.sessions.start(aStart(aSession(world, index % 2 === 0 ? old : {}), { cap }))
      }
      const steps: number[] = []
      for (let step = 0; step < 4; step += 1) steps.push(await store.sweep({ at: NOON + 30 * DAY, maxRows: 4 }))
      expect(steps.slice(0, 3)).toEqual([2, 2, 1])
      await store.sessions.start(aStart(aSession(world, old), { cap }))
      let gone = 0
      for (let step = 0; step < 4; step += 1) gone += await store.sweep({ at: NOON + 30 * DAY, maxRows: 4 })
      expect(gone).toBe(1)
    })

    test('comes round also when its last step ended exactly at the last row', async () => {
      const store = await open()
      const world = await createWorld(store)
      const sessions = [aSession(world), aSession(world)] as const
      for (const session of sessions) await store.sessions.start(aStart(session))
      const at = NOON + 30 * DAY
      expect(await store.sweep({ at: NOON, maxRows: 2 })).toBe(0)
      await store.sessions.end({ id: sessions[0].id, at: NOON, reason: 'revoked', audit: anAuditRow() })
      let gone = 0
      for (let step = 0; step < 3; step += 1) gone += await store.sweep({ at, maxRows: 2 })
      expect(gone).toBe(1)
    })

    test('S80: deletes buckets whose time is over, and keeps one that is being waited for or counted', async () => {
      const store = await open()
      const limit = { burst: 2, secondsPerUnit: 60 }
      const [over, waited, counted] = [aCharge({ limit }), aCharge({ limit }), aCharge({ limit })]
      await store.limits.charge({ charges: [over], counted: over.key, at: NOON - 2 * DAY })
      await store.limits.charge({ charges: [], counted: counted.key, at: NOON - DAY + 1 })
      expect(await store.sweep({ at: NOON, maxRows: 100 })).toBe(1)
      await store.limits.charge({ charges: [waited, waited], counted: counted.key, at: NOON })
      expect(await store.sweep({ at: NOON + 1, maxRows: 100 })).toBe(0)
      expect(await store.limits.waitMs(waited, NOON + 1)).toBeGreaterThan(0)
      expect(await store.limits.charge({ charges: [], counted: counted.key, at: NOON + 1 })).toEqual({ allowed: true, attempts: 3 })
    })

    test('S80: a flood of distinct names leaves nothing behind a day later', async () => {
      const store = await open()
      for (let index = 0; index < 300; index += 1) {
        const charge = aCharge()
        await store.limits.charge({ charges: [charge], counted: charge.key, at: NOON })
      }
      let gone = 0
      for (let step = 0; step < 4; step += 1) gone += await store.sweep({ at: NOON + DAY, maxRows: 100 })
      expect(gone).toBe(300)
    })

    test('deletes one-use things a day after their expiry', async () => {
      const store = await open()
      const { tenant } = await createWorld(store)
      const [old, young] = [aOneUseThing(tenant, { expiresAt: NOON }), aOneUseThing(tenant, { expiresAt: NOON + 1 })]
      await store.oneUseThings.put(old)
      await store.oneUseThings.put(young)
      expect(await store.sweep({ at: NOON + DAY, maxRows: 100 })).toBe(1)
      expect(await store.oneUseThings.put(young)).toBe(false)
      expect(await store.oneUseThings.put(old)).toBe(true)
    })

    test('deletes letters that were written a week ago and that nobody has sent', async () => {
      const store = await open()
      const { account } = await createWorld(store)
      await store.letters.add(aLetter(account, { writtenAt: NOON }))
      await store.letters.add(aLetter(account, { writtenAt: NOON + 1 }))
      expect(await store.sweep({ at: NOON + 7 * DAY, maxRows: 100 })).toBe(1)
      expect((await store.letters.claim({ at: NOON + 7 * DAY, until: NOON + 8 * DAY }))?.writtenAt).toBe(NOON + 1)
    })

    test('forgets an address block that was not used for 90 days', async () => {
      const store = await open()
      const world = await createWorld(store)
      const [loginId] = world.account.loginIds
      const isKnown = async () => loginId && (await store.accounts.findForSignIn(world.tenant.id, loginId, A_BLOCK))?.knownBlock
      await store.sessions.start(aStart(aSession(world), { block: A_BLOCK }))
      await store.sessions.start(aStart(aSession(world, { startedAt: NOON + 1 }), { block: A_BLOCK }))
      await store.sweep({ at: NOON + 90 * DAY, maxRows: 100 })
      expect(await isKnown()).toBe(true)
      await store.sweep({ at: NOON + 90 * DAY + 1, maxRows: 100 })
      expect(await isKnown()).toBe(false)
    })
  })
}
