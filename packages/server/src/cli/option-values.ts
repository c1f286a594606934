import { InvalidArgumentError, Option } from 'commander'

/** Readers of flag values. Commander names the flag and the value before the sentence that they throw. */

/** `a,b` is two names; the flag may also be given more than once. */
export function collectNames(text: string, earlier: readonly string[] | undefined): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.includes('')) throw new InvalidArgumentError('It must be names, parted by commas.')
  return [...(earlier ?? []), ...names]
}

/** A flag that may be given more than once; each value is taken as it is. */
export function collect(text: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), text]
}

/** A list that replaces another: `none` is the one way to say that there shall be nothing in it. */
export function listOf(texts: readonly string[] | undefined): readonly string[] | undefined {
  return texts?.length === 1 && texts[0] === 'none' ? [] : texts
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,11}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 on.')
  return Number(text)
}

/** The flag by which a command names its tenant. */
export function tenantOption(): Option {
  return new Option('--tenant <name>', 'the tenant that it is in; the default tenant where there is one')
}
