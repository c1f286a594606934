/** Which tenant a request is for, decided from its host name and the beginning of its path, before any routing. */
import { isTenantName, type Tenant } from '../domain/tenant.ts'
import type { DoorDeps } from '../front-doors/front-door.ts'

/** Where a request is sent to. */
export interface Target {
  /** Lower case, without a port; an IPv6 address in its brackets. */
  readonly hostName: string
  /** Path and query. */
  readonly url: string
}

export type Scheme = 'http' | 'https'

/**
 * @param scheme that of our address: in absolute-form nobody is to take a request for one that came in another way (RFC 9110, section 7.4)
 * @param host the header `Host`
 * @param requestTarget origin-form or absolute-form (RFC 9112, section 3.2)
 * @returns undefined if one cannot be read, or the target names another host than the header
 */
export function readTarget(host: string, requestTarget: string, scheme: Scheme): Target | undefined {
  const [, hostName, port = '0'] = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::(0|[1-9]\d{0,4}))?$/.exec(host.toLowerCase()) ?? []
  if (hostName === undefined || Number(port) > 65_535 || requestTarget.includes('#')) return undefined
  if (requestTarget.startsWith('/') || requestTarget === '*') return { hostName, url: requestTarget }
  const [, named, authority, rest = ''] = /^(https?):\/\/([^/?]*)(.*)$/i.exec(requestTarget) ?? []
  if (named?.toLowerCase() !== scheme) return undefined
  if (authority?.toLowerCase() !== host.toLowerCase()) return undefined
  return { hostName, url: rest.startsWith('/') ? rest : `/${rest}` }
}

/** `misdirected`: the host is not ours (RFC 9110, section 15.5.20). */
export type NoTenant = 'misdirected' | 'no_tenant'

export type TenantChoice =
  | { readonly kind: 'chosen'; readonly tenant: Tenant; readonly url: string }
  /** The prefix alone, without the slash that relative links of the tenant's front page need. */
  | { readonly kind: 'without_slash'; readonly tenant: Tenant; readonly path: string }
  /** Nothing is served, and whose path it is says whether that is told. */
  | { readonly kind: 'disabled'; readonly tenant: Tenant; readonly url: string; readonly untold: NoTenant }
  | { readonly kind: 'misdirected' }
  | { readonly kind: 'no_tenant' }

export interface ChooseTenantDeps {
  readonly findTenant: DoorDeps['useCases']['findTenant']
  /** Host names that tenants share. */
  readonly sharedHosts: () => ReadonlySet<string>
}

/** A tenant's own host name means that tenant, unless it is a shared one: no tenant can take that from the others. On a shared host the prefix `/t/<tenant>` chooses and is cut off, else the default tenant. */
export async function chooseTenant({ hostName, url }: Target, { findTenant, sharedHosts }: ChooseTenantDeps): Promise<TenantChoice> {
  if (!sharedHosts().has(hostName)) {
    const own = await findTenant({ hostName })
    return choose(own, url, 'misdirected')
  }
  const prefix = readPrefix(url)
  if (prefix !== undefined && !isTenantName(prefix.name)) return { kind: 'no_tenant' }
  const tenant = await findTenant(prefix === undefined ? 'default' : { name: prefix.name })
  const choice = choose(tenant, prefix?.rest ?? url, 'no_tenant')
  // The name is one of a tenant, so nothing of what a caller wrote gets into the path but that.
  if (choice.kind === 'chosen' && prefix?.hasSlash === false)
    return { kind: 'without_slash', tenant: choice.tenant, path: `/t/${prefix.name}/` }
  return choice
}

function choose(tenant: Tenant | undefined, url: string, untold: NoTenant): TenantChoice {
  if (tenant === undefined) return { kind: untold }
  return tenant.enabled ? { kind: 'chosen', tenant, url } : { kind: 'disabled', tenant, url, untold }
}

/** The path without the prefix of a tenant, whether or not there is such a tenant. */
export function withoutPrefix(url: string): string {
  return readPrefix(url)?.rest ?? url
}

function readPrefix(url: string): { readonly name: string; readonly rest: string; readonly hasSlash: boolean } | undefined {
  const [, name, rest = ''] = /^\/t(?=[/?]|$)\/?([^/?]*)(.*)$/s.exec(url) ?? []
  if (name === undefined) return undefined
  const hasSlash = rest.startsWith('/')
  return { name, rest: hasSlash ? rest : `/${rest}`, hasSlash }
}

/** The path of a URL as it is written. */
export function writtenPathOf(url: string): string {
  const [path = url] = url.split('?', 1)
  return path
}

/** An address that cannot be read, without scheme and authority and without a fragment: what is left may say whose it was meant to be. */
export function withoutAuthority(requestTarget: string): string {
  const [address = ''] = requestTarget.replace(/^[a-z]+:\/\/[^/?#]*/i, '').split('#', 1)
  return address.startsWith('/') ? address : `/${address}`
}

/** The tenant that a path leads to on a shared host. */
export async function findTenantOfPath(url: string, findTenant: DoorDeps['useCases']['findTenant']): Promise<Tenant | undefined> {
  const prefix = readPrefix(url)
  if (prefix !== undefined && !isTenantName(prefix.name)) return undefined
  return findTenant(prefix === undefined ? 'default' : { name: prefix.name })
}

/** The decoded path of a URL, for looking up whose it is; a path that cannot be decoded stands as it is. */
export function pathOf(url: string): string {
  const [path = url] = url.split('?', 1)
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}
