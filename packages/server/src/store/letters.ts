import type { AuditRow } from '../domain/audit-row.ts'
import type { Letter } from '../domain/letter.ts'
import type { EpochMs } from '../domain/time.ts'

/** A letter, and the claim on it: the attempt that it was handed out for. */
export interface ClaimedLetter extends Letter {
  /** 1 for the first. What is said of an attempt is heeded as long as it is the latest. */
  readonly attempt: number
}

type Claim = Pick<ClaimedLetter, 'id' | 'attempt'>

/** Letters that no mail server has taken yet. */
export interface Letters {
  /** Keeps a letter until it is settled; due at once. */
  add(letter: Letter): Promise<void>
  /**
   * Hands out the letter that has been due for longest, for one attempt. Of N concurrent calls, in any number of processes, one gets it.
   * @param claim.until by when the attempt is over, unless who makes it has died
   * @returns undefined if none is due. That writes nothing
   */
  claim(claim: { readonly at: EpochMs; readonly until: EpochMs }): Promise<ClaimedLetter | undefined>
  /** The attempt has failed; the letter is due again at `dueAt`. @returns false if the attempt is not the latest, or the letter has gone */
  postpone(claim: Claim, dueAt: EpochMs): Promise<boolean>
  /** The letter is over and forgotten. @param audit what is to be known of its end @returns as `postpone`; then nothing is written */
  settle(claim: Claim, audit?: AuditRow): Promise<boolean>
  /** Those whose attempt began and was never said to be over: who made it has died. The oldest first. */
  listAbandoned(at: EpochMs, max: number): Promise<ClaimedLetter[]>
  /** How many there are. */
  count(): Promise<number>
}
