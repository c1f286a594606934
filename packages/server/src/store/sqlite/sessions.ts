import type { AuditRow } from '../../domain/audit-row.ts'
import { type AccountId, type ApplicationId, makeId, type SessionId } from '../../domain/ids.ts'
import type { Randomness } from '../../domain/randomness.ts'
import type { EndReason } from '../../domain/session.ts'
import type { SessionStart, Sessions } from '../sessions.ts'
import type { Auditing } from './audit-trail.ts'
import type { Connection } from './connection.ts'
import type { GroupCommit } from './group-commit.ts'
import type { KnownBlocks } from './known-blocks.ts'
import type { Buckets } from './limits.ts'
import type { ConsumeOnce } from './one-use-things.ts'
import { type Row, readFlag, readNumber, readOptional, readText } from './rows.ts'
import { isCurrent, SESSION_COLUMNS, toSession, valuesOf } from './session-rows.ts'

export interface SessionParts {
  readonly auditing: Auditing
  readonly group: GroupCommit
  readonly buckets: Buckets
  readonly knownBlocks: KnownBlocks
  readonly consumeOnce: ConsumeOnce
  readonly randomness: Randomness
}

const CAP_REASON: EndReason = 'session_cap'

/** All verbs but `advance`, which goes through batches. */
export function createSessions(connection: Connection, parts: SessionParts): Omit<Sessions, 'advance'> {
  const { prepare, read, write } = connection
  const { auditing, group, buckets, knownBlocks, consumeOnce } = parts
  const insert = prepare(`
    insert into sessions (${SESSION_COLUMNS.join(', ')}) values (${SESSION_COLUMNS.map(() => '?').join(', ')})
    on conflict (id) do nothing`)
  const capSessions = createSessionCap(connection, parts)
  // The actor's expiry comes along, for the instant that the caller names.
  const byId = prepare(`
    select s.*, ${isCurrent('s', '0')} as is_current,
      (select expires_at from sessions where id = s.actor_session_id) as actor_expires_at
    from sessions s where s.tenant_id = ? and s.id = ?`)
  const end = prepare(`
    update sessions set ended_at = ?2, end_reason = ?3 where id = ?1 and ended_at is null
      and (?4 is null or (generation = ?4 and repeated_at is ?5))`)
  const endAll = prepare(`
    update sessions set ended_at = ?4, end_reason = ?5
    where tenant_id = ?1 and account_id = ?2 and application_id = ?3 and ended_at is null and expires_at * 1000 > ?4`)
  // Only for what there is: a form names the application.
  const countEnd = prepare(`
    insert into grant_ends (account_id, application_id, times)
    select a.id, p.id, 1 from accounts a, applications p where a.tenant_id = ?1 and a.id = ?2 and p.tenant_id = ?1 and p.id = ?3
    on conflict (account_id, application_id) do update set times = times + 1`)
  const grantEnds = prepare('select times from grant_ends where account_id = ? and application_id = ?')
  const listApplications = prepare(`
    select application_id, min(started_at) as started_at, max(advanced_at) as advanced_at from sessions s
    where tenant_id = ?1 and account_id = ?2 and ended_at is null and expires_at * 1000 > ?3 and ${isCurrent('s', '?3')}
    group by application_id order by max(advanced_at) desc, application_id`)
  const list = createSessionLists(connection)

  function countGrantEnds(accountId: AccountId, applicationId: ApplicationId): number {
    const row = grantEnds.get(accountId, applicationId)
    return row === undefined ? 0 : readNumber(row, 'times')
  }

  return {
    start: (start) =>
      group.writeTogether((rollback) => {
        if (insert.run(...valuesOf(start.session)) === 0) return rollback('taken')
        const { session, refunds, clearedCount, block, consuming, audit } = start
        if (start.grantEnds !== undefined && start.grantEnds !== countGrantEnds(session.accountId, session.applicationId))
          return rollback('not_consumed')
        const consumption = consuming && { ...consuming, at: session.startedAt, outcome: session.id }
        if (consumption !== undefined && consumeOnce(consumption) === undefined) return rollback('not_consumed')
        buckets.refund(refunds)
        if (clearedCount !== undefined) buckets.clearCount(clearedCount)
        if (block !== undefined) knownBlocks.remember(session.accountId, block, session.startedAt)
        auditing.append(audit)
        capSessions(start)
        return 'started'
      }),
    find: (tenantId, id, at) =>
      read(() => {
        const row = byId.get(tenantId, id)
        if (row === undefined) return undefined
        const actorExpiresAt = readOptional(row, 'actor_expires_at', readNumber)
        const current = readFlag(row, 'is_current') && (actorExpiresAt === undefined || actorExpiresAt * 1000 > at)
        return { session: toSession(row), current }
      }),
    end: ({ id, generation, repeatedAt, at, reason, audit }) =>
      auditing.change(audit, () => end.run(id, at, reason, generation ?? null, repeatedAt ?? null)),
    endAll: ({ tenantId, accountId, applicationId, at, reason, audit }) =>
      write(() => {
        countEnd.run(tenantId, accountId, applicationId)
        if (endAll.run(tenantId, accountId, applicationId, at, reason) === 0) return false
        auditing.append(audit)
        return true
      }),
    countGrantEnds: (accountId, applicationId) => read(() => countGrantEnds(accountId, applicationId)),
    listApplications: ({ tenantId, accountId, at }) =>
      read(() =>
        listApplications.all(tenantId, accountId, at).map((row) => ({
          applicationId: readText<ApplicationId>(row, 'application_id'),
          startedAt: readNumber(row, 'started_at'),
          advancedAt: readNumber(row, 'advanced_at'),
        })),
      ),
    recordUse: createUseRecord(connection),
    list: (request) => read(() => list(request).map((row) => ({ session: toSession(row), current: readFlag(row, 'is_current') }))),
  }
}

function createUseRecord({ prepare, write }: Connection): Sessions['recordUse'] {
  const use = prepare('update sessions set advanced_at = max(advanced_at, ?2) where id = ?1 and generation = 0 and ended_at is null')
  return (uses) =>
    write(() => {
      for (const [id, at] of uses) use.run(id, at)
    })
}

/** Ends the sessions that are beyond the cap of a new one, each with an audit row derived from that of the start. */
function createSessionCap({ prepare }: Connection, { auditing, randomness }: SessionParts): (start: SessionStart) => void {
  // All of them, because the index alone answers it: no more of all than the cap is no more of one sort.
  const countUnended = prepare('select count(*) as unended from sessions where account_id = ? and application_id = ? and ended_at is null')
  // ?1 account, ?2 application, ?3 the new session, ?4 now, ?5 how many others may live, ?6 the last advance that may end,
  // ?7 whether it is the account's own
  const beyond = prepare(`
    select id from (
      select id, advanced_at, row_number() over (order by advanced_at desc, started_at desc, id) as place
      from sessions s
      where account_id = ?1 and application_id = ?2 and ended_at is null and id <> ?3 and expires_at * 1000 > ?4
        and (actor_session_id is null) = ?7 and ${isCurrent('s', '?4')})
    where place > ?5 and advanced_at <= ?6`)
  const end = prepare('update sessions set ended_at = ?2, end_reason = ?3 where id = ?1')

  return ({ session, cap, audit }) => {
    const { accountId, applicationId, startedAt: at } = session
    const counted = countUnended.get(accountId, applicationId)
    if (counted === undefined || readNumber(counted, 'unended') <= cap.max) return
    const lastAdvance = at - cap.spareSeconds * 1000
    const isOwn = Number(session.actorSessionId === undefined)
    for (const row of beyond.all(accountId, applicationId, session.id, at, cap.max - 1, lastAdvance, isOwn)) {
      const id = readText<SessionId>(row, 'id')
      end.run(id, at, CAP_REASON)
      auditing.append(capAudit(id, audit, randomness))
    }
  }
}

function capAudit(subject: SessionId, audit: AuditRow, randomness: Randomness): AuditRow {
  return { ...audit, id: makeId('audit', randomness), action: 'session.ended', subject, details: { reason: CAP_REASON } }
}

function createSessionLists({ prepare }: Connection): (request: Parameters<Sessions['list']>[0]) => Row[] {
  const select = (condition: string) =>
    prepare(`
      select s.*, ${isCurrent('s', '?2')} as is_current from sessions s
      where s.tenant_id = ?1 and s.ended_at is null and s.expires_at * 1000 > ?2 and ${condition}
      order by s.started_at desc, s.id limit ?3`)
  const ofTenant = select('true')
  const ofAccount = select('s.account_id = ?4')
  const ofApplication = select('s.application_id = ?4')
  const ofBoth = select('s.account_id = ?4 and s.application_id = ?5')

  return ({ tenantId, accountId, applicationId, at, max }) => {
    if (accountId !== undefined && applicationId !== undefined) return ofBoth.all(tenantId, at, max, accountId, applicationId)
    if (accountId !== undefined) return ofAccount.all(tenantId, at, max, accountId)
    if (applicationId !== undefined) return ofApplication.all(tenantId, at, max, applicationId)
    return ofTenant.all(tenantId, at, max)
  }
}
