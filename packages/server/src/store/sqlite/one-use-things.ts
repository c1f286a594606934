import { type Consumption, type ConsumptionAnswer, MAX_WRONG_ATTEMPTS, type OneUseThings } from '../one-use-things.ts'
import type { CommittedTime } from './clock.ts'
import type { Connection } from './connection.ts'
import { readOptional, readText } from './rows.ts'

export function createOneUseThings({ prepare, write }: Connection, time: CommittedTime): OneUseThings {
  const insert = prepare(`
    insert into one_use_things (tenant_id, kind, digest, bound_to, payload, expires_at) values (?, ?, ?, ?, ?, ?) on conflict do nothing`)
  const consume = prepare(`
    update one_use_things set consumed_at = ?5, outcome = ?6
    where tenant_id = ?1 and kind = ?2 and digest = ?3 and bound_to = ?4
      and consumed_at is null and expires_at > ?5 and wrong_attempts < ${MAX_WRONG_ATTEMPTS}
    returning payload`)
  const countWrongAttempt = prepare(`
    update one_use_things set wrong_attempts = wrong_attempts + 1
    where tenant_id = ?1 and kind = ?2 and digest = ?3 and consumed_at is null`)
  const outcome = prepare('select outcome from one_use_things where tenant_id = ?1 and kind = ?2 and digest = ?3 and bound_to = ?4')

  /** Why nothing was consumed. */
  function refuse({ tenantId, kind, digest, boundTo }: Consumption): ConsumptionAnswer {
    countWrongAttempt.run(tenantId, kind, digest)
    const row = outcome.get(tenantId, kind, digest, boundTo)
    const before = row && readOptional(row, 'outcome', readText)
    return before === undefined ? { kind: 'refused' } : { kind: 'used_before', outcome: before }
  }

  return {
    put: ({ tenantId, kind, digest, boundTo, payload, expiresAt }) =>
      write(() => insert.run(tenantId, kind, digest, boundTo, payload, expiresAt) === 1),
    consume: (consumption) =>
      write((): ConsumptionAnswer => {
        const { tenantId, kind, digest, boundTo, at } = consumption
        const row = consume.get(tenantId, kind, digest, boundTo, at, consumption.outcome)
        if (row === undefined) return refuse(consumption)
        time.note(at)
        return { kind: 'consumed', payload: readText(row, 'payload') }
      }),
  }
}
