/**
 * What the tests run as a process of its own beside themselves, on one file: `second-process.ts <task> <path> [<tenant> <session>]`.
 * It says what it has been answered, line by line, so that a test may kill it at any moment.
 */
import type { SessionId, TenantId } from '../../../domain/ids.ts'
import { anAdvance, anAuditRow, createSeededRandomness, NOON } from '../../contract/builders.ts'
import type { Store } from '../../store.ts'
import { openSqliteStore } from '../open.ts'

const say = (line: string) => process.stdout.write(`${line}\n`) // synchronous for a pipe

/** Refreshes one session again and again; of two who do, each step is one's. */
async function refresh(store: Store, tenantId: TenantId, sessionId: SessionId, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const found = await store.sessions.find(tenantId, sessionId, NOON)
    if (found === undefined) throw new Error('the session has gone')
    const turn = await store.sessions.advance(anAdvance(found.session, { at: NOON }))
    if (turn.kind !== 'advanced') say(turn.kind)
    else say(turn.session.generation === found.session.generation + 1 ? String(turn.session.generation) : 'a second lineage')
  }
}

async function main([task, path, tenantId, sessionId]: readonly string[]): Promise<void> {
  if (path === undefined) throw new Error('no path')
  const store = await openSqliteStore({ path, randomness: createSeededRandomness(`${process.pid}`) })
  say(`open ${store.id.toString('hex')}`)
  if (task === 'refresh') await refresh(store, tenantId as TenantId, sessionId as SessionId, 300)
  if (task === 'refresh-for-ever') await refresh(store, tenantId as TenantId, sessionId as SessionId, Number.POSITIVE_INFINITY)
  if (task === 'end') {
    await store.sessions.end({ id: sessionId as SessionId, at: NOON, reason: 'revoked', audit: anAuditRow() })
    say('ended')
    await new Promise((resolve) => setTimeout(resolve, 60_000)) // until it is killed
  }
  await store.close()
}

await main(process.argv.slice(2))
