/** The verbs of a sign-in at our page: a browser is sent to it, comes back with a code, and a program exchanges the code for tokens. */
import type { Account } from '../domain/account.ts'
import type { SessionId } from '../domain/ids.ts'
import type { Outcome, Refusal } from '../domain/outcome.ts'
import type { RedirectUri } from '../domain/redirect-uri.ts'
import type { DoorName, Tenant } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import type { Caller, ClientCredentials, ClientRefusal, SessionTokens } from './calls.ts'
import type { DeviceCookie } from './device-recognition.ts'
import type { LeavingAccount } from './leaving-use-cases.ts'
import type { OwnApplication } from './own-account-use-cases.ts'

/** RFC 7636: `S256` is the only method. */
export interface CodeChallenge {
  readonly challenge: string
  /** undefined: none was named */
  readonly method: string | undefined
}

/**
 * Sends a person of an application to the identity provider. Nothing is written: what is to be known afterwards travels sealed.
 * `redirect_uri_unknown`: not one of the application's, or none is named and it has none.
 */
export type StartLogin = (request: {
  readonly tenant: Tenant
  /** The platform's door, whose callback the browser comes back to. */
  readonly door: DoorName
  readonly client: Extract<ClientCredentials, { kind: 'api_key' }>
  readonly scope: string | undefined
  readonly redirectUri: string | undefined
  readonly codeChallenge: CodeChallenge | undefined
}) => Promise<
  Outcome<
    { readonly location: string },
    ClientRefusal | Refusal<'scope_exceeded' | 'redirect_uri_unknown' | 'pkce_required' | 'code_challenge_invalid'>
  >
>

/** How the identity provider has answered. */
export type ProviderAnswer = { readonly kind: 'code'; readonly code: string } | { readonly kind: 'error' }

/**
 * The browser is back from the identity provider: it is sent on to the application, with a code or with the error that the person has not
 * signed in. `login_state_invalid`: the state is not ours, or it has expired, or the provider vouches for nobody in this browser.
 * `login_state_used`: it was answered before.
 */
export type CompleteLogin = (request: {
  readonly tenant: Tenant
  readonly door: DoorName
  readonly state: string
  readonly answer: ProviderAnswer
  /** Who answers (RFC 9207); undefined where nobody says so, which is nobody that we know. */
  readonly issuer: string | undefined
  /** The cookies of the browser, to find the one of this sign-in. */
  readonly cookieOf: (name: string) => string | undefined
}) => Promise<
  Outcome<
    {
      readonly redirectUri: RedirectUri
      /** For the application; undefined: the person has not signed in */
      readonly code: string | undefined
      readonly applicationName: string
      /** Whether the person may see the code. */
      readonly showsCode: boolean
      /** The sign-in's, which is done with. */
      readonly cookieName: string
    },
    Refusal<'login_state_invalid' | 'login_state_used'>
  >
>

/** What a code is bound to beside its application: the API key that started the login, or the address that the browser was sent back to. */
export type CodeBinding = { readonly kind: 'login' } | { readonly kind: 'redirect'; readonly redirectUri: string }

/** `code_refused`: unknown, expired, another's, or without its verifier. `code_reused`: used before; the session that came of it has ended. */
export type ExchangeCode = (request: {
  readonly tenant: Tenant
  readonly client: ClientCredentials
  readonly code: string
  readonly binding: CodeBinding
  readonly codeVerifier: string | undefined
  readonly caller: Caller
}) => Promise<Outcome<SessionTokens, ClientRefusal | Refusal<'code_refused' | 'code_reused'>>>

/** RFC 6749, section 4.1.1, and OpenID Connect Core 1.0, section 3.1.2.1: the parameters that decide. Each is as it came, or undefined. */
export interface AuthorizationRequest {
  readonly clientId: string | undefined
  readonly redirectUri: string | undefined
  readonly responseType: string | undefined
  readonly responseMode: string | undefined
  readonly scope: string | undefined
  readonly state: string | undefined
  readonly codeChallenge: string | undefined
  readonly codeChallengeMethod: string | undefined
  readonly prompt: string | undefined
  readonly loginHint: string | undefined
  /** In seconds. */
  readonly maxAge: string | undefined
}

/** What a sign-in is for. */
export type SignInPurpose =
  | { readonly kind: 'application'; readonly authorization: AuthorizationRequest }
  /** The person's own page. */
  | { readonly kind: 'account' }

/** A cookie that the browser keeps for one sign-in. Its name comes of the request's `state`, so that several may be under way. */
export interface BrowserCookie {
  readonly name: string
  readonly value: string
}

/** What the page shows and carries. */
export interface SignInPrompt {
  /** undefined: it is for the person's own page */
  readonly applicationName: string | undefined
  /** What the application asks for. */
  readonly scopes: readonly string[]
  /** What the form sends back, sealed. */
  readonly sealedRequest: string
  readonly cookie: BrowserCookie
  readonly loginHint: string | undefined
  /** Who is signed in to this browser already and may go on with one click; undefined: nobody, or it must not count. */
  readonly signedInAs: string | undefined
  /** Where the browser may go from the form: origins, or schemes with their colon (CSP Level 3, section 6.4.2). */
  readonly formTargets: readonly string[]
}

/** RFC 6749, section 4.1.2.1; OpenID Connect Core 1.0, section 3.1.2.6. */
export type AuthorizationError =
  | 'invalid_request'
  | 'unauthorized_client'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'access_denied'
  | 'login_required'
  | 'interaction_required'

/** What a browser takes back to the application. */
export interface AuthorizationAnswer {
  readonly redirectUri: RedirectUri
  /** As the application has sent it. */
  readonly state: string | undefined
  readonly result: { readonly code: string } | { readonly error: AuthorizationError; readonly description: string }
}

/** `answered_to_application`: it is told what is wrong. The other two are told to the person alone: nobody else has proved to be asked. */
export type AuthorizationRefusal =
  | Refusal<'client_unknown' | 'redirect_uri_unknown'>
  | (Refusal<'answered_to_application'> & { readonly answer: AuthorizationAnswer })

/** Opens the page: looks at the request, writes nothing. */
export type AskForSignIn = (request: {
  readonly tenant: Tenant
  readonly purpose: SignInPurpose
  /** The browser's session, from its cookie. */
  readonly browserSession: string | undefined
  /** The cookies of the browser, to find the one of this sign-in. */
  readonly cookieOf: (name: string) => string | undefined
}) => Promise<Outcome<SignInPrompt, AuthorizationRefusal>>

export type SignInAnswer =
  | { readonly kind: 'password'; readonly login: string; readonly password: string }
  /** As who is signed in to this browser already. */
  | { readonly kind: 'go_on' }
  /** As somebody else than who is signed in already. */
  | { readonly kind: 'ask_for_password' }
  | { readonly kind: 'cancel' }
  /** The same page once more, in another language. */
  | { readonly kind: 'ask_again' }

/** `password`: the name is unknown or the password wrong, or the account may not sign in: nobody may tell which. */
export type SignInProblem =
  | { readonly kind: 'password' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly kind: 'signed_out' }

export type SignInResult =
  /** The account is about to be erased, and its person has shown the password. */
  | ({ readonly kind: 'leaving' } & LeavingAccount)
  | { readonly kind: 'asked_again'; readonly prompt: SignInPrompt; readonly problem: SignInProblem | undefined }
  | {
      readonly kind: 'answered'
      /** undefined: the person's own page */
      readonly answer: AuthorizationAnswer | undefined
      /** Replaces the sign-in's cookie; undefined: it is done with */
      readonly cookie: BrowserCookie | undefined
      readonly cookieName: string
      /** A new session of the browser; undefined: it stays as it is */
      readonly browserSession: { readonly value: string; readonly expiresInSeconds: number } | undefined
      /** What the browser is known by from now on; undefined: it stays as it is */
      readonly device: DeviceCookie | undefined
    }

/**
 * The form comes back. `sign_in_request_invalid`: it is not ours, has expired, or was opened in another browser. `sign_in_request_ended`:
 * an operator has changed since how people sign in at the application, or has ended what it has. `client_unknown`: or has switched it off.
 */
export type AnswerSignIn = (request: {
  readonly tenant: Tenant
  /** The page's door: sessions of browsers are those of its own application. */
  readonly door: DoorName
  readonly sealedRequest: string
  readonly cookieOf: (name: string) => string | undefined
  readonly browserSession: string | undefined
  readonly answer: SignInAnswer
  /** Of the page; of a message, if its owner is told. */
  readonly language: string
  readonly caller: Caller
}) => Promise<Outcome<SignInResult, Refusal<'sign_in_request_invalid' | 'sign_in_request_ended' | 'client_unknown'>>>

/** Who is signed in to a browser, as the account is now. `formToken` goes into the forms of the page and comes back with them. */
export type DescribeBrowserSession = (request: {
  readonly tenant: Tenant
  readonly browserSession: string | undefined
  /** In which the person has just asked to read the page, BCP 47: notices are in it from now on. */
  readonly chosenLanguage?: string | undefined
}) => Promise<
  Outcome<
    {
      readonly account: Account
      readonly formToken: string
      /** Whether the person may prove another number: the account is one that people make by themselves. */
      readonly mayChangeNumber: boolean
      /** All that have tokens of the person, but for the page's own. The one used last first. */
      readonly applications: readonly OwnApplication[]
      /** All that live and could be used again, newest sign-in first. */
      readonly sessions: readonly OwnSession[]
    },
    Refusal<'browser_session_over'>
  >
>

/** A session, as the person whose it is may see it. */
export interface OwnSession {
  readonly id: SessionId
  /** undefined: that of a browser at the page itself */
  readonly applicationName: string | undefined
  readonly startedAt: EpochMs
  readonly lastUsedAt: EpochMs
  /** Whether somebody else has made it who may act for the person. */
  readonly isImpersonation: boolean
  /** What the person has signed in with, in words of ours; undefined: not known */
  readonly device: string | undefined
  /** Where from; undefined: not known */
  readonly addressBlock: string | undefined
  /** Whether it is that of the browser that asks. */
  readonly isThisBrowser: boolean
}

/**
 * Ends one of a person's own sessions. One that is over already, or another's, is a success: whose it is, is not said.
 * `form_token_invalid`: the form is not one of the browser's session.
 */
export type EndOwnSession = (request: {
  readonly tenant: Tenant
  readonly browserSession: string | undefined
  readonly formToken: string
  readonly sessionId: string
  readonly caller: Caller
}) => Promise<Outcome<undefined, Refusal<'browser_session_over' | 'form_token_invalid'>>>

/** Ends a browser's session. `form_token_invalid`: the form is not one of this session. One that is over already is a success. */
export type EndBrowserSession = (request: {
  readonly tenant: Tenant
  readonly browserSession: string | undefined
  readonly formToken: string
  readonly caller: Caller
}) => Promise<Outcome<undefined, Refusal<'form_token_invalid'>>>

/** Whose sealed access token this is, for the application that it was made for. */
export type DescribeUser = (request: {
  readonly tenant: Tenant
  readonly client: ClientCredentials
  readonly token: string
}) => Promise<Outcome<DescribedUser, ClientRefusal | Refusal<'token_invalid'>>>

export interface DescribedUser {
  readonly account: Account
  /** What the application may call the account where nobody shall know who it is. */
  readonly anonymizedId: string
  readonly personalDataUrl: string
}
