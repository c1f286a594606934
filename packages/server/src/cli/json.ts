import { isHiddenCharacter } from './terminal-text.ts'

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [key: string]: JsonValue
}

/** One JSON document. What a terminal would obey or hide is escaped, also where JSON would let it stand. */
export function renderJson(document: JsonObject): string {
  const text = JSON.stringify(document, null, 2)
  let escaped = ''
  for (const character of text) escaped += character !== '\n' && isHiddenCharacter(character) ? escapeUnits(character) : character
  return `${escaped}\n`
}

function escapeUnits(character: string): string {
  let escaped = ''
  for (let index = 0; index < character.length; index++) escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`
  return escaped
}
