import type { Courier, TextMessage } from '../delivery/message.ts'
import { addressBlockOf } from '../domain/address-block.ts'
import { digestOf } from '../domain/credential.ts'
import { drawCode } from '../domain/one-time-code.ts'
import { accept, refuse } from '../domain/outcome.ts'
import { judgePhone } from '../domain/phone.ts'
import type { Randomness } from '../domain/randomness.ts'
import { chargesOfMessage, isOfOneCaller, untilNextDay } from '../domain/spend-guard.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { ReadPhone } from '../phones/read-phone.ts'
import type { Limits } from '../store/limits.ts'
import type { OneUseThings } from '../store/one-use-things.ts'
import type { TokenEngine } from '../tokens/token-engine.ts'
import type { ChargeOfGuess } from './charge-of-guess.ts'
import type { SendCode } from './code-use-cases.ts'
import { type StoredCode, writeCode } from './stored-code.ts'

interface Deps {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly limits: Limits
  readonly oneUseThings: OneUseThings
  readonly tokens: Pick<TokenEngine, 'macOfCode'>
  readonly events: Events
  readonly readPhone: ReadPhone
  readonly courier: Courier<TextMessage>
  readonly issuerOf: (tenant: Tenant) => string
  readonly chargeOfGuess: ChargeOfGuess
}

const ID_BYTES = 16

export function createSendCode(deps: Deps): SendCode {
  const { clock, randomness, limits, oneUseThings, tokens, events, readPhone, courier, issuerOf, chargeOfGuess } = deps
  return async ({ tenant, purpose, phone, shape, holder, applicationId, language, caller, newId, chooseUnseen }) => {
    const read = await readPhone(phone, tenant.phones.countries[0])
    if (!read.ok) return read
    const judged = judgePhone(read.value, tenant.phones)
    if (!judged.ok) return judged
    const number = judged.value
    const at = clock.now()
    const block = addressBlockOf(caller.address)
    const occasion = { tenantId: tenant.id, block, requestId: caller.requestId }
    const range = { purpose, country: read.value.country ?? read.value.callingCode }

    // A code that nobody could bring back now would cost the operator a message, and mislead who reads it.
    const untilGuessMs = await limits.waitMs(await chargeOfGuess({ tenant, number, shape, caller, at }), at)
    if (untilGuessMs > 0) {
      events.publish(events.messageRefused(occasion, { ...range, limit: 'guesses' }))
      return refuse({ code: 'messages_exhausted', retryAfterSeconds: Math.ceil(untilGuessMs / 1000) })
    }

    const request = { tenantId: tenant.id, applicationId, phone: read.value, policy: tenant.phones, block }
    const { charges, counted, limitOf } = chargesOfMessage(request, at)
    const charged = await limits.charge({ charges, counted, at })
    if (!charged.allowed) {
      const limit = limitOf.get(charged.exhausted) ?? 'number'
      const told = { ...range, limit }
      events.publish(isOfOneCaller(limit) ? events.messageRefused(occasion, told) : events.messageGuardTripped(occasion, told))
      const retryAfterMs = limit === 'tenant_day' ? untilNextDay(at) : charged.retryAfterMs
      return refuse({ code: 'messages_exhausted', retryAfterSeconds: Math.ceil(retryAfterMs / 1000) })
    }

    const codeId = newId?.() ?? randomness.bytes(ID_BYTES).toString('base64url')
    const code = drawCode(randomness, shape)
    const stored: StoredCode = { number, callingCode: read.value.callingCode }
    const leaving = (await chooseUnseen?.(number)) ?? 'code'
    const boundTo = await tokens.macOfCode(tenant, [leaving === 'code' ? purpose : 'nothing', codeId, holder, code], at)
    const thing = { kind: 'one_time_password', tenantId: tenant.id, digest: digestOf(codeId), boundTo } as const
    const isNew = await oneUseThings.put({ ...thing, payload: writeCode(stored), expiresAt: at + shape.lifeSeconds * 1000 })
    if (!isNew) throw new Error('two codes were given one id')

    const { host } = new URL(issuerOf(tenant))
    const envelope = { id: codeId, to: number, language, host }
    const withCode = { ...envelope, code, purpose, lifeSeconds: shape.lifeSeconds }
    const dispatch = async (message: TextMessage) => {
      const answer = await courier.dispatch(message)
      events.publish(events.messageDispatched(occasion, { ...range, answer }))
      return answer
    }
    if (chooseUnseen === undefined)
      return (await dispatch(withCode)) === 'not_sent' ? refuse({ code: 'not_sent' }) : accept({ codeId, number })
    // A courier rejects never.
    if (leaving !== 'nothing')
      void dispatch(leaving === 'code' ? withCode : { ...envelope, notice: leaving.notice, language: leaving.language ?? language })
    return accept({ codeId, number })
  }
}
