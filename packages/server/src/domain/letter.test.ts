import { expect, test } from 'vitest'
import type { TenantId } from './ids.ts'
import { chargesOfLetter, LETTER_LIFE_MS, nextAttemptAt } from './letter.ts'
import { chargeBucket } from './limit.ts'
import type { MailAddress } from './mail-address.ts'

const NOON = Date.UTC(2030, 0, 15, 12)
const MINUTE = 60_000
const DAY = 1440 * MINUTE

test('a letter that was not taken is tried again after 1, 2, 4 … and then every 60 minutes, for two days', () => {
  const pauses: number[] = []
  let at = NOON
  for (let attempt = 1; ; attempt += 1) {
    const nextAt = nextAttemptAt({ writtenAt: NOON }, attempt, at)
    if (nextAt === undefined) break
    pauses.push((nextAt - at) / MINUTE)
    at = nextAt
  }
  expect(pauses.slice(0, 9)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
  expect(pauses).toHaveLength(52)
  expect(at).toBeLessThan(NOON + LETTER_LIFE_MS)
  expect(at).toBeGreaterThan(NOON + LETTER_LIFE_MS - 61 * MINUTE)
})

/** How many letters to how many addresses there is room for. */
function countAllowed(requests: readonly { readonly to: string; readonly at: number; readonly tenant?: string }[], perDay: number): number {
  const emptyAt = new Map<string, number>()
  return requests.filter(({ to, at, tenant = 'ten_1' }) => {
    const { charges } = chargesOfLetter({ tenantId: tenant as TenantId, to: to as MailAddress }, perDay, at)
    const charged = charges.map((charge) => ({ key: charge.key, ...chargeBucket(emptyAt.get(charge.key) ?? 0, charge, at) }))
    const isAllowed = charged.every((each) => 'emptyAt' in each)
    if (isAllowed) for (const each of charged) if ('emptyAt' in each) emptyAt.set(each.key, each.emptyAt)
    return isAllowed
  }).length
}

test('an address has five letters at once and 16 in a day, in whatever case it is spelled, however many are asked for', () => {
  const asked = Array.from({ length: 1440 }, (_, minute) => ({
    to: minute % 2 ? 'anna@acme.example' : 'Anna@acme.example',
    at: NOON + minute * MINUTE,
  }))
  expect(countAllowed(asked.slice(0, 60), 1000)).toBe(5)
  expect(countAllowed(asked, 1000)).toBe(16)
  expect(countAllowed([...asked, { to: 'anna@acme.example', at: NOON + DAY }], 1000)).toBe(17)
})

test('a tenant has so many letters a day and not one more, and the next day as many again', () => {
  const midnight = NOON + DAY / 2
  const asked = Array.from({ length: 600 }, (_, index) => ({ to: `a${index}@acme.example`, at: midnight + (index * DAY) / 300 }))
  expect(countAllowed(asked.slice(0, 300), 100)).toBe(100)
  expect(countAllowed(asked, 100)).toBe(200)
  expect(
    countAllowed(
      asked.map((each) => ({ ...each, tenant: each.to })),
      100,
    ),
    'each tenant has its own',
  ).toBe(600)
})
