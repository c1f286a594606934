import { accept, type Outcome, type Refusal, refuse } from '../domain/outcome.ts'

const MAX_PARAMETERS = 100

/** One name or value of `application/x-www-form-urlencoded`. @returns undefined if an escape is malformed or is not UTF-8 */
export function decodeFormWord(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

/** Why parameters cannot be read: an escape, a name or their number; or a name that comes twice. */
export type UnreadableForm = Refusal<'form_malformed' | 'parameter_repeated'>

/** The parameters of a form body or a query, strictly: each name once, well-formed escapes, at most 100. */
export function parseFormPairs(text: string): Outcome<ReadonlyMap<string, string>, UnreadableForm> {
  const pairs = new Map<string, string>()
  if (text === '') return accept(pairs)
  const parts = text.split('&', MAX_PARAMETERS + 1)
  if (parts.length > MAX_PARAMETERS) return refuse({ code: 'form_malformed' })
  for (const part of parts) {
    if (part === '') continue // https://url.spec.whatwg.org/#concept-urlencoded-parser
    const equals = part.indexOf('=')
    const name = decodeFormWord(equals < 0 ? part : part.slice(0, equals))
    const value = decodeFormWord(equals < 0 ? '' : part.slice(equals + 1))
    if (name === undefined || value === undefined || name === '') return refuse({ code: 'form_malformed' })
    if (pairs.has(name)) return refuse({ code: 'parameter_repeated' })
    pairs.set(name, value)
  }
  return accept(pairs)
}
