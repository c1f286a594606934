import type { AddressBlock } from '../../domain/address-block.ts'
import type { SessionId } from '../../domain/ids.ts'
import type { EndReason, Session } from '../../domain/session.ts'
import { type Row, readBytes, readFlag, readNumber, readOptional, readText, readWord, type Value } from './rows.ts'

export const SESSION_COLUMNS = [
  'id',
  'secret',
  'tenant_id',
  'application_id',
  'account_id',
  'scope',
  'actor_session_id',
  'generation',
  'advanced_at',
  'previous_advanced_at',
  'expires_at',
  'started_at',
  'tenant_epoch',
  'application_epoch',
  'account_epoch',
  'ended_at',
  'end_reason',
  'repeated_at',
  'device',
  'address_block',
  'is_passing',
] as const

const END_REASONS = [
  'signed_out',
  'revoked',
  'refresh_token_reused',
  'code_reused',
  'session_cap',
  'actor_ended',
] as const satisfies readonly EndReason[]

/**
 * SQL: whether the epochs of a session are those of today and all that it belongs to is enabled.
 * @param s the alias of its row
 */
function inOrder(s: string): string {
  return `exists (
    select 1 from tenants t, applications p, accounts a, organisations o
    where t.id = ${s}.tenant_id and t.enabled and t.epoch = ${s}.tenant_epoch
      and p.id = ${s}.application_id and p.enabled and p.epoch = ${s}.application_epoch
      and (p.organisation_id is null or (select enabled from organisations where id = p.organisation_id))
      and a.id = ${s}.account_id and a.enabled and a.erases_at is null and a.epoch = ${s}.account_epoch
      and o.id = a.organisation_id and o.enabled)`
}

/**
 * SQL: the same, and the session on whose behalf it was made, if any, would be accepted too. One hop: that one's own actor is not asked.
 * @param at the SQL of the instant
 */
export function isCurrent(s: string, at: string): string {
  return `(${inOrder(s)} and (${s}.actor_session_id is null or exists (
    select 1 from sessions actor
    where actor.id = ${s}.actor_session_id and actor.ended_at is null and actor.expires_at * 1000 > ${at} and ${inOrder('actor')})))`
}

/** In the order of `SESSION_COLUMNS`. */
export function valuesOf(session: Session): Value[] {
  return [
    session.id,
    session.secret,
    session.tenantId,
    session.applicationId,
    session.accountId,
    session.scope,
    session.actorSessionId ?? null,
    session.generation,
    session.advancedAt,
    session.previousAdvancedAt,
    session.expiresAt,
    session.startedAt,
    session.epochs.tenant,
    session.epochs.application,
    session.epochs.account,
    session.endedAt ?? null,
    session.endReason ?? null,
    session.repeatedAt ?? null,
    session.origin.device ?? null,
    session.origin.block ?? null,
    Number(session.origin.isPassing),
  ]
}

export function toSession(row: Row): Session {
  return {
    id: readText(row, 'id'),
    secret: readBytes(row, 'secret'),
    tenantId: readText(row, 'tenant_id'),
    applicationId: readText(row, 'application_id'),
    accountId: readText(row, 'account_id'),
    scope: readText(row, 'scope'),
    actorSessionId: readOptional(row, 'actor_session_id', readText<SessionId>),
    generation: readNumber(row, 'generation'),
    advancedAt: readNumber(row, 'advanced_at'),
    previousAdvancedAt: readNumber(row, 'previous_advanced_at'),
    repeatedAt: readOptional(row, 'repeated_at', readNumber),
    expiresAt: readNumber(row, 'expires_at'),
    startedAt: readNumber(row, 'started_at'),
    epochs: {
      tenant: readNumber(row, 'tenant_epoch'),
      application: readNumber(row, 'application_epoch'),
      account: readNumber(row, 'account_epoch'),
    },
    origin: {
      device: readOptional(row, 'device', readText<string>),
      block: readOptional(row, 'address_block', readText<AddressBlock>),
      isPassing: readFlag(row, 'is_passing'),
    },
    endedAt: readOptional(row, 'ended_at', readNumber),
    endReason: readOptional(row, 'end_reason', (ended, column) => readWord(ended, column, END_REASONS)),
  }
}
