import type { en } from './en.ts'

export type MessageKey = keyof typeof en

/** The catalogue of a language: a text for each key of the English one. */
export type Messages = { readonly [Key in MessageKey]: string }

/** The words in braces of a text. */
type PlaceholdersOf<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | PlaceholdersOf<Rest> : never

/** What must be put into a text: nothing, or a value for each of its placeholders. */
export type ValuesFor<Key extends MessageKey> = [PlaceholdersOf<(typeof en)[Key]>] extends [never]
  ? []
  : [values: Readonly<Record<PlaceholdersOf<(typeof en)[Key]>, string>>]
