import { isClientId } from './name.ts'

declare const roleBrand: unique symbol
/**
 * What an account may do at the APIs: a role of the tenant, `agent`, or of one application, `switchboard/operator`, or a flag, spelled
 * as a path, `/feature/mss/mailbox_allowed`. Flags are what VPaaS's user info lists; tokens do not state them. It means nothing to
 * Ringkey itself.
 */
export type Role = string & { readonly [roleBrand]: 'Role' }

/** As many as fit, with all other claims, into a token of 8 kB. */
export const MAX_ROLES = 50
const MAX_ROLE_CHARACTERS = 1024

const FLAG = /^(?:\/[A-Za-z0-9._-]{1,64}){1,8}$/

/**
 * @returns undefined if it is no role: at most 64 characters of a-z, A-Z, 0-9, `.`, `_` and `-`, before them a client id and `/` or
 * nothing; a flag is 1 to 8 times that many with a `/` before each
 */
export function parseRole(text: string): Role | undefined {
  if (isFlag(text)) return FLAG.test(text) ? (text as Role) : undefined
  const slash = text.indexOf('/')
  const isOfClient = slash < 0 || isClientId(text.slice(0, slash))
  return isOfClient && /^[A-Za-z0-9._-]{1,64}$/.test(text.slice(slash + 1)) ? (text as Role) : undefined
}

function isFlag(text: string): boolean {
  return text.startsWith('/')
}

/** Each once, in the order given. @returns undefined if one of them is no role, or they are more than `MAX_ROLES` or 1024 characters */
export function parseRoles(texts: readonly string[]): readonly Role[] | undefined {
  const distinct = [...new Set(texts)]
  const roles = distinct.map(parseRole).filter((role) => role !== undefined)
  const areTooLong = roles.join('').length > MAX_ROLE_CHARACTERS
  return roles.length === distinct.length && roles.length <= MAX_ROLES && !areTooLong ? roles : undefined
}

export interface SortedRoles {
  readonly ofTenant: readonly string[]
  /** By client id. */
  readonly ofApplications: ReadonlyMap<string, readonly string[]>
}

/** Those that are flags, in the order given. */
export function flagsOf(roles: readonly Role[]): readonly string[] {
  return roles.filter(isFlag)
}

/** In the order given, without the flags: Keycloak's claims have no place for these. */
export function sortRoles(roles: readonly Role[]): SortedRoles {
  const ofTenant: string[] = []
  const ofApplications = new Map<string, string[]>()
  for (const role of roles.filter((one) => !isFlag(one))) {
    const slash = role.indexOf('/')
    if (slash < 0) ofTenant.push(role)
    else ofApplications.set(role.slice(0, slash), [...(ofApplications.get(role.slice(0, slash)) ?? []), role.slice(slash + 1)])
  }
  return { ofTenant, ofApplications }
}
