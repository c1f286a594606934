import type { Outage } from '../../domain/presentation.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { Connection } from './connection.ts'
import { readNumber, readOptional } from './rows.ts'

/** Two beats further apart than this had an outage between them. */
const MAX_QUIET_MS = 15_000
/** No replay window is longer, and none is counted in older time. */
const KEEP_OUTAGES_MS = 7 * 24 * 60 * 60 * 1000

/** What the database knows of time. All but `newestInstant` are called inside a transaction. */
export interface CommittedTime {
  newestInstant(): EpochMs
  /** Something is committed that happened at `at`. */
  note(at: EpochMs): void
  /** The same, and the store was answering at `at`. */
  beat(at: EpochMs): void
  outagesSince(from: EpochMs): Outage[]
}

export function createCommittedTime({ prepare }: Connection): CommittedTime {
  const read = prepare('select newest_at, beat_at from clock')
  const note = prepare('update clock set newest_at = ?1 where newest_at < ?1')
  const beatOn = prepare(
    `update clock set newest_at = max(newest_at, ?1), beat_at = max(beat_at, ?1) where beat_at >= ?1 - ${MAX_QUIET_MS}`,
  )
  const beatAgain = prepare('update clock set newest_at = max(newest_at, ?1), beat_at = ?1')
  const addOutage = prepare('insert or replace into outages (from_at, to_at) values (?, ?)')
  const prune = prepare('delete from outages where to_at < ?')
  const outagesSince = prepare('select from_at, to_at from outages where to_at > ? order by from_at')

  return {
    newestInstant() {
      const row = read.get()
      return row === undefined ? 0 : readNumber(row, 'newest_at')
    },
    note(at) {
      note.run(at)
    },
    beat(at) {
      if (beatOn.run(at) === 1) return
      const row = read.get()
      const lastBeatAt = row && readOptional(row, 'beat_at', readNumber)
      if (lastBeatAt !== undefined) {
        addOutage.run(lastBeatAt, at)
        prune.run(at - KEEP_OUTAGES_MS)
      }
      beatAgain.run(at)
    },
    outagesSince(from) {
      return outagesSince.all(from).map((row) => ({ from: readNumber(row, 'from_at'), to: readNumber(row, 'to_at') }))
    },
  }
}
