import type { TenantId } from './ids.ts'
import type { PhonePolicy } from './phone.ts'
import type { EpochMs } from './time.ts'

/** The name of a front door, as the registry knows it. */
export type DoorName = string

/** One brand: issuer, host names, front doors, keys, policy, accounts, applications. Nothing crosses tenants. */
export interface Tenant {
  readonly id: TenantId
  /** Lower-case letters, digits and hyphens; stands in `/t/<name>`. */
  readonly name: string
  /** Own host names, lower case, without a port. */
  readonly hostNames: readonly string[]
  readonly doors: readonly DoorName[]
  /** The tenant that answers on a shared host without a `/t/<name>` prefix. */
  readonly isDefault: boolean
  readonly enabled: boolean
  /** Whom it sends text messages to. */
  readonly phones: PhonePolicy
  readonly epoch: number
  readonly epochRaisedAt: EpochMs | undefined
  /** Grows whenever a key of its own is made or ends: who knows the keys of an older one reads them again. */
  readonly keyVersion: number
  readonly createdAt: EpochMs
}

export function isTenantName(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)
}

/**
 * The address under which a tenant's doors are reached, without a trailing slash: the issuer of its tokens and the base of its links.
 * It is made from configuration alone, never from a request.
 * @param publicUrl the origin (and path, if any) of the shared host
 */
export function issuerOf(tenant: Pick<Tenant, 'name' | 'hostNames' | 'isDefault'>, publicUrl: URL): string {
  const [ownHost] = tenant.hostNames
  if (ownHost !== undefined) return `${publicUrl.protocol}//${ownHost}${publicUrl.port === '' ? '' : `:${publicUrl.port}`}`
  const shared = publicUrl.href.replace(/\/$/, '')
  return tenant.isDefault ? shared : `${shared}/t/${tenant.name}`
}
