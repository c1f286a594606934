import { describe, expect, test } from 'vitest'
import { aCharge, aDigest, anAdvance, anApiKey, anAuditRow, aOneUseThing, createWorldWithSession, NOON } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

const MINUTE = 60_000

export function describeReopening(openStore: OpenStore, reopenStore: OpenStore): void {
  const open = closedAfterEach(openStore)
  const reopen = closedAfterEach(reopenStore)

  describe('a store that was closed and opened again', () => {
    test('is the same store, with all that was answered', async () => {
      const first = await open()
      const { session, tenant, organisation, account, application } = await createWorldWithSession(first)
      const turn = await first.sessions.advance(anAdvance(session))
      await first.masterKeyCheck.putIfAbsent(Buffer.from('sealed'))
      await first.knownDevices.see({ accountId: account.id, digest: 'a device', description: 'Firefox', at: NOON })
      const rows = await first.auditTrail.list({ max: 100 })
      await first.close()

      const store = await reopen()
      expect(store.id.equals(first.id)).toBe(true)
      expect(await store.tenants.list()).toEqual([tenant])
      expect(await store.organisations.list(tenant.id)).toEqual([organisation])
      expect(await store.accounts.list(tenant.id)).toEqual([account])
      expect(await store.applications.list(tenant.id)).toEqual([application])
      expect(turn.kind === 'advanced' && (await store.sessions.find(tenant.id, session.id, NOON))).toEqual({
        session: turn.kind === 'advanced' ? turn.session : undefined,
        current: true,
      })
      expect(await store.masterKeyCheck.read()).toEqual(Buffer.from('sealed'))
      expect(await store.auditTrail.list({ max: 100 })).toEqual(rows)
      expect(await store.knownDevices.isKnown(account.id, 'a device')).toBe(true)
    })

    test('S43: revives nothing that was revoked', async () => {
      const first = await open()
      const { session } = await createWorldWithSession(first)
      const other = await createWorldWithSession(first)
      await first.sessions.end({ id: session.id, at: NOON, reason: 'revoked', audit: anAuditRow() })
      await first.accounts.raiseEpoch(other.account.id, NOON, anAuditRow())
      await first.close()
      const store = await reopen()
      expect(await store.sessions.advance(anAdvance(session))).toMatchObject({ kind: 'held', session: { endReason: 'revoked' } })
      expect(await store.sessions.advance(anAdvance(other.session))).toMatchObject({ kind: 'held', current: false })
    })

    test('S75: still knows what was charged, and what was consumed', async () => {
      const first = await open()
      const { tenant } = await createWorldWithSession(first)
      const charge = aCharge({ limit: { burst: 1, secondsPerUnit: 60 } })
      await first.limits.charge({ charges: [charge], counted: charge.key, at: NOON })
      const thing = aOneUseThing(tenant)
      await first.oneUseThings.put(thing)
      await first.oneUseThings.consume({ ...thing, at: NOON, outcome: 'a session' })
      await first.close()
      const store = await reopen()
      expect(await store.limits.charge({ charges: [charge], counted: charge.key, at: NOON })).toMatchObject({ allowed: false })
      expect(await store.oneUseThings.consume({ ...thing, at: NOON, outcome: 'other' })).toMatchObject({ kind: 'used_before' })
    })

    test('counts the time between as an outage, once it answers again', async () => {
      const first = await open()
      const { session } = await createWorldWithSession(first)
      await first.beat(NOON + MINUTE)
      await first.close()
      const store = await reopen()
      const outages = [{ from: NOON + MINUTE, to: NOON + 10 * MINUTE }]
      expect(await store.sessions.advance(anAdvance(session, { generation: 7, at: NOON + 10 * MINUTE }))).toMatchObject({
        kind: 'held',
        outages,
      })
      await store.beat(NOON + 10 * MINUTE + 5000)
      expect(await store.sessions.advance(anAdvance(session, { generation: 7, at: NOON + 10 * MINUTE + 10_000 }))).toMatchObject({
        outages,
      })
    })

    test('S33: counts the time between as an outage, however short it was', async () => {
      const first = await open()
      const { session } = await createWorldWithSession(first)
      await first.beat(NOON + MINUTE)
      await first.close()
      const store = await reopen()
      await store.beat(NOON + MINUTE + 1)
      expect(await store.sessions.advance(anAdvance(session, { generation: 7, at: NOON + MINUTE + 2 }))).toMatchObject({
        outages: [{ from: NOON + MINUTE, to: NOON + MINUTE + 1 }],
      })
    })

    test('tells the newest instant of all that was committed before', async () => {
      const first = await open()
      const { session, tenant, application } = await createWorldWithSession(first)
      const key = anApiKey(application)
      await first.apiKeys.create(key, aDigest(), anAuditRow())
      const thing = aOneUseThing(tenant, { expiresAt: NOON + 100 * MINUTE })
      await first.oneUseThings.put(thing)
      await first.close()
      const charge = aCharge()
      const writes: ((store: typeof first, at: number) => Promise<unknown>)[] = [
        (store, at) => store.sessions.advance(anAdvance(session, { at })),
        (store, at) => store.beat(at),
        (store, at) => store.auditTrail.append(anAuditRow({ at })),
        (store, at) => store.limits.charge({ charges: [charge], counted: charge.key, at }),
        (store, at) => store.oneUseThings.consume({ ...thing, at, outcome: 'x' }),
        (store, at) => store.apiKeys.recordUse(new Map([[key.id, at]])),
      ]
      let at = NOON
      for (const write of writes) {
        const store = await reopenStore()
        expect(store.newestInstant).toBe(at)
        at += 10_000 // no outage: most beats are not the end of one
        await write(store, at)
        await write(store, at - 10_000).catch(() => undefined) // an older instant does not take it back
        await store.close()
      }
      expect((await reopen()).newestInstant).toBe(at)
    })
  })
}
