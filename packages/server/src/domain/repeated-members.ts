/**
 * The names that stand more than once in one object of a JSON text, at any depth. `JSON.parse` silently keeps the last of them.
 * @param text one that `JSON.parse` has accepted
 * @param maxDepth looks no deeper; 1 is the object itself
 */
export function repeatedMembers(text: string, maxDepth = Number.POSITIVE_INFINITY): string[] {
  const open: Set<string>[] = []
  const repeated = new Set<string>()
  for (const [token, name] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (name !== undefined && open.length <= maxDepth) {
      const member = String(JSON.parse(name)) // two spellings of one name are one name
      const members = open.at(-1)
      if (members?.has(member)) repeated.add(member)
      members?.add(member)
    }
  }
  return [...repeated]
}
