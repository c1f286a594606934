/** Which sign-in a notice means, in words. */
import type { SignInDetails } from './message.ts'

/** `21 Nov 2026, 12:30 UTC`. In UTC, as we do not know where the reader is. */
export function sayWhen({ at }: SignInDetails, language: string): string {
  const locale = language === 'en' ? 'en-GB' : language
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23', timeZone: 'UTC' })
  return `${time.format(at)} UTC`
}

/** What a text message has room for, best first, and without the day: it arrives at once. Less is better than a second part, which is paid for. */
export function sayShortly({ at, device, block }: SignInDetails): readonly string[] {
  const when = `${new Date(at).toISOString().slice(11, 16)} UTC`
  const from = block === 'unknown' ? undefined : block
  const choices = [[when, device, from], [when, device], [when, from], [when]]
  return choices.map((parts) => parts.filter((part) => part !== undefined).join(', '))
}

/** What a text of ours may have of the alphabet of mobile networks (3GPP TS 23.038), one octet each. */
const NETWORK_ALPHABET = /^[\n -Z_a-zäöüÄÖÜßéèàÉ]*$/
const ROOM_OF_A_PART = { network: 160, ucs2: 70 } as const

/** Whether a text message is carried in one part. */
export function isOnePart(text: string): boolean {
  return text.length <= (NETWORK_ALPHABET.test(text) ? ROOM_OF_A_PART.network : ROOM_OF_A_PART.ucs2)
}
