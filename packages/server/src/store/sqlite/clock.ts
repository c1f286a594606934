import type { Outage } from '../../domain/presentation.ts'
import type { EpochMs } from '../../domain/time.ts'
import type { Connection } from './connection.ts'
import { readNumber, readOptional } from './rows.ts'

/** Two beats further apart than this had an outage between them. Of a shorter one nothing is known unless this process began or failed in it. */
const MAX_QUIET_MS = 5000
/** Of several processes that beat by themselves one is enough: each beat that is written is a sync. */
const ENOUGH_MS = 1000
/** No replay window is longer, and none is counted in older time. */
const KEEP_OUTAGES_MS = 7 * 24 * 60 * 60 * 1000

/** What the database knows of time. `note` and `outagesSince` are called inside a transaction. */
export interface CommittedTime {
  newestInstant(): EpochMs
  /** undefined: never yet */
  lastBeatAt(): EpochMs | undefined
  /** Something is committed that happened at `at`. */
  note(at: EpochMs): void
  /** A transaction that shows, once it has succeeded, that the store was answering at `at`. */
  writeAndBeat<T>(at: EpochMs, verb: () => T): Promise<T>
  /** The same without anything else. Just after another beat nothing is written. @returns the newest instant committed */
  beat(at: EpochMs): Promise<EpochMs>
  outagesSince(from: EpochMs): Outage[]
}

export function createCommittedTime({ prepare, write }: Pick<Connection, 'prepare' | 'write'>): CommittedTime {
  const read = prepare('select newest_at, beat_at from clock')
  const note = prepare('update clock set newest_at = ?1 where newest_at < ?1')
  const beat = prepare('update clock set newest_at = max(newest_at, ?1), beat_at = max(coalesce(beat_at, 0), ?1)')
  const addOutage = prepare('insert or replace into outages (from_at, to_at) values (?, ?)')
  const prune = prepare('delete from outages where to_at < ?')
  const outagesSince = prepare('select from_at, to_at from outages where to_at > ? order by from_at')
  /** Whether this process has answered since its last beat: neither just begun nor failed. If not, every gap is an outage. */
  let isUnbroken = false

  function newestInstant(): EpochMs {
    const row = read.get()
    return row === undefined ? 0 : readNumber(row, 'newest_at')
  }

  function lastBeatAt(): EpochMs | undefined {
    const row = read.get()
    return row && readOptional(row, 'beat_at', readNumber)
  }

  function noteBeat(at: EpochMs, enoughMs: number): void {
    const before = lastBeatAt()
    const quietMs = before === undefined ? 0 : at - before
    if (before !== undefined && isUnbroken && quietMs < enoughMs) return
    if (before !== undefined && quietMs > (isUnbroken ? MAX_QUIET_MS : 0)) {
      addOutage.run(before, at)
      prune.run(at - KEEP_OUTAGES_MS)
    }
    beat.run(at)
  }

  async function writing<T>(verb: () => T): Promise<T> {
    try {
      const answer = await write(verb)
      isUnbroken = true
      return answer
    } catch (fault) {
      isUnbroken = false
      throw fault
    }
  }

  return {
    newestInstant,
    lastBeatAt,
    note(at) {
      note.run(at)
    },
    writeAndBeat: (at, verb) =>
      writing(() => {
        noteBeat(at, 0)
        return verb()
      }),
    beat: (at) =>
      writing(() => {
        noteBeat(at, ENOUGH_MS)
        return newestInstant()
      }),
    outagesSince(from) {
      return outagesSince.all(from).map((row) => ({ from: readNumber(row, 'from_at'), to: readNumber(row, 'to_at') }))
    },
  }
}
