import type { DoorName, Tenant } from '../domain/tenant.ts'
import type { DoorCatalogue } from './door-catalogue.ts'

/** The addresses that a platform of this server sends people back to: made from configuration, never from a request. */
export interface Callbacks {
  /** @throws Error if the door sends nobody to an identity provider: a bug */
  of(tenant: Tenant, door: DoorName): string
  /** The door whose address it is, compared as text; undefined if it is none of the tenant's. */
  doorOf(tenant: Tenant, address: string): DoorName | undefined
}

export function createCallbacks(doors: Pick<DoorCatalogue, 'callbackPathOf'>, issuerOf: (tenant: Tenant) => string): Callbacks {
  function of(tenant: Tenant, door: DoorName): string {
    const path = doors.callbackPathOf(door)
    if (path === undefined) throw new Error(`the door ${door} has no path that an identity provider could send a browser to`)
    return issuerOf(tenant) + path
  }
  return {
    of,
    doorOf: (tenant, address) => tenant.doors.find((door) => doors.callbackPathOf(door) !== undefined && of(tenant, door) === address),
  }
}
