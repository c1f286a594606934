/** Codes of a few digits that a message brings: how they are drawn, and how often they may be guessed at. */

import type { TenantId } from './ids.ts'
import { bucketKey, type Charge, type Limit } from './limit.ts'
import type { PhoneNumber } from './phone.ts'
import type { Randomness } from './randomness.ts'

/** What a code is for. One that was sent for one thing is good for no other. */
export type CodePurpose = 'registration' | 'recovery' | 'number_change' | 'sign_in' | 'do_not_call'

export interface CodeShape {
  readonly digits: 4 | 6
  readonly lifeSeconds: number
  /**
   * Attempts at all codes of one number together from places that its account knows, and as many from all others. One number for both:
   * what a throttled caller is told must not say which it is.
   */
  readonly guesses: Limit
}

export const SIX_DIGITS: CodeShape = { digits: 6, lifeSeconds: 600, guesses: { burst: 20, secondsPerUnit: 3600 } }

/** Servetel's (https://docs.servetel.in/docs/whitelisting): four digits for a quarter of an hour. */
export const FOUR_DIGITS: CodeShape = { digits: 4, lifeSeconds: 900, guesses: { burst: 3, secondsPerUnit: 86_400 } }

/** Who asks from a place where the number's account has signed in before has attempts that strangers cannot use up. */
export type GuessPlace = 'known' | 'strange'

const GUESS_PLACES: readonly GuessPlace[] = ['known', 'strange']

/** As many attempts as a limit lets through in any 24 hours: all at once, and what comes back meanwhile. */
export function mostPerDay({ burst, secondsPerUnit }: Limit): number {
  return burst + Math.floor(86_400 / secondsPerUnit)
}

/** The chance that somebody who guesses all day at one number's codes, from known places and from strange ones, is right once. */
export function chanceOfGuess({ digits, guesses }: CodeShape): number {
  return (GUESS_PLACES.length * mostPerDay(guesses)) / 10 ** digits
}

/** Every code is as likely as every other: numbers that would make some likelier are drawn again. */
export function drawCode(randomness: Randomness, { digits }: CodeShape): string {
  const codes = 10 ** digits
  const even = Math.floor(2 ** 32 / codes) * codes
  for (;;) {
    const drawn = randomness.bytes(4).readUInt32BE()
    if (drawn < even) return String(drawn % codes).padStart(digits, '0')
  }
}

/** Whole numbers that every language can hold. */
const NUMBER_BYTES = 6

/** What a code is called where a platform numbers its codes. */
export function drawCodeNumber(randomness: Randomness): string {
  return String(randomness.bytes(NUMBER_BYTES).readUIntBE(0, NUMBER_BYTES))
}

/** What one attempt costs the number, whatever the code and its purpose; counted before the code is looked at. */
export function guessCharge(tenantId: TenantId, number: PhoneNumber, { guesses, digits }: CodeShape, place: GuessPlace): Charge {
  return { key: bucketKey('code guess', tenantId, String(digits), number, place), limit: guesses, cost: 1 }
}
