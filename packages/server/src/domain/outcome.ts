/**
 * An expected "no": a closed code, the public numbers of that code, and a detail that never goes on the wire.
 * Faults (bugs, broken dependencies) are thrown instead.
 */
export interface Refusal<Code extends string = string> {
  readonly code: Code
  /** For the log only. */
  readonly logDetail?: string
}

export type Outcome<Value, R extends Refusal = Refusal> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: R }

export function accept<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value }
}

export function refuse<const R extends Refusal>(refusal: R): { readonly ok: false; readonly refusal: R } {
  return { ok: false, refusal }
}
