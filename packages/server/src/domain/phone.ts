/** Telephone numbers that messages are sent to, and which of them a tenant pays for. */
import type { OrganisationId } from './ids.ts'
import { accept, type Outcome, type Refusal, refuse } from './outcome.ts'

declare const brand: unique symbol
/** A number in its one spelling: ITU-T E.164 with a plus sign and nothing but digits. */
export type PhoneNumber = string & { readonly [brand]: 'PhoneNumber' }

/** What a number is for. `satellite` is told by its calling code: numbering plans call such numbers mobile, and a message costs a hundred times as much. */
export type PhoneKind = 'mobile' | 'fixed' | 'voip' | 'premium' | 'shared_cost' | 'toll_free' | 'satellite' | 'other'

export const PHONE_KINDS: readonly PhoneKind[] = ['mobile', 'fixed', 'voip', 'premium', 'shared_cost', 'toll_free', 'satellite', 'other']

export interface PhoneReading {
  readonly number: PhoneNumber
  /** Of its country, without the plus sign. */
  readonly callingCode: string
  /** ISO 3166-1 alpha-2; undefined: a network of no country. */
  readonly country: string | undefined
  readonly kind: PhoneKind
}

/** Whom a tenant sends messages to. Without a country it sends none. */
export interface PhonePolicy {
  /** ISO 3166-1 alpha-2, upper case. The first is that of a number written without a calling code. */
  readonly countries: readonly string[]
  readonly kinds: readonly PhoneKind[]
  /** Messages a day, in UTC days of the store's clock. Never exceeded. */
  readonly messagesPerDay: number
  /** The organisation that people join by themselves who prove a number, and whose accounts a number recovers; undefined: nobody registers. */
  readonly registersIn: OrganisationId | undefined
}

export const NO_PHONES: PhonePolicy = { countries: [], kinds: ['mobile'], messagesPerDay: 1000, registersIn: undefined }

export function judgePhone(
  { number, country, kind }: PhoneReading,
  { countries, kinds }: PhonePolicy,
): Outcome<PhoneNumber, Refusal<'phone_not_served'>> {
  const isInPlace = kind === 'satellite' || (country !== undefined && countries.includes(country))
  if (isInPlace && kinds.includes(kind)) return accept(number)
  return refuse({ code: 'phone_not_served', logDetail: `a ${kind} number of ${country ?? 'no country'}` })
}

/**
 * The ranges of numbers that a number is part of, narrow first: ten thousand neighbours, and what one network commonly holds. Who pumps
 * messages uses numbers that lie together, because they are rented together.
 */
export function rangesOf({ number, callingCode }: Pick<PhoneReading, 'number' | 'callingCode'>): readonly [string, string] {
  const neighbours = number.slice(0, Math.max(callingCode.length + 1, number.length - 4))
  return [neighbours, number.slice(0, callingCode.length + 1 + 3)]
}
