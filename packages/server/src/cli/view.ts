import type { EpochMs, EpochSeconds } from '../domain/time.ts'
import type { JsonObject, JsonValue } from './json.ts'
import type { Table } from './table.ts'

/** How things of one kind are shown: a closed list of fields, so that what is stored beside them is not. */
export interface View<Thing> {
  toJson(thing: Thing): JsonObject
  toTable(things: readonly Thing[]): Table
  /** The shape of the JSON object, for the help. */
  readonly shape: string
}

type Fields<Thing> = Readonly<Record<string, (thing: Thing) => JsonValue>>

/**
 * Two calls, because the kind of thing is stated and the names of its fields are found: `createView<Account>()(fields, columns)`.
 * The columns are the fields that people see, in this order.
 */
export function createView<Thing>() {
  return <F extends Fields<Thing>>(fields: F, columns: readonly (keyof F & string)[]): View<Thing> => {
    const entries = Object.entries(fields)
    return {
      toJson: (thing) => Object.fromEntries(entries.map(([name, read]) => [name, read(thing)])),
      toTable: (things) => ({
        headings: columns.map(headingOf),
        rows: things.map((thing) => columns.map((name) => fields[name]?.(thing) ?? null)),
      }),
      shape: `{ ${entries.map(([name]) => JSON.stringify(name)).join(', ')} }`,
    }
  }
}

/** `createdAt` is `CREATED AT`. */
function headingOf(name: string): string {
  return name.replace(/[A-Z]/g, ' $&').toUpperCase()
}

/** An instant as RFC 3339 in UTC; null for none. */
export function instant(at: EpochMs | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString()
}

export function instantOfSeconds(at: EpochSeconds): string | null {
  return instant(at * 1000)
}
