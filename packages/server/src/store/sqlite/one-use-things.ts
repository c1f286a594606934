import { type Consumption, type ConsumptionAnswer, MAX_WRONG_ATTEMPTS, type OneUseThings } from '../one-use-things.ts'
import type { CommittedTime } from './clock.ts'
import type { Connection } from './connection.ts'
import { readOptional, readText } from './rows.ts'

/** What may be consumed at the instant ?5 by the caller ?4. */
const IS_TO_BE_HAD = `tenant_id = ?1 and kind = ?2 and digest = ?3 and bound_to = ?4
      and consumed_at is null and expires_at > ?5 and wrong_attempts < ${MAX_WRONG_ATTEMPTS}`

/** Consumes, inside a transaction, and counts nothing. @returns the payload; undefined: no row was changed */
export type ConsumeOnce = (consumption: Consumption) => string | undefined

export function createConsumeOnce({ prepare }: Connection, time: CommittedTime): ConsumeOnce {
  const consume = prepare(`
    update one_use_things set consumed_at = ?5, outcome = ?6
    where ${IS_TO_BE_HAD}
    returning payload`)
  return ({ tenantId, kind, digest, boundTo, at, outcome }) => {
    const row = consume.get(tenantId, kind, digest, boundTo, at, outcome)
    if (row === undefined) return undefined
    time.note(at)
    return readText(row, 'payload')
  }
}

export function createOneUseThings({ prepare, read, write }: Connection, consumeOnce: ConsumeOnce): OneUseThings {
  const insert = prepare(`
    insert into one_use_things (tenant_id, kind, digest, bound_to, payload, expires_at) values (?, ?, ?, ?, ?, ?) on conflict do nothing`)
  const peek = prepare(`select payload from one_use_things where ${IS_TO_BE_HAD}`)
  const payloadOf = prepare(
    'select payload from one_use_things where tenant_id = ?1 and kind = ?2 and digest = ?3 and consumed_at is null and expires_at > ?4',
  )
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
    peek: ({ tenantId, kind, digest, boundTo, at }) =>
      read(() => {
        const row = peek.get(tenantId, kind, digest, boundTo, at)
        return row && readText(row, 'payload')
      }),
    payloadOf: ({ tenantId, kind, digest }, at) =>
      read(() => {
        const row = payloadOf.get(tenantId, kind, digest, at)
        return row && readText(row, 'payload')
      }),
    consume: (consumption) =>
      write((): ConsumptionAnswer => {
        const payload = consumeOnce(consumption)
        return payload === undefined ? refuse(consumption) : { kind: 'consumed', payload }
      }),
  }
}
