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
  if (text.length > MAX_CHARACTERS) return refuse({ code: 'phone_unreadable' })
  const { isSupportedCountry, parsePhoneNumberFromString } = await import('libphonenumber-js/max') // a megabyte that most starts do not need
  const country = defaultCountry !== undefined && isSupportedCountry(defaultCountry) ? { defaultCountry } : {}
  const parsed = parsePhoneNumberFromString(text, { ...country, extract: false })
  if (parsed === undefined || !parsed.isValid() || parsed.ext !== undefined) return refuse({ code: 'phone_unreadable' })
  const callingCode = parsed.countryCallingCode
  const kind = SATELLITE_CODES.has(callingCode) ? 'satellite' : (KINDS[parsed.getType() ?? ''] ?? 'other')
  return accept({ number: parsed.number as string as PhoneNumber, callingCode, country: parsed.country, kind })
}
