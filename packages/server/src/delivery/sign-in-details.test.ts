import { describe, expect, it, test } from 'vitest'
import type { AddressBlock } from '../domain/address-block.ts'
import type { PhoneNumber } from '../domain/phone.ts'
import { textOf } from './code-texts.ts'
import { textOfLetter } from './letter-texts.ts'
import { isOnePart, sayShortly } from './sign-in-details.ts'
import { splitText } from './smpp-text.ts'

const AT = Date.UTC(2026, 10, 21, 12, 30)
const DETAILS = { at: AT, device: 'Samsung Internet, Android', block: '2001:db8:1234:5678::/64' as AddressBlock }
const LANGUAGES = ['en', 'de', 'hi', 'fr']

function aText(language: string, host = 'id.nordlicht.example', details = DETAILS) {
  return textOf({ id: 'x', to: '+4915228817386' as PhoneNumber, notice: 'new_device', language, host, details })
}

describe('a text message of a sign-in with a new browser', () => {
  it.each(['en', 'de'])('says in %s when, with what and from where, in one part', (language) => {
    const text = aText(language)
    expect(text).toContain('12:30 UTC, Samsung Internet, Android, 2001:db8:1234:5678::/64')
    expect(splitText(text, 0).parts).toHaveLength(1)
  })

  it('says in Hindi as much as one part holds', () => {
    const text = aText('hi', 'id.x.example', { ...DETAILS, device: undefined, block: '192.0.2.7' as AddressBlock } as never)
    expect(text).toContain('12:30 UTC')
    expect(splitText(text, 0).parts).toHaveLength(1)
  })

  it('says less of a host with a long name, and never takes a part more for it', () => {
    for (const language of LANGUAGES)
      for (let length = 1; length < 64; length += 1) {
        const host = `${'h'.repeat(length)}.example`
        const bare = textOf({ id: 'x', to: '+4915228817386' as PhoneNumber, notice: 'new_device', language, host })
        const text = aText(language, host)
        if (text !== bare) expect(splitText(text, 0).parts, text).toHaveLength(1)
        expect(text).toContain(host)
      }
  })
})

test('a part is measured as the network does it', () => {
  for (const text of ['a'.repeat(160), 'a'.repeat(161), 'ä'.repeat(160), 'क'.repeat(70), 'क'.repeat(71), 'x_@$\n'])
    expect(isOnePart(text), text).toBe(splitText(text, 0).parts.length === 1)
})

test('what is not known is left out of a text, and said to be unknown in a letter', () => {
  const details = { at: AT, device: undefined, block: 'unknown' as AddressBlock }
  expect(sayShortly(details)[0]).toBe('12:30 UTC')
  expect(textOfLetter({ notice: 'new_device', details, language: 'en', host: 'h.example' }).text).toContain('Browser: unknown')
})

test.each(LANGUAGES)('a letter in %s says all', (language) => {
  const { text } = textOfLetter({ notice: 'new_device', details: DETAILS, language, host: 'h.example' })
  for (const said of ['12:30 UTC', DETAILS.device, DETAILS.block]) expect(text).toContain(said)
})
