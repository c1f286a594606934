/** Why a text is not a value: a predicate that follows the setting's name (`must be …`). Quotes no secret. */
export type Parsed<Value> = { readonly value: Value } | { readonly problem: string }

/** How values of one kind are written, read and shown again. */
export interface SettingType<Value> {
  /** As the reference names it. */
  readonly name: string
  /** Several values: commas in a variable, an array of strings in the file. */
  readonly isList?: boolean
  parse(text: string): Parsed<Value>
  /** The effective value in its one spelling. Never called for a secret. */
  show(value: Value): string
}

/** One thing that an operator can choose. */
export interface Setting<Value> {
  readonly name: string
  readonly type: SettingType<Value>
  readonly unit?: string
  /** As an operator would write it; undefined: `whenUnset` says what holds instead. */
  readonly default: string | undefined
  readonly whenUnset?: string
  /** A secret can also be given as a file, by the name with `_FILE` after it, and is never shown. */
  readonly isSecret: boolean
  readonly sentence: string
}

type Common<Value> = Pick<Setting<Value>, 'name' | 'type' | 'unit' | 'sentence'>

/** A setting that always has a value. */
export function withDefault<Value>(setting: Common<Value> & { readonly default: string }): Setting<Value> & { readonly default: string } {
  return { isSecret: false, ...setting }
}

/** A setting that may be left out. */
export function optional<Value>(
  setting: Common<Value> & { readonly whenUnset: string; readonly isSecret?: boolean },
): Setting<Value> & { readonly default: undefined } {
  return { isSecret: false, default: undefined, ...setting }
}

/** The name under which a secret is given as a file. */
export function fileNameOf(setting: Pick<Setting<unknown>, 'name'>): string {
  return `${setting.name}_FILE`
}
