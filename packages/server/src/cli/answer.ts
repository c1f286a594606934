import { accept, type Outcome } from '../domain/outcome.ts'
import type { ExitCode } from './exit-codes.ts'
import type { JsonObject } from './json.ts'
import type { CommandRefusal } from './refusals.ts'
import type { Table } from './table.ts'

/** What a command has to say. It is written in one place, so that no command decides what goes to which stream. */
export interface Report {
  /** The one document of `--json`; undefined for a command that has nothing to print. */
  readonly document?: JsonObject
  /** For people, on standard output. */
  readonly table?: Table
  /** A secret just made, alone on standard output, so that a script can take it. Shown this once. */
  readonly madeSecret?: string
  /** Sentences on standard error. */
  readonly notes: readonly string[]
  /** Of a command that only tests something, where the answer is no. */
  readonly exit?: ExitCode
}

export type Answer = Outcome<Report, CommandRefusal>

/** The answer to a use case's outcome. */
export function answer<Value>(outcome: Outcome<Value, CommandRefusal>, report: (value: Value) => Report): Answer {
  return outcome.ok ? accept(report(outcome.value)) : outcome
}
