import { isRepeat } from '../../domain/presentation.ts'
import { toSeconds } from '../../domain/time.ts'
import type { RunBatch } from '../batches.ts'
import type { Advance, Turn } from '../sessions.ts'
import type { CommittedTime } from './clock.ts'
import type { Connection } from './connection.ts'
import { readFlag } from './rows.ts'
import { isCurrent, SESSION_COLUMNS, toSession } from './session-rows.ts'

/** One batch of refreshes in one transaction, which is a beat as well; every entry in a savepoint of its own. */
export function createAdvanceBatch({ prepare, attempt }: Connection, time: CommittedTime): RunBatch<Advance, Turn> {
  // ?1 id, ?2 application, ?3 secret, ?4 generation, ?5 at, ?6 end of the idle life in seconds, ?7 absolute life in seconds
  const advance = prepare(`
    update sessions as s set
      generation = s.generation + 1,
      previous_advanced_at = s.advanced_at,
      advanced_at = ?5,
      expires_at = min(?6, s.started_at / 1000 + ?7)
    where s.id = ?1 and s.application_id = ?2 and s.secret = ?3 and s.generation = ?4
      and s.ended_at is null and s.expires_at * 1000 > ?5 and ${isCurrent('s', '?5')}
    returning ${SESSION_COLUMNS.join(', ')}`)
  const look = prepare(`
    select s.*, ${isCurrent('s', '?4')} as is_current from sessions s where s.id = ?1 and s.application_id = ?2 and s.secret = ?3`)
  const noteRepeat = prepare(`
    update sessions set repeated_at = max(coalesce(repeated_at, 0), ?2) where id = ?1 and ended_at is null`)

  /** What an entry is held against: the row as it is now. */
  function hold({ sessionId, applicationId, secret, at }: Advance): Turn {
    const row = look.get(sessionId, applicationId, secret, at)
    if (row === undefined) return { kind: 'missing' }
    const session = toSession(row)
    const current = readFlag(row, 'is_current')
    const outages = time.outagesSince(session.previousAdvancedAt)
    return { kind: 'held', session, current, outages }
  }

  /** A repeat is noted, in the transaction that is a beat anyway. */
  function noted(entry: Advance, turn: Turn): Turn {
    const { sessionId, generation: presentedGeneration, at, refreshPolicy: policy } = entry
    if (turn.kind === 'held' && isRepeat({ ...turn, presentedGeneration, at, policy })) noteRepeat.run(sessionId, at)
    return turn
  }

  function tryAdvance(entry: Advance): Turn | undefined {
    const { sessionId, applicationId, secret, generation, at, lifetimes } = entry
    const idleEndsAt = toSeconds(at) + lifetimes.idleSeconds
    const row = advance.get(sessionId, applicationId, secret, generation, at, idleEndsAt, lifetimes.absoluteSeconds)
    return row && { kind: 'advanced', session: toSession(row) }
  }

  /** @param before what it is held against, where another entry of the batch may change the row first */
  function turnOf(entry: Advance, before: Turn | undefined): Turn {
    if (before === undefined) return tryAdvance(entry) ?? noted(entry, hold(entry))
    if (before.kind !== 'held' || before.session.generation !== entry.generation) return noted(entry, before)
    return tryAdvance(entry) ?? before
  }

  return (entries) =>
    time.writeAndBeat(Math.max(...entries.map(({ at }) => at)), () => {
      const befores = entries.map((entry, index) => (hasNeighbour(entries, index) ? attempt(() => hold(entry)) : undefined))
      return entries.map((entry, index) => {
        const before = befores[index]
        if (before?.status === 'rejected') return before
        return attempt(() => turnOf(entry, before?.value))
      })
    })
}

/** Whether the batch, sorted by session, has another entry of the same one. */
function hasNeighbour(entries: readonly Advance[], index: number): boolean {
  const id = entries[index]?.sessionId
  return entries[index - 1]?.sessionId === id || entries[index + 1]?.sessionId === id
}
