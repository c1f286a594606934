import type { Account } from './account.ts'

declare const brand: unique symbol
/** An e-mail address that a mail server can be handed as it is. Nobody has verified that it is read by the account's owner. */
export type MailAddress = string & { readonly [brand]: 'MailAddress' }

/** RFC 5321, section 4.5.3.1, without the angle brackets. */
const MAX_CHARACTERS = 254
const MAX_LOCAL_CHARACTERS = 64

/** A dot-atom of RFC 5322, section 3.2.3, and a host name of at least two labels. Quoted names and address literals are nobody's we know. */
const SHAPE =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i

/** @returns undefined for what a letter cannot be sent to */
export function parseMailAddress(text: string): MailAddress | undefined {
  if (text.length > MAX_CHARACTERS || text.indexOf('@') > MAX_LOCAL_CHARACTERS || !SHAPE.test(text)) return undefined
  return text as MailAddress
}

/** The first login name of an account that a letter can be sent to. */
export function mailAddressOf({ loginIds }: Pick<Account, 'loginIds'>): MailAddress | undefined {
  return loginIds.map(parseMailAddress).find((address) => address !== undefined)
}
