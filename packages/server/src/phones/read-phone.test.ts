import { describe, expect, test } from 'vitest'
import { isCountry, readPhone } from './read-phone.ts'

async function read(text: string, country?: string) {
  const outcome = await readPhone(text, country)
  return outcome.ok ? outcome.value : outcome.refusal.code
}

describe('a number', () => {
  test.each([
    '+49 1522 8817386',
    '+4915228817386',
    '0049 1522 8817386',
    '01522 / 88 17 386',
    '(01522) 8817386',
    '+49 (0) 1522-8817386',
    '＋４９１５２２８８１７３８６',
    '\u200e+49\u00a01522\u00a08817386',
    'tel:+49-1522-8817386',
  ])('has one spelling, however it is typed: %s', async (text) => {
    expect(await read(text, 'DE')).toEqual({ number: '+4915228817386', callingCode: '49', country: 'DE', kind: 'mobile' })
  })

  test.each([
    ['nothing', ''],
    ['words', 'my telephone'],
    ['a number within words', 'call +4915228817386 now'],
    ['too few digits', '+49152'],
    ['too many digits', '+49152288173861234567'],
    ['an extension', '+4915228817386 ext. 5'],
    ['a calling code of nobody', '+9991234567'],
    ['more than any number', `+49${'1'.repeat(100)}`],
    ['a service number', '112'],
  ])('is unreadable: %s', async (_what, text) => {
    expect(await read(text, 'DE')).toBe('phone_unreadable')
  })

  test('without a calling code is unreadable where no country is meant', async () => {
    expect(await read('01522 8817386')).toBe('phone_unreadable')
    expect(await read('01522 8817386', 'XX')).toBe('phone_unreadable')
  })

  test('of ten digits is Indian where that is meant', async () => {
    expect(await read('9820098200', 'IN')).toMatchObject({ number: '+919820098200', country: 'IN', kind: 'mobile' })
  })
})

test.each([
  ['+49 30 901820', 'fixed'],
  ['+49 900 1234567', 'premium'],
  ['+49 180 5123456', 'shared_cost'],
  ['+49 800 1234567', 'toll_free'],
  ['+1 202 555 0123', 'mobile'],
  ['+44 7400 123456', 'mobile'],
  ['+44 5600 123456', 'voip'],
  ['+44 70 1234 5678', 'other'],
  ['+870 773 111 632', 'satellite'],
  ['+881 612 345 678', 'satellite'],
  ['+882 16 1234 5678', 'satellite'],
  ['+883 5100 1234 5678', 'satellite'],
  ['+979 123 456 789', 'premium'],
  ['+800 1234 5678', 'toll_free'],
])('%s is %s', async (text, kind) => {
  expect(await read(text)).toMatchObject({ kind })
})

test('a country is one of those that have numbers', async () => {
  expect([await isCountry('DE'), await isCountry('IN'), await isCountry('de'), await isCountry('XX'), await isCountry('')]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})
