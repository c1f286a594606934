import { PLATFORM_SCOPE } from '../domain/scope.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { IdentityProvider } from './identity-provider.ts'

export interface BuiltInProviderParts {
  /** A tenant's address, without a trailing slash. */
  readonly issuerOf: (tenant: Tenant) => string
  /** Of its sign-in page, and of the page where people see what is kept of them. */
  readonly paths: { readonly authorize: string; readonly account: string }
  readonly redeem: IdentityProvider['redeem']
}

/** This server itself signs people in. */
export function createBuiltInProvider({ issuerOf, paths, redeem }: BuiltInProviderParts): IdentityProvider {
  return {
    authorizationUrl({ tenant, clientId, callback, state }) {
      const query = [
        ['prompt', 'x-no-sso'],
        ['response_type', 'code'],
        ['scope', PLATFORM_SCOPE],
        ['client_id', clientId],
        ['redirect_uri', callback],
        ['state', state],
      ]
      return `${issuerOf(tenant)}${paths.authorize}?${query.map(([name, value = '']) => `${name}=${encodeQuery(value)}`).join('&')}`
    },
    redeem,
    personalDataUrl: (tenant) => `${issuerOf(tenant)}${paths.account}`,
  }
}

/** A colon and a slash may stand in a query (RFC 3986, section 3.4), and the platform's own address shows them so. */
function encodeQuery(value: string): string {
  return encodeURIComponent(value).replaceAll('%3A', ':').replaceAll('%2F', '/')
}
