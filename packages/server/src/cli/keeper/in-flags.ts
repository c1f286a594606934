/** The client calls what it is given by the names that a program writes; whoever types commands knows it by its flags. */
const TYPED: readonly (readonly [RegExp, string])[] = [
  [/\bminValiditySeconds\b/g, '--min-validity'],
  [/\bapiKey\b/g, 'API key'],
  [/\bclientId\b/g, '--client-id'],
  [/\bclientSecret\b/g, 'client secret'],
  [/\bGive it in apiOrigins\b/gi, 'sign in again with it as --api-url'],
  [/\bapiUrl\b/g, '--api-url'],
  [/\bbaseUrl\b/g, '--base-url'],
  [/, or keep tokens in memory\b/g, ''],
]

/** @param sentence of the client's errors */
export function inFlags(sentence: string): string {
  return TYPED.reduce((said, [word, typed]) => said.replace(word, typed), sentence)
}
