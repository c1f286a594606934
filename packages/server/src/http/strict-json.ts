import { repeatedMembers } from '../domain/repeated-members.ts'
import { RequestRefused } from '../front-doors/request-refused.ts'

const MAX_DEPTH = 32

/**
 * A body of `application/json` (RFC 8259): UTF-8 without slips, at most 32 levels deep, no member twice, no member `__proto__`, no half of a character.
 * @returns undefined for an empty body
 * @throws RequestRefused `bad_request`
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    if (depthOf(text) > MAX_DEPTH) throw new RequestRefused('bad_request')
    const value: unknown = JSON.parse(text)
    if (repeatedMembers(text).length > 0) throw new RequestRefused('bad_request') // which of the two is meant, nobody can say
    // Both can be spelled with escapes; only a text with neither is free of them for certain.
    if (/__proto__|\\u/.test(text) && hasOddText(value)) throw new RequestRefused('bad_request')
    return value
  } catch {
    // TextDecoder and JSON.parse throw for the caller's slips only.
    throw new RequestRefused('bad_request')
  }
}

/** How deep brackets nest, strings left aside. Runs before parsing, so that no recursion meets a deeper text. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (inString) {
      if (character === '\\') index += 1
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth)
    else if (character === '}' || character === ']') depth -= 1
  }
  return deepest
}

/** Whether a member is called `__proto__`, or half of a surrogate pair stands anywhere: that is no text (RFC 8259, section 8.2), and all such halves hash alike. */
function hasOddText(value: unknown): boolean {
  if (typeof value === 'string') return !value.isWellFormed()
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, member]) => name === '__proto__' || !name.isWellFormed() || hasOddText(member))
}
