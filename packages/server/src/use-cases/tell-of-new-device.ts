import type { Account } from '../domain/account.ts'
import { addressBlockOf } from '../domain/address-block.ts'
import { noticeOfNewDeviceCharge } from '../domain/known-device.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { Clock } from '../domain/time.ts'
import type { Events } from '../events/events.ts'
import type { Limits } from '../store/limits.ts'
import type { Caller } from './calls.ts'
import type { TellOwner } from './tell-owner.ts'

interface Deps {
  readonly clock: Clock
  readonly limits: Limits
  readonly events: Events
  readonly tellOwner: TellOwner
}

interface NewDevice {
  readonly tenant: Tenant
  readonly account: Account
  readonly language: string
  readonly caller: Caller
}

/** Tells the owner of an account that somebody has signed in with a browser that it did not know. Returns at once: nobody's sign-in waits for it, or fails with it. */
export type TellOfNewDevice = (device: NewDevice) => void

const NOTICE = 'new_device'

export function createTellOfNewDevice(deps: Deps): TellOfNewDevice {
  const { events } = deps
  return (device) =>
    void tell(deps, device).catch((error: unknown) => {
      events.publish(events.backgroundTaskFailed({}, { task: NOTICE, reason: error instanceof Error ? error.name : 'unknown' }))
    })
}

async function tell({ clock, limits, events, tellOwner }: Deps, { tenant, account, language, caller }: NewDevice): Promise<void> {
  const at = clock.now()
  const block = addressBlockOf(caller.address)
  const charge = noticeOfNewDeviceCharge(tenant.id, account.id)
  const charged = await limits.charge({ charges: [charge], counted: charge.key, at })
  if (charged.allowed)
    return tellOwner({ tenant, account, notice: NOTICE, details: { at, device: caller.device, block }, language, caller })
  const occasion = { tenantId: tenant.id, block, requestId: caller.requestId }
  events.publish(events.noticeWithheld(occasion, { notice: NOTICE }))
}
