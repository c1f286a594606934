/**
 * Access tokens and id tokens with the claims, the order and the `typ` that Keycloak's clients read (Keycloak 20,
 * `AccessToken.java`, `IDToken.java`). Both have the general header `typ: JWT`, so each has keys of its own.
 */
import { createHash } from 'node:crypto'
import { type Account, emailOf } from '../domain/account.ts'
import { OPENID } from '../domain/application.ts'
import type { AccountId } from '../domain/ids.ts'
import { sortRoles } from '../domain/role.ts'
import { type Scope, scopeTokens } from '../domain/scope.ts'
import { accessExpiry } from '../domain/session.ts'
import type { Tenant } from '../domain/tenant.ts'
import { toSeconds } from '../domain/time.ts'
import type { AccessTokenKind } from './access-token-kind.ts'
import { type RoleList, readClaims, writeClaims } from './claims.ts'
import { algFirstHeader, writeJwsWithoutBlocking } from './jws.ts'
import type { OpenedSigningKey } from './opened-keys.ts'
import { claimsOfSession } from './session-claims.ts'
import type { SignedStatement } from './signed.ts'
import type { TokenSubject } from './token-claims.ts'
import { tokenIdOf } from './token-id.ts'

/** What the scopes `profile` and `email` add. */
const PERSON = { email_verified: 'flag?', name: 'text?', preferred_username: 'text?', email: 'text?' } as const

const ACCESS_CLAIMS = {
  exp: 'integer',
  iat: 'integer',
  jti: 'text',
  iss: 'text',
  aud: 'texts',
  sub: 'text',
  typ: 'text',
  azp: 'text',
  session_state: 'text',
  acr: 'text',
  realm_access: 'roles',
  resource_access: 'roles by name',
  scope: 'text',
  sid: 'text',
  ...PERSON,
  act: 'actor?',
} as const

const ID_CLAIMS = {
  exp: 'integer',
  iat: 'integer',
  auth_time: 'integer?',
  jti: 'text',
  iss: 'text',
  aud: 'text',
  sub: 'text',
  typ: 'text',
  azp: 'text',
  session_state: 'text',
  at_hash: 'text',
  acr: 'text',
  sid: 'text',
  ...PERSON,
  act: 'actor?',
} as const

const ACCESS_TYP = 'Bearer'
const ID_TYP = 'ID'
/** Signed in with a password: the lowest level above none (ISO/IEC 29115, as OpenID Connect Core 1.0, section 2 refers to it). */
const ACR = '1'
/** Keycloak's audience where nobody has set one: its account interface. */
const DEFAULT_AUDIENCE = 'account'

/** The issuer of a tenant's Keycloak-shaped tokens. @param issuer the tenant's, without a trailing slash */
export function realmUrl(issuer: string, { name }: Pick<Tenant, 'name'>): string {
  return `${issuer}/realms/${name}`
}

export const KEYCLOAK = {
  purpose: 'keycloak-access',
  headerFor: (key) => algFirstHeader('JWT', key.algorithm, key.id),
  signedIssuer: realmUrl,
  outlivesIssuer: false,
  readPayload(payload, digest) {
    const claims = readClaims(ACCESS_CLAIMS, payload)
    if (claims?.typ !== ACCESS_TYP) return undefined
    const actorId = claims.act?.sub as AccountId | undefined
    return claimsOfSession(claims, { format: 'keycloak', clientId: claims.azp, actorId, stated: claims }, digest)
  },
} as const satisfies AccessTokenKind

/** What the tokens of one session are made from. */
export interface KeycloakStatement extends SignedStatement {
  readonly subject: TokenSubject
}

/** An access token of a session's current generation. Its issuer is the realm. */
export function writeKeycloakAccess(statement: KeycloakStatement, key: OpenedSigningKey): Promise<string> {
  const { session, application, subject, issuer, issuedAt } = statement
  const [only = DEFAULT_AUDIENCE, ...others] = application.audience
  const roles = sortRoles(subject.account.roles)
  const payload = writeClaims(ACCESS_CLAIMS, {
    exp: accessExpiry(session, application.lifetimes.accessSeconds, issuedAt),
    iat: toSeconds(issuedAt),
    jti: tokenIdOf('access', session, issuedAt),
    iss: issuer,
    aud: others.length === 0 ? only : [only, ...others],
    sub: session.accountId,
    typ: ACCESS_TYP,
    azp: application.clientId,
    session_state: session.id,
    acr: ACR,
    realm_access: { roles: roles.ofTenant },
    resource_access: Object.fromEntries(
      [...roles.ofApplications].map(([clientId, named]): [string, RoleList] => [clientId, { roles: named }]),
    ),
    scope: session.scope,
    sid: session.id,
    ...personOf(session.scope, subject.account),
    act: actOf(subject),
  })
  return writeJwsWithoutBlocking(KEYCLOAK.headerFor(key), payload, key)
}

export function asksForIdToken(scope: Scope): boolean {
  return scopeTokens(scope).includes(OPENID)
}

/** The id token that comes with an access token (OpenID Connect Core 1.0, sections 2 and 3.1.3.6). Nobody here reads one. */
export function writeKeycloakId(statement: KeycloakStatement, accessToken: string, key: OpenedSigningKey): Promise<string> {
  const { session, application, subject, issuer, issuedAt } = statement
  const payload = writeClaims(ID_CLAIMS, {
    exp: accessExpiry(session, application.lifetimes.accessSeconds, issuedAt),
    iat: toSeconds(issuedAt),
    auth_time: subject.actorId === undefined ? toSeconds(session.startedAt) : undefined, // the person has not signed in
    jti: tokenIdOf('id', session, issuedAt),
    iss: issuer,
    aud: application.clientId,
    sub: session.accountId,
    typ: ID_TYP,
    azp: application.clientId,
    session_state: session.id,
    at_hash: accessTokenHash(accessToken, key),
    acr: ACR,
    sid: session.id,
    ...personOf(session.scope, subject.account),
    act: actOf(subject),
  })
  return writeJwsWithoutBlocking(algFirstHeader('JWT', key.algorithm, key.id), payload, key)
}

function actOf({ actorId }: TokenSubject) {
  return actorId === undefined ? undefined : { sub: actorId }
}

function personOf(scope: Scope, account: Account) {
  const scopes = scopeTokens(scope)
  const hasProfile = scopes.includes('profile')
  const hasEmail = scopes.includes('email')
  return {
    email_verified: hasEmail ? false : undefined,
    name: hasProfile ? account.name : undefined,
    preferred_username: hasProfile ? account.loginIds[0] : undefined,
    email: hasEmail ? emailOf(account) : undefined,
  }
}

/** The left half of the hash of the algorithm (OpenID Connect Core 1.0, section 3.1.3.6): SHA-512 for Ed25519, else SHA-256. */
function accessTokenHash(accessToken: string, { algorithm }: OpenedSigningKey): string {
  const digest = createHash(algorithm === 'EdDSA' ? 'sha512' : 'sha256')
    .update(accessToken, 'ascii')
    .digest()
  return digest.toString('base64url', 0, digest.length / 2)
}
