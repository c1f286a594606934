/**
 * A name that people give to an organisation, an application, a key: 1 to 100 characters in NFC, without surrounding blanks,
 * control characters or line breaks.
 * @returns undefined for anything else
 */
export function parseName(text: string): string | undefined {
  const name = text.normalize('NFC').trim()
  if ([...name].length > 100 || /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name) || !VISIBLE.test(name)) return undefined
  return name
}

/** Something to see: neither a blank nor one of the letters and marks that have no shape. */
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800]/u

/** A client id: 1 to 100 of the characters that need no escaping anywhere it is written. */
export function isClientId(text: string): boolean {
  return /^[A-Za-z0-9._~-]{1,100}$/.test(text)
}
