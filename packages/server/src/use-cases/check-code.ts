import { addressBlockOf } from '../domain/address-block.ts'
import { digestOf } from '../domain/credential.ts'
import { accept, refuse } from '../domain/outcome.ts'
import { returnsOfCode } from '../domain/spend-guard.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Limits } from '../store/limits.ts'
import type { OneUseThings } from '../store/one-use-things.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { ChargeOfGuess } from './charge-of-guess.ts'
import type { CheckCode } from './code-use-cases.ts'
import { readCode } from './stored-code.ts'

interface Deps {
  readonly clock: Clock
  readonly limits: Limits
  readonly oneUseThings: OneUseThings
  readonly tokens: Pick<TokenEngine, 'macOfCode'>
  readonly events: Events
  readonly chargeOfGuess: ChargeOfGuess
}

export function createCheckCode({ clock, limits, oneUseThings, tokens, events, chargeOfGuess }: Deps): CheckCode {
  return async ({ tenant, purpose, codeId, code, shape, holder, caller }) => {
    const at = clock.now()
    const occasion = { tenantId: tenant.id, block: addressBlockOf(caller.address), requestId: caller.requestId }
    const thing = { kind: 'one_time_password', tenantId: tenant.id, digest: digestOf(codeId) } as const
    const payload = await oneUseThings.payloadOf(thing, at)
    if (payload === undefined) return refuse({ code: 'code_wrong' })
    const { number, callingCode } = readCode(payload)

    const charge = await chargeOfGuess({ tenant, number, shape, caller, at })
    const charged = await limits.charge({ charges: [charge], counted: charge.key, at })
    if (!charged.allowed) return refuse({ code: 'guesses_exhausted', retryAfterSeconds: Math.ceil(charged.retryAfterMs / 1000) })

    const boundTo = await tokens.macOfCode(tenant, [purpose, codeId, holder, code], at)
    const consumed = await oneUseThings.consume({ ...thing, boundTo, at, outcome: purpose })
    if (consumed.kind !== 'consumed') {
      events.publish(events.messageCodeWrong(occasion, { purpose }))
      return refuse({ code: 'code_wrong' })
    }
    await limits.refund([charge, ...returnsOfCode(tenant.id, { number, callingCode })])
    events.publish(events.messageCodeRight(occasion, { purpose }))
    return accept({ number })
  }
}
