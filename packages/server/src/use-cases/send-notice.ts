import type { Courier, NoticeKind, SignInDetails, TextMessage } from '../delivery/message.ts'
import { addressBlockOf } from '../domain/address-block.ts'
import type { PhoneNumber } from '../domain/phone.ts'
import type { Randomness } from '../domain/randomness.ts'
import { chargesOfNotice } from '../domain/spend-guard.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Limits } from '../store/limits.ts'
import type { Caller } from './calls.ts'

interface Deps {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly limits: Limits
  readonly events: Events
  readonly courier: Courier<TextMessage>
  readonly issuerOf: (tenant: Tenant) => string
}

export interface NewNotice {
  readonly tenant: Tenant
  readonly number: PhoneNumber
  readonly notice: NoticeKind
  readonly details?: SignInDetails | undefined
  readonly language: string
  readonly caller: Caller
}

/**
 * Tells who has a number what has happened. What it tells of is done: it is not undone where no message can be sent.
 * @returns whether a message may leave: `withheld` says that a limit keeps it back
 */
export type SendNotice = (notice: NewNotice) => Promise<'leaving' | 'withheld'>

const ID_BYTES = 16

export function createSendNotice({ clock, randomness, limits, events, courier, issuerOf }: Deps): SendNotice {
  return async ({ tenant, number, notice, details, language, caller }) => {
    const at = clock.now()
    const occasion = { tenantId: tenant.id, block: addressBlockOf(caller.address), requestId: caller.requestId }
    const { charges, counted } = chargesOfNotice({ tenantId: tenant.id, phone: { number }, policy: tenant.phones }, at)
    const charged = await limits.charge({ charges, counted, at })
    if (!charged.allowed) {
      events.publish(events.noticeWithheld(occasion, { notice }))
      return 'withheld'
    }
    const { host } = new URL(issuerOf(tenant))
    const id = randomness.bytes(ID_BYTES).toString('base64url')
    void courier
      .dispatch({ id, to: number, notice, details, language, host })
      .then((answer) => events.publish(events.noticeDispatched(occasion, { notice, answer })))
    return 'leaving'
  }
}
