/** Controls, direction marks, line separators and lone surrogates: what a terminal obeys, or does not show. */
export function isHiddenCharacter(character: string): boolean {
  return /^[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]$/u.test(character)
}

/** A stored or given text for one line of a terminal: it can neither move the cursor nor begin a line. */
export function escapeHidden(text: string): string {
  let escaped = ''
  for (const character of text) {
    escaped += isHiddenCharacter(character) ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character
  }
  return escaped
}

/** The same for a text of several lines that are our own. */
export function escapeHiddenInLines(text: string): string {
  return text.split('\n').map(escapeHidden).join('\n')
}
