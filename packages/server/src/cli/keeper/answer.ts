import { EXIT } from '../exit-codes.ts'
import type { JsonObject } from '../json.ts'
import type { Table } from '../table.ts'

/** What a command has to say. */
export interface Report {
  /** The document of `--json`. */
  readonly document?: JsonObject
  /** Without `--json`, on standard output, as it is. */
  readonly data?: string | Uint8Array
  /** Without `--json`, for people. */
  readonly table?: Table
  /** Sentences on standard error. */
  readonly notes?: readonly string[]
  readonly exit?: number
}

/** Why a command does not go on, in a sentence that ends with what to do. */
export interface Stop {
  readonly ok: false
  readonly exit: number
  readonly sentence: string
  /** The document of `--json`, where a program needs it to go on. */
  readonly document?: JsonObject
}

export type Result<Value> = { readonly ok: true; readonly value: Value } | Stop
export type Answer = Result<Report>

export function accept<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value }
}

export function stop(reason: keyof typeof EXIT, sentence: string): Stop {
  return { ok: false, exit: EXIT[reason], sentence }
}
