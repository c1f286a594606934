import { accept, type Outcome, refuse } from '../domain/outcome.ts'
import { hasOwnWord, isPattern, type Password, parseNewPassword } from '../domain/password.ts'
import type { NewPasswordRefusal } from './person-use-cases.ts'

/**
 * Whether a person may choose a password: long enough, and none of those that everybody tries first. There are no other rules.
 * @param words the person's and the tenant's, which are tried first too; undefined: there is none
 */
export type ChooseablePassword = (text: string, words: readonly (string | undefined)[]) => Promise<Outcome<Password, NewPasswordRefusal>>

/** @param isCommon of a password in lower case */
export function createChooseablePassword({ isCommon }: { readonly isCommon: (password: string) => Promise<boolean> }): ChooseablePassword {
  return async (text, words) => {
    const parsed = parseNewPassword(text)
    if (!parsed.ok) return parsed
    const password = parsed.value
    // As guessers spell it: letters of full width are the same to them.
    const isTriedFirst = hasOwnWord(password, words) || isPattern(password) || (await isCommon(password.normalize('NFKC').toLowerCase()))
    return isTriedFirst ? refuse({ code: 'password_common' }) : accept(password)
  }
}
