import { escapeHtml } from '@kitajs/html'

/**
 * A text as the value of an attribute. The library escapes quotes there but no `&`, so that a login name `a&lt;b` would come back
 * as `a<b`, and an address would lose the parameters whose names begin like a character reference.
 */
export function attribute(text: string): string {
  return escapeHtml(text)
}
