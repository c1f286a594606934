import { accept, type Outcome, type Refusal, refuse } from './outcome.ts'

declare const passwordBrand: unique symbol
/** A password in NFC, which is how it is hashed and verified. Nothing else of it is trimmed, cut or changed. */
export type Password = string & { readonly [passwordBrand]: 'Password' }

export const PASSWORD_CHARACTERS = { min: 8, max: 128 } as const

/** The form in which a presented password is compared. Any text has one; whether it may be chosen is `parseNewPassword`'s. */
export function normalisePassword(text: string): Password {
  return text.normalize('NFC') as Password
}

/** A password that may be set: 8 to 128 characters (Unicode code points), counted after NFC (NIST SP 800-63B, section 5.1.1.2). */
export function parseNewPassword(text: string): Outcome<Password, Refusal<'password_too_short' | 'password_too_long'>> {
  const password = normalisePassword(text)
  const characters = [...password].length
  if (characters < PASSWORD_CHARACTERS.min) return refuse({ code: 'password_too_short' })
  if (characters > PASSWORD_CHARACTERS.max) return refuse({ code: 'password_too_long' })
  return accept(password)
}

/** A word with so few letters more is the word. */
const FEW = 4

/**
 * Whether somebody who knows these words would try the password first: one of them, or one with a few characters before, behind or between.
 * @param words such as a name, an address, what the tenant is called
 */
export function hasOwnWord(password: Password, words: readonly (string | undefined)[]): boolean {
  const letters = plain(password)
  return words
    .flatMap((word) => (word === undefined ? [] : [plain(word), ...word.split(/[^\p{L}\p{N}]+/u).map(plain)]))
    .some((word) => word.length >= FEW && letters.includes(word) && [...letters].length - [...word].length <= FEW)
}

/** A part of so many characters that is written again and again is no more than the part. */
const LONGEST_PART = 4
/** So few different ones are soon run through. */
const FEW_KINDS = 2

/**
 * Whether a password is a pattern that guessers run through without a list: one character or a short part again and again, or
 * characters in their order, forwards or backwards (NIST SP 800-63B, section 5.1.1.2: "repetitive or sequential characters").
 */
export function isPattern(password: Password): boolean {
  const characters = [...password.normalize('NFKC').toLowerCase()].filter((one) => !INVISIBLE.test(one))
  return new Set(characters).size <= FEW_KINDS || isRepetition(characters) || isSequence(characters)
}

/** Blanks, and what has no width. */
const INVISIBLE = /[\s\p{Cf}]/u

function isRepetition(characters: readonly string[]): boolean {
  return [3, LONGEST_PART].some(
    (part) => characters.length >= 2 * part && characters.every((one, index) => one === characters[index % part]),
  )
}

/** 0 goes before 1 and behind 9. */
function isSequence(characters: readonly string[]): boolean {
  const text = characters.join('')
  const rows = ['01234567890', 'abcdefghijklmnopqrstuvwxyz']
  const backwards = [...text].reverse().join('')
  return rows.some((row) => row.includes(text) || row.includes(backwards))
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}
