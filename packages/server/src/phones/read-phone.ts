/** Reads what people type for a telephone number, by Google's metadata of all numbering plans. */
import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'
import type { PhoneKind, PhoneNumber, PhoneReading } from '../domain/phone.ts'

/** Longer is no number in any spelling; a bound before anything is parsed. */
const MAX_CHARACTERS = 40

/**
 * Calling codes of satellite networks (ITU-T E.164, list of assigned codes): Inmarsat, global mobile satellite systems, and the
 * two codes whose networks are on ships, in aeroplanes and on satellites.
 */
const SATELLITE_CODES: ReadonlySet<string> = new Set(['870', '881', '882', '883'])

const KINDS: Readonly<Record<string, PhoneKind>> = {
  MOBILE: 'mobile',
  FIXED_LINE_OR_MOBILE: 'mobile', // North America does not tell them apart
  FIXED_LINE: 'fixed',
  VOIP: 'voip',
  PREMIUM_RATE: 'premium',
  SHARED_COST: 'shared_cost',
  TOLL_FREE: 'toll_free',
}

export type ReadPhone = (text: string, defaultCountry: string | undefined) => Promise<Outcome<PhoneReading, Refusal<'phone_unreadable'>>>

/** @param defaultCountry ISO 3166-1 alpha-2, of a number that is written without a calling code; undefined: it must have one */
export const readPhone: ReadPhone = async (text, defaultCountry) => {
  const plain = toPlainText(text)
  if (plain === undefined) return refuse({ code: 'phone_unreadable' })
  const { isSupportedCountry, parsePhoneNumberFromString } = await import('libphonenumber-js/max') // a megabyte that most starts do not need
  const country = defaultCountry !== undefined && isSupportedCountry(defaultCountry) ? { defaultCountry } : {}
  const parsed = parsePhoneNumberFromString(plain, { ...country, extract: false })
  if (parsed === undefined || !parsed.isValid() || parsed.ext !== undefined) return refuse({ code: 'phone_unreadable' })
  const callingCode = parsed.countryCallingCode
  const kind = SATELLITE_CODES.has(callingCode) ? 'satellite' : (KINDS[parsed.getType() ?? ''] ?? 'other')
  return accept({ number: parsed.number as string as PhoneNumber, callingCode, country: parsed.country, kind })
}

/**
 * Full-width and other digits as the plain ones, without what cannot be seen: the library would take a full-width plus sign for nothing,
 * and the number for another one. @returns undefined if letters or other signs are left
 */
function toPlainText(text: string): string | undefined {
  if (text.length > MAX_CHARACTERS) return undefined
  const plain = text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .trim()
    .replace(/^tel:/i, '')
  return /^\+?[\d\s()./\p{Pd}]+$/u.test(plain) ? plain : undefined
}

export type IsCountry = (code: string) => Promise<boolean>

/** Whether there are numbers of this country. @param code ISO 3166-1 alpha-2, upper case */
export const isCountry: IsCountry = async (code) => (await import('libphonenumber-js/max')).isSupportedCountry(code)
