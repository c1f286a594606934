import type { Tenant } from '../../domain/tenant.ts'

const CLIENT_AUTHENTICATION = ['client_secret_basic', 'client_secret_post'] as const

/**
 * What Keycloak's clients read first (OpenID Connect Discovery 1.0, section 3; RFC 8414). It names what there is: an authorization
 * endpoint comes with the code flow.
 * @param issuer the tenant's address, without a trailing slash
 */
export function describeRealm(issuer: string, { name }: Pick<Tenant, 'name'>) {
  const realm = `${issuer}/realms/${name}`
  const protocol = `${realm}/protocol/openid-connect`
  return {
    issuer: realm,
    token_endpoint: `${protocol}/token`,
    introspection_endpoint: `${protocol}/token/introspect`,
    userinfo_endpoint: `${protocol}/userinfo`,
    end_session_endpoint: `${protocol}/logout`,
    jwks_uri: `${protocol}/certs`,
    revocation_endpoint: `${protocol}/revoke`,
    grant_types_supported: ['password', 'refresh_token'],
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'ES256', 'EdDSA'],
    token_endpoint_auth_methods_supported: ['none', ...CLIENT_AUTHENTICATION],
    introspection_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
    revocation_endpoint_auth_methods_supported: ['none', ...CLIENT_AUTHENTICATION],
    scopes_supported: ['openid', 'profile', 'email'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'acr', 'email_verified', 'name', 'preferred_username', 'email'],
    claim_types_supported: ['normal'],
  }
}
