/**
 * Every verb that Ringkey knows, one file each. A front door, the command line and the demo call these and nothing below them.
 *
 * A use case reads, does everything that can fail, and commits last, in one atomic verb of the store; only a limit or an attempt
 * is counted before, by a verb of its own. It answers an `Outcome`: an expected "no" is a refusal with a closed code, a fault is thrown.
 */
import type { Account } from '../domain/account.ts'
import type { TokenFormat } from '../domain/application.ts'
import type { Outcome, Refusal } from '../domain/outcome.ts'
import type { PresentationRefusal } from '../domain/presentation.ts'
import type { Tenant } from '../domain/tenant.ts'
import type { EpochSeconds } from '../domain/time.ts'
import type { PublicKey } from '../tokens/token-engine.ts'
import type { Caller, ClientCredentials, ClientRefusal, SessionTokens, TokenRefusal } from './calls.ts'
import type { AllowCalls, AskForSignInCode, AskToAllowCalls, SignInWithCode } from './code-use-cases.ts'
import type { DeleteOwnAccount, ExportOwnData, KeepAccount } from './leaving-use-cases.ts'
import type {
  AddDoor,
  AllowsOrigin,
  CreateAccount,
  CreateApiKey,
  CreateApplication,
  CreateOrganisation,
  CreateTenant,
  EndSession,
  EndSessions,
  IssuePermanentToken,
  Listings,
  RetireKey,
  RevokePermanentToken,
  RotateKeys,
  SetAccountRights,
  SetApplicationReach,
  SetEnabled,
  SetPageSignIn,
  SetPassword,
  SetPasswordGrant,
  SetPhones,
  StopErasure,
} from './operator-use-cases.ts'
import type { AskToChangeNumber, ChangeNumber, ChangePassword, DescribeOwnActivity, EndOwnApplication } from './own-account-use-cases.ts'
import type {
  AnswerSignIn,
  AskForSignIn,
  CompleteLogin,
  DescribeBrowserSession,
  DescribeUser,
  EndBrowserSession,
  EndOwnSession,
  ExchangeCode,
  StartLogin,
} from './page-use-cases.ts'
import type { AskForCode, Recover, Register } from './person-use-cases.ts'

export type * from './calls.ts'
export type * from './code-use-cases.ts'
export type * from './leaving-use-cases.ts'
export type * from './operator-use-cases.ts'
export type * from './own-account-use-cases.ts'
export type * from './page-use-cases.ts'
export type * from './person-use-cases.ts'

export type SignInRefusal =
  | ClientRefusal
  /**
   * `credentials_wrong`: unknown name or wrong password. `account_disabled`: the password was right, and the account or its
   * organisation is disabled; only who has shown the password may be told. `failedCount` counts unknown names too.
   */
  | (Refusal<'credentials_wrong' | 'account_disabled'> & { readonly failedCount: number })
  | Throttled
  /** `password_grant_off`: the application names itself and may not send people's passwords. */
  | Refusal<'password_grant_off' | 'scope_exceeded'>

export type Throttled = Refusal<'throttled'> & { readonly retryAfterSeconds: number; readonly burst: number }

export type SignIn = (request: {
  readonly tenant: Tenant
  readonly client: ClientCredentials
  readonly login: string
  readonly password: string
  /** Asked for beside what the application has anyway. */
  readonly scope?: string
  readonly caller: Caller
}) => Promise<Outcome<SessionTokens & { readonly passwordAgeDays: number }, SignInRefusal>>

export type RefreshRefusal =
  | ClientRefusal
  | Refusal<
      | 'token_invalid'
      | 'token_is_permanent'
      | 'client_mismatch'
      | 'session_unknown'
      | PresentationRefusal
      | 'refresh_reused'
      | 'scope_exceeded'
    >

export type RefreshSession = (request: {
  readonly tenant: Tenant
  readonly client: ClientCredentials
  readonly refreshToken: string
  /** Narrows the access token of this answer only (RFC 6749, section 6). */
  readonly scope?: string
  readonly caller: Caller
}) => Promise<Outcome<SessionTokens, RefreshRefusal>>

/** Sign-out: any generation of a session ends it, an expired token too. A session that is over already is a success. */
export type SignOut = (request: {
  readonly tenant: Tenant
  readonly client: ClientCredentials
  readonly refreshToken: string
  readonly caller: Caller
}) => Promise<Outcome<undefined, ClientRefusal | Refusal<'token_invalid' | 'token_is_permanent' | 'client_mismatch'>>>

/** RFC 7009: ends the session that a refresh token or an access token of the application belongs to. One that is over already is a success. */
export type RevokeToken = (request: {
  readonly tenant: Tenant
  readonly client: ClientCredentials
  readonly token: string
  readonly caller: Caller
}) => Promise<Outcome<undefined, ClientRefusal | Refusal<'token_invalid' | 'token_is_permanent' | 'client_mismatch'>>>

/**
 * A session of another account of the caller's organisation, for a caller that has the right. It ends with the caller's own, and its
 * tokens name both. `impersonation_not_allowed`: the caller has not the right, or is an impersonated session itself.
 */
export type Impersonate = (request: {
  readonly tenant: Tenant
  /** The caller's own access token. */
  readonly token: string
  /** A login name of the account. */
  readonly login: string
  readonly caller: Caller
}) => Promise<Outcome<SessionTokens, Refusal<'token_invalid' | 'impersonation_not_allowed' | 'account_not_found'> | Throttled>>

/** Whose access token this is, as the account is now. A permanent token has an owner too. */
export type DescribeCaller = (request: {
  readonly tenant: Tenant
  readonly token: string
}) => Promise<Outcome<{ readonly token: CheckedToken; readonly account: Account }, TokenRefusal>>

/** A token that is good at this moment. Where the token states no scope or audience, its application's stand here. */
export interface CheckedToken {
  readonly kind: 'session' | 'permanent'
  /** How it looks; a permanent one has no application's format. */
  readonly format: TokenFormat | 'permanent'
  readonly tenant: Tenant
  readonly subject: string
  readonly clientId: string
  readonly scope: string
  readonly audience: readonly string[]
  readonly issuer: string
  readonly tokenId: string
  /** undefined for a permanent token */
  readonly sessionId: string | undefined
  readonly issuedAt: EpochSeconds
  readonly notBefore: EpochSeconds
  readonly expiresAt: EpochSeconds
  readonly expiresInSeconds: number
  /** The account that acts for the subject by impersonation (RFC 8693, section 4.1). */
  readonly actor: string | undefined
  /** All that a token of the format `keycloak` says, as it was verified; undefined for the others. */
  readonly stated: Readonly<Record<string, unknown>> | undefined
}

/** RFC 7662. `undefined` is every reason why a token is not active, or not this application's to ask about. */
export type IntrospectToken = (request: {
  readonly tenant: Tenant
  readonly client: ClientCredentials
  readonly token: string
  readonly caller: Caller
}) => Promise<Outcome<CheckedToken | undefined, ClientRefusal | Refusal<'checking_not_allowed'>>>

/** Whether a call with this token may pass. Wrong audience is `token_invalid`. */
export type AuthorizeCall = (request: {
  readonly tenant: Tenant
  readonly token: string
  readonly requiredScope: string
  /** undefined: any */
  readonly requiredAudience: string | undefined
}) => Promise<Outcome<CheckedToken, Refusal<'token_invalid' | 'scope_insufficient' | 'scope_malformed'>>>

export type ListPublicKeys = (tenant: Tenant) => Promise<readonly PublicKey[]>

/** The tenant that a request is for, whether or not it is enabled. `undefined`: there is none of that name. */
export type FindTenant = (address: { readonly hostName: string } | { readonly name: string } | 'default') => Promise<Tenant | undefined>

export interface UseCases {
  readonly askToAllowCalls: AskToAllowCalls
  readonly allowCalls: AllowCalls
  readonly askForSignInCode: AskForSignInCode
  readonly signInWithCode: SignInWithCode
  readonly signIn: SignIn
  readonly refreshSession: RefreshSession
  readonly signOut: SignOut
  readonly revokeToken: RevokeToken
  readonly impersonate: Impersonate
  readonly describeCaller: DescribeCaller
  readonly allowsOrigin: AllowsOrigin
  readonly startLogin: StartLogin
  readonly askForSignIn: AskForSignIn
  readonly answerSignIn: AnswerSignIn
  readonly completeLogin: CompleteLogin
  readonly exchangeCode: ExchangeCode
  readonly describeUser: DescribeUser
  readonly describeBrowserSession: DescribeBrowserSession
  readonly endBrowserSession: EndBrowserSession
  readonly endOwnSession: EndOwnSession
  readonly describeOwnActivity: DescribeOwnActivity
  readonly changePassword: ChangePassword
  readonly askToChangeNumber: AskToChangeNumber
  readonly changeNumber: ChangeNumber
  readonly endOwnApplication: EndOwnApplication
  readonly exportOwnData: ExportOwnData
  readonly deleteOwnAccount: DeleteOwnAccount
  readonly keepAccount: KeepAccount
  readonly askToRegister: AskForCode
  readonly register: Register
  readonly askToRecover: AskForCode
  readonly recover: Recover
  readonly introspectToken: IntrospectToken
  readonly authorizeCall: AuthorizeCall
  readonly listPublicKeys: ListPublicKeys
  readonly findTenant: FindTenant
  readonly createTenant: CreateTenant
  readonly addDoor: AddDoor
  readonly createOrganisation: CreateOrganisation
  readonly createApplication: CreateApplication
  readonly setApplicationReach: SetApplicationReach
  readonly setPasswordGrant: SetPasswordGrant
  readonly setPageSignIn: SetPageSignIn
  readonly setPhones: SetPhones
  readonly createApiKey: CreateApiKey
  readonly createAccount: CreateAccount
  readonly setPassword: SetPassword
  readonly stopErasure: StopErasure
  readonly setAccountRights: SetAccountRights
  readonly setEnabled: SetEnabled
  readonly endSessions: EndSessions
  readonly endSession: EndSession
  readonly issuePermanentToken: IssuePermanentToken
  readonly revokePermanentToken: RevokePermanentToken
  readonly rotateKeys: RotateKeys
  readonly retireKey: RetireKey
  readonly list: Listings
}
