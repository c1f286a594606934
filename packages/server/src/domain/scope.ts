declare const scopeBrand: unique symbol
/** A set of scope tokens in the order given, parted by one blank each (RFC 6749, section 3.3). The empty set is ''. */
export type Scope = string & { readonly [scopeBrand]: 'Scope' }

/** As many as fit, with all other claims, into a token of 8 kB. */
const MAX_SCOPE_CHARACTERS = 4096

/** @returns undefined if a token has a character that RFC 6749, section 3.3 does not allow, or there are more than 100 tokens or 4096 characters */
export function parseScope(text: string): Scope | undefined {
  if (text.length > MAX_SCOPE_CHARACTERS) return undefined
  const tokens = text.split(' ').filter((token) => token !== '')
  if (tokens.length > 100 || !tokens.every((token) => /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(token))) return undefined
  return [...new Set(tokens)].join(' ') as Scope
}

export function scopeTokens(scope: Scope): readonly string[] {
  return scope === '' ? [] : scope.split(' ')
}

export function isWithinScope(asked: Scope, granted: Scope): boolean {
  const grantedTokens = new Set(scopeTokens(granted))
  return scopeTokens(asked).every((token) => grantedTokens.has(token))
}

/** All of the first, then what the second has beside them. */
export function joinScope(first: Scope, second: Scope): Scope {
  return [...new Set([...scopeTokens(first), ...scopeTokens(second)])].join(' ') as Scope
}

/** What of the first is in the second as well. */
export function commonScope(first: Scope, second: Scope): Scope {
  if (isWithinScope(first, second)) return first
  const others = new Set(scopeTokens(second))
  return scopeTokens(first)
    .filter((token) => others.has(token))
    .join(' ') as Scope
}

/** What a platform asks of its identity provider in an application's name: https://developer.telekom.com/idm-token, section 1. */
export const PLATFORM_SCOPE = 'offline_access smarthub' as Scope
