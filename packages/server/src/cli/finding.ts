/** What a doctor has looked at and found. It says what is wrong, and what to do about it. */
import { EXIT } from './exit-codes.ts'
import type { JsonObject } from './json.ts'
import type { Table } from './table.ts'

export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string
  /** Of which sign-in, address or file; undefined where there is only one. */
  readonly of?: string | undefined
  readonly found: string
  /** What to do. Undefined: all is well. */
  readonly remedy?: string
  /** How the command ends because of it. Undefined beside a remedy: worth knowing, and not wrong. */
  readonly exit?: Exclude<keyof typeof EXIT, 'ok'>
}

export const FINDINGS_SHAPE =
  '{ "isWell", "findings": [{ "check", "of", "result", "found", "remedy" }] }, where "result" is ok, note or wrong'

interface Findings {
  readonly document: JsonObject
  readonly table: Table
  readonly notes: readonly string[]
  readonly exit: (typeof EXIT)[keyof typeof EXIT]
}

/** The exit code is that of the first thing that is wrong: what is looked at first is often the cause of what comes later. */
export function reportFindings(findings: readonly Finding[]): Findings {
  const [first, ...others] = findings.filter(({ exit }) => exit !== undefined)
  const listed = findings.map(({ check, of, found, remedy, exit }) => ({
    check,
    of: of ?? null,
    result: exit !== undefined ? 'wrong' : remedy !== undefined ? 'note' : 'ok',
    found,
    remedy: remedy ?? null,
  }))
  const remedies = listed.filter(({ remedy }) => remedy !== null).map(({ check, of, remedy }) => `${of ?? check}: ${remedy}`)
  const wrong = first === undefined ? 0 : 1 + others.length
  const count = wrong === 0 ? 'Nothing is wrong.' : wrong === 1 ? 'One thing is wrong.' : `${wrong} things are wrong.`
  return {
    document: { isWell: wrong === 0, findings: listed },
    table: { headings: ['RESULT', 'CHECK', 'OF', 'FOUND'], rows: listed.map(({ result, check, of, found }) => [result, check, of, found]) },
    notes: [count, ...new Set(remedies)],
    exit: EXIT[first?.exit ?? 'ok'],
  }
}
