const MAX_PARAMETERS = 100

/** One name or value of `application/x-www-form-urlencoded`. @returns undefined if an escape is malformed or is not UTF-8 */
export function decodeFormWord(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

/**
 * The parameters of a form body or a query, strictly: each name once, well-formed escapes, at most 100.
 * @returns undefined if the text breaks one of these rules
 */
export function parseFormPairs(text: string): ReadonlyMap<string, string> | undefined {
  const pairs = new Map<string, string>()
  if (text === '') return pairs
  const parts = text.split('&', MAX_PARAMETERS + 1)
  if (parts.length > MAX_PARAMETERS) return undefined
  for (const part of parts) {
    const equals = part.indexOf('=')
    const name = decodeFormWord(equals < 0 ? part : part.slice(0, equals))
    const value = decodeFormWord(equals < 0 ? '' : part.slice(equals + 1))
    if (name === undefined || value === undefined || name === '' || pairs.has(name)) return undefined
    pairs.set(name, value)
  }
  return pairs
}
