const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BASE = BigInt(ALPHABET.length)

/**
 * A number as exactly `length` base62 characters, leading zeros kept.
 * @throws RangeError if it has more digits, or is negative: cut off, it would be another number
 */
export function encodeBase62(value: bigint, length: number): string {
  if (value < 0n || value >= BASE ** BigInt(length)) throw new RangeError(`a number does not fit into ${length} base62 characters`)
  let text = ''
  for (let rest = value; text.length < length; rest /= BASE) text = ALPHABET.charAt(Number(rest % BASE)) + text
  return text
}

/** @returns undefined if a character is not in the alphabet */
export function decodeBase62(text: string): bigint | undefined {
  let value = 0n
  for (const character of text) {
    const digit = ALPHABET.indexOf(character)
    if (digit < 0) return undefined
    value = value * BASE + BigInt(digit)
  }
  return value
}
