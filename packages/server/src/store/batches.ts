/**
 * Refreshes go to the store together: all that one turn of the event loop brings are one batch, committed once and answered after
 * the commit; under load it waits for a few turns while they bring more, because a sync may cost more than all of its statements.
 * There is no timer, so an idle server answers at once; the next batch fills while two are in flight.
 * This file knows who waits for what. What a batch does is the store's (`RunBatch`).
 */
import type { Advance, Turn } from './sessions.ts'

const MAX_ENTRIES = 256
const MAX_IN_FLIGHT = 2
/** A request waits for its commit at most so many turns of the event loop, which are short. */
const MAX_LOOKS = 8

/**
 * Does the work of a batch and resolves after its commit, with an answer for each entry in the same order.
 * An entry that fails alone is rejected alone; a rejection of the whole means that nothing is known of any entry.
 * @param entries sorted by session; several of one session differ in generation, secret or application
 */
export type RunBatch<Entry, Answer> = (entries: readonly Entry[]) => Promise<PromiseSettledResult<Answer>[]>

export interface RefreshBatches {
  /** @see Sessions.advance */
  advance(advance: Advance, isAbandoned?: () => boolean): Promise<Turn>
  /** Resolves when nothing waits and nothing is in flight. */
  drained(): Promise<void>
}

interface Waiting {
  readonly isAbandoned: (() => boolean) | undefined
  readonly resolve: (turn: Turn) => void
  readonly reject: (reason: unknown) => void
}

/**
 * One presentation and all who made it in this turn. It was made when the first of them began: each judges the answer at an instant of its
 * own, and what one is given the store has to have seen as given, or it would let another end the session for it.
 */
interface Entry {
  advance: Advance
  readonly callers: Waiting[]
}

export function createRefreshBatches({ runBatch }: { readonly runBatch: RunBatch<Advance, Turn> }): RefreshBatches {
  const pending = new Map<string, Entry>()
  let inFlight = 0
  let isScheduled = false
  let onDrained: (() => void)[] = []

  function schedule(): void {
    if (isScheduled || pending.size === 0 || inFlight >= MAX_IN_FLIGHT) return
    isScheduled = true
    lookAgain(pending.size, MAX_LOOKS)
  }

  /** Waits for the end of the turn, and on while each turn brings more. */
  function lookAgain(seen: number, looks: number): void {
    setImmediate(() => {
      if (pending.size > seen && pending.size < MAX_ENTRIES && looks > 1) return lookAgain(pending.size, looks - 1)
      isScheduled = false
      while (pending.size > 0 && inFlight < MAX_IN_FLIGHT) send(takeBatch(pending))
      reportDrained()
    })
  }

  function send(entries: readonly Entry[]): void {
    if (entries.length === 0) return
    inFlight += 1
    runBatch(entries.map(({ advance }) => advance))
      .then(
        (answers) => answerEach(entries, answers),
        (reason) => rejectAll(entries, reason),
      )
      .finally(() => {
        inFlight -= 1
        schedule()
        reportDrained()
      })
  }

  function reportDrained(): void {
    if (pending.size > 0 || inFlight > 0) return
    const waiting = onDrained
    onDrained = []
    for (const resolve of waiting) resolve()
  }

  return {
    advance: (advance, isAbandoned) =>
      new Promise((resolve, reject) => {
        const key = keyOf(advance)
        const caller: Waiting = { isAbandoned, resolve, reject }
        const entry = pending.get(key)
        if (entry === undefined) pending.set(key, { advance, callers: [caller] })
        else {
          entry.callers.push(caller)
          if (advance.at < entry.advance.at) entry.advance = advance
        }
        schedule()
      }),
    drained: () =>
      new Promise((resolve) => {
        onDrained.push(resolve)
        reportDrained()
      }),
  }
}

/** Equal presentations are one entry. The application was checked before; it and the secret are here so that nothing depends on that. */
function keyOf({ sessionId, generation, applicationId, secret }: Advance): string {
  return `${sessionId} ${generation} ${applicationId} ${secret.toString('base64')}`
}

/** Takes the entries that came first and that somebody still waits for, in the order in which rows are locked. */
function takeBatch(pending: Map<string, Entry>): Entry[] {
  const batch: Entry[] = []
  for (const [key, entry] of pending) {
    if (batch.length === MAX_ENTRIES) break
    pending.delete(key)
    if (entry.callers.every(({ isAbandoned }) => isAbandoned?.())) answer(entry, { kind: 'missing' })
    else batch.push(entry)
  }
  return batch.sort(({ advance: a }, { advance: b }) => compare(a.sessionId, b.sessionId) || a.generation - b.generation)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function answerEach(entries: readonly Entry[], answers: readonly PromiseSettledResult<Turn>[]): void {
  for (const [index, entry] of entries.entries()) {
    const settled = answers[index]
    if (settled?.status === 'fulfilled') answer(entry, settled.value)
    else rejectAll([entry], settled?.reason ?? new Error('the store left an entry of a batch without an answer'))
  }
}

function answer({ callers }: Entry, turn: Turn): void {
  for (const { resolve } of callers) resolve(turn)
}

function rejectAll(entries: readonly Entry[], reason: unknown): void {
  for (const { callers } of entries) for (const { reject } of callers) reject(reason)
}
