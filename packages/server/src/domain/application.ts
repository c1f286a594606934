import type { ApplicationId, OrganisationId, TenantId } from './ids.ts'
import type { RedirectUri } from './redirect-uri.ts'
import type { RefreshPolicy } from './refresh-policy.ts'
import { commonScope, isWithinScope, joinScope, parseScope, type Scope, scopeTokens } from './scope.ts'
import type { DoorName } from './tenant.ts'
import type { EpochMs } from './time.ts'
import type { WebOrigin } from './web-origin.ts'

/**
 * How an application's tokens look.
 * - `signed`: an access token of RFC 9068 and a refresh token of its own.
 * - `self-refreshing`: one JWT that is access token and refresh credential at once, as the Smartflo family has it.
 * - `keycloak`: an access token with the claims that Keycloak's clients read, a refresh token of its own, and an id token for `openid`.
 * - `sealed`: an access token that only we can read, with a signed one inside, and a refresh token that begins with `RTSVH2:`.
 */
export type TokenFormat = 'signed' | 'self-refreshing' | 'keycloak' | 'sealed'

/** Algorithms of RFC 7518 and RFC 8037 that an application's access tokens may be signed with. */
export type SigningAlgorithm = 'ES256' | 'EdDSA' | 'RS256' | 'HS256'

export interface Lifetimes {
  readonly accessSeconds: number
  /** A session that is not refreshed for this long has expired. */
  readonly idleSeconds: number
  /** A session ends this long after its sign-in, however often it is refreshed. */
  readonly absoluteSeconds: number
}

/** Whose tokens an application may ask about at introspection. */
export type CheckingRight = 'none' | 'own' | 'tenant'

/** How an application's people sign in at our page, and how they come back from it. */
export interface PageSignIn {
  /** Where the browser may be sent back to; the first one where a request names none. Compared as text. */
  readonly redirectUris: readonly RedirectUri[]
  /** Whether a sign-in must bring a code challenge (RFC 7636). */
  readonly requiresPkce: boolean
  /** Whether a person may see the code on a page, to copy it: for programs that no browser can call. */
  readonly showsCode: boolean
}

export const NO_PAGE_SIGN_IN: PageSignIn = { redirectUris: [], requiresPkce: true, showsCode: false }

/** What a front door's applications have unless told otherwise. */
export interface ApplicationDefaults {
  readonly type: 'public' | 'confidential'
  readonly scope: Scope
  readonly tokenFormat: TokenFormat
  readonly algorithm: SigningAlgorithm
  readonly lifetimes: Lifetimes
  readonly refreshPolicy: RefreshPolicy
  /** Where left out, `NO_PAGE_SIGN_IN`. */
  readonly pageSignIn?: PageSignIn
}

/** The software that gets tokens. */
export interface Application extends ApplicationDefaults {
  readonly id: ApplicationId
  readonly tenantId: TenantId
  /** The customer that the application belongs to; undefined: the tenant's own. */
  readonly organisationId: OrganisationId | undefined
  /** Unique in the tenant. */
  readonly clientId: string
  readonly name: string
  /** The door whose sign-ins, naming no client, are this application's. At most one application per tenant and door. */
  readonly signInDoor: DoorName | undefined
  readonly audience: readonly string[]
  readonly checks: CheckingRight
  /** Whether it may send people's passwords with its own name (RFC 6749, section 4.3). Never bypasses a second factor. */
  readonly passwordGrant: boolean
  /** Origins of pages that may call for it from a browser (https://fetch.spec.whatwg.org/#cors-protocol). */
  readonly webOrigins: readonly WebOrigin[]
  readonly pageSignIn: PageSignIn
  readonly enabled: boolean
  readonly epoch: number
  readonly createdAt: EpochMs
}

/** Whether programs whose tokens look so can be made to send people's passwords: elsewhere sign-ins name no client, or happen at the page. */
export function canSendPasswords({ tokenFormat }: Pick<Application, 'tokenFormat'>): boolean {
  return tokenFormat === 'signed' || tokenFormat === 'keycloak'
}

/** Whether people sign in at our page for applications whose tokens look so. */
export function canSignInAtPage({ tokenFormat }: Pick<Application, 'tokenFormat'>): boolean {
  return tokenFormat === 'signed' || tokenFormat === 'sealed'
}

/** Asking for it is asking for an id token (OpenID Connect Core 1.0, section 3.1.2.1). */
export const OPENID = 'openid'

/** All scopes that a session of the application can have: its own, and `openid` where its tokens come with an id token. */
function obtainableScope({ tokenFormat, scope }: Pick<Application, 'tokenFormat' | 'scope'>): Scope {
  return tokenFormat === 'keycloak' ? joinScope(OPENID as Scope, scope) : scope
}

/**
 * What a sign-in gets that asks for scopes beside those that the application has anyway: these and, first, `openid` if it was asked.
 * @returns undefined if one of them is not to be had, or they are malformed
 */
export function grantScope(application: Pick<Application, 'tokenFormat' | 'scope'>, asked: string): Scope | undefined {
  const parsed = parseScope(asked)
  if (parsed === undefined || !isWithinScope(parsed, obtainableScope(application))) return undefined
  return scopeTokens(parsed).includes(OPENID) ? joinScope(OPENID as Scope, application.scope) : application.scope
}

/** What a session or a token still has of its scope: what was taken from the application since the sign-in is taken from these too. */
export function stillGranted(scope: Scope, application: Pick<Application, 'tokenFormat' | 'scope'>): Scope {
  return commonScope(scope, obtainableScope(application))
}
