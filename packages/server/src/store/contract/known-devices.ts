import { describe, expect, test } from 'vitest'
import type { AccountId } from '../../domain/ids.ts'
import { DEVICE_FORGOTTEN_AFTER_SECONDS, MAX_KNOWN_DEVICES } from '../../domain/known-device.ts'
import type { Store } from '../store.ts'
import { anAccount, anAuditRow, createWorld, NOON } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

const FORGOTTEN_AFTER_MS = DEVICE_FORGOTTEN_AFTER_SECONDS * 1000

export function describeKnownDevices(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  async function openWorld() {
    const store = await open()
    const world = await createWorld(store)
    const other = anAccount(world.organisation)
    await store.accounts.create(other, '$hash', anAuditRow())
    return { ...world, store, other }
  }

  const seeWith = (store: Store, accountId: AccountId) => (digest: string, at: number, description?: string) =>
    store.knownDevices.see({ accountId, digest, description, at })

  describe('known devices', () => {
    test('the first of an account is its first, one more is new, and each is known from then on, to this account alone', async () => {
      const { store, account, other } = await openWorld()
      const [see, seeOther] = [seeWith(store, account.id), seeWith(store, other.id)]
      expect([await see('a', NOON), await see('a', NOON), await see('b', NOON), await see('b', NOON), await see('a', NOON)]).toEqual([
        ...['first', 'known', 'new', 'known', 'known'],
      ])
      expect([await seeOther('b', NOON), await seeOther('a', NOON)]).toEqual(['first', 'new'])
    })

    test('of 20 concurrent sights of one new device exactly one is new, and of the first ones of an account exactly one is the first', async () => {
      const { store, account } = await openWorld()
      const see = seeWith(store, account.id)
      const firsts = await Promise.all(Array.from({ length: 20 }, (_, index) => see(`d${index % 2}`, NOON)))
      const counted = (all: readonly string[], kind: string) => all.filter((one) => one === kind).length
      expect(['first', 'new', 'known'].map((kind) => counted(firsts, kind))).toEqual([1, 1, 18])
      const others = await Promise.all(Array.from({ length: 20 }, () => see('another', NOON)))
      expect(['first', 'new', 'known'].map((kind) => counted(others, kind))).toEqual([0, 1, 19])
    })

    test('are not known by a password that was set after they were seen, and the account’s first is new by then', async () => {
      const { store, account } = await openWorld()
      const see = seeWith(store, account.id)
      await see('a', NOON)
      await see('b', NOON)
      await store.accounts.setPassword(account.id, '$another', NOON + 1000, anAuditRow())
      expect([await store.knownDevices.isKnown(account.id, 'a'), await store.knownDevices.isKnown(account.id, 'b')]).toEqual([false, false])
      expect([await see('b', NOON + 1000), await see('a', NOON + 2000), await see('a', NOON + 3000)]).toEqual(['new', 'new', 'known'])
      expect([await store.knownDevices.isKnown(account.id, 'a'), await store.knownDevices.isKnown(account.id, 'b')]).toEqual([true, true])
      expect(await see('c', NOON + 3000)).toBe('new')
    })

    test('are asked for without being remembered', async () => {
      const { store, account, other } = await openWorld()
      expect([await store.knownDevices.isKnown(account.id, 'a'), await store.knownDevices.isKnown(account.id, 'a')]).toEqual([false, false])
      expect(await seeWith(store, account.id)('a', NOON)).toBe('first')
      expect(await store.knownDevices.isKnown(account.id, 'a')).toBe(true)
      for (const id of [other.id, 'a name that nobody has']) expect(await store.knownDevices.isKnown(id, 'a')).toBe(false)
    })

    test('are listed, the one seen last first, with when they were first and last seen and as what', async () => {
      const { store, account, other } = await openWorld()
      const see = seeWith(store, account.id)
      await see('a', NOON, 'Firefox, Linux')
      await see('b', NOON + 1)
      await see('a', NOON + 2, 'Edge, Windows')
      await see('b', NOON - 5) // by a process whose clock is behind
      expect(await store.knownDevices.list(account.id)).toEqual([
        { digest: 'a', description: 'Edge, Windows', firstAt: NOON, lastAt: NOON + 2 },
        { digest: 'b', description: undefined, firstAt: NOON + 1, lastAt: NOON + 1 },
      ])
      expect(await store.knownDevices.list(other.id)).toEqual([])
    })

    test('are no more than the limit: the one that was not seen for longest is forgotten, and never the one that is seen', async () => {
      const { store, account, other } = await openWorld()
      const see = seeWith(store, account.id)
      await seeWith(store, other.id)('theirs', NOON - 1)
      for (let index = 0; index < MAX_KNOWN_DEVICES; index += 1) await see(`d${index}`, NOON + index)
      await see('d0', NOON + 100)
      expect(await see('late', NOON - 100)).toBe('new')
      const kept = (await store.knownDevices.list(account.id)).map(({ digest }) => digest)
      expect([kept.length, kept.includes('d0'), kept.includes('d1'), kept.includes('late')]).toEqual([MAX_KNOWN_DEVICES, true, false, true])
      expect(await see('d1', NOON + 101)).toBe('new')
      expect(await store.knownDevices.list(other.id)).toHaveLength(1)
    })

    test('are forgotten when they were not seen for long, but for the last of an account', async () => {
      const { store, account, other } = await openWorld()
      const see = seeWith(store, account.id)
      for (const digest of ['a', 'b']) await see(digest, NOON)
      await see('c', NOON + 1)
      await seeWith(store, other.id)('theirs', NOON)
      const sweep = (at: number) => store.sweep({ at, maxRows: 100 })
      const left = async () => (await store.knownDevices.list(account.id)).map(({ digest }) => digest)
      await sweep(NOON + FORGOTTEN_AFTER_MS - 1)
      expect(await left()).toHaveLength(3)
      await sweep(NOON + FORGOTTEN_AFTER_MS)
      expect(await left()).toEqual(['c'])
      await sweep(NOON + 9 * FORGOTTEN_AFTER_MS)
      expect([await left(), await store.knownDevices.list(other.id)]).toMatchObject([['c'], [{ digest: 'theirs' }]])
      expect(await see('a', NOON + 9 * FORGOTTEN_AFTER_MS), 'and not its first').toBe('new')
    })

    test('of those that were all seen at one instant the sweep leaves one', async () => {
      const { store, account } = await openWorld()
      for (const digest of ['a', 'b', 'c']) await seeWith(store, account.id)(digest, NOON)
      await store.sweep({ at: NOON + FORGOTTEN_AFTER_MS, maxRows: 100 })
      expect(await store.knownDevices.list(account.id)).toHaveLength(1)
    })
  })
}
