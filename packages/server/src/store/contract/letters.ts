import { describe, expect, test } from 'vitest'
import { aLetter, anAuditRow, createWorld, NOON } from './builders.ts'
import { closedAfterEach, type OpenStore } from './stores-under-test.ts'

const MINUTE = 60_000

export function describeLetters(openStore: OpenStore): void {
  const open = closedAfterEach(openStore)

  async function openWithAccount() {
    const store = await open()
    const { account } = await createWorld(store)
    const claim = (at: number) => store.letters.claim({ at, until: at + MINUTE })
    return { store, letters: store.letters, account, claim }
  }

  describe('letters', () => {
    test('are handed out as they were written, those that are due for longest first', async () => {
      const { letters, account, claim } = await openWithAccount()
      const [first, second, later] = [
        aLetter(account, { writtenAt: NOON }),
        aLetter(account, { writtenAt: NOON + 1 }),
        aLetter(account, { writtenAt: NOON + 3 }),
      ]
      for (const letter of [later, second, first]) await letters.add(letter)
      expect(await letters.count()).toBe(3)
      expect(await claim(NOON - 1)).toBeUndefined()
      expect(await claim(NOON + 2)).toEqual({ ...first, attempt: 1 })
      expect(await claim(NOON + 2)).toEqual({ ...second, attempt: 1 })
      expect(await claim(NOON + 2)).toBeUndefined()
    })

    test('S171: of 20 concurrent claims on one letter exactly one has it', async () => {
      const { letters, account, claim } = await openWithAccount()
      await letters.add(aLetter(account))
      const claimed = await Promise.all(Array.from({ length: 20 }, () => claim(NOON)))
      expect(claimed.filter((letter) => letter !== undefined)).toHaveLength(1)
    })

    test('are due again when they were postponed to, for the next attempt', async () => {
      const { letters, account, claim } = await openWithAccount()
      const letter = aLetter(account)
      await letters.add(letter)
      const claimed = (await claim(NOON)) ?? expect.fail('none was due')
      expect(await letters.postpone(claimed, NOON + MINUTE)).toBe(true)
      expect(await letters.postpone(claimed, NOON), 'a second word about one attempt').toBe(false)
      expect(await claim(NOON + MINUTE - 1)).toBeUndefined()
      expect(await claim(NOON + MINUTE)).toEqual({ ...letter, attempt: 2 })
    })

    test('go when they are settled, once, and the audit row with them', async () => {
      const { store, letters, account, claim } = await openWithAccount()
      await letters.add(aLetter(account))
      await letters.add(aLetter(account, { writtenAt: NOON + 1 }))
      const [sent, lost] = [await claim(NOON + 1), await claim(NOON + 1)]
      if (sent === undefined || lost === undefined) throw new Error('two were due')
      const audit = anAuditRow({ action: 'letter.lost' })
      expect(await letters.settle(sent)).toBe(true)
      expect(await letters.settle(sent)).toBe(false)
      const settled = await Promise.all([audit, anAuditRow({ action: 'letter.lost' })].map((row) => letters.settle(lost, row)))
      expect(settled).toEqual([true, false])
      expect((await store.auditTrail.list({ max: 9 })).filter(({ action }) => action === 'letter.lost')).toEqual([audit])
      expect(await letters.count()).toBe(0)
    })

    test('S171: an attempt that nobody has ended is found once its time is over, and what is said of an earlier one counts for nothing', async () => {
      const { letters, account, claim } = await openWithAccount()
      const letter = aLetter(account)
      await letters.add(letter)
      const first = (await claim(NOON)) ?? expect.fail('none was due')
      await letters.postpone(first, NOON)
      await claim(NOON)
      expect(await letters.listAbandoned(NOON + MINUTE - 1, 9)).toEqual([])
      const [abandoned = expect.fail('none was found')] = await letters.listAbandoned(NOON + MINUTE, 9)
      expect(abandoned).toEqual({ ...letter, attempt: 2 })
      expect(await claim(NOON + MINUTE), 'nobody else takes it up').toBeUndefined()
      expect([await letters.settle(first), await letters.postpone(first, NOON)]).toEqual([false, false])
      expect(await letters.settle(abandoned, anAuditRow())).toBe(true)
    })

    test('belong to an account that there is', async () => {
      const { letters, account } = await openWithAccount()
      await expect(letters.add({ ...aLetter(account), accountId: 'acc_nobody' as typeof account.id })).rejects.toThrow()
      expect(await letters.count()).toBe(0)
    })
  })
}
