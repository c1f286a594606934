/**
 * Readers of columns. What the database returns is `unknown` until one of these has looked at it: a row that was tampered with,
 * or written by a bug, is a fault and never a half-right value.
 */

/** A row of a result: an object without a prototype. */
export type Row = Readonly<Record<string, unknown>>

/** What a statement takes. Absent values are null. */
export type Value = string | number | Buffer | null

function unreadable(column: string): Error {
  return new Error(`the database holds something unexpected in column ${column}`)
}

export function readText<T extends string = string>(row: Row, column: string): T {
  const value = row[column]
  if (typeof value !== 'string') throw unreadable(column)
  return value as T // a brand: the value was checked by the domain when it was written
}

export function readNumber(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw unreadable(column)
  return value
}

export function readFlag(row: Row, column: string): boolean {
  const value = row[column]
  if (value !== 0 && value !== 1) throw unreadable(column)
  return value === 1
}

export function readBytes(row: Row, column: string): Buffer {
  const value = row[column]
  if (!(value instanceof Uint8Array)) throw unreadable(column)
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}

/** A word of a closed list. */
export function readWord<const W extends string>(row: Row, column: string, words: readonly W[]): W {
  const value = row[column]
  const word = words.find((each) => each === value)
  if (word === undefined) throw unreadable(column)
  return word
}

/** undefined for null, else what `read` makes of the column. */
export function readOptional<T>(row: Row, column: string, read: (row: Row, column: string) => T): T | undefined {
  return row[column] === null ? undefined : read(row, column)
}

/** A JSON array of texts. */
export function readTexts<T extends string = string>(row: Row, column: string): T[] {
  const value: unknown = JSON.parse(readText(row, column))
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) throw unreadable(column)
  return value as T[]
}

/** A JSON object of plain values. */
export function readDetails(row: Row, column: string): Record<string, string | number | boolean> {
  const value: unknown = JSON.parse(readText(row, column))
  if (typeof value !== 'object' || value === null) throw unreadable(column)
  const details: Record<string, string | number | boolean> = {}
  for (const [name, each] of Object.entries(value)) {
    if (typeof each !== 'string' && typeof each !== 'number' && typeof each !== 'boolean') throw unreadable(column)
    details[name] = each
  }
  return details
}
