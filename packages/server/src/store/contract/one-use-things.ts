import { describe, expect, test } from 'vitest'
import type { TenantId } from '../../domain/ids.ts'
import { type Consumption, MAX_WRONG_ATTEMPTS, type OneUseThing } from '../one-use-things.ts'
import { aDigest, aOneUseThing, createWorld, NOON } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

function aConsumption({ kind, tenantId, digest, boundTo }: OneUseThing, changed: Partial<Consumption> = {}): Consumption {
  return { kind, tenantId, digest, boundTo, at: NOON, outcome: 'what came of it', ...changed }
}

export function describeOneUseThings(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  async function putOne() {
    const store = await open()
    const { tenant } = await createWorld(store)
    const thing = aOneUseThing(tenant)
    expect(await store.oneUseThings.put(thing)).toBe(true)
    return { store, things: store.oneUseThings, thing }
  }

  describe('one-use things', () => {
    test('a thing is consumed once; the same caller is told what came of it', async () => {
      const { things, thing } = await putOne()
      expect(await things.consume(aConsumption(thing))).toEqual({ kind: 'consumed', payload: thing.payload })
      const again = aConsumption(thing, { outcome: 'something else', at: NOON + 1_000_000 })
      expect(await things.consume(again)).toEqual({ kind: 'used_before', outcome: 'what came of it' })
    })

    test('S49: of 50 concurrent consumptions exactly one consumes', async () => {
      const { things, thing } = await putOne()
      const outcomes = Array.from({ length: 50 }, (_, index) => `session-${index}`)
      const answers = await Promise.all(outcomes.map((outcome) => things.consume(aConsumption(thing, { outcome }))))
      expect(answers.filter(({ kind }) => kind === 'consumed')).toHaveLength(1)
      const winner = outcomes[answers.findIndex(({ kind }) => kind === 'consumed')]
      const losers = answers.filter(({ kind }) => kind !== 'consumed')
      expect(losers).toEqual(losers.map(() => ({ kind: 'used_before', outcome: winner })))
    })

    test('peeking tells what a consumption would hand out, as often as it is asked, and consumes nothing', async () => {
      const { things, thing } = await putOne()
      const request = aConsumption(thing, { at: thing.expiresAt - 1 })
      expect([await things.peek(request), await things.peek(request)]).toEqual([thing.payload, thing.payload])
      expect(await things.consume(request)).toEqual({ kind: 'consumed', payload: thing.payload })
    })

    test.each<[string, (thing: OneUseThing) => Partial<Consumption>]>([
      ['expired at the instant', ({ expiresAt }) => ({ at: expiresAt })],
      ["another's", () => ({ boundTo: 'stranger' })],
      ['unknown', () => ({ digest: aDigest() })],
      ['of another kind', () => ({ kind: 'login_state' })],
      ['of another tenant', () => ({ tenantId: 'ten_elsewhere' as TenantId })],
    ])('peeking at what is %s tells nothing, and counts nothing', async (_what, changed) => {
      const { things, thing } = await putOne()
      const request = aConsumption(thing, changed(thing))
      for (let time = 0; time <= MAX_WRONG_ATTEMPTS; time += 1) expect(await things.peek(request)).toBeUndefined()
      expect(await things.peek(aConsumption(thing))).toBe(thing.payload)
      expect((await things.consume(aConsumption(thing))).kind, 'its own caller still consumes it').toBe('consumed')
    })

    test('peeking at what is consumed or void tells nothing', async () => {
      const { things, thing } = await putOne()
      await things.consume(aConsumption(thing))
      expect(await things.peek(aConsumption(thing))).toBeUndefined()
      const tried = aOneUseThing({ id: thing.tenantId })
      await things.put(tried)
      const strange = aConsumption(tried, { boundTo: 'stranger' })
      for (let attempt = 1; attempt < MAX_WRONG_ATTEMPTS; attempt += 1) await things.consume(strange)
      expect(await things.peek(aConsumption(tried))).toBe(tried.payload)
      await things.consume(strange)
      expect(await things.peek(aConsumption(tried))).toBeUndefined()
    })

    test('what a thing is about is told to whoever knows what it is called, until it is over', async () => {
      const { things, thing } = await putOne()
      const before = thing.expiresAt - 1
      expect([await things.payloadOf(thing, NOON), await things.payloadOf(thing, before)]).toEqual([thing.payload, thing.payload])
      expect(await things.payloadOf(thing, thing.expiresAt)).toBeUndefined()
      for (const changed of [{ digest: aDigest() }, { kind: 'login_state' as const }, { tenantId: 'ten_elsewhere' as TenantId }])
        expect(await things.payloadOf({ ...thing, ...changed }, NOON)).toBeUndefined()
      await things.consume(aConsumption(thing))
      expect(await things.payloadOf(thing, NOON)).toBeUndefined()
    })

    test('a thing that is there already is not put again, not even with another content', async () => {
      const { things, thing } = await putOne()
      const second = { ...thing, boundTo: 'thief', payload: 'other', expiresAt: thing.expiresAt + 1 }
      expect(await things.put(second)).toBe(false)
      expect(await things.consume(aConsumption(second))).toEqual({ kind: 'refused' })
      expect(await things.consume(aConsumption(thing))).toEqual({ kind: 'consumed', payload: thing.payload })
      expect(await things.put(thing)).toBe(false)
    })

    test('of 20 concurrent puts of one assertion exactly one succeeds', async () => {
      const store = await open()
      const { tenant } = await createWorld(store)
      const assertion = aOneUseThing(tenant, { kind: 'assertion_jti' })
      const answers = await Promise.all(Array.from({ length: 20 }, () => store.oneUseThings.put(assertion)))
      expect(answers.filter(Boolean)).toHaveLength(1)
    })

    test('S47: a thing is consumed until the last millisecond before its expiry and not at it', async () => {
      const { things, thing, store } = await putOne()
      const { tenant } = await createWorld(store)
      const late = aOneUseThing(tenant)
      await things.put(late)
      expect(await things.consume(aConsumption(late, { at: late.expiresAt }))).toEqual({ kind: 'refused' })
      expect((await things.consume(aConsumption(thing, { at: thing.expiresAt - 1 }))).kind).toBe('consumed')
    })

    test('what is unknown, of another kind or of another tenant is refused', async () => {
      const { things, thing, store } = await putOne()
      const elsewhere = await createWorld(store)
      for (const changed of [{ digest: aDigest() }, { kind: 'login_state' as const }, { tenantId: elsewhere.tenant.id }]) {
        expect(await things.consume(aConsumption(thing, changed))).toEqual({ kind: 'refused' })
      }
      expect((await things.consume(aConsumption(thing))).kind).toBe('consumed')
    })

    test('S48: a stranger consumes nothing and learns nothing, and too many strange attempts void the thing', async () => {
      const { things, thing, store } = await putOne()
      const [second, untried] = [aOneUseThing({ id: thing.tenantId }), aOneUseThing({ id: thing.tenantId })]
      for (const each of [second, untried]) await store.oneUseThings.put(each)
      const strange = (each: OneUseThing) => things.consume(aConsumption(each, { boundTo: 'stranger' }))
      for (let attempt = 1; attempt < MAX_WRONG_ATTEMPTS; attempt += 1) expect(await strange(thing)).toEqual({ kind: 'refused' })
      expect((await things.consume(aConsumption(thing))).kind).toBe('consumed')
      expect(await strange(thing)).toEqual({ kind: 'refused' })

      await Promise.all(Array.from({ length: MAX_WRONG_ATTEMPTS }, () => strange(second)))
      expect(await things.consume(aConsumption(second))).toEqual({ kind: 'refused' })
      expect((await things.consume(aConsumption(untried))).kind).toBe('consumed')
    })

    test("strangers cannot take from a thing's user that it is told of a second use", async () => {
      const { things, thing } = await putOne()
      await things.consume(aConsumption(thing))
      for (let attempt = 0; attempt < MAX_WRONG_ATTEMPTS + 1; attempt += 1)
        await things.consume(aConsumption(thing, { boundTo: 'stranger' }))
      expect((await things.consume(aConsumption(thing))).kind).toBe('used_before')
    })
  })
}
