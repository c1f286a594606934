/** The verbs of operators. They name things as a person does: a tenant by name, an account by one of its login ids. */
import type { Account } from '../domain/account.ts'
import type { ApiKey } from '../domain/api-key.ts'
import type { Application, CheckingRight, Lifetimes, SigningAlgorithm } from '../domain/application.ts'
import type { AuditRow } from '../domain/audit-row.ts'
import type { ApiKeyId } from '../domain/ids.ts'
import type { Organisation } from '../domain/organisation.ts'
import type { Outcome, Refusal } from '../domain/outcome.ts'
import type { PermanentToken } from '../domain/permanent-token.ts'
import type { PhoneKind } from '../domain/phone.ts'
import type { UnfitRedirectUri } from '../domain/redirect-uri.ts'
import type { RefreshPolicyName } from '../domain/refresh-policy.ts'
import type { Session } from '../domain/session.ts'
import type { KeyState, StoredKey } from '../domain/signing-key.ts'
import type { DoorName, Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'

export type NotFound = Refusal<
  | 'tenant_not_found'
  | 'organisation_not_found'
  | 'application_not_found'
  | 'account_not_found'
  | 'api_key_not_found'
  | 'permanent_token_not_found'
  | 'session_not_found'
  | 'key_not_found'
>

/** With its doors are opened those that these need. */
export type CreateTenant = (request: {
  readonly name: string
  readonly hostNames: readonly string[]
  readonly doors: readonly DoorName[]
  readonly isDefault: boolean
}) => Promise<Outcome<Tenant, Refusal<'name_invalid' | 'host_name_invalid' | 'door_unknown' | 'doors_collide' | 'name_taken'>>>

/**
 * Opens one more door of a tenant and those that it needs, each with an application of its own where its sign-ins name no client. One
 * that is open already is a success, and stays as it is.
 */
export type AddDoor = (request: {
  readonly tenant: string
  readonly door: DoorName
}) => Promise<Outcome<Tenant, NotFound | Refusal<'door_unknown' | 'doors_collide'>>>

/** Says anew whom a tenant sends text messages to; what is left out stays. */
export type SetPhones = (request: {
  readonly tenant: string
  readonly countries?: readonly string[] | undefined
  readonly kinds?: readonly PhoneKind[] | undefined
  readonly messagesPerDay?: number | undefined
  /** Name of the organisation that people join who register by themselves; `nobody`: nobody does. */
  readonly registersIn?: { readonly organisation: string } | 'nobody' | undefined
}) => Promise<Outcome<Tenant, NotFound | Refusal<'country_unknown' | 'messages_per_day_invalid'>>>

export type CreateOrganisation = (request: {
  readonly tenant: string
  readonly name: string
}) => Promise<Outcome<Organisation, NotFound | Refusal<'name_invalid' | 'name_taken'>>>

/** How people sign in for an application at our page; what is left out is as the door has it, or stays. */
export interface SaidOfPageSignIn {
  readonly redirectUris?: readonly string[] | undefined
  readonly requiresPkce?: boolean | undefined
  readonly showsCode?: boolean | undefined
}

/** `redirect_uri_invalid`: `problem` says what is wrong with the first one that may not be registered. */
/** `page_sign_in_unsuited`: nobody signs in at our page for an application of its door. */
export type PageSignInRefusal = UnfitRedirectUri | Refusal<'too_many_redirect_uris' | 'page_sign_in_unsuited'>

/** What is left out is as the door has it. */
export interface NewApplication extends SaidOfPageSignIn {
  readonly tenant: string
  /** Where left out, it belongs to the tenant itself. */
  readonly organisation?: string | undefined
  readonly clientId: string
  readonly name: string
  /** Whose defaults it takes, and whose sign-ins without a client id it gets where `takesDoorSignIns`. */
  readonly door: DoorName
  readonly takesDoorSignIns?: boolean
  readonly type?: 'public' | 'confidential' | undefined
  readonly scope?: string | undefined
  /** None where left out. */
  readonly audience?: readonly string[]
  /** `none` where left out. */
  readonly checks?: CheckingRight
  /** Off where left out. */
  readonly passwordGrant?: boolean
  readonly algorithm?: SigningAlgorithm | undefined
  readonly lifetimes?: Partial<Lifetimes> | undefined
  readonly refreshPolicy?: { readonly name: RefreshPolicyName; readonly windowSeconds: number | undefined } | undefined
}

/**
 * `algorithm_unsuited`: nobody could verify its id tokens. `password_grant_unsuited`: at its door sign-ins name no client, or happen at the page, so that it would
 * never send a password.
 */
export type ApplicationRefusal = Refusal<
  'name_invalid' | 'scope_malformed' | 'lifetimes_invalid' | 'window_too_short' | 'algorithm_unsuited' | 'password_grant_unsuited'
>

/** `secret` is shown once: a confidential application's, undefined for a public one. */
export type CreateApplication = (
  request: NewApplication,
) => Promise<
  Outcome<
    { readonly application: Application; readonly secret: string | undefined },
    NotFound | ApplicationRefusal | PageSignInRefusal | Refusal<'door_unknown' | 'taken'>
  >
>

/** Replaces the scopes that an application may have, the APIs that its tokens are for, or the pages that may call for it; what is left out stays. */
export type SetApplicationReach = (request: {
  readonly tenant: string
  readonly clientId: string
  readonly scope: string | undefined
  readonly audience: readonly string[] | undefined
  readonly webOrigins: readonly string[] | undefined
}) => Promise<Outcome<Application, NotFound | Refusal<'scope_malformed' | 'web_origin_invalid'>>>

/** Whether a page may call from a browser: for the application that it names, or where it names none yet, for any of the tenant. */
export type AllowsOrigin = (request: {
  readonly tenant: Tenant
  readonly origin: string
  readonly clientId: string | undefined
}) => Promise<boolean>

/** Switches on or off that an application may send people's passwords. Its sessions go on. */
export type SetPasswordGrant = (request: {
  readonly tenant: string
  readonly clientId: string
  readonly allowed: boolean
}) => Promise<Outcome<Application, NotFound | Refusal<'password_grant_unsuited'>>>

/** Says anew how people sign in for an application at our page; what is left out stays. */
export type SetPageSignIn = (
  request: SaidOfPageSignIn & { readonly tenant: string; readonly clientId: string },
) => Promise<Outcome<Application, NotFound | PageSignInRefusal>>

/** `apiKey` is shown once. */
export type CreateApiKey = (request: {
  readonly tenant: string
  readonly clientId: string
  readonly name: string
}) => Promise<Outcome<{ readonly key: ApiKey; readonly apiKey: string }, NotFound | Refusal<'name_invalid' | 'name_taken'>>>

export type PasswordRefusal = Refusal<'password_too_short' | 'password_too_long' | 'password_common'>

export type CreateAccount = (request: {
  readonly tenant: string
  readonly organisation: string
  /** One at least: e-mail addresses and login ids. */
  readonly loginIds: readonly string[]
  readonly password: string
  readonly name: string | undefined
  readonly roles: readonly string[]
  readonly mayImpersonate: boolean
}) => Promise<
  Outcome<Account, NotFound | PasswordRefusal | Refusal<'login_id_invalid' | 'login_id_taken' | 'name_invalid' | 'roles_invalid'>>
>

/** Replaces an account's roles, or its right to impersonate; what is left out stays. All its sessions end: they state the old ones. */
export type SetAccountRights = (request: {
  readonly tenant: string
  readonly account: string
  readonly roles: readonly string[] | undefined
  readonly mayImpersonate: boolean | undefined
}) => Promise<Outcome<Account, NotFound | Refusal<'roles_invalid'>>>

export type SetPassword = (request: {
  readonly tenant: string
  readonly account: string
  readonly password: string
}) => Promise<Outcome<Account, NotFound | PasswordRefusal>>

/** Stops the deletion that somebody has asked for at the account's own page. `erasure_not_planned`: nobody has, or its instant has come. */
export type StopErasure = (request: {
  readonly tenant: string
  readonly account: string
}) => Promise<Outcome<Account, NotFound | Refusal<'erasure_not_planned'>>>

/** What an operator switches on and off, or ends the sessions of. */
export type OperatorTarget =
  | { readonly noun: 'tenant'; readonly tenant: string }
  | { readonly noun: 'organisation'; readonly tenant: string; readonly organisation: string }
  | { readonly noun: 'application'; readonly tenant: string; readonly clientId: string }
  | { readonly noun: 'account'; readonly tenant: string; readonly account: string }
  | { readonly noun: 'api_key'; readonly tenant: string; readonly id: ApiKeyId }

export type SetEnabled = (target: OperatorTarget, enabled: boolean) => Promise<Outcome<undefined, NotFound>>

/** Raises the epoch: one integer, whatever the number of sessions. Organisations and API keys have none. */
export type EndSessions = (
  target: Extract<OperatorTarget, { noun: 'tenant' | 'application' | 'account' }>,
) => Promise<Outcome<undefined, NotFound>>

export type EndSession = (request: { readonly tenant: string; readonly sessionId: string }) => Promise<Outcome<undefined, NotFound>>

/** `token` is shown once. */
export type IssuePermanentToken = (request: {
  readonly tenant: string
  readonly account: string
  readonly clientId: string
  readonly name: string
  /** undefined: the application's */
  readonly scope: string | undefined
  /** undefined: 300,000,000 s, as the Smartflo family's */
  readonly lifetimeSeconds: number | undefined
}) => Promise<
  Outcome<
    { readonly permanentToken: PermanentToken; readonly token: string },
    NotFound | Refusal<'name_invalid' | 'name_taken' | 'scope_malformed' | 'scope_exceeded' | 'lifetime_invalid' | 'account_disabled'>
  >
>

export type RevokePermanentToken = (request: { readonly tenant: string; readonly id: string }) => Promise<Outcome<undefined, NotFound>>

export interface ListedSession {
  readonly session: Session
  readonly current: boolean
}

/** What operators list. Every list is of one tenant but that of the tenants. */
export interface Listings {
  tenants(): Promise<Tenant[]>
  organisations(tenant: string): Promise<Outcome<Organisation[], NotFound>>
  applications(tenant: string): Promise<Outcome<Application[], NotFound>>
  apiKeys(tenant: string, clientId?: string): Promise<Outcome<ApiKey[], NotFound>>
  accounts(tenant: string): Promise<Outcome<Account[], NotFound>>
  permanentTokens(tenant: string, account?: string): Promise<Outcome<PermanentToken[], NotFound>>
  sessions(tenant: string, account?: string): Promise<Outcome<ListedSession[], NotFound>>
  keys(tenant: string): Promise<Outcome<{ readonly key: StoredKey; readonly state: KeyState }[], NotFound>>
  audit(request: { readonly tenant?: string; readonly max: number }): Promise<Outcome<AuditRow[], NotFound>>
}

/** Makes successors of all keys of a tenant; they sign from `activatesAt` on. */
export type RotateKeys = (request: {
  readonly tenant: string
}) => Promise<Outcome<{ readonly activatesAt: EpochMs; readonly keys: number }, NotFound>>

/** Ends one key at once, and with it all that it has made: for a key that may have leaked. */
export type RetireKey = (request: { readonly tenant: string; readonly keyId: string }) => Promise<Outcome<undefined, NotFound>>
