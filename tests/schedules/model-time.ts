/** What the rules say of time: windows count only the time in which the store could answer, and a step of the clock proves nothing. */

/** A stretch in which nothing was committed. */
export interface Absence {
  readonly from: number
  readonly to: number
  /** Whether the store must know of it: it is told by beats, so that short ones and steps of a clock may be taken for either. */
  readonly isSure: boolean
}

export interface Step {
  readonly at: number
  /** Whether the process that has seen it is the one that runs. */
  readonly isRemembered: boolean
}

export interface TimeFacts {
  readonly absences: readonly Absence[]
  readonly steps: readonly Step[]
}

/** How old something is, in milliseconds of answering: at least and at most. */
export function ages(since: number, at: number, { absences }: TimeFacts): { readonly least: number; readonly most: number } {
  let sure = 0
  let perhaps = 0
  for (const { from, to, isSure } of absences) {
    const away = Math.max(0, Math.min(to, at) - Math.max(from, since))
    if (isSure) sure += away
    else perhaps += away
  }
  return { least: at - since - sure - perhaps, most: at - since - sure }
}

/** Whether a forward step lies less than one window back. A process that was started since may not know of it. */
export function isJustAfterStep(at: number, windowMs: number, { steps }: TimeFacts): 'yes' | 'no' | 'perhaps' {
  const recent = steps.filter((step) => at - step.at <= windowMs)
  if (recent.length === 0) return 'no'
  return recent.some(({ isRemembered }) => isRemembered) ? 'yes' : 'perhaps'
}
