import { DEVICE_FORGOTTEN_AFTER_SECONDS } from '../../domain/known-device.ts'
import type { Store } from '../store.ts'
import type { Connection } from './connection.ts'
import { COUNT_MS } from './limits.ts'
import { readNumber, readOptional } from './rows.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** A second use is known as such for this long. */
const KEEP_ONE_USE_MS = DAY_MS
const KEEP_SESSIONS_MS = 30 * DAY_MS
/** No letter is tried for so long: these were written where nobody sends any. */
const KEEP_LETTERS_MS = 7 * DAY_MS
const KEEP_BLOCKS_MS = 90 * DAY_MS

/** What is long over at the instant ?3. */
const OVER: Readonly<Record<string, string>> = {
  sessions: `ended_at <= ?3 - ${KEEP_SESSIONS_MS} or expires_at * 1000 <= ?3 - ${KEEP_SESSIONS_MS}`,
  limits: `empty_at <= ?3 and (attempts = 0 or counted_at <= ?3 - ${COUNT_MS})`,
  one_use_things: `expires_at <= ?3 - ${KEEP_ONE_USE_MS}`,
  letters: `written_at <= ?3 - ${KEEP_LETTERS_MS}`,
  known_blocks: `last_at <= ?3 - ${KEEP_BLOCKS_MS}`,
  known_devices: `last_at <= ?3 - ${DEVICE_FORGOTTEN_AFTER_SECONDS * 1000} and exists (
    select 1 from known_devices d where d.account_id = known_devices.account_id
      and (d.last_at, d.digest) > (known_devices.last_at, known_devices.digest))`,
}

type Step = (at: number, maxRows: number) => Promise<number>

/**
 * A walk over each table in steps, because no index is on what tells that a row is over. A call looks at the next `maxRows` rows
 * of each and begins again after the last one; a walk that a restart interrupts begins again too, which costs only time.
 */
export function createSweep(connection: Connection): Store['sweep'] {
  const steps = Object.entries(OVER).map(([table, over]) => createStep(connection, table, over))
  return async ({ at, maxRows }) => {
    let gone = 0
    for (const step of steps) gone += await step(at, maxRows)
    return gone
  }
}

function createStep({ prepare, write }: Connection, table: string, over: string): Step {
  const window = prepare(`
    select max(position) as last, count(*) as seen from (select rowid as position from ${table} where rowid > ?1 order by rowid limit ?2)`)
  const remove = prepare(`delete from ${table} where rowid > ?1 and rowid <= ?2 and (${over})`)
  let walkedTo = 0

  return (at, maxRows) =>
    write(() => {
      const row = window.get(walkedTo, maxRows)
      const last = row && readOptional(row, 'last', readNumber)
      if (row === undefined || last === undefined) {
        walkedTo = 0
        return 0
      }
      const gone = remove.run(walkedTo, last, at)
      walkedTo = readNumber(row, 'seen') < maxRows ? 0 : last
      return gone
    })
}
