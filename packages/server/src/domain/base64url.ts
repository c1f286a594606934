/**
 * Strict base64url (RFC 4648, section 5): no padding, no blanks, and the unused bits of the last character are zero, so that a
 * sequence of bytes has exactly one spelling. Node's own decoder accepts many.
 * @returns undefined for any other text
 */
export function decodeBase64Url(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
