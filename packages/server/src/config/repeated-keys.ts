/**
 * The keys that stand more than once at the top of a JSON object. `JSON.parse` silently keeps the last of them.
 * @param text one that `JSON.parse` has accepted
 */
export function repeatedKeys(text: string): string[] {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  let depth = 0
  for (const [token, key] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++
    if (token === '}' || token === ']') depth--
    if (key === undefined || depth !== 1) continue
    const name = String(JSON.parse(key))
    if (seen.has(name)) repeated.add(name)
    seen.add(name)
  }
  return [...repeated]
}
