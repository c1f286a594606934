import { de } from './messages/de.ts'
import { en } from './messages/en.ts'
import { hi } from './messages/hi.ts'
import type { MessageKey, Messages, ValuesFor } from './messages/messages.ts'
import type { Language } from './page.ts'

export const CATALOGUES: Readonly<Record<Language, Messages>> = { en, de, hi }

/** Says something in one language. The answer is text, not HTML. */
export type Say = <Key extends MessageKey>(key: Key, ...values: ValuesFor<Key>) => string

export function sayIn(language: Language): Say {
  const catalogue = CATALOGUES[language]
  return (key, ...[values]) => fillIn(catalogue[key], values ?? {})
}

/** In one pass, so that a value in braces is not taken for a placeholder. */
function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder)
}

/** `2 minutes`; from a minute upwards in whole minutes, rounded up. */
export function sayDuration(language: Language, seconds: number): string {
  const [unit, amount] = seconds < 60 ? ['second', Math.max(1, Math.ceil(seconds))] : ['minute', Math.ceil(seconds / 60)]
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(amount)
}

/** `21 November 2026`. In UTC, as we do not know where the reader is. @param at milliseconds since 1970 */
export function sayDate(language: Language, at: number): string {
  const locale = language === 'en' ? 'en-GB' : language
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(at)
}

/** `21 Nov 2026, 12:30 UTC`. In UTC, as we do not know where the reader is. @param at milliseconds since 1970 */
export function sayInstant(language: Language, at: number): string {
  const locale = language === 'en' ? 'en-GB' : language
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23', timeZone: 'UTC' })
  return `${time.format(at)} UTC`
}
