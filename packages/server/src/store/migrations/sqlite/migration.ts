import type { Randomness } from '../../../domain/randomness.ts'

/** What a migration works on: one transaction, which the runner opens and commits together with the new number. */
export interface MigrationTarget {
  exec(sql: string): void
  run(sql: string, ...values: readonly (string | number | Buffer)[]): void
  readonly randomness: Randomness
}

/** One step of the schema, forward only. A migration that has been released is never changed: add the next one. */
export interface Migration {
  /** 1, 2, 3 … without a gap; the same step of the other stores has the same number. */
  readonly number: number
  apply(target: MigrationTarget): void
}
